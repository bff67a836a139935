# From 20x5 to 200x60, at any moment: what is selected says what it is good for, and where one is stays readable.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0
start 80x24 '' "$crib"
wait_for '49 installed'
type_text 'P-101'
wait_for 'Find: P-101'

step "hub, 20x5: the problem of what is selected"
resize 20x5
wait_for 'delivers no flow.'
expect 'Find: P-101'
expect 'The pump runs but'
expect_match '▸ Prime .*…' # what is cut says so
expect 'Enter open'

step "hub, 40x12: problem and outcome"
resize 40x12
wait_for 'The pump runs but delivers no flow.'
expect 'Fill it safely'

step "hub, 100x8: beside the list"
resize 100x8
wait_for '│ The pump runs'
expect 'Fill it safely'

step "hub, 200x60"
resize 200x60
wait_for '1 Before you start'
expect 'Quiz: 5 questions'
expect 'Suction valve fully open'
keys C-u
type_text 'say five things'
expect_match '│ 1\. Who and where'
keys Escape
type_text 'P-101'

step "hub, smaller than anything"
resize 8x2
sleep 0.2
resize 1x1
sleep 0.2
resize 80x24
wait_for 'Quiz: 5 questions'

step "reader: keeps its place"
keys Enter
wait_for ' of 5'
keys g
wait_for '1 of 5'
keys o
wait_for outline
keys Down Enter
wait_for '› Bleed the casing'
for size in 20x5 40x12 200x60 1x1 80x24; do
    resize "$size"
    sleep 0.2
done
wait_for '› Bleed the casing'
expect '2 of 5'

step "reader: the way out stays beside a hint"
resize 46x20
wait_gone '? help'
wait_for 'Esc back'
expect 'of 5 read'
resize 80x24
wait_for '? help'

step "every other screen, small and large"
for key in '?' o m w '!' C-x /; do
    keys "$key"
    for size in 20x5 1x1 200x60 80x24; do
        resize "$size"
        sleep 0.1
    done
    settle
    keys Escape
    sleep 0.1
done
wait_for '› Bleed the casing'
keys C-c
ended 0
