# A quiz that was left half-way, of a module that the channel withdrew since: the text that it was begun on is kept in the
# record, and the person finishes what they began.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which a kiosk refuses

# answer WORDS COMMAND...: the words are lines of standard input
answer() {
    lines=$1
    shift
    status=0
    printf '%b' "$lines" | "$@" >"$dir/out" 2>"$dir/err" || status=$?
}

minute=0
# One module of these asks for a sign-off.
sed -i.old 's/^quiz:.*/quiz: {pass: 80, shuffle: false}\nsign_off: true/' "$dir/channel/modules/never.md"
rm "$dir/channel/modules/never.md.old"
run "$crib" channel add "$dir/channel"
exited 0
for module in at-once at-end never; do # one after the other
    CRIB_CLOCK="2026-11-23T12:0$((minute += 1)):00Z"
    answer '2\n' "$crib" quiz "$module"
    exited 1
    said 'Stopped: 1 of 3 answered, all saved.'
done

step 'the channel withdraws them'
mkdir "$dir/withdrawn"
mv "$dir/channel/modules/at-once.md" "$dir/channel/modules/at-end.md" "$dir/channel/modules/never.md" "$dir/withdrawn"
run "$crib" sync
exited 0
run "$crib" show plant/at-once
exited 66

step 'by its id, in lines: it goes on, and says why there is nothing to read'
answer '1\n' "$crib" quiz at-once
exited 1
said 'Module at-once: 3 questions; you pass with 80 of 100.'
said 'You go on where you stopped: 1 of 3 answered.'
said 'This module is withdrawn from its channel: you finish what you began.'
said 'Question two?'
said_not 'Question one?'
said_not 'To read:'
said 'To go on: crib quiz plant/at-once'

step 'it can be gone on with, and no more'
for option in --again --missed --sign --list; do
    run "$crib" quiz plant/at-once "$option"
    exited 66
    complained 'withdrawn from its channel'
    complained '`crib quiz plant/at-once` goes on with it'
done

step 'of a sign-off nothing is told, and nothing can be signed'
answer '1\n1\n' "$crib" quiz plant/never
exited 1
said 'Not passed'
said_not 'Missed'
said_not '--sign'
said_not 'crib quiz plant/never'

step 'the hub offers it'
start 80x24 '' "$crib"
wait_for 'You left a quiz half-way: Module at-'
expect '(withdrawn from its channel)'
keys Enter
wait_for 'Question two?'
expect 'You go on: 1 of 3 answered. The module is withdrawn from its channel.'
keys Escape
wait_for 'half-way'
keys C-c
ended 0

step 'on the screen: dim words, no section, no sign-off, not again'
start 80x24 '' "$crib" quiz plant/at-once
wait_for 'Question 3 of 3'
expect 'withdrawn from its channel'
keys 1 Enter
wait_for '✓ Right'
expect_not 's section'
keys s
wait_for 'withdrawn'
keys Enter
wait_for 'Not passed: 66 of 100, 80 needed'
expect 'withdrawn from its channel: the result is kept and reported'
expect_not 'whole quiz'
expect_not 'retry'
keys a
expect 'Result'
keys r
expect 'Result'
keys c
expect 'Result'
keys Escape
ended 0

step 'what is finished is over'
run "$crib" quiz at-once
exited 66
run "$crib" audit verify
exited 0

step 'a channel that is gone is told as that'
run "$crib" channel remove plant
exited 0
answer '1\n1\n' "$crib" quiz plant/at-end
exited 1
said 'This module is not on this device: you finish what you began.'
said 'Not passed: 66 of 100, 80 needed'

step 'an attempt whose text is kept no more is not offered'
mv "$dir/withdrawn/at-end.md" "$dir/channel/modules"
run "$crib" channel add "$dir/channel"
exited 0
answer '2\n' "$crib" quiz at-end
said 'Stopped: 1 of 3 answered, all saved.'
rm "$dir/channel/modules/at-end.md"
run "$crib" sync
exited 0
sqlite3 "$dir/home/record.db" "DELETE FROM content WHERE hash = (SELECT content FROM attempt WHERE state = 0)"
run "$crib" quiz at-end
exited 66
complained 'nothing fits: at-end'
start 80x24 '' "$crib"
wait_for 'Find:'
expect_not 'half-way'
keys C-c
ended 0

step 'what fades of a module that is gone is not offered, until it comes back'
mv "$dir/withdrawn/never.md" "$dir/channel/modules"
run "$crib" sync
exited 0
answer '1\n1\n1\n' "$crib" quiz never
exited 0
CRIB_CLOCK=2027-02-01T12:00:00Z
run "$crib" recall --list
said 'plant/never'
run "$crib" motd
said 'fading'
mv "$dir/channel/modules/never.md" "$dir/withdrawn"
run "$crib" sync
run "$crib" recall --list
said_not 'plant/never'
said 'Nothing is fading'
run "$crib" motd
said_not 'fading'
start 80x24 '' "$crib"
wait_for 'Module essay'
expect_not 'Fading'
keys C-c
ended 0
mv "$dir/withdrawn/never.md" "$dir/channel/modules"
run "$crib" sync
start 80x24 '' "$crib"
wait_for 'Fading: two minutes of questions from 1 module'
keys C-c
ended 0

badge_in() {
    wait_for 'Scan your badge'
    type_text 'Ada Adams'
    keys Enter
    wait_for "$1"
}

step 'in a kiosk it is offered at the next badge-in'
printf 'kiosk:\n  name: Pump works\n  idle: 5 min\n' >"$dir/home/config.yaml"
mv "$dir/withdrawn/at-once.md" "$dir/channel/modules"
run "$crib" channel add "$dir/channel"
exited 0
start 80x24 '' "$crib" kiosk
badge_in 'Find:'
type_text 'module at-once'
wait_for 'Module at-once'
settle
keys C-q
wait_for 'Question one?'
keys 1 Enter
wait_for 'good one'
keys Enter
wait_for 'Question two?'
keys C-c
wait_for 'Badged out'
rm "$dir/channel/modules/at-once.md"
run "$crib" sync
exited 0
badge_in 'You left a quiz half-way: Module at-once'
expect '1 of 3 answered'
keys Enter
wait_for 'Question two?'
expect 'The module is withdrawn from its channel.'
keys 1 Enter
wait_for '✓ Right'
keys Enter
wait_for 'Question three?'
keys 1 Enter
wait_for '✓ Right'
keys Enter
wait_for 'Passed with 100 of 100'
keys C-c
wait_for 'Badged out'
badge_in 'Find:'
expect_not 'half-way'
finish
