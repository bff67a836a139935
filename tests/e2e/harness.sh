# The harness itself: what it says about a terminal is true.
. "${0%/*}/lib.sh"

step "typing into cat"
start 80x24 '' sh -c 'stty -echo; echo ready; cat; exit 3'
wait_for ready
type_text "it's \$HOME;"
keys Enter
wait_for "it's \$HOME;"
expect_match '^it'
expect_not 'waited'
keys C-d
ended 3

step "sizes"
for size in 80x24 200x60 20x5; do
    start $size '' sh -c 'stty size; cat'
    wait_for "${size#*x} ${size%x*}"
done
start 80x24 '' sh -c 'trap "stty size" WINCH; echo ready; while :; do sleep 0.1; done'
wait_for ready
resize 20x5
wait_for '5 20'
resize 200x60
wait_for '60 200'

step "variables and words"
start 80x24 'TERM=vt220 LC_ALL=C A="two words"' sh -c 'echo "[$TERM $LC_ALL $A $CRIB_CLOCK] <$1>"; cat' sh "it's \"q\""
wait_for "[vt220 C two words 2026-11-23T12:00:00Z] <it's \"q\">"

step "UTF-8 arrives"
start 80x24 '' cat
type_text 'Größe 漢'
wait_for 'Größe 漢'

step "a signal ends it"
start 80x24 '' sleep 60
signal TERM
ended 143

step "without a terminal"
run sh -c 'echo out; echo err >&2; exit 4'
exited 4
said out
said_not err
complained err

step "what fails is told"
if (expect 'nonsense') >"$dir/report" 2>&1; then fail "expect never fails"; fi
grep -q 'not on the screen: nonsense' "$dir/report" || fail "expect does not report"

step "pty counts bytes and sees the end"
run "$pty" size:80x24 quiet key:abc key:'\r' close -- sh -c 'stty -echo; while read -r line; do echo "<$line>"; done; sleep 5' # the end of input comes before the signal
exited 0
said 'key abc: 0 bytes'
said 'key \r: 7 bytes'
said 'end: signal 1'
run "$pty" quiet close -- sh -c 'trap "" HUP; read -r line; exit 5'
said 'end: status 5'
