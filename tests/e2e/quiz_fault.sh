# The disk refuses to be written while a quiz runs: the screen says so, nothing is confirmed that is not kept, Enter
# tries again, and the answer is in the record once.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"
command -v prlimit >/dev/null || skip 'prlimit is not here'
run "$crib" channel add "$dir/channel"
exited 0

# disk_full [PID]: files of the program can't be written behind their first bytes; disk_free: they can again.
disk_full() {
    prlimit --pid "${1:-$(cat "$this/pid")}" --fsize=100:unlimited || skip 'limits cannot be set'
}
disk_free() {
    prlimit --pid "$(cat "$this/pid")" --fsize=unlimited:unlimited
}

events() {
    run "$crib" audit verify --json
    exited 0
    sed -n 's/.*"events":\([0-9]*\).*/\1/p' "$dir/out"
}

# The milliseconds of the newest answer in the record.
took() {
    sqlite3 "$CRIB_HOME/record.db" 'SELECT ms FROM answer ORDER BY at DESC, position DESC LIMIT 1'
}

step 'an answer'
start 80x24 '' "$crib" quiz at-once
wait_for 'Question 1 of 3'
begun=$(date +%s%N)
kept=$(events)
disk_full
keys 2 Enter
wait_for 'Not saved, Enter tries again'
thought=$((($(date +%s%N) - begun) / 1000000))
expect '2 (•) wrong one'
expect_not 'Not right'

step 'it is not confirmed by trying again either'
keys Enter
wait_for 'Not saved, Enter tries again'
expect_not 'Not right'
[ "$(events)" -eq "$kept" ] || fail 'an event was written'

step 'until the cause is gone'
sleep 1
disk_free
keys Enter
wait_for '✗ Not right'
expect '1 of 3 answered'
expect_not 'Not saved'
[ "$(events)" -eq $((kept + 1)) ] || fail 'the answer is not in the record once'

if command -v sqlite3 >/dev/null; then
    step 'the wait for the disk is not counted as time to think'
    [ "$(took)" -le $((thought + 300)) ] || fail "$(took) ms, of which at most $thought were before Enter"
fi

step 'another answer may be chosen meanwhile'
keys Enter
wait_for 'Question two?'
disk_full
keys 2 Enter
wait_for 'Not saved, Enter tries again'
keys 1
disk_free
keys Enter
wait_for '✓ Right'
[ "$(events)" -eq $((kept + 2)) ] || fail 'the answer is not in the record once'

step 'left while nothing can be written: what was confirmed is kept'
keys Enter
wait_for 'Question three?'
disk_full
keys 1 Enter
wait_for 'Not saved, Enter tries again'
keys Escape
ended 0
start 80x24 '' "$crib" quiz at-once
wait_for 'Question 3 of 3'
expect '2 of 3 answered'

step 'the result'
keys 1 Enter
wait_for '✓ Right'
kept=$(events)
disk_full
keys Enter
wait_for 'Not saved, Enter tries again'
expect_not 'Result'
disk_free
keys Enter
wait_for 'Result'
expect 'Not passed: 66 of 100, 80 needed'
[ "$(events)" -eq $((kept + 1)) ] || fail 'the result is not in the record once'

step 'missed ones that cannot be begun'
disk_full
keys r
wait_for 'Not saved, r tries again'
expect 'Result'
disk_free
keys r
wait_for 'Question 1 of 1'
keys Escape
ended 0

step 'an essay: the judgement stays'
start 80x24 '' "$crib" quiz essay
wait_for 'Describe it.'
type_text 'my words'
keys Enter
wait_for 'A model answer.'
disk_full
keys 2 Enter
wait_for 'Not saved, Enter tries again'
expect '2 (•) partly'
disk_free
keys Enter
wait_for 'Result'
keys Escape
ended 0

step 'as lines: told, with what is kept and how it goes on'
mkfifo "$dir/lines" "$dir/told" # what crib prints must not be a file: it could not grow either
cat <"$dir/told" >"$dir/out" &
reader=$!
"$crib" quiz at-end --plain <"$dir/lines" >"$dir/told" 2>&1 &
plain=$!
exec 3>"$dir/lines"
echo 1 >&3
wait_that 'the second question is not asked' grep -q 'Question 2 of 3' "$dir/out"
disk_full "$plain"
echo 1 >&3
status=0
wait "$plain" || status=$?
wait "$reader"
exec 3>&-
exited 74
said '1 of 3 answered, all saved.'
said 'To go on: crib quiz plant/at-end'
said 'crib: the answer is not saved: '
printf '1\n1\n' | "$crib" quiz at-end >"$dir/out" 2>"$dir/err" || fail 'it does not go on'
said '1 of 3 answered'

step 'the chain holds'
run "$crib" audit verify
exited 0
