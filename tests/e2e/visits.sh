# An account that several people share: reading needs nobody, what is a person's own asks who it is, once a visit.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

me=$(id -un)
printf 'shared_accounts: [somebody-else, %s]\n' "$me" >"$dir/home/config.yaml"
run "$crib" channel add "$dir/channel"
exited 0

step 'without a terminal nobody is asked, and nothing is kept'
run "$crib" quiz at-once --plain
exited 77
complained "nobody has said who learns: several people share the account $me"
run "$crib" note 'a thought'
exited 77
run "$crib" recall --json
exited 77
run "$crib" show at-once
exited 0
run "$crib" quiz at-once --list
exited 0

step 'no name is no answer'
start 80x24 '' "$crib" note 'a thought'
wait_for 'Badge or name:'
keys Enter
ended 77
expect 'scan the badge, or type your name'

step 'lines: asked once, and then the quiz'
start 80x24 '' "$crib" quiz at-once --plain
wait_for 'Badge or name:'
type_text '  Kim   Lee '
keys Enter
wait_for 'you pass with'
keys 1 Enter Enter
wait_for 'Question 2'
finish

step 'reading in the hub asks nobody and is nobody'"'"'s'
start 80x24 '' "$crib"
wait_for 'nobody (Ctrl-B: badge in)'
type_text 'once'
wait_for 'of 4'
keys Enter
wait_for 'Space on'
keys Escape
wait_for 'Find:'
if command -v sqlite3 >/dev/null; then
    sqlite3 "$dir/home/record.db" "SELECT count(*) FROM opening" >"$dir/out"
    said 0
fi

step 'the quiz asks, and goes on where this person stopped'
keys C-q
wait_for 'Badge or name:'
type_text 'KIM LEE'
keys Enter
wait_for 'Question 2'
keys Escape
wait_for 'Kim Lee (Ctrl-B: badge out)'

step 'once a visit: a note asks no more'
keys Escape C-k '!' n
wait_for 'Note:'
type_text 'the key hangs in panel 3'
keys Enter
wait_for 'Noted.'
keys m
wait_for 'the key hangs in panel 3'
keys Escape

step 'badge out: nothing of it is left for the next one'
keys B
wait_for 'Badged out'
expect 'nobody (Ctrl-B: badge in)'
expect_not 'Lee'
keys C-e
wait_for 'No notes yet'
expect_not 'Enter open'
expect 'Esc back'
keys Escape C-b
wait_for 'Badge or name:'
type_text "$me"
keys Enter
wait_for 'is learning'
keys C-e
wait_for 'No notes yet'
keys Escape
type_text 'once'
keys C-q
wait_for 'Question 1'
keys Escape C-c
ended 0

step 'the record knows two people, neither of them the account'
if command -v sqlite3 >/dev/null; then
    sqlite3 "$dir/home/record.db" "SELECT account FROM learner ORDER BY 1" >"$dir/out"
    said 'name:kim lee'
    said "name:$me"
    [ "$(wc -l <"$dir/out")" -eq 2 ] || fail "other learners: $(cat "$dir/out")"
fi

step 'nothing of theirs leaves'
printf 'homepage: https://example.com\nlrs: {endpoint: "http://127.0.0.1:1/xapi"}\n' >>"$dir/home/config.yaml"
run "$crib" outbox --json
said '[]'

step 'the smallest screen asks, too, and says what it asks'
start 20x5 '' "$crib"
keys C-b
wait_for 'Name:'
type_text 'Lee'
keys Enter
wait_for 'Lee is learning.'
keys C-c
ended 0
run "$crib" doctor
said 'several people share it: quizzes, recall and notes ask who it is'

step 'an account of one'"'"'s own has no badge'
printf 'shared_accounts: [somebody-else]\n' >"$dir/home/config.yaml"
start 80x24 '' "$crib"
wait_for 'Find:'
expect_not 'badge'
keys C-b
wait_for 'This account is yours alone'
keys C-c
ended 0
run "$crib" audit verify
exited 0
