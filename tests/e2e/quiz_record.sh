# A quiz and the record: feedback as the module says, going on after SIGKILL, the missed ones again, previews.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"
run "$crib" channel add "$dir/channel"
exited 0

step 'feedback after each answer'
start 80x24 '' "$crib" quiz at-once
wait_for 'Question 1 of 3'
keys 2 Enter
expect '✗ Not right'
expect 'bad one'
expect 'Right answer: right one'
expect 's opens the section: First things'

step 's opens the section, Esc comes back'
keys s
wait_for 'The first section says one.'
keys Escape
wait_for 'Right answer: right one'

step 'killed, and opened again: it goes on at the next question'
keys Enter
wait_for 'Question two?'
signal KILL
ended 137
start 80x24 '' "$crib" quiz at-once
wait_for 'Question 2 of 3'
expect 'You go on where you stopped: 1 of 3 answered.'
keys 1 Enter
wait_for '✓ Right'

step 'the module changes meanwhile: the quiz goes on with the text that it was started on'
keys Escape
ended 0
sed -i.old 's/Question three?/Question three, changed?/' "$dir/channel/modules/at-once.md"
rm "$dir/channel/modules/at-once.md.old"
run "$crib" sync
exited 0
start 80x24 '' "$crib" quiz at-once
wait_for 'Question 3 of 3'
expect 'Question three?'
keys 1 Enter Enter

step 'the result: not passed, and what was missed'
wait_for 'Result'
expect 'Not passed: 66 of 100, 80 needed'
expect '✗ 1  q1'
expect 'Right answer: right one'

step 'the missed ones again'
keys r
wait_for 'Question 1 of 1'
expect 'missed ones'
keys 1 Enter Enter
wait_for 'Practice: 1 of 1 right'

step 'the whole quiz again, passed'
keys a
wait_for 'Question 1 of 3'
keys 1 Enter Enter
wait_for 'Question two?'
keys 1 Enter Enter
wait_for 'Question three, changed?'
keys 1 Enter Enter
wait_for 'Passed with 100 of 100'
expect 'come back'
keys Escape
ended 0
run "$crib" list --state passed
said 'at-once'
run "$crib" audit verify
exited 0

step 'feedback at the end'
start 80x24 '' "$crib" quiz at-end
wait_for 'Question 1 of 3'
keys 2 Enter
wait_for 'Question two?'
expect_not 'bad one'
keys 1 Enter
wait_for 'Question three?'
keys 1 Enter
wait_for 'Result'
expect 'Right answer: right one'
expect 'bad one'
keys Escape
ended 0

step 'no feedback at all'
start 80x24 '' "$crib" quiz never
wait_for 'Question 1 of 3'
keys 2 Enter
wait_for 'Question two?'
keys 1 Enter
wait_for 'Question three?'
keys 1 Enter
wait_for 'Result'
expect '✗ 1  q1'
expect_not 'Right answer'
expect_not 'bad one'
keys Escape
ended 0

step 'some weeks later it comes back as a recall'
CRIB_CLOCK=2027-01-23T12:00:00Z
run "$crib" recall --list
said 'plant/at-once'
said 'chance'
printf '' | "$crib" recall >"$dir/out" 2>"$dir/err" || fail 'an offer, not a debt'
said 'Question 1 of 3, from Module at-once'
start 80x24 "CRIB_CLOCK=$CRIB_CLOCK" "$crib" recall
wait_for 'Recall › Question 1 of 3'
expect 'Module at-once'
keys 1 Enter
wait_for '1 of 3 answered'
keys Enter 1 Enter
wait_for '2 of 3 answered'
keys Enter 1 Enter
wait_for '3 of 3 answered'
keys Enter
wait_for 'You still know'
keys Escape
ended 0
run "$crib" recall
exited 0
said 'Nothing is fading'
run "$crib" audit verify
exited 0

step 'what was finished elsewhere meanwhile takes no more answers, and says so'
start 80x24 "CRIB_CLOCK=$CRIB_CLOCK" "$crib" quiz never
wait_for 'Question 1 of 3'
printf '1\n1\n1\n' | "$crib" quiz never --plain >"$dir/out" 2>"$dir/err"
said 'Passed'
keys 1 Enter
wait_for 'Not saved: it was finished or begun anew elsewhere. Esc leaves.'
keys Escape
ended 0
run "$crib" audit verify
exited 0

step 'a preview records nothing'
cp "$CRIB_HOME/record.db" "$dir/before.db"
start 80x24 '' "$crib" preview "$dir/channel"
wait_for 'Module at-once'
type_text 'at-once'
keys Enter
wait_for 'The first section says one.'
keys q
wait_for 'nothing is recorded'
keys 1 Enter
wait_for '✓ Right'
signal TERM
ended 0
cmp -s "$CRIB_HOME/record.db" "$dir/before.db" || fail 'the record changed'
