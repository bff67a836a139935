# The kiosk: one terminal, many people: badge in, learn, badge out. Nothing of one person is there for the next.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which is refused
run "$crib" channel add "$dir/channel"
exited 0

# attract [IDLE]: the kiosk's configuration
attract() {
    printf 'kiosk:\n  name: Pump works\n  text: Learn while the line stands still.\n  idle: %s\n  countdown: 6 s\n%s' \
        "${1:-5 min}" "${2:-}" >"$dir/home/config.yaml"
}

badge_in() {
    wait_for 'Scan your badge'
    type_text "$1"
    keys Enter
    wait_for 'Find:'
}

step 'while nobody is there'
attract
run "$crib" kiosk status
exited 69
said 'No kiosk runs'
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge'
expect 'Pump works'
expect 'Learn while the line stands still.'
expect_match 'Pump works .*[0-9][0-9]:[0-9][0-9]'
expect_match '[0-9] modules'
expect 'badge out (Ctrl-C)'
run "$crib" kiosk status
exited 0
said 'nobody is badged in'
said 'watchdog: none'
run "$crib" doctor
said 'kiosk'
keys Enter Escape
expect 'Scan your badge'

step 'A badges in, looks for something, leaves a quiz half-way'
badge_in 'Ada Adams'
expect 'Ada Adams'
expect 'Ctrl-C badge out'
run "$crib" kiosk status
said 'somebody is badged in'
said_not 'Ada'
type_text 'module at-once'
wait_for 'of 4'
keys C-q
wait_for 'Question one?'
keys 1 Enter
wait_for 'good one'
keys Enter
wait_for 'Question two?'

step 'Ctrl-C badges out, and nothing of A is left for B'
keys C-c
wait_for 'Badged out'
expect 'Pump works'
expect_not Ada
expect_not 'Question'
[ "$(on_tmux display-message -p '#{history_size}')" -eq 0 ] || fail 'lines are left in the scrollback'
on_tmux capture-pane -p -S - | grep -q -e Ada -e Question && fail 'A is in the scrollback'
badge_in 'Bob'
expect_not Ada
expect_not 'module at-once'
expect_not 'half-way'
keys C-e
wait_for 'No notes yet'
keys Escape C-b
wait_for 'Badged out'

step 'A is offered to go on'
badge_in_and() {
    wait_for 'Scan your badge'
    type_text "$1"
    keys Enter
    wait_for "$2"
}
badge_in_and 'ada adams' 'You left a quiz half-way: Module at-once'
expect '1 of 3 answered'
keys Enter
wait_for 'Question two?'
keys C-c
wait_for 'Badged out'
badge_in_and 'Ada Adams' 'half-way'
keys Down Enter
wait_for 'Find:'
keys C-c
wait_for 'Scan your badge'

step 'killed in the middle of it, nothing that was answered is lost'
badge_in_and 'Ada Adams' 'half-way'
keys Enter
wait_for 'Question two?'
keys 1 Enter
wait_for 'Question 2'
settle
kill -9 "$(cat "$this/pid")"
finish
run "$crib" kiosk status
exited 69
start 80x24 '' "$crib" kiosk
badge_in_and 'Ada Adams' 'half-way'
expect '2 of 3 answered'
keys C-c
wait_for 'Scan your badge'

step 'no key leads out'
badge_in Bob
keys C-z
keys C-c C-c C-z C-x C-c
wait_for "an administrator's badge"
keys Escape
keys F1
keys C-s C-q C-o C-t
expect 'Scan your badge'
keys C-c
wait_for "an administrator's badge"
keys Escape
wait_for 'Scan your badge'
badge_in Bob
keys C-x
wait_for 'Commands'
expect_not 'suspend'
expect_not 'edit'
keys Escape
signal INT
signal QUIT
signal TSTP
keys F1
wait_for 'Keys: hub'
expect_not 'Ctrl-Z'
keys C-c
wait_for 'Scan your badge'

step 'a terminal that shrinks to nothing, and grows again'
resize 1x1
resize 2x1
resize 80x24
wait_for 'Scan your badge'

step 'a configuration that can'"'"'t be meant is said'
printf 'kiosk:\n  nmae: x\n  idle: soon\n' >"$dir/other.yaml"
cp "$dir/home/config.yaml" "$dir/kept.yaml"
cp "$dir/other.yaml" "$dir/home/config.yaml"
run "$crib" doctor
said 'nmae'
said '`idle` is `soon`: it is no time'
cp "$dir/kept.yaml" "$dir/home/config.yaml"

step 'the end of the terminal ends it, as a fault: it is started anew'
signal TERM
ended 69
run "$crib" kiosk status
exited 69

step 'whoever goes away is badged out, unless a key says that they are there'
attract '4 s' 'guests: yes
'
start 80x24 '' "$crib" kiosk
wait_for 'learn as a guest'
badge_in Bob
wait_for 'Still there?'
expect_not Bob
keys x
wait_for 'Find:'
expect_match '^ *Find:  a code'
wait_for 'Still there?'
wait_for 'Scan your badge'
expect_not Bob

step 'a guest learns, and nothing of it is kept'
keys Enter
wait_for 'guest'
type_text 'once'
wait_for 'of 4'
keys C-q
wait_for 'Question one?'
finish

step 'on a thin line the next one need not wait for the screen'
attract
echo 'slow: yes' >>"$dir/home/config.yaml"
start 80x24 TERM=vt220 "$crib" kiosk
quick=false
for round in 1 2 3; do # one is enough, as this may be late itself
    badge_in Bob
    from=$(date +%s%N)
    keys C-c
    wait_for 'Badged out.'
    [ $(($(date +%s%N) - from)) -gt 2000000000 ] || quick=true
    expect 'Scan your badge'
done
$quick || fail 'the screen was empty for seconds'
finish

step 'each answer is on disk, and the chain is whole'
run "$crib" audit verify
exited 0

step 'a terminal that is gone, or was never there'
run "$pty" size:80x24 quiet key:'Bob\r' close -- "$crib" kiosk
said 'end: status 69'
run "$crib" kiosk
exited 69
