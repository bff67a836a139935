# What is chosen by a key holds, follows the channel's order, and is still there the next time.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0

step "stages in the order of the work"
start 80x24 '' "$crib"
wait_for '49 installed'
for stage in install commission operate maintain troubleshoot any install; do
    keys C-v
    wait_for "stage: $stage"
done
expect 'crib   install'
keys C-v
wait_for 'crib   commission'
keys Tab
wait_for 'Stage of the work'
settle
[ "$(screen | sed -n 's/^...\[.\] \(install\|commission\|operate\|maintain\|troubleshoot\) .*/\1/p' | tr '\n' ' ')" = \
    'install commission operate maintain troubleshoot ' ] || fail 'the filters follow another order'
keys Escape

step "several filters in one go"
keys Tab
wait_for '[x] No filter'
keys Down Down Down Space
wait_for '[x] operate'
expect '[ ] No filter'
keys Down Space
wait_for '[x] maintain'
expect '[ ] operate'
keys Down Down Down Down Down Space
wait_for '[x] passed'
keys Enter
wait_for '[maintain] [passed]'
expect 'Nothing fits these filters.'
keys Tab
wait_for '[x] passed'
keys Home Space
wait_for '[x] No filter'
expect '[ ] passed'
keys Escape
wait_gone '[maintain]'

step "the number beside a filter is what it leaves of what is found, the others as they are"
left() {
    screen | sed -n "s/^...\[.\] $1  .* \([0-9]*\)\$/\1/p"
}
type_text 'pump'
wait_for 'Find: pump'
keys Tab
wait_for 'Stage of the work'
settle
alone=$(left install)
keys Down Space
wait_for '[x] install'
settle
[ "$(left install)" = "$alone" ] || fail "a filter that is set counts itself: $(left install), not $alone"
both=$(left course)
[ "$both" -ge 1 ] && [ "$both" -le "$alone" ] || fail "course: $both of $alone"
keys Enter
wait_for "$alone of 49"
keys Tab
wait_for '[x] install'
type_text '/'
type_text 'course'
keys Enter
wait_for '[install] [course]'
wait_for "$both of 49"
keys Escape Escape
wait_gone '[course]'
keys Escape
wait_gone 'Find: pump'

step "a theme"
keys C-t
wait_for 'theme: light'
keys C-t
wait_for 'theme: 16'
keys C-c
ended 0

step "both are kept, and config says where"
run "$crib" config
exited 0
said 'chosen.yaml'
run "$crib" config --json
said '"theme":{"value":"16","origin":"chosen"'
said '"stage":{"value":"commission","origin":"chosen"'
[ ! -e "$dir/home/config.yaml" ] || fail "a key wrote the user's file"
start 80x24 '' "$crib"
wait_for 'crib   commission'
keys C-t
wait_for 'theme: mono'
keys C-c
ended 0

step "what the user has written wins, and stays as written"
printf '# mine\ntheme: light # by day\nstage: operate\n' >"$dir/home/config.yaml"
cp "$dir/home/config.yaml" "$dir/before"
start 80x24 '' "$crib"
wait_for 'crib   operate'
keys C-t
wait_for 'theme: 16 (for now: config.yaml says light)'
keys C-t
wait_for 'theme: mono (for now: config.yaml says light)'
keys C-v
wait_for 'stage: maintain (for now: config.yaml says operate)'
keys C-c
ended 0
cmp "$dir/home/config.yaml" "$dir/before" || fail "the user's file was changed"
run "$crib" config --json
said '"theme":{"value":"light","origin":"user"'

step "where nothing can be kept the choice holds all the same"
rm "$dir/home/config.yaml" "$dir/home/chosen.yaml"
mkdir "$dir/home/chosen.yaml"
start 80x24 '' "$crib"
wait_for '49 installed'
keys C-v
wait_for 'stage: install (for now'
expect 'crib   install'
keys C-c
ended 0

step "what was begun is offered, whosever role it is for"
start 80x24 '' "$crib"
wait_for '49 installed'
type_text 'E-204'
wait_for 'Find: E-204'
keys Enter
wait_for '1 of 5'
keys C-c
ended 0
start 80x24 'CRIB_ROLES=network-technician' "$crib"
wait_for 'Go on'
expect 'Prime a centrifugal pump'
keys C-c
ended 0
