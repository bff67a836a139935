# The hub's keys: nobody gets lost between typing and moving, and a scanned code always arrives.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0

step "arrows move, letters stay text"
start 80x24 '' "$crib"
wait_for '49 installed'
keys Down Down
type_text 'P-101'
wait_for 'Find: P-101'
expect_match '▸ Prime a centrifugal pump'
keys Down
expect_match '▸ Isolation points of pump P-101'
type_text 'x'
wait_for 'Find: P-101x'
keys Escape
wait_gone 'P-101x'

step "keys that the terminal's description doesn't name are no Escape with letters behind it"
type_text 'pump'
wait_for 'Find: pump'
esc=$(printf '\033')
type_text "$esc[I$esc[27;5;13~$esc[1;2Q" # focus, Ctrl-Enter, Shift-F2: nothing
type_text "$esc[1;5D" # Ctrl-Left, as the arrow
type_text 'x'
wait_for 'Find: pumxp'
type_text "$esc[3;5~"
wait_for 'Find: pumx '
type_text "$esc" # the Escape key, with another behind it, as a fast hand does
wait_gone 'pumx'
type_text "$esc$esc[B"
expect_match '▸ Bearing failure signs'
keys Up

step "Home and End in the empty box go through the list"
keys End
expect_match '▸ .* page'
keys Home
expect_match '▸ A service will not start'

step "Escape with nothing to leave says how to leave"
keys Escape
wait_for 'Ctrl-C leaves crib'

step "letters as keys, until / or Escape"
keys C-k
wait_for 'Letters are keys now'
type_text 'jj'
expect_match '▸ Change a UPS battery'
keys Escape
type_text 'jj'
wait_for 'Find: jj'
keys Escape C-k
wait_for 'Letters are keys now'

step "what is no key is text: a scanned code"
type_text 'e-204'
wait_for 'Find: e-204'
expect_match '▸ Prime a centrifugal pump'
keys Enter
wait_for '1 of 5'
keys Escape
wait_for 'Find: e-204'
keys Escape

step "the last row names no key that would do nothing"
expect 'Enter open'
type_text 'qqqqqqq'
wait_for '0 of 49'
wait_gone 'Enter open'
expect 'Esc clear'
keys Escape
wait_for 'Enter open'

step "where hardly anything fits, that is said"
type_text 'pump zzzzqqqq'
wait_for 'Nothing fits all of it. The nearest:'
expect_match '▸ '
keys Escape
wait_gone 'The nearest'

step "a paste is text, never commands"
keys C-k
paste_text 'seal
jq'
wait_for 'Find: seal jq'
expect_not 'stage'
keys Escape

step "keys that come in a flood all count, and are not searched for one by one"
awk 'BEGIN { for (i = 0; i < 60000; i++) printf "s\b"; printf "seal" }' >"$dir/flood"
on_tmux load-buffer "$dir/flood" \; paste-buffer
wait_for 'Find: seal'
keys Escape
wait_gone 'Find: seal'

step "a role's filter is taken back whole"
keys Tab
wait_for 'Filters'
type_text '/'
type_text 'electrician'
keys Enter
wait_for '[electrician]'
expect_not '[all roles]'
keys Tab
wait_for 'No filter'
keys Escape
wait_for '[electrician]'
keys Escape
wait_gone '[electrician]'
expect_not '[all roles]'

step "the palette: type a name"
keys C-x
wait_for 'type a part of a name'
type_text 'them'
keys Enter
wait_for 'theme: '
keys C-x
wait_for 'Narrow:'
keys C-x
type_text 'join'
wait_match 'join a session'
keys C-g
wait_gone 'Narrow: join'
type_text 'zz'
wait_for 'Narrow: zz'
keys Escape
wait_gone 'zz'
keys Escape
wait_for 'Find:'

step "leaving"
keys C-c
ended 0
