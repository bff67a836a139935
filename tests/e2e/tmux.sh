# crib in tmux, by assets/tmux/crib.conf: a key table, what is selected opened in a popup, a word for the status line.
. "${0%/*}/lib.sh"

case $(tmux -V) in tmux\ [0-2].* | tmux\ 3.[01]*) skip "this tmux has no popups" ;; esac
run "$crib" channel add "$assets/sample"
exited 0
printf 'set -g mode-keys vi\nset -g assume-paste-time 0\nset -g status-right "[#(crib motd --tmux)]"\nset -g status-interval 1\nsource-file %s\n' \
    "$assets/tmux/crib.conf" >"$dir/inner.conf"
printf 'exec env PS1="ready$ " sh\n' >"$dir/shell"
inner() {
    start 100x30 "-u TMUX PATH='$build:$PATH'" tmux -u -L crib-inner -f "$dir/inner.conf" new-session "sh $dir/shell"
    wait_for 'ready$'
}
inner_finish() { # a server outlives its terminal
    env -u TMUX tmux -L crib-inner kill-server 2>/dev/null
    finish
}
trap 'inner_finish; rm -rf "$dir"' EXIT

popup_closed() {
    keys C-c
    wait_gone '┘'
}

step "the hub in a popup, which closes with it"
inner
expect_not 'crib.conf:'
expect '[]' # nothing is fading
keys C-b K
keys h
wait_for 'Debug Modbus TCP'
expect_match '^re' # the shell is still around it
popup_closed

step "nothing fading is said, until a key; watching is said too"
keys C-b K
keys r
wait_for 'Nothing is fading'
wait_for '(Enter closes it)'
keys Enter
wait_gone '┘'
keys C-b K
keys w
wait_for 'crib: watching this pane'
wait_gone 'watching this pane'

step "what is asked for"
keys C-b K
keys o
wait_for 'crib:'
type_text 'E-204'
keys Enter
wait_for 'The pump runs but delivers no flow'
popup_closed

step "what is selected, and nothing of it is run"
enter_line() {
    on_tmux send-keys -l -- "$1" \; send-keys Enter
}
# shellcheck disable=SC2016
printf '%s\n' '$(touch pwned)`touch pwned`";touch pwned;#{pane_id};' >"$dir/log"
enter_line "cd $dir; clear; cat log"
wait_for 'touch pwned'
keys C-b [
keys k 0
keys V K
wait_for 'Find: $(touch pwned)`touch pwned`"touch pwned#{pane_id}'
[ ! -e "$dir/pwned" ] || fail "a selection was run"
popup_closed
enter_line 'clear; echo E-204'
wait_match '^E-204'
keys C-b [
keys k 0
keys V K
wait_for 'delivers no flow'
popup_closed

step "what the pane shows"
enter_line 'clear; echo E-204'
wait_match '^E-204'
keys C-b K
keys K
wait_for 'delivers no flow'
popup_closed

step "a hint stands on the status line for its own time, whatever came before it"
rm -f "$dir/home/hints" "$dir/home/hints.known"
enter_line 'clear; crib watch -- sh -c "echo E-204; read x; echo NET-14; read x"'
wait_for 'crib: "Prime a centrifugal pump"'
sleep 11
keys Enter
wait_for 'crib: "Test a copper Ethernet cable"'
since=$(date +%s)
sleep 6 # the first one's time is over
now=$(date +%s)
[ $((now - since)) -gt 11 ] || expect 'crib: "Test a copper Ethernet cable"' # where the machine is not too slow to tell
wait_gone 'crib: "Test a copper Ethernet cable"'
keys Enter
inner_finish

step "the status line says what is fading"
mkdir -p "$dir/src/modules"
printf 'id: plant\nname: Plant\n' >"$dir/src/channel.yaml"
printf -- '---\ntitle: Valve\nproblem: It stays shut.\noutcome: It opens.\nminutes: 2\n---\n\n## Open\n\nTurn.\n\n```gift\n::A:: Is it? {T}\n```\n' \
    >"$dir/src/modules/valve.md"
run "$crib" channel add "$dir/src"
printf 'T\n' | "$crib" quiz --plain valve >/dev/null || fail "not passed"
export CRIB_CLOCK=2027-03-23T12:00:00Z
inner
wait_for '[crib: 1 fading]'
inner_finish
