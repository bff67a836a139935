# The kiosk as a dialogue of lines, for screen readers: what the kiosk with screens does, said line by line; nothing of one
# person is there for the next, and nothing leads out.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which is refused
printf -- '---\ntitle: Signed\nproblem: P.\noutcome: O.\nminutes: 1\nquiz: {pass: 100}\nsign_off: true\ncountersign: true\n---\n\n## Lock\n\nLock it.\n\n```gift\n::own:: Whose lock? {=Mine ~Yours}\n```\n' \
    >"$dir/channel/modules/signed.md"
run "$crib" channel add "$dir/channel"
exited 0

# hall [IDLE]: the kiosk's configuration
hall() {
    printf 'kiosk:\n  name: Pump works\n  text: Learn while the line stands still.\n  plain: yes\n  idle: %s\n  countdown: %s\n%s' \
        "${1:-5 min}" "${2:-30 s}" "${3:-}" >"$dir/home/config.yaml"
}

say() {
    type_text "$1"
    keys Enter
}

# The visit is over, and the next may begin: that of before may be told above it still.
visit_over() {
    screen | grep -q '^Badged out\.' && screen | awk 'NF { last = $0 } END { exit last !~ /^Scan your badge, or type it:$/ }'
}
badged_out() {
    wait_that 'waited in vain for the end of a visit' visit_over
}

badge_in() {
    wait_for 'Scan your badge'
    say "$1"
    wait_for "$1 is here."
}

# As fast as a scanner sends it.
scan() {
    on_tmux send-keys -l -- "$1" \; send-keys Enter
}

run "$crib" learner add 'Cora' --badge B-1001
exited 0
run "$crib" learner add 'Dora' --badge B-1002
exited 0

step 'without a terminal there is none'
hall
run "$crib" kiosk --plain
exited 69
run "$crib" kiosk status --plain
exited 64

step 'while nobody is there'
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge, or type it:'
expect_match '^Pump works'
expect 'Learn while the line stands still.'
run "$crib" kiosk status
exited 0
said 'nobody is badged in'
keys Enter Escape
say 'who?is that'
wait_for 'is here.'
keys C-c
badged_out

step 'A badges in, looks for something, leaves a quiz half-way'
badge_in 'Ada Adams'
expect 'badge out, or Ctrl-C, badges out.'
say 'module at-once'
wait_for '1. Module at-once'
say 'quiz 1'
wait_for 'Question one?'
say 1
wait_for 'Question two?'
keys C-d
wait_for 'Stopped: 1 of 3 answered, all saved.'
expect_match '^crib:$'

step 'what a learner has no business with is refused'
for line in 'status' 'learner list' 'config set theme light' 'backup /tmp/x' 'sync' 'report' 'audit verify' 'doctor' \
    'list --json' 'quiz /etc/x.gift' 'kiosk status' 'preview /' 'open --save x'; do
    say "$line"
    wait_for "$line"
done
wait_for 'not in a kiosk'
expect_not 'Cora'
say commands
wait_for 'Words alone are looked for.'
expect_not 'crib-sync'
say 'session start x'
wait_for 'this learner has no right to'
expect_match '^administrator of this device)$' # broken between words
say 'quiz --help' # as an error line says
wait_for 'crib quiz [options]'
say 'note the valve is stiff'
wait_for 'noted'
say notes
wait_for 'the valve is stiff'
say 'badge'
wait_for 'Here: Ada Adams.'

step 'badge out, and nothing of A is left for B'
say 'badge out'
wait_for 'Badged out. Everything is saved.'
expect 'Pump works'
expect_not Ada
expect_not Question
[ "$(on_tmux display-message -p '#{history_size}')" -eq 0 ] || fail 'lines are left in the scrollback'
badge_in Bob
expect_not Ada
expect_not half-way
say notes
wait_for 'no note yet'
expect_not valve
say quit
badged_out

step 'A is offered to go on'
badge_in 'Ada Adams'
wait_for 'You left a quiz half-way: Module at-once, 1 of 3 answered.'
say y
wait_for 'Question two?'
keys C-c
badged_out
expect_not Question
badge_in 'Ada Adams'
say n
wait_for 'crib:'
keys C-d
badged_out

step 'a scan of their own badge ends a visit, of another one begins theirs; typed slowly it is a line'
scan B-1001
wait_for 'Cora is here.'
scan B-1001
badged_out
expect_not Cora
scan B-1001
wait_for 'Cora is here.'
scan B-1002
wait_for 'Dora is here.'
expect_not Cora
for key in B - 1 0 0 1; do
    keys "$key"
    sleep 0.06
done
keys Enter
wait_for ' for B-1001.'
expect 'Dora is here.'
keys C-c
badged_out

step 'a line is edited; what terminals send by themselves is none of it'
badge_in Bob
type_text 'mox'
keys BSpace BSpace
type_text 'ödule at'
keys C-u
type_text 'xyzzy'
keys Up C-v C-s C-o F5 C-z C-l
wait_for 'xyzzy'
keys Enter
wait_for ' for xyzzy.'
expect_not 'mox'
printf '\033]11;rgb:0000/0000/0000\033\\\033[?62;1c\033P1$r0m\033\\' >"$dir/answers"
on_tmux load-buffer "$dir/answers" \; paste-buffer -r
say qwv
wait_for ' for qwv.'
signal INT
signal QUIT
signal TSTP
resize 1x1
resize 2x1
resize 80x24
tries=0
until screen | grep -q 'for still here\.'; do # tmux takes its time before it tells
    tries=$((tries + 1))
    [ $tries -lt 20 ] || fail 'lost after a resize'
    say 'still here'
    settle
done
keys C-c
badged_out

step 'a PIN is not shown, and nobody but an administrator with a PIN ends it'
keys C-c
wait_for 'an administrator badges in'
say Bob
wait_for 'Only an administrator who has a PIN'
wait_for 'Scan your badge'
keys C-c
wait_for 'an administrator badges in'
keys Escape
wait_for 'The kiosk goes on.'
wait_gone 'an administrator badges in'
wait_for 'Scan your badge'
expect_not 'Only an administrator'
signal TERM
ended 69
run "$crib" kiosk status
exited 69
with_pin() {
    start 80x24 '' "$crib" learner add "$1" --badge "$2" --rights "$3" --pin
    wait_for 'Choose a PIN'
    keys 1 2 7 4 Enter
    wait_for 'once more'
    keys 1 2 7 4 Enter
    ended 0
}
with_pin Sue S-1 supervisor
with_pin Root R-1 administrator
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge'
say Root
wait_for 'PIN of Root:'
keys 9 9 9 9 Enter
wait_for 'That is not the PIN.'
keys 1 2 7 4 Enter
wait_for 'Root is here.'
expect_not 1274
say quit
badged_out
keys C-c
wait_for 'Badge or name:'
say R-1
wait_for 'PIN of Root:'
keys Escape
wait_for 'The kiosk goes on.'
wait_for 'Scan your badge'
expect_not 'Only an administrator'
keys C-c
wait_for 'Badge or name:'
say R-1
wait_for 'PIN of Root:'
keys 1 2 7 4 Enter
ended 0

step 'where a badge is asked for, a scan answers and ends no visit: signed and countersigned'
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge'
scan R-1
wait_for 'PIN of Root:'
keys 1 2 7 4 Enter
wait_for 'Root is here.'
say 'open signed'
wait_for 'Signed, 1 of 1:'
sleep 0.4 # as long as it takes to hear
say 'crib quiz signed --sign'
wait_for 'not shown in full'
say quiz
wait_for 'Whose lock?'
say 1
wait_for 'Passed with 100'
say sign
wait_for 'your badge or name:'
scan R-1
wait_for 'PIN of Root:'
keys 1 2 7 4 Enter
wait_for 'Signed off.'
wait_for "Supervisor's badge or name"
scan S-1
wait_for 'PIN of Sue:'
keys 1 2 7 4 Enter
wait_for 'Countersigned by Sue.'
scan R-1
badged_out
finish

step 'whoever goes away is badged out; that is announced, and any key stops it'
hall '2 s' '2 s' 'guests: yes
'
start 80x24 '' "$crib" kiosk --plain
wait_for 'Enter alone: guest'
badge_in Bob
type_text 'half a li'
wait_for 'Still there? Badging out in 2 seconds. Any key: go on.'
type_text 'ne'
wait_for 'Going on.'
expect_match '^crib: half a line$'
keys Enter
wait_for ' for half a line.'
wait_for 'Still there?'
wait_for 'Badged out.'
expect_not Bob

step 'a guest learns, and nothing of it is kept'
keys Enter
wait_for 'guest is here. Nothing is kept.'
say 'quiz once'
wait_for 'Question one?'
finish
run "$crib" audit verify
exited 0

step 'a terminal that is gone'
run "$pty" size:80x24 quiet key:'Bob\r' close -- "$crib" kiosk --plain
said 'end: status 69'

step 'nobody gets out, nothing is started, and nobody sees what is another one'"'"'s'
[ -r "/proc/$$/task/$$/children" ] || exit 0
hall
run env TERM=xterm-256color "$build/e2e/hostile_visitor" plain "seed:${CRIB_VISITOR_SEED:-3}" count:100000 seconds:4 -- "$crib" kiosk
exited 0
said 'nobody saw another one'
