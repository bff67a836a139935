# A quiz as lines: what is asked and said, exit statuses, lists, broken files.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

# answer WORDS COMMAND...: the words are lines of standard input
answer() {
    lines=$1
    shift
    status=0
    printf '%b' "$lines" | "$@" >"$dir/out" 2>"$dir/err" || status=$?
}

step 'all types'
answer '1\n1 2\nt\n3,45\nsomebody\n1a 2b 3c\n1\nmine\n3\n\n' "$crib" quiz "$dir/all.gift"
exited 0
said 'Question 8 of 8'
said '1) this one'
said 'Type a number from 1 to 2:'
said 'Type t for true or f for false:'
said 'A good answer:'
said 'all.gift: 8 questions. Of a file nothing is recorded.'
said '93 of 100'
said 'Missed:'
said '  5  short'

step 'of a file nothing is recorded: it cannot know what was missed, and begins anew each time'
[ ! -e "$CRIB_HOME/record.db" ] || fail 'there is a record'
run "$crib" quiz --missed "$dir/all.gift"
exited 64
complained 'nothing is recorded of a file'
answer '2\n' "$crib" quiz "$dir/all.gift"
exited 1
said 'Stopped: 1 of 8 answered.'
answer '' "$crib" quiz "$dir/all.gift" --again
exited 1
said 'Question 1 of 8'

step 'a blank line of the author is blank'
printf 'Which?{=this#one\\n\\ntwo~that}\n' >"$dir/blank.gift"
answer '1\n' "$crib" quiz "$dir/blank.gift"
exited 0
said '  two'
if grep -q '^ \{1,\}$' "$dir/out"; then fail 'a line of blanks alone'; fi

step 'left before the first answer: there is nothing to save'
run "$crib" channel add "$dir/channel"
answer '' "$crib" quiz never
said 'Stopped: 0 of 3 answered.'

step 'what is no answer is asked again'
answer 'x\n9\n1\n' "$crib" quiz "$dir/all.gift"
exited 1
said 'No answer yet: '
said 'Stopped: 1 of 8 answered'

step 'a quiz that is cut off goes on; what was missed is named'
run "$crib" channel add "$dir/channel"
answer '2\n' "$crib" quiz at-once
exited 1
said 'Not right.'
said 'To read: crib show plant/at-once#first'
said 'Stopped: 1 of 3 answered, all saved.'
said 'To go on: crib quiz plant/at-once'
answer '1\n1\n' "$crib" quiz at-once
exited 1
said '1 of 3 answered'
said 'Question 2 of 3'
said_not 'Question 1 of 3'
said 'Not passed: 66 of 100, 80 needed'
said '  1  q1: crib show plant/at-once#first'
answer '1\n' "$crib" quiz at-once --missed
exited 0
said 'Practice: 1 of 1 right'
answer '1\n1\n1\n' "$crib" quiz at-once --again
exited 0
said 'Passed with 100 of 100'

step 'feedback at the end, and none'
answer '2\n2\n1\n' "$crib" quiz at-end
said 'bad two'
answer '2\n2\n1\n' "$crib" quiz never
said 'Missed:'
said_not 'bad two'
said_not 'Right answer'

step 'lists'
run "$crib" quiz at-once --list
exited 0
said 'Question two?'
run "$crib" quiz "$dir/all.gift" --list --json
exited 0
said '"type":"match"'
run "$crib" quiz at-once --json
exited 64

step 'broken and missing files'
printf '::x::never closed {\n\n::b::fine{T}\n' >"$dir/half.gift"
answer 't\n' "$crib" quiz "$dir/half.gift"
exited 0
complained "half.gift:1:"
printf 'x {\n' >"$dir/broken.gift"
run "$crib" quiz "$dir/broken.gift"
exited 65
complained "broken.gift:1:"
run "$crib" quiz "$dir/none.gift"
exited 66

step 'control bytes in a bank never reach the output'
printf 'Esc \033[31m here{=\033]0;x\007a~b}\n' >"$dir/evil.gift"
answer '1\n' "$crib" quiz "$dir/evil.gift"
if LC_ALL=C grep -q "$(printf '[\033\007]')" "$dir/out"; then fail 'an escape sequence was printed'; fi

step 'a record that cannot be written'
run "$crib" quiz at-once --again
chmod 0500 "$CRIB_HOME"
chmod 0400 "$CRIB_HOME"/record.db*
if [ "$(id -u)" -ne 0 ]; then
    answer '1\n' "$crib" quiz at-once --again
    [ "$status" -gt 1 ] || fail "exit status $status"
fi
