# The record's care: copies while it is in use, restoring, copies by night, and a damaged record that heals by itself.
. "${0%/*}/lib.sh"

"$crib" channel add "$assets/sample" >/dev/null 2>&1 || fail "no sample"
home=$dir/home
notes() { # how many of one's notes there are
    "$crib" note --json | tr '{' '\n' | grep -c '"text":"note '
}
for i in 1 2 3 4 5; do
    "$crib" note "note $i" >/dev/null 2>&1 || fail "note $i"
done

step "a copy is made while a hub is open, verified, and only its owner's to read"
start 80x24 '' "$crib"
wait_for 'Find:'
run "$crib" backup "$dir/copy.db"
exited 0
said "$dir/copy.db: 7 events, "
said 'head '
said 'verified'
[ "$(stat -c %a "$dir/copy.db" 2>/dev/null || stat -f %Lp "$dir/copy.db")" = 600 ] || fail "the copy is not its owner's alone"
[ ! -e "$dir/copy.db-wal" ] || fail "the copy is more than one file"

step "what is there is never replaced, and nothing that fails leaves a trace"
run "$crib" backup "$dir/copy.db"
exited 73
complained 'it is there already'
run "$crib" backup "$dir/none/copy.db"
[ "$status" -ne 0 ] || fail "copied into nowhere"
run env CRIB_HOME="$dir/empty" "$crib" backup "$dir/other.db"
exited 66
complained 'there is no record here yet'
[ ! -e "$dir/other.db" ] || fail "a copy of nothing"

step "restoring is refused while a hub has the record open"
run "$crib" restore --yes "$dir/copy.db"
exited 75
complained 'another crib has it open'
keys C-c
ended
finish
"$crib" note "note 6" >/dev/null 2>&1
run "$crib" restore "$dir/copy.db"
exited 64
complained 'there is no terminal to ask on'
[ "$(notes)" -eq 6 ] || fail "restored without a yes"

run "$crib" restore --yes "$home/record.db"
exited 64
complained 'that is the record itself'

step "restoring asks, keeps what stood there, and goes on with a new log"
start 80x24 '' "$crib" restore "$dir/copy.db"
wait_for 'Type restore to do so'
keys n o Enter
ended
[ "$(notes)" -eq 6 ] || fail "restored after a no"
start 80x24 '' "$crib" restore "$dir/copy.db"
wait_for 'Type restore to do so'
type_text restore
keys Enter
ended
expect 'what stood there is kept as'
[ "$(notes)" -eq 5 ] || fail "not the copy's notes: $(notes)"
mkdir "$dir/look"
for part in '' -wal; do
    aside=$(echo "$home"/record.db.replaced-*Z$part)
    [ ! -e "$aside" ] || cp "$aside" "$dir/look/record.db$part"
done
[ "$(CRIB_HOME="$dir/look" "$crib" note --json | grep -o '"text":"note ' | wc -l)" -eq 6 ] || fail "the replaced record isn't whole"
"$crib" note "note 7" >/dev/null 2>&1
run "$crib" audit verify
exited 0
said 'events; complete'
[ "$(grep -c '^log ' "$dir/out")" -eq 2 ] || fail "not two logs"

step "a damaged copy is not restored"
cp "$dir/copy.db" "$dir/bad.db"
printf 'damaged damaged damaged' | dd of="$dir/bad.db" bs=1 seek=40960 conv=notrunc 2>/dev/null
dd if=/dev/zero of="$dir/bad.db" bs=4096 count=3 seek=2 conv=notrunc 2>/dev/null
run "$crib" restore --yes "$dir/bad.db"
[ "$status" -ne 0 ] || fail "a damaged copy was restored"
[ "$(notes)" -eq 6 ] || fail "the record has changed"

step "by night: one copy a day, and doctor says how old it is"
run "$crib" doctor
said 'note    backup         there is no copy of the record'
run "$crib" backup --nightly
exited 0
said 'record-'
said '-2026-11-23.db: '
run "$crib" backup --nightly --json
exited 0
said '"dropped":0'
[ "$(ls "$home/backups" | wc -l)" -eq 1 ] || fail "not one copy"
run "$crib" doctor
said 'ok      backup         the newest verified copy is of 2026-11-23'
said 'ok      record         whole: '
cp "$home"/backups/*.db "$dir/kept.db"
dd if=/dev/zero of="$(echo "$home"/backups/*.db)" bs=4096 count=2 seek=3 conv=notrunc 2>/dev/null
run "$crib" doctor
exited 78
said 'the copy of 2026-11-23 is damaged'
cp "$dir/kept.db" "$(echo "$home"/backups/*.db)"
if command -v sqlite3 >/dev/null; then
    sqlite3 "$(echo "$home"/backups/*.db)" 'PRAGMA user_version = 999'
    run "$crib" doctor
    exited 78
    said "the copy of 2026-11-23 can't be used: it was made by a newer crib"
    said_not 'look after the disk'
    cp "$dir/kept.db" "$(echo "$home"/backups/*.db)"
fi
run env CRIB_CLOCK=2026-12-05T12:00:00Z "$crib" doctor
said 'note    backup         the newest verified copy is of 2026-11-23'
run env CRIB_CLOCK=2024-01-01T00:00:00Z "$crib" doctor
said 'when something was recorded here last'
printf 'backup: {dir: nowhere}\n' >"$home/config.yaml"
run "$crib" backup --nightly
exited 78
complained 'dir is no absolute path'
printf 'backup: {days: 0}\n' >"$home/config.yaml"
run "$crib" backup --nightly
exited 0
run "$crib" doctor
said 'switched off'
printf 'backup: {dir: %s, days: 2, weeks: 0}\n' "$dir/elsewhere" >"$home/config.yaml"
for day in 24 25 26; do
    CRIB_CLOCK=2026-11-${day}T02:30:00Z "$crib" backup --nightly >/dev/null || fail "the night of the $day"
done
[ "$(ls "$dir/elsewhere" | tr '\n' ' ' | sed 's/record-[^ ]*-2026/2026/g')" = '2026-11-25.db 2026-11-26.db ' ] || fail "$(ls "$dir/elsewhere")"

step "a damaged record heals by itself, says so in one line, and what stood there is kept"
"$crib" note "note 8" >/dev/null 2>&1
dd if=/dev/zero of="$home/record.db" bs=512 count=1 conv=notrunc 2>/dev/null
run "$crib" note --json
exited 0
complained 'the record was damaged: it is kept as record.db.corrupt-2026'
complained 'restored from the copy of 2026-11-26'
[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "not one line"
run "$crib" note --json
exited 0
[ ! -s "$dir/err" ] || fail "said twice"
"$crib" note "note 9" >/dev/null 2>&1
run "$crib" audit verify
exited 0
run "$crib" doctor
said '1 damaged and 1 replaced ones are kept beside it'

step "the hub heals it, too, and shows what was learned"
dd if=/dev/zero of="$home/record.db" bs=512 count=1 conv=notrunc 2>/dev/null
start 80x24 '' "$crib"
wait_for 'Find:'
expect_not 'nothing is recorded'
keys C-c
ended
expect 'the record was damaged'
finish

step "damage that no opening sees is found by night"
page=$(od -An -tu2 -N2 -j16 --endian=big "$home/record.db" 2>/dev/null | tr -d ' ')
[ -n "$page" ] || page=4096
dd if=/dev/zero of="$home/record.db" bs="$page" count=4 seek=12 conv=notrunc 2>/dev/null
run env CRIB_CLOCK=2026-11-27T02:30:00Z "$crib" backup --nightly
exited 0
complained 'the record was damaged'
run "$crib" audit verify
exited 0
[ "$(notes)" -ge 6 ] || fail "notes are missing: $(notes)"

step "an empty file is no new record where there are copies of one; and where there is none at all, that is said"
cp -r "$home" "$dir/lost"
: >"$dir/lost/record.db"
rm -f "$dir/lost/record.db-wal" "$dir/lost/record.db-shm"
run env CRIB_HOME="$dir/lost" "$crib" sync
[ ! -s "$dir/lost/record.db" ] || fail 'a sync began a new record'
run env CRIB_HOME="$dir/lost" "$crib" backup "$dir/lost.db"
exited 0
complained 'the record was damaged: it is kept as record.db.corrupt-'
run env CRIB_HOME="$dir/lost" "$crib" note --json
said '"text":"note '
rm -f "$dir/lost"/record.db*
run env CRIB_HOME="$dir/lost" "$crib" doctor
said 'of one, the newest of 2026-11-27'
run env CRIB_HOME="$dir/lost" "$crib" note 'a new beginning'
complained 'there was no record, and a new one is begun; `crib restore '
run env CRIB_HOME="$dir/lost" "$crib" note 'and on'
[ "$(grep -c 'there was no record' "$dir/err")" -eq 0 ] || fail "said twice"

step "what stands in the record's place and is none is named with what to do"
rm -f "$dir/lost"/record.db*
mkdir "$dir/lost/record.db"
run env CRIB_HOME="$dir/lost" "$crib" note x
complained 'not a regular file (move it away)'
run env CRIB_HOME="$dir/lost" "$crib" restore --yes "$dir/copy.db"
complained 'not a regular file (move it away'
rmdir "$dir/lost/record.db"
ln -s "$dir/no disk/record.db" "$dir/lost/record.db"
for command in 'note x' doctor; do
    # shellcheck disable=SC2086 # words
    run env CRIB_HOME="$dir/lost" "$crib" $command
    cat "$dir/out" "$dir/err" >"$dir/both"
    grep -q 'what it leads to is not there' "$dir/both" || fail "$(cat "$dir/both")"
done
if [ "$(id -u)" -ne 0 ]; then
    rm "$dir/lost/record.db"
    cp "$dir/copy.db" "$dir/lost/record.db"
    chmod 400 "$dir/lost/record.db"
    run env CRIB_HOME="$dir/lost" "$crib" doctor
    exited 78
    said "it can't be written"
fi

step "a copy of a damaged record is one of what goes on"
rm -rf "$dir/lost" && cp -r "$home" "$dir/lost"
dd if=/dev/zero of="$dir/lost/record.db" bs="$page" count=2 seek=30 conv=notrunc 2>/dev/null
run env CRIB_HOME="$dir/lost" "$crib" backup "$dir/again.db"
exited 0
complained 'the record was damaged'

step "a record of a newer crib is nobody's to heal"
rm -rf "$dir/newer" && mkdir "$dir/newer" && cp "$home/record.db" "$dir/newer"
printf '\000\000\047\017' | dd of="$dir/newer/record.db" bs=1 seek=60 conv=notrunc 2>/dev/null
run env CRIB_HOME="$dir/newer" "$crib" note x
[ "$status" -ne 0 ] || fail "written to"
complained 'newer crib'
[ "$(echo "$dir/newer"/record.db.corrupt-*)" = "$dir/newer/record.db.corrupt-*" ] || fail "moved aside"

step "a kiosk heals while it runs, within its bounds, from the copies of the night, and goes on"
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which is refused
printf 'kiosk:\n  name: Pump works\nbackup: {dir: %s}\n' "$dir/kiosk copies" >"$home/config.yaml"
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge'
type_text 'Ada Adams'
keys Enter
wait_for 'Find:'
keys C-c
wait_for 'Badged out'
"$crib" backup --nightly >/dev/null 2>&1 || fail "no copy beside the kiosk"
before=$(ls "$home" | grep -c -E 'corrupt-[^-]*Z(\.[0-9]+)?$')
dd if=/dev/zero of="$home/record.db" bs="$page" count=60 seek=1 conv=notrunc 2>/dev/null
run "$crib" backup --nightly
exited 75
complained 'another crib has it open'
wait_for 'Scan your badge'
type_text 'Bo Berg'
keys Enter
wait_for 'Find:'
keys C-c
wait_for 'Badged out'
[ "$(ls "$home" | grep -c -E 'corrupt-[^-]*Z(\.[0-9]+)?$')" -gt "$before" ] || fail "nothing was healed"
finish
run "$crib" audit verify
exited 0
