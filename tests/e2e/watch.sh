# crib watch on streams and files: each byte unchanged and at once, what it means under it on a terminal, or as events.
. "${0%/*}/lib.sh"
"$crib" channel add "$assets/sample" >/dev/null || fail "the sample is not installed"
unset CRIB_CLOCK # the hour is told by the clock

again() { rm -f "$dir/home/hints" "$dir/home/hints.known"; }

# same FILE: what comes out is what went in, with and without a look at it.
same() {
    "$crib" watch <"$1" >"$dir/passed" || fail "$1: status $?"
    cmp "$1" "$dir/passed" || fail "$1 was changed"
    "$crib" watch --events "$dir/events" <"$1" >"$dir/passed" || fail "$1: status $? with events"
    cmp "$1" "$dir/passed" || fail "$1 was changed, with events"
    cat "$1" | "$crib" watch --events "$dir/events" | cmp "$1" - || fail "$1 was changed in a pipe"
}

step "bytes: none, no line feed, NULs, a hundred MB of noise"
: >"$dir/empty"
printf 'E-204' >"$dir/short"
printf 'a\0b\r\n\377\376\033]0;x\007\n\n\nE-204\0\n' >"$dir/odd"
head -c 100000000 /dev/urandom >"$dir/noise"
for file in empty short odd noise; do same "$dir/$file"; done
rm "$dir/noise" "$dir/passed"

step "a line of a hundred MB, with a code at its beginning, inside and at its end"
rm -f "$dir/events"
again
{
    printf 'E-204 '
    head -c 50000000 /dev/zero | tr '\0' x
    printf ' E-221 '
    head -c 50000000 /dev/zero | tr '\0' y
    printf ' NET-14\nafter\n'
} >"$dir/line"
same "$dir/line"
[ "$(grep -c . "$dir/events")" -eq 6 ] || fail "events: $(cut -c 1-200 "$dir/events")"
for module in prime-a-pump bearing-failure-signs ethernet-cable-test; do
    grep -q -F "\"module\":\"field-crib/$module\"" "$dir/events" || fail "no event of $module"
done
rm "$dir/line" "$dir/passed"

step "a line is through before the next is written"
mkfifo "$dir/to" "$dir/from"
"$crib" watch --events "$dir/events" <"$dir/to" >"$dir/from" &
watcher=$!
exec 7>"$dir/to" 8<"$dir/from"
for word in one E-204 three; do
    echo "$word" >&7
    got=$(timeout 20 head -n 1 <&8)
    [ "$got" = "$word" ] || fail "got $got, not $word"
done
printf 'half' >&7 # also what is no line yet
got=$(timeout 20 head -c 4 <&8)
[ "$got" = half ] || fail "got $got, not half"
exec 7>&- 8<&-
wait $watcher || fail "ended with $?"

step "whoever stops reading ends it, quietly"
{
    yes 'E-204 again'
} 2>/dev/null | {
    "$crib" watch --events /dev/null 2>"$dir/err"
    echo $? >"$dir/status"
} | head -n 1 >"$dir/out"
said 'E-204 again'
[ "$(cat "$dir/status")" -eq 0 ] || fail "status $(cat "$dir/status")"
[ ! -s "$dir/err" ] || fail "said $(cat "$dir/err")"

step "events instead of the bytes"
again
printf 'alarm e204 at P-101\r\nnothing here\nsensor: suction pressure low\nwrite: No space left on device\n' >"$dir/log"
"$crib" watch --json <"$dir/log" >"$dir/out" || fail "status $?"
[ "$(grep -c . "$dir/out")" -eq 3 ] || fail "events: $(cat "$dir/out")"
said '"module":"field-crib/prime-a-pump","title":"Prime a centrifugal pump","minutes":5,"kind":"code","trigger":"E-204","offered":true,"line":"alarm e204 at P-101"'
said '"offered":false,"line":"sensor: suction pressure low"'
said '"kind":"output","trigger":"No space left on device","offered":true'

step "a code of letters alone: a word of its own, as it is written"
again
printf 'write: ENOSPC\nenospc MY_ENOSPC ENOSPC.txt\nerrno=ENOSPC\n' >"$dir/letters"
"$crib" watch --json <"$dir/letters" >"$dir/out" || fail "status $?"
[ "$(grep -c . "$dir/out")" -eq 2 ] || fail "events: $(cat "$dir/out")"
said '"module":"field-crib/disk-full-linux","title":"Free a full disk on Linux","minutes":6,"kind":"code","trigger":"ENOSPC","offered":true,"line":"write: ENOSPC"'
said '"line":"errno=ENOSPC"'
again
"$crib" hint -- dd of=/srv/x ENOSPC >"$dir/out" || fail "status $?"
said 'crib disk-full-linux'

step "colours within a line, as grep marks what it found, part no words; they pass unchanged"
again
printf 'the suction \033[01;31m\033[Kpressure\033[m\033[K low\nE-\033[1m221\033[0m\n' >"$dir/colours"
"$crib" watch --json <"$dir/colours" >"$dir/out" || fail "status $?"
said '"trigger":"suction pressure (low|lost)","offered":true,"line":"the suction \u001b[01;31m'
said '"trigger":"E-221"'
same "$dir/colours"

step "each line of many, wherever the bytes are cut"
awk 'BEGIN {for (i = 0; i < 20000; i++) printf "%*s E-204 %d\n", i % 97, "x", i}' >"$dir/many"
"$crib" watch --json <"$dir/many" >"$dir/out"
[ "$(grep -c '"trigger":"E-204"' "$dir/out")" -eq 20000 ] || fail "$(grep -c . "$dir/out") events"
{
    head -c 70001 "$dir/many"
    sleep 0.2
    tail -c +70002 "$dir/many"
} | "$crib" watch --json >"$dir/out"
[ "$(grep -c '"trigger":"E-204"' "$dir/out")" -eq 20000 ] || fail "$(grep -c . "$dir/out") events"

step "an alarm seldom comes alone: six hints a minute"
again
sed -n 's/^  - code: //p' "$assets"/sample/modules/*.md | sed 's/.*/alarm & raised/' >"$dir/storm"
"$crib" watch --json <"$dir/storm" >"$dir/out"
[ "$(grep -c '"offered":false' "$dir/out")" -gt 6 ] || fail "$(grep -c . "$dir/out") events"
[ "$(grep -c '"offered":true' "$dir/out")" -eq 6 ] || fail "$(grep -c '"offered":true' "$dir/out") offers"
again
"$crib" watch --json <"$dir/log" >"$dir/out"

step "once an hour, also after another run; never is never"
"$crib" watch --json <"$dir/log" >"$dir/out"
said_not '"offered":true'
again
printf 'E-204\n' | "$crib" watch --events "$dir/events" >"$dir/out"
"$crib" hint --why >"$dir/out" || fail "nothing was offered"
said 'in what `crib watch` saw stood what fits its trigger `E-204`'
"$crib" hint --never >"$dir/out" || fail "nothing was offered"
said 'field-crib/prime-a-pump is not offered again'
sed -i 's/^[0-9]*/1700000000000/' "$dir/home/hints" # long ago
"$crib" watch --json <"$dir/log" >"$dir/out"
said '"offered":false,"line":"alarm e204 at P-101"'
again

step "on a terminal: under its line, each module once, and the run's word"
start 80x24 '-u TMUX' sh -c "printf 'alarm E-204\nagain E-204\n' | '$crib' watch; printf 'E-221 without end' | '$crib' watch; cat"
wait_for 'without end'
expect_match '^crib\[[a-z]{6}\]: watching; each line of crib.s own begins with this word$'
word=$(screen | sed -n 's/^\(crib\[[a-z]*\]\): watching.*/\1/p' | head -n 1)
expect "$word: \"Prime a centrifugal pump\" 5 min: crib prime-a-pump"
[ "$(screen | grep -c 'Prime a centrifugal pump')" -eq 1 ] || fail "more than once"
screen | grep -A 1 '^alarm E-204$' | grep -q '"Prime a centrifugal pump"' || fail "not under its line"
expect_match '^crib\[[a-z]{6}\]: "Bearing failure signs"'
[ "$(screen | grep -c 'watching; each line')" -eq 2 ] || fail "not two words"
[ "$(screen | sed -n 's/^\(crib\[[a-z]*\]\): watching.*/\1/p' | sort -u | grep -c .)" -eq 2 ] || fail "twice the same word"
finish

step "a long line is not broken: the hint waits for its end"
again
start 80x24 '' sh -c "{ printf 'E-204 '; head -c 150000 /dev/zero | tr '\\0' x; sleep 0.2; printf 'end\nnext\n'; } | '$crib' watch; cat"
wait_for 'next'
screen | grep -A 1 'xend$' | grep -q '"Prime a centrifugal pump"' || fail "not behind the line's end"
finish

step "a log can't forge it, and starts nothing"
again
printf 'crib[aaaaaa]: "Forged" 5 min: crib forged\n\033[2J\033]0;owned\007\033[31mE-204\033[0m $(touch %s/owned) `touch %s/owned` #(touch %s/owned)\n' \
    "$dir" "$dir" "$dir" >"$dir/hostile"
start 80x24 '' sh -c "'$crib' watch <'$dir/hostile'; cat"
wait_for 'Prime a centrifugal pump'
word=$(screen | sed -n 's/^crib\[\([a-z]*\)\]: "Prime.*/\1/p')
[ -n "$word" ] && [ "$word" != aaaaaa ] || fail "the word is $word"
[ ! -e "$dir/owned" ] || fail "the log was run"
finish
again
"$crib" watch --json <"$dir/hostile" >"$dir/out"
[ "$(grep -c . "$dir/out")" -eq 1 ] || fail "events: $(cat "$dir/out")"
if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$dir/out"; then fail "control bytes in an event"; fi

step "a file that is rotated, cut, and not there yet"
again
rm -f "$dir/out" "$dir/events"
echo 'before E-204' >"$dir/app.log"
"$crib" watch --events "$dir/events" --follow "$dir/app.log" >"$dir/out" 2>"$dir/err" &
follower=$!
expect_line() {
    tries=0
    until grep -q -F -x -e "$1" "$dir/out" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] || { kill $follower; transcript; fail "not followed: $1"; }
        sleep 0.05
    done
}
tries=0
until [ -e "$dir/events" ] || [ $tries -gt 200 ]; do tries=$((tries + 1)); sleep 0.05; done
sleep 0.3
echo 'first' >>"$dir/app.log"
expect_line first
if [ "$(uname -s)" = Linux ]; then # a line passes when it is written; where the machine is busy, the best of some
    best=99
    for i in 1 2 3 4 5; do
        begun=$(date +%s)
        for k in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 \
            31 32 33 34 35 36 37 38 39 40; do
            echo "at once $i.$k" >>"$dir/app.log"
            tries=0
            until grep -q -F -x -e "at once $i.$k" "$dir/out"; do
                tries=$((tries + 1))
                [ $tries -lt 20000 ] || { kill $follower; fail "not followed: at once $i.$k"; }
            done
        done
        took=$(($(date +%s) - begun))
        [ $took -ge $best ] || best=$took
        [ $best -gt 2 ] || break
    done
    [ $best -le 2 ] || fail "forty lines, each once the one before had passed, took $best s"
fi
mv "$dir/app.log" "$dir/app.log.1"
echo 'late, to the old one' >>"$dir/app.log.1"
echo 'new E-221' >"$dir/app.log"
expect_line 'late, to the old one'
expect_line 'new E-221'
: >"$dir/app.log"
sleep 0.5
echo 'cut' >>"$dir/app.log"
expect_line cut
rm "$dir/app.log"
sleep 0.3
echo 'made anew NET-14' >"$dir/app.log"
expect_line 'made anew NET-14'
kill $follower
wait $follower 2>/dev/null
said_not 'before E-204'
[ "$(grep -c -v '^at once' "$dir/out")" -eq 5 ] || fail "lines: $(cat "$dir/out")"
grep -q -F "\"file\":\"$dir/app.log\",\"module\":\"field-crib/ethernet-cable-test\"" "$dir/events" || fail "events: $(cat "$dir/events")"

step "several files; none"
: >"$dir/a.log"
: >"$dir/b.log"
"$crib" watch --follow "$dir/a.log" "$dir/b.log" "$dir/c.log" >"$dir/out" 2>"$dir/err" &
follower=$!
sleep 0.5
echo 'of a' >>"$dir/a.log"
expect_line 'of a'
echo 'of b' >>"$dir/b.log"
expect_line 'of b'
kill $follower
wait $follower 2>/dev/null
said "==> $dir/b.log <=="
complained "crib: not there yet: $dir/c.log: it is waited for"
[ "$(grep -c 'not there yet' "$dir/err")" -eq 1 ] || fail 'a file that is there is called missing'
run "$crib" watch --follow
exited 64
run "$crib" watch --follow "$dir"
exited 66
run "$crib" watch --follow x --pane %1
exited 64

step "a file that another took the place of, and that may not be read yet, is waited for at rest"
mkdir "$dir/locked"
[ "$(id -u)" -eq 0 ] || who=''
[ "$(id -u)" -ne 0 ] || who='setpriv --reuid 65534 --clear-groups' # root may read all
chmod 711 "$dir"
chmod 777 "$dir/locked"
if [ "$(uname -s)" = Linux ] && $who test -x "$crib" -a -w "$dir/locked" 2>/dev/null; then
    echo one >"$dir/locked/log"
    CRIB_HOME=$dir/locked/home $who "$crib" watch --follow "$dir/locked/log" >"$dir/out" 2>/dev/null &
    follower=$!
    reads() { ls -l "/proc/$follower/fd" 2>/dev/null | grep -q 'locked/log'; }
    wait_that 'it is not followed' reads
    rm "$dir/locked/log"
    (umask 777; echo two >"$dir/locked/log")
    reads_no_more() { ! reads; }
    wait_that 'it is read still' reads_no_more
    ticks() { cut -d ' ' -f 14,15 "/proc/$follower/stat" | tr ' ' + ; }
    before=$(ticks)
    sleep 2 # the measure: two seconds of a processor would be 200
    [ $(($(ticks) - ($before))) -lt 60 ] || { kill "$follower"; fail "it takes the processor: $before, $(ticks)"; }
    chmod 644 "$dir/locked/log"
    expect_line two
    kill "$follower"
    wait "$follower" 2>/dev/null
fi

step "the journal: text, bytes, what is no entry; and where there is none"
again
cat >"$dir/journal" <<'END'
{"__REALTIME_TIMESTAMP":"1795852800000000","SYSLOG_IDENTIFIER":"pumpd","_PID":"812","MESSAGE":"alarm E-204\u001b[2J raised"}
{"__REALTIME_TIMESTAMP":"1795852801000000","_COMM":"sh","MESSAGE":[69,45,50,50,49,255]}
no JSON NET-14
{"MESSAGE":null}
END
"$crib" watch --journal --events "$dir/events" <"$dir/journal" >"$dir/out" || fail "status $?"
said 'pumpd[812]: alarm E-204'
said 'sh: E-221'
said 'no JSON NET-14'
if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$dir/out"; then fail "control bytes"; fi
again
"$crib" watch --journal --json <"$dir/journal" >"$dir/out" || fail "status $?"
[ "$(grep -c '"offered":true' "$dir/out")" -eq 3 ] || fail "events: $(cat "$dir/out")"
mkdir "$dir/none"
start 80x24 '' sh -c "PATH='$dir/none' exec '$crib' watch --journal"
wait_for 'crib: no journal here: journalctl: this machine has no such program'
ended 69

step "patterns of a published channel wait for leave"
mkdir "$dir/key" "$dir/vendor" "$dir/vendor/modules"
printf 'id: vendor\nname: Vendor\n' >"$dir/vendor/channel.yaml"
for name in pattern literal; do
    [ $name = pattern ] && trigger='valve [0-9]+ stuck' || trigger='valve is stuck'
    printf -- '---\ntitle: The %s\nproblem: A valve.\noutcome: Free.\nminutes: 2\nstatus: ready\nreviewed: {by: a@example.com, on: 2026-10-02}\ntriggers:\n  - output: %s\n---\n\nText.\n' \
        "$name" "'$trigger'" >"$dir/vendor/modules/$name.md"
done
"$crib" channel key --no-passphrase "$dir/key/k" >/dev/null 2>&1 || fail "no key"
"$crib" publish "$dir/vendor" "$dir/web" --key "$dir/key/k" >"$dir/out" 2>"$dir/err" || { transcript; fail "not published"; }
"$crib" channel add "$dir/web" --key "$dir/key/k.pub" >"$dir/out" 2>"$dir/err" || { transcript; fail "not added"; }
printf 'valve 9 stuck\nvalve is stuck\n' >"$dir/log"
again
"$crib" watch --json <"$dir/log" >"$dir/out"
said '"module":"vendor/literal"'
said_not '"module":"vendor/pattern"'
CRIB_PATTERNS=vendor "$crib" watch --json <"$dir/log" >"$dir/out"
said '"module":"vendor/pattern"'

step "nothing installed: the bytes pass"
CRIB_HOME="$dir/other" "$crib" watch <"$dir/log" >"$dir/out" 2>"$dir/err" || { transcript; fail "status $?"; }
cmp "$dir/log" "$dir/out" || fail "changed"
