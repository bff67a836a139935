# The result of a quiz: what there is to say of a question scrolls where it is long and stands beside the list where the
# screen is wide; the mouse chooses answers and questions.
. "${0%/*}/lib.sh"

cat >"$dir/long.gift" <<'END'
::first::Which valve do you open first?{=the vent#Right.~the drain#It empties the casing.\n\nLine A.\nLine B.\nLine C.\nLine D.\nLine E.\nLine F.\nLine G.\nLine H.\nLine I.\nLine J.\nLine K.\nLine L.\nThe last line.}

::second::Match sound and cause.{=gravel -> cavitation =whistling -> a leaking gland}

::third::Say it in a sentence.{####A model answer.}
END

cat >"$dir/some.gift" <<'END'
::some::Where do you look first, when the pump has lost its prime at each standstill of this week?{~%50%The foot valve, by watching the level in the full pump~%50%Flanges and seal on the suction side~%-50%The motor~%-50%The discharge valve, which is opened too slowly}
END

# click COLUMN ROW, wheel COLUMN ROW, from 1: as a terminal tells it (X10 encoding, which screen-256color has)
mouse() {
    type_text "$(printf '\033[M%b%b%b' "$(printf '\\0%03o' $((32 + $1)))" "$(printf '\\0%03o' $((32 + $2)))" \
        "$(printf '\\0%03o' $((32 + $3)))")"
}
click() {
    mouse 0 "$1" "$2"
    mouse 3 "$1" "$2"
}
wheel() {
    mouse 65 "$1" "$2"
}

# until the row of the text is on the screen: row TEXT gives its number
row() {
    wait_for "$1"
    screen | grep -n -F -e "$1" | head -n 1 | cut -d : -f 1
}

step 'a click chooses an answer'
start 80x24 'CRIB_MOUSE=yes' "$crib" quiz "$dir/long.gift"
click 12 "$(row 'the drain')"
expect '2 (•) the drain'
keys Enter
wait_for 'The last line.'

step 'clicks match: a left side, then its right side'
keys Enter
click 10 "$(row 'whistling')"
click 50 "$(row 'leaking gland')"
expect '2 [b] whistling'
click 50 "$(row 'cavitation')"
expect '1 [a] gravel'
keys 1 b Enter
wait_for 'Partly right'
expect 'Right answer: gravel -> cavitation'
expect '              whistling -> a leaking gland'

step 'and judge'
keys Enter Enter
click 12 "$(row 'not yet')"
expect '1 (•) not yet'
keys Enter

step 'what is long scrolls by pages, and says so'
wait_for 'Result'
expect 'You: the drain'
expect_not 'The last line.'
expect 'more lines'
expect_not 'above'
keys PageDown
wait_for 'above'
wait_for 'The last line.'
expect_not 'more lines'

step 'and a page more is the next question'
keys PageDown
wait_for 'Match sound and cause.'
expect_not 'above'
keys PageUp
wait_for 'You: the drain'

step 'the wheel moves what is under it'
wheel 10 20
wheel 10 20
wait_for 'PgUp: 2 lines above'
wheel 10 6
wait_for 'Match sound and cause.'

step 'a click selects a question'
click 10 "$(row 'first')"
wait_for 'You: the drain'

step 'wide screens have the text beside the list'
resize 120x40
wait_for '│ Which valve do you open first?'
expect 'The last line.'
expect_not 'more lines'
click 10 "$(row 'third')"
wait_for 'A good answer: A model answer.'

step 'the smallest says what comes next, and how one gets out'
resize 20x5
expect 'r retry'
expect 'Esc back'
expect_match '^ *16 of 100$'
keys '?'
wait_for 'Keys: quiz'
expect_match 'PgUp +page up$'
keys Escape

step 'low ones still show it'
resize 40x12
wait_for 'You: (not written down)'
keys Up Up
wait_for 'Which valve do you open first?'
expect 'PgDn more'

step 'one question alone: the arrows scroll'
resize 80x24
keys r
wait_for 'Question 1 of 3'
keys Escape
ended 0
sed -n 1p "$dir/long.gift" >"$dir/one.gift"
start 80x16 '' "$crib" quiz "$dir/one.gift"
wait_for 'Question 1 of 1'
keys 2 Enter Enter
wait_for 'Result'
expect_not 'above'
keys Down Down
wait_for 'PgUp: 2 lines above'
keys Up
wait_for 'PgUp: 1 line above'
keys Escape
ended 0

step 'buttons that mean nothing hold nothing up'
start 80x24 'CRIB_MOUSE=yes' "$crib" quiz "$dir/one.gift"
wait_for 'Question 1 of 1'
click 1 1
mouse 1 10 10
mouse 3 10 10
signal TERM
ended 0

step 'a narrow footer names Enter before Esc'
start 40x12 '' "$crib" quiz "$dir/some.gift"
wait_for 'Question 1 of 1'
expect 'PgDn more  1-4 choose  Enter confirm'

step 'the score is never cut'
. "$here/quiz_content.in"
run "$crib" channel add "$dir/channel"
printf '2\n2\n2\n' | "$crib" quiz at-once --plain >"$dir/out"
said 'Not passed: 0 of 100, 80 needed · 0 of 3 right'
start 80x24 '' "$crib" quiz at-once
wait_for 'Question 1'
keys 2 Enter Enter
wait_for 'Question 2'
keys 2 Enter Enter
wait_for 'Question 3'
keys 2 Enter
wait_for 'Enter go on'
keys Enter
wait_for 'Not passed: 0 of 100, 80 needed · 0 of 3 right'
resize 40x12
wait_gone 'of 3 right'
expect_match 'Not passed: 0 of 100, 80 needed$'
resize 20x5
wait_for '0, 80 needed'
keys C-c
ended 0
