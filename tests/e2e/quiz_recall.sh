# Recalls: what comes back, with what it needs to be understood, and no longer than two minutes.
. "${0%/*}/lib.sh"

mkdir -p "$dir/channel/modules"
printf 'id: plant\nname: Plant\niri: https://plant.example/learn\n' >"$dir/channel/channel.yaml"

# module ID: its front matter; the questions follow from stdin.
module() {
    {
        printf -- '---\ntitle: Module %s\nproblem: Something about %s goes wrong.\n' "$1" "$1"
        printf 'outcome: Know what to do with %s.\nminutes: 2\nquiz: {pass: 50, shuffle: false}\n---\n\n' "$1"
        printf '## First\n\nText.\n\n## Check\n\n```gift\n'
        cat
        printf '```\n'
    } >"$dir/channel/modules/$1.md"
}

module led <<'END'
::plain::Plain question? {=yes ~no}

::case::It is two at night and the pump stands.

::deep::What now, in this case? {=call ~sleep}

::words::What do you say on the telephone? {####Who, where, what.}
END

# 30 words in each answer: four answers take half a minute to read.
ten='one two three four five six seven eight nine ten'
long="$ten $ten $ten"
for i in 1 2 3 4 5 6; do
    echo "::long $i::Which of these texts is the right one in number $i? {=$long ~$long a ~$long b ~$long c}"
    echo
done | module long

run "$crib" channel add "$dir/channel"
exited 0

step 'a description leads its questions, and essays stay with the quiz'
printf '1\n\n1\nwords\n3\n1\n1\n1\n' | "$crib" quiz led --plain >"$dir/out" 2>"$dir/err"
said 'Before question 2 of 3'
run "$crib" audit verify
exited 0
CRIB_CLOCK=2027-03-23T12:00:00Z
run "$crib" recall --list
said 'deep'
said 'plain'
said_not 'case'
said_not 'words'
printf '' | "$crib" recall >"$dir/out" 2>"$dir/err" || fail 'an offer, not a debt'
said 'Recall: 2 questions'
start 80x24 "CRIB_CLOCK=$CRIB_CLOCK" "$crib"
wait_for 'Fading: two minutes of questions from 1 module'
keys Escape C-c
ended 0
start 80x24 "CRIB_CLOCK=$CRIB_CLOCK" "$crib" recall
wait_for 'Recall › Question 1 of 2'
keys 1 Enter Enter
wait_for 'Before question 2 of 2'
expect 'It is two at night'
keys Enter
wait_for 'What now, in this case?'
keys 1 Enter
wait_for '2 of 2 answered'
keys Enter
wait_for 'You still know'
keys Escape
ended 0

step 'two minutes at most'
CRIB_CLOCK=2026-11-23T12:00:00Z
printf '1\n1\n1\n1\n1\n1\n' | "$crib" quiz long --plain >"$dir/out" 2>"$dir/err"
said 'Passed'
CRIB_CLOCK=2027-03-23T12:00:00Z
printf '' | "$crib" recall >"$dir/out" 2>"$dir/err" || fail 'an offer, not a debt'
said 'Recall: 3 questions'

step 'of a quiz for a sign-off no more than right or wrong, so that the next one is passed without having been told'
rm "$dir/home/record.db"*
module locked <<'END'
::keys::Who holds the key? {=I do#By the rule of the site. =the foreman#Never another.}

::sides::Which sides of the valve are closed? {=both#Always both.}

::dead::Proved dead is safe. {TRUE#It is.}
END
sed 's/^minutes: 2$/minutes: 2\nsign_off: true/' "$dir/channel/modules/locked.md" >"$dir/locked.md"
cp "$dir/locked.md" "$dir/channel/modules/locked.md"
run "$crib" sync
CRIB_CLOCK=2026-11-23T12:00:00Z
printf 'I do\nboth\n1\n' | "$crib" quiz locked --plain >"$dir/out" 2>"$dir/err"
said 'Passed'
said_not 'the rule of the site'
CRIB_CLOCK=2027-03-23T12:00:00Z
start 80x24 "CRIB_CLOCK=$CRIB_CLOCK" "$crib" recall
wait_for 'Question 1 of 2' # what is true or false would tell its answer
type_text 'nobody'
keys Enter
wait_for 'Not right'
expect_not 'Right answer'
keys Enter
wait_for 'Question 2 of 2'
finish
CRIB_CLOCK=2027-04-23T12:00:00Z
printf 'nobody\nnobody\n' | "$crib" recall --plain >"$dir/out" 2>"$dir/err"
said 'Not right.'
said 'To read: crib show'
said_not 'Right answer'
said_not 'rule of the site'

step '... for as long as it asks for one'
sed '/^sign_off/d' "$dir/locked.md" >"$dir/channel/modules/locked.md"
run "$crib" sync
CRIB_CLOCK=2027-05-23T12:00:00Z
printf 'nobody\nnobody\n' | "$crib" recall --plain >"$dir/out" 2>"$dir/err"
said 'Right answer'
