# The reader: searching within, what is new, its help.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0
start 80x24 '' "$crib" bearing-failure-signs
wait_for '1 of 6'

step "found while it is typed; Escape goes back to where it began"
keys /
type_text 'glitter'
wait_for 'Find here: glitter'
expect 'glitter, water'
type_text 'zz'
wait_for 'Not on this page'
expect 'Find here: glitterzz'
keys Escape
wait_gone 'Find here'
expect_match '^ +Bearing failure signs$'

step "the bottom line names the keys that go on, until Escape"
keys /
type_text 'glitter'
keys Enter
wait_for 'n next match'
keys Escape
wait_for 'o outline'
expect_not 'next match'

step "n goes through all matches and round the end"
keys G
settle
keys /
type_text 'bearing failure signs'
keys Enter
wait_for 'on from the start'
expect_match '^ +Bearing failure signs$'
keys n
settle
keys n
wait_for 'on from the start'

step "what's new opens from here"
keys w
wait_for "What's new"
keys Escape
wait_for '1 of 6'

step "all keys"
keys '?'
wait_for 'Keys: reader'
expect_not 'Enter open  '
keys Escape

step "every command of the palette does something, and Escape leads back"
for command in outline "what's new" notes help theme search; do
    keys C-x
    wait_for 'Commands'
    type_text "$command"
    settle
    keys Enter
    wait_gone 'Commands'
    settle
    case $command in
    theme) expect 'theme: ' ;;
    search) expect 'Find here:' ;;
    help) expect 'Keys: reader' ;;
    notes) expect 'Field notes' ;;
    outline) expect 'outline' ;;
    *) expect "What's new" ;;
    esac
    [ "$command" = theme ] || keys Escape
    wait_for '1 of 6'
done

step "a note is written here, and leads back here"
keys '!'
wait_for 'A note on this section'
keys u
wait_for 'What is unclear:'
type_text 'the mark is blue'
keys Enter
wait_for 'Noted'
keys Escape
wait_for 'Find:'
keys C-e
wait_for 'the mark is blue'
keys Enter
wait_for '1 of 6'
keys C-c
ended 0

step "a note in a preview says that it is not kept"
start 80x24 '' "$crib" preview "$assets/sample"
wait_for 'Find:'
type_text 'prime'
keys Enter
wait_for '1 of '
keys '!'
wait_for 'A note on this section'
keys Enter
wait_for 'What is wrong:'
type_text 'gone with the preview'
keys Enter
wait_for 'it is not kept'
finish
