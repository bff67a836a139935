# A live session on one host: a trainer and twelve learners, each in a terminal and with a record of their own. Who joins is
# there; one key opens the assessment for all, bars fill, one key closes it; the session outlives the trainer's terminal.
. "${0%/*}/lib.sh"
. "${0%/*}/session.in"
export TZ=UTC
mkdir -p -m 1777 "$CRIB_SYSTEM/run"
chmod 1777 "$CRIB_SYSTEM/run"
programme "$dir/week"
people='ann ben cat dan eve fay gus hal ida jon kay leo'

step "everybody has the programme, three have done the pre-work"
run "$crib" channel add "$dir/week"
exited 0
for who in $people mia; do
    mkdir "$dir/$who"
    cp -R "$dir/home/." "$dir/$who"
done
for who in ann ben cat; do
    printf 't\nf\n' | CRIB_HOME=$dir/$who "$crib" quiz prime --plain >/dev/null 2>&1 || fail "$who fails the pre-work"
done

step "the trainer starts, and a code is shown"
open_terminal trainer "$dir/home" "'$crib' session start pump-week"
sees trainer 'Nobody yet'
sees trainer 'o open the assessment'
code=$(led_code "$dir/home")
case $code in [A-Z][A-Z][A-Z][A-Z][A-Z][A-Z]) ;; *) fail "no code: $code" ;; esac
sees trainer "Code: ${code%???} ${code#???}"

step "a code that is none, and one that nobody has"
run env CRIB_HOME="$dir/ann" "$crib" session join KMXWP1
exited 64
run env CRIB_HOME="$dir/ann" "$crib" qqq-qqq
exited 66
complained '`crib session join CODE` joins a live session'
printf 'qqq qqq\n' | CRIB_HOME=$dir/ann "$crib" --plain >"$dir/out" 2>&1
said '1. Join the live session QQQ QQQ'
open_terminal sought "$dir/ann" "'$crib' qqqqqq"
sees sought 'Join the live session QQQ QQQ'
on sought C-c
run env CRIB_HOME="$dir/ann" "$crib" session join AAAAAA
complained 'No session has that code'

step "twelve join, and the trainer sees each, and who did the pre-work"
for who in $people; do
    open_terminal "$who" "$dir/$who" "'$crib' session join $code"
done
for who in $people; do
    sees "$who" 'You are in.'
    sees trainer "$who"
done
sees trainer '12 here'

step "somebody whose line drops at once"
open_terminal mia "$dir/mia" "'$crib' session join $code"
sees mia 'You are in.'
sees trainer '13 here'
on_tmux kill-session -t '=mia'
sees trainer '12 here, 1 gone'
left() { # WHO: their record says so
    CRIB_HOME=$dir/$1 "$crib" learner export 2>/dev/null | grep -q 'session.left'
}
left mia && fail 'a dropped line is no leaving'
sees_times trainer 3 'pre-work 1 of 1'
sees_times trainer 10 'pre-work 0 of 1'
sees ann 'not who'

step "the trainer's terminal dies, and the session goes on; it is taken up again"
on_tmux kill-session -t '=trainer'
sees ann 'You are in.'
open_terminal trainer "$dir/home" "'$crib' session resume $code"
sees trainer '12 here'

step "whoever the screen has no room for is counted, and a key away"
on_tmux resize-window -t '=trainer:' -x 80 -y 17
sees trainer 'and 3 more: Down'
on trainer Down Down
sees trainer 'mia'
sees_not trainer 'more: Down'
on_tmux resize-window -t '=trainer:' -x 80 -y 24
sees trainer '12 here, 1 gone'

step "one of them has another version of a question already"
sed -i 's/::One::.*/::One:: Is it on now? {T}/' "$dir/week/modules/check.md"
CRIB_HOME=$dir/leo "$crib" sync --quiet
module "$dir/week/modules/check.md" 'Two questions'

step "one key opens the assessment for everybody; nobody is told how an answer was"
on trainer o
for who in $people; do
    sees "$who" 'Question 1 of 2'
done
for who in $people; do
    on "$who" t Enter
done
for who in $people; do
    sees "$who" 'Question 2 of 2'
    sees_not "$who" 'Right'
done
sees trainer '12 of 13'
sees trainer 'the assessment is open · 0 of 13 done'
sees trainer 'c close the assessment'

step "who leaves in the middle goes on where they were; an update meanwhile starts nobody over"
on_tmux kill-session -t '=leo'
module "$dir/week/modules/check.md" 'Two other questions'
sed -i 's/::Two::.*/::Three:: Is it a pump? {T}/' "$dir/week/modules/check.md"
CRIB_HOME=$dir/kay "$crib" sync --quiet
CRIB_HOME=$dir/leo "$crib" sync --quiet
open_terminal leo "$dir/leo" "'$crib' session join $code"
sees leo 'Question 2 of 2'
sees leo 'Is it off?'
sees kay 'Is it off?'
for who in $people; do
    case $who in ann | ben) on "$who" t Enter ;; *) on "$who" f Enter ;; esac
done
for who in $people; do
    sees "$who" 'Handed in: 2 of 2 answered'
    sees_not "$who" 'of 100'
done
sees trainer 'Two'
sees_times trainer 2 '% 12 of 13'
sees_not trainer 'of 100'
sees_not trainer 'right'
sees trainer '12 of 13 done'

step "what was chosen, of all of them together; which one is right is not told yet"
on trainer Right
sees trainer 'Question 1 of 2, 12 answered, 1 on another version:'
looks trainer | grep -q -E 'a +true .* 11 of 11' || fail "the choices: $(looks trainer)"
on trainer Right
sees trainer 'Question 2 of 2, 12 answered:'
looks trainer | grep -q -E 'a +true .* 2 of 12' || fail "the choices: $(looks trainer)"
looks trainer | grep -q -E 'b +false .* 10 of 12' || fail "the choices: $(looks trainer)"
sees_not trainer 'right'
run "$crib" session show "$code" --json
said '{"choice":2,"text":"false","picks":10}'
on trainer Escape
sees trainer '12 of 13'

step "one key closes it: the trainer sees how many were right, everybody their own answers"
on trainer c
sees trainer '10 of 12 right'
on trainer Left
sees trainer '10 of 12, right'
on trainer Left Left
sees trainer '10 of 12 right'
run "$crib" session show "$code"
said 'b  false: 10 (right)'
said '12 answered, 12 right, 1 on another version'
for who in $people; do
    case $who in ann | ben) sees "$who" '50 of 100' ;; *) sees "$who" 'Passed with 100 of 100' ;; esac
done
sees ann 'Two'

step "who steps out has left; who is cut off has left after a while"
on gus Escape
sees gus 'leave the session'
on gus Escape
sees gus 'Leave the session? What you did stays. y/n'
on gus y
sees trainer '2 gone'
on_tmux kill-session -t '=hal'
sees trainer '3 gone'
wait_that 'mia has not left' left mia
left ann && fail 'ann is still here'

step "one key ends it"
on trainer e
sees trainer 'End the session'
on trainer y
sees trainer 'over'
on ida Escape
sees ida 'The session is over. You have 100 of 100.'

step "each record has the attendance, and says so in statements"
for who in $people; do
    wait_that "$who never left" left "$who"
    CRIB_HOME=$dir/$who "$crib" show pump-week --json >"$dir/out"
    said '"attended":true,"late":false'
    CRIB_HOME=$dir/$who "$crib" audit verify >/dev/null || fail "$who's chain is broken"
done
printf 'homepage: https://example.com\nlrs:\n  endpoint: http://127.0.0.1:1/xapi\n' >"$dir/eve/config.yaml"
CRIB_HOME=$dir/eve "$crib" outbox --json >"$dir/out"
said 'adlnet.gov/expapi/verbs/attended'
run "$crib" session list
complained 'No session is on'
run "$crib" audit verify
exited 0

step "what the room told the trainer stays in their record, and the report has it"
for who in $people; do
    case $who in ann | ben | cat) before=1 ;; *) before=0 ;; esac
    run "$crib" report programme pump-week --csv
    said "$who,\"\",\"\",$before,1,yes,1,1,"
done
run "$crib" report programme pump-week
said 'from session: as its trainer saw it'

step "nothing is left of it: no process, no socket"
nothing_held() { [ -z "$(find "$CRIB_SYSTEM/run" -name 'room-*')" ]; }
wait_that 'it is still held' nothing_held
