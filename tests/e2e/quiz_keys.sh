# Every type of question is answered by keys, in a bank of questions of which nothing is recorded.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

step 'one of several'
start 80x24 '' "$crib" quiz "$dir/all.gift"
wait_for 'Question 1 of 8'
expect 'Which one is 5'
keys Enter
expect 'numbers or arrows choose'
keys 2 Up
expect '1 (•) this one'
keys Enter
expect '✓ Right'
expect 'yes'
expect '1 of 8 answered'

step 'several of several, with the number of the option before its feedback'
keys Enter 1 3 Enter
expect '✗ 3 [x] C'
expect '1: fa'
expect '3: fc'
expect 'general words'
expect 'Right answer: A; B'

step 'true or false'
keys Enter f Enter
expect '✗ Not right'
expect 'Right answer: '

step 'a number with a comma, typed into a box: letters are text there'
keys Enter
wait_for 'How much?'
type_text '3,45q?'
expect '> 3,45q?'
keys Enter
expect 'a number'
keys BSpace BSpace Enter
expect '✓ Right'

step 'a short answer that is pasted'
keys Enter
wait_for 'Who?'
paste_text 'some
body'
expect '> some body'
keys Enter
expect '~ Partly right'
expect 'half'

step 'matching'
keys Enter
wait_for 'Match.'
keys b Enter
wait_for '2 open'
expect_not 'Partly right'
keys a c Enter
expect '✗ 1 [b] one'
expect '✓ 3 [c] three'
expect '~ Partly right'

step 'a missing word stands in its gap'
keys Enter 2
expect 'A pump makes [flow], nothing else.'
keys 1 Enter
expect 'A pump makes [head], nothing else.'
expect '✓ Right'

step 'an essay is compared and judged'
keys Enter
wait_for 'Describe it.'
type_text 'my words'
keys Enter
expect 'A model answer.'
keys Enter
expect '1 not yet, 2 partly, 3 got it'
keys 3 Enter

step 'a description is read'
wait_for 'Only read this.'
keys Space

step 'the result'
wait_for 'Result'
expect '4 of 8 right'
expect 'Right answer'
expect 'r retry the missed'
keys r
wait_for 'Question 1 of 4'
keys Escape
ended 0
[ ! -e "$CRIB_HOME/record.db" ] || fail 'a record was made'

step 'narrow screens'
start 20x5 '' "$crib" quiz "$dir/all.gift"
wait_for 'Question 1 of 8'
keys 2 Enter
expect 'Not right'
resize 80x24
wait_for '2 (•) that one'
resize 40x12
wait_for 'Not right'
wait_gone 'nothing is recorded'

step 'a terminal without UTF-8'
start 80x24 'TERM=vt220 LC_ALL=C LANG=C' "$crib" quiz "$dir/all.gift"
wait_for 'Question 1 of 8'
keys 2 Enter
expect 'x Not right'
expect '2 (*) that one'
