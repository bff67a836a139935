# What content, directories and the environment say goes to the terminal as text: no byte that it acts on.
. "${0%/*}/lib.sh"

esc=$(printf '\033]0;owned\007')
mkdir -p "$dir/work" "$dir/c$esc/modules"
printf 'stage: "\\e]0;owned\\a"\nasset: "\\e]0;owned\\a"\n' >"$dir/work/.crib"
printf -- '---\ntitle: "A\\e]0;owned\\a"\nproblem: "It\\u202E fails."\noutcome: Mend it.\nminutes: 2\n---\nText.\n' \
    >"$dir/c$esc/modules/a.md"

harmless() {
    run "$@"
    if cat "$dir/out" "$dir/err" | LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')"; then
        transcript
        fail "control bytes: $*"
    fi
    if cat "$dir/out" "$dir/err" | grep -q "$(printf '\342\200\256')"; then fail "a bidi control: $*"; fi
}

step "commands that print"
harmless "$crib" channel add "$dir/c$esc"
cd "$dir/work" || exit 1
harmless "$crib" --plain
said 'stage'
harmless env CRIB_STAGE="$esc" "$crib" --plain
harmless "$crib" preview "$dir/c$esc"
harmless "$crib" list
harmless "$crib" list --json
harmless "$crib" list --complete
harmless "$crib" find fails
harmless "$crib" show a
harmless "$crib" show --json a
harmless "$crib" channel list
harmless "$crib" doctor
harmless "$crib" config
harmless "$crib" lint "$dir/c$esc"
harmless "$crib" "no$esc"
harmless "$crib" show "--no$esc"
harmless "$crib" note "x$esc"
harmless "$crib" note

step "the hub"
start 80x24 'TERM=screen-256color' "$crib"
wait_for 'Find'
expect 'A'
expect_not 'owned\a'
title=$(on_tmux display-message -p '#{pane_title}')
case $title in *owned*) fail "the terminal's title was set" ;; esac
keys C-c
finish

step "a damaged record keeps nobody from reading, and is kept aside whole"
run "$crib" channel add "$assets/sample"
exited 0
head -c 40000 /dev/urandom >"$dir/home/record.db"
cp "$dir/home/record.db" "$dir/damaged"
start 80x24 '' "$crib"
wait_for '▸ A'
type_text 'e-204'
wait_for '▸ Prime a centrifugal pump'
keys C-c
ended 0
expect 'the record was damaged: it is kept as'
cmp -s "$dir/damaged" "$dir"/home/record.db.corrupt-*Z || fail 'what was damaged was touched'

step "a record of a newer crib keeps nobody from reading, and is left as it is"
printf '\0\0\0\143' | dd of="$dir/home/record.db" bs=1 seek=60 conv=notrunc 2>/dev/null # its user_version
rm -f "$dir"/home/record.db-*
cp "$dir/home/record.db" "$dir/newer"
start 200x24 '' "$crib"
wait_for 'nothing is recorded'
expect 'record: '
type_text 'e-204'
wait_for '▸ Prime a centrifugal pump'
keys Enter
wait_for 'Before you start'
keys q
wait_for 'made by a newer crib'
keys C-c
ended 0
expect 'install the newer crib'
run "$crib" --plain
exited 0
said 'prime-a-pump: Prime a centrifugal pump'
complained 'install the newer crib'
run "$crib" list
exited 65
cmp -s "$dir/newer" "$dir/home/record.db" || fail 'the record was touched'
