# The mouse, as newer terminals report it: clicks and the wheel act; a report that stops half-way keeps nobody waiting.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0

# report BYTES: as the terminal sends it, in hexadecimal
report() {
    # shellcheck disable=SC2086 # each byte is a word
    on_tmux send-keys -H $1
}

step 'a click selects, a second one opens; the wheel moves'
start 80x24 'TERM=xterm-256color CRIB_MOUSE=yes' "$crib"
wait_for '▸ A service will not start'
report '1b 5b 3c 30 3b 35 3b 36 4d 1b 5b 3c 30 3b 35 3b 36 6d' # press and release at column 5, row 6
wait_for '▸ Change a UPS battery'
report '1b 5b 3c 36 35 3b 35 3b 36 4d' # wheel down
wait_for '▸ Check a 4'
report '1b 5b 3c 36 34 3b 35 3b 36 4d'
wait_for '▸ Change a UPS battery'
report '1b 5b 3c 30 3b 35 3b 36 4d'
wait_for 'Space on'
keys C-c
ended 0

step 'half a report is no text, and holds up neither keys nor the end'
run env TERM=xterm-256color CRIB_MOUSE=yes "$pty" size:80x24 quiet key:'\e[<0;5' key:'\x0c' signal:TERM -- "$crib"
said 'end: status 0'
said_not 'key \x0c: 0 bytes'
