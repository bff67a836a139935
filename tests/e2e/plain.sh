# Linear text for screen readers: all that the screens do is a word in a dialogue of lines, through a pipe and on a
# terminal that only appends; nothing but text is sent.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0

# talk LINES: what they bring, in $dir/out; both streams.
talk() {
    status=0
    printf '%b' "$1" | TERM=dumb "$crib" --plain >"$dir/out" 2>&1 || status=$?
    [ "$status" -eq 0 ] || { transcript; fail "exit status $status"; }
    ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$dir/out" || fail "something that is not text"
}

step "nobody answers: all in one go"
run "$crib" --plain
exited 0
said 'crib: 49 installed, 49 for you.' # as the hub counts
said 'And 16 pages: `crib find WORDS` finds them'

step "words find, numbers open, each prompt says where one is"
talk 'pump no flow\n1\nquit\nquit\n'
said ' for pump no flow.'
said '1. Prime a centrifugal pump, 5 min, new. '
said 'Prime a centrifugal pump. Module, 5 minutes, 5 sections, 0 read, quiz of 5 questions.'
said 'The pump runs but delivers no flow.'
said 'Section 1 of 5: Before you start.'
said 'DANGER: Stop it and lock out the drive'
said 'Prime a centrifugal pump, 1 of 5: '

step "a list is read out ten at a time"
talk 'list\nmore\n11\nback\n'
said '10. '
said ' more: Enter, or more.'
said '11. '

step "a question lets go of what is no answer to it, and that acts"
talk 'bearing failure\n1\nback\nnews\nbearing failure\n1\nback\nopen ups-battery-change\nback\nback\ncrib show prime-a-pump#start\n'
said 'Did this solve it? y or n, Enter for no answer: '
said 'Change a UPS battery. Module'
said 'Section 1 of 7: Whose job is it?'
said_not '?.'
said '## Start and listen'
run "$crib" learner export
said_not 'module.solved' # news begins with n, and is no answer

step "what nobody knows is said"
talk 'xyzzyx qwv\n99\n'
said 'Nothing fits.'
said 'There is no line 99; the list has 0.'

step "filters"
talk 'stage operate\nstate passed\nclear\nformat micro\nmodules\nall\nrole nobody-has-it\n'
said 'Only stage operate.'
said 'crib [operate]: '
said 'Only state passed.'
said 'Nothing fits these filters; clear takes them back.'
said 'No filter.'
said 'Only format micro.'
said 'Modules only.'

step "the reader: sections, outline, search, links, why, notes; what is read is kept"
talk 'open prime-a-pump\n2\nprevious\nagain\noutline\nsearch bubbles\nlinks\nfollow 1\nback\nwhy\ndone\n9\nnonsense\nnote The valve is stiff\nback\nnotes\nopen prime-a-pump\n'
said 'Section 2 of 5: Bleed the casing.'
said '1. Before you start, here'
said '2. Bleed the casing'
said 'In 1 section.'
said '1. lock-out-tag-out.md#isolate'
said 'Lock out and tag out before you touch. Module'
said 'Back in Prime a centrifugal pump.'
said 'Section 4 of 5: Why air stops it.'
said 'There is no such section; there are 5.'
said 'Not understood: nonsense.'
said 'noted on field-crib/prime-a-pump#'
said 'The valve is stiff'
said '5 sections, 1 read'
run "$crib" list --json
said '"state":"begun","signoff":null,"sections":5,"sections_done":1'

step "a quiz in the dialogue, left and gone on with"
talk 'open prime-a-pump\nquiz\n1\n.\nback\nquit\n'
said 'Question 1 of 5'
said 'Stopped: 1 of 5 answered, all saved.'
talk 'quiz prime-a-pump\n.\nrecall\nnews\nstatus\n'
said 'You go on where you stopped: 1 of 5 answered.'

step "whatever has no word of its own is a command of crib's"
talk 'version\nreport\nfor --code E-204\nsync\ncommands\nhelp quiz\nhelp\n'
said 'crib 0'
said 'prime-a-pump'
said 'field-crib'
said 'Words alone are looked for.'

step "hostile titles are text"
mkdir -p "$dir/evil/modules"
printf 'id: evil\niri: https://example.com/e\nname: E\n' >"$dir/evil/channel.yaml"
printf -- '---\ntitle: "A\\e[31mB\\a %%s%%n"\nproblem: "P\\e]0;x\\a"\noutcome: O.\nminutes: 3\n---\n## A\033[2Jb\n\nText \033[31m.\n' >"$dir/evil/modules/evil.md"
run "$crib" channel add "$dir/evil"
talk 'open evil/evil\nback\nfind evil\n'
said '%s%n'

step "on a terminal that only appends"
start 80x50 'TERM=dumb' "$crib"
wait_for 'installed, '
wait_for 'crib:'
type_text 'hydraulic leak'
keys Enter
wait_for '1. Find and handle a hydraulic leak'
type_text 1
keys Enter
wait_for 'Find and handle a hydraulic leak, 1 of'
keys Enter
wait_for ', 2 of'
type_text help
keys Enter
wait_for 'links names what'
expect 'reads that section.' # no word is cut at the edge
type_text quiz
keys Enter
wait_for 'A line with a dot alone stops.'
keys C-d
wait_for 'Stopped: 0 of'
type_text back
keys Enter
wait_for 'Did this solve it?'
keys Enter
wait_for 'crib:'
keys C-d
ended 0

step "a screen's bytes never come"
TERM=xterm-256color run "$crib" --plain
! LC_ALL=C grep -q "$(printf '\033')" "$dir/out" || fail "an escape sequence"
