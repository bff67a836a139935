# A live session and a kiosk of the same record: who badges in is asked to join, who badges out has left; beside it somebody who
# takes part by lines.
. "${0%/*}/lib.sh"
. "${0%/*}/session.in"
export TZ=UTC ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which is refused
mkdir -p -m 1777 "$CRIB_SYSTEM/run"
chmod 1777 "$CRIB_SYSTEM/run"
programme "$dir/week"
run "$crib" channel add "$dir/week"
exited 0
cp -R "$dir/home" "$dir/lines"
cp -R "$dir/home" "$dir/far"

step "the kiosk says that a session is on, with its code"
open_terminal kiosk "$dir/home" "'$crib' kiosk"
sees kiosk 'Scan your badge'
open_terminal plain "$dir/home" "'$crib' kiosk --plain"
sees plain 'Scan your badge'
run "$crib" session start pump-week --plain
exited 0
said 'Code: '
code=$(led_code "$dir/home")
sees kiosk 'On now: Workshop'
sees kiosk "${code%???} ${code#???}"
sees plain "On now: Workshop, code ${code%???} ${code#???}. Badge in to join it."

step "a hub of the same record tells of it, and joins without a code"
open_terminal hub "$dir/home" "'$crib'"
sees hub 'A session is on: Workshop'
on hub C-k J
sees hub 'You are in.'
on hub Escape
sees hub 'Leave the session?'
on hub y
sees hub 'Find:'
on hub C-c
sees hub 'ENDED'

step "by lines, from a record of one's own"
mkfifo "$dir/typed"
CRIB_HOME=$dir/lines CRIB_ACCOUNT=Lin "$crib" session join "$code" --plain <"$dir/typed" >"$dir/heard" 2>&1 &
lines=$!
exec 9>"$dir/typed"
hears() {
    tries=0
    until grep -q -F -e "$1" "$dir/heard"; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] || fail "not heard: $1: $(cat "$dir/heard")"
        sleep 0.05
    done
}
hears 'You are in.'

badge_in() { # NAME [TERMINAL]
    sees "${2:-kiosk}" 'Scan your badge'
    on "${2:-kiosk}" "$1" Enter
}

step "Ada badges in, is asked, and joins"
badge_in Ada
sees kiosk 'A session is on: Workshop'
on kiosk Enter
sees kiosk 'You are in.'
tells() { # TEXT: crib session show says so in a while
    tries=0
    until "$crib" session show "$code" >"$dir/out" 2>&1 && grep -q -F -e "$1" "$dir/out"; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] || { transcript; fail "not told: $1"; }
        sleep 0.1
    done
}
tells 'Ada: here, pre-work 0 of 1'
tells 'Lin: here'

step "in the kiosk of lines, too; Ctrl-C badges out while one waits for the trainer"
sees plain 'Scan your badge'
on plain Gil Enter
sees plain 'A session is on: Workshop.'
on plain y Enter
sees plain 'You are in.'
tells 'Gil: here'
on plain C-c
sees plain 'Badged out'
sees_not plain 'Gil'
tells 'Gil: gone'

step "badged out, she has left; Bob comes"
on kiosk C-c
sees kiosk 'Badged out'
tells 'Ada: gone'
badge_in Bob
sees kiosk 'A session is on'
on kiosk Enter
sees kiosk 'You are in.'

step "the assessment opens at the kiosk, too"
run "$crib" session open "$code"
exited 0
said 'the assessment is open'
sees kiosk 'Question 1 of 2'
hears 'Question 1 of 2'
on kiosk t Enter
sees kiosk 'Question 2 of 2'
on kiosk f Enter
sees kiosk 'Handed in'
echo t >&9
hears 'Question 2 of 2'
echo f >&9
hears 'Handed in'
grep -q 'Right' "$dir/heard" && fail 'it was told before it is closed'
on kiosk C-c
sees kiosk 'Badged out'

step "Ada comes back, and is asked hers"
badge_in Ada
sees kiosk 'A session is on'
on kiosk Enter
sees kiosk 'Question 1 of 2'
on kiosk t Enter
sees kiosk 'Question 2 of 2'

step "beside the session her quiz is not to be had: its answers would be judged"
on kiosk C-c
sees kiosk 'Badged out'
badge_in Ada
sees kiosk 'A session is on'
on kiosk Down Enter
sees kiosk 'Find:'
on kiosk 'two questions'
sees kiosk 'Find: two questions'
on kiosk C-q
sees kiosk 'this quiz goes on in its live session'
on kiosk C-c
sees kiosk 'Badged out'
badge_in Ada
sees kiosk 'A session is on'
on kiosk Enter
sees kiosk 'Question 2 of 2'

step "nor at a kiosk that keeps another record, where one is brought back into the session"
open_terminal far "$dir/far" "'$crib' kiosk"
sees far 'Scan your badge'
run env CRIB_HOME="$dir/far" "$crib" kiosk status
said 'Live sessions: nobody can join one here'
badge_in Fay far
sees far 'Find:'
on far "${code%???} ${code#???}"
sees far "Join the live session ${code%???} ${code#???}"
on far Enter
sees far 'crib-kiosk-room does not run here'
CRIB_HOME=$dir/far "$crib" session follow 2>"$dir/far.said" &
follows=$!
sees far 'Question 1 of 2'
sees_not far 'crib-kiosk-room'
run env CRIB_HOME="$dir/far" "$crib" kiosk status
said 'Live sessions: they are followed'
on far t Enter
sees far 'Question 2 of 2'
on far C-c
sees far 'Badged out'
badge_in Fay far
sees far 'You were in a session: Workshop'
on far Down Enter
sees far 'Find:'
on far 'two questions'
sees far 'Find: two questions'
on far C-q
sees far 'this quiz goes on in its live session'
on far C-g C-k J
sees far "code (Enter: ${code%???} ${code#???})"
on far Enter
sees far 'Question 2 of 2'
tells 'Fay: here'
on far C-c
sees far 'Badged out'
tells 'Fay: gone'
kill "$follows"
wait "$follows"

step "closed in the middle of it: what she has is handed in, and told"
run "$crib" session close "$code"
said 'closed'
sees kiosk '50 of 100'
sees kiosk 'Not answered'
hears 'Passed with 100 of 100'
tells '2 answered'
tells 'One: 4 answered, 4 right'

step "over: nobody is asked any more"
run "$crib" session end "$code"
said 'over'
wait "$lines" || fail "the lines ended with $?: $(cat "$dir/heard")"
exec 9>&-
hears 'The session is over.'
on kiosk C-c
sees kiosk 'Badged out'
badge_in Bob
sees kiosk 'Find:'
sees_not kiosk 'A session is on'
on kiosk C-c
sees kiosk 'Badged out'
run "$crib" session show "$code"
exited 66
run "$crib" audit verify
exited 0

step "the report has each of them once: what they did is here, and better than what the session saw of it"
run "$crib" report programme pump-week --csv
tr -d '\r' <"$dir/out" >"$dir/rows"
for who in Ada Bob; do
    [ "$(grep -c "^$who" "$dir/rows")" -eq 1 ] || fail "$who: $(cat "$dir/rows")"
    grep -q "^$who.*,session\$" "$dir/rows" && fail "$who by hearsay: $(cat "$dir/rows")"
done
grep -q '^Ada.*,yes,1,1,2' "$dir/rows" || fail "Ada was there: $(cat "$dir/rows")"
