# Terminals that vanish and signals: the program ends, with its place kept, and never spins.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0

for name in TERM HUP INT; do
    step "SIG$name in the reader"
    rm -rf "$dir/home/record.db"*
    start 80x24 '' "$crib" prime-a-pump
    wait_for '1 of 5'
    keys o Down Enter
    wait_for '2 of 5'
    signal $name
    ended 0
    start 80x24 '' "$crib" prime-a-pump
    wait_for '2 of 5'
    keys C-c
    ended 0
done

step "a terminal that is gone"
for nohup in '' nohup; do
    # shellcheck disable=SC2086 # no word where it is empty
    run "$pty" $nohup size:80x24 quiet key:pump key:'\r' key:' ' close -- "$crib"
    exited 0
    said 'end: status 0'
    said_not 'still running'
    cpu=$(sed -n 's/^cpu: \([0-9]*\) ms$/\1/p' "$dir/out")
    [ "$cpu" -lt 1000 ] || fail "it took $cpu ms of the processor"
done

step "stopped, and back"
start 80x24 '' sh -c 'set -m; "$0" prime-a-pump; echo stopped; fg >/dev/null; echo over' "$crib"
wait_for 'of 5'
keys C-z
wait_for 'of 5'
keys C-c
wait_for over
