# crib learner: the people of a terminal that many share: who is added, from a list too, who manages them, and PINs.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

run "$crib" channel add "$dir/channel"
exited 0

# What is typed where nothing shows it.
secret() {
    wait_for "$1"
    type_text "$2"
    keys Enter
}

step 'people are added, changed and listed; a badge is never shown'
run "$crib" learner list
exited 0
complained 'nobody was added yet'
run "$crib" learner add 'Kim Lee' --badge BADGE-77 --roles operator,welder
exited 0
run "$crib" learner add 'Sam' --rights superviser
exited 64
complained 'did you mean supervisor?'
run "$crib" learner add 'Sam' --badge 'badge -77'
exited 65
complained 'Kim Lee: it is worn by this learner'
run "$crib" learner add Sam --rights supervisor
exited 0
run "$crib" learner list
said 'Kim Lee  yes    no   operator, welder  learner'
said 'Sam      no     no                     supervisor'
run "$crib" learner list --json
said '"name":"Kim Lee","badge":true,"pin":false,"roles":["operator","welder"],"rights":["learner"]'
grep -qi 'badge-\?77' "$dir/out" && fail 'the badge is shown'
grep -qaiE 'badge-?77' "$dir/home"/record.db* && fail 'the badge is in the record'
run "$crib" learner roles badge-77 ''
exited 0
complained 'has no roles of their own now'
run "$crib" learner name sam 'Sam Ray'
exited 0
run "$crib" learner rights 'sam ray' trainer,supervisor
exited 0
run "$crib" learner badge 'Sam Ray' 78
exited 0
run "$crib" learner remove 78
exited 0
run "$crib" learner roles 78 welder
exited 67
run "$crib" learner list --all
said 'Sam Ray  yes    no          trainer, supervisor  removed'
run "$crib" learner add 'Sam Ray' --badge 78
exited 0
run "$crib" learner list
said 'Sam Ray  yes    no          trainer, supervisor'
for words in 'add' 'remove' 'roles 78' 'list me' 'import' 'become 78'; do
    run "$crib" learner $words
    exited 64
done

step 'a list: its errors by line, all or nothing, the same list again'
printf '\357\273\277Badge,name,ROLES,rights,dept\r\n1,"Lind, Jo","operator;welder",trainer,x\r\n2,,,,\r\n3,Ada,,boss,\r\n' >"$dir/list.csv"
run "$crib" learner import "$dir/list.csv"
exited 65
complained "list.csv:3: it is empty"
complained "list.csv:4: unknown right: boss"
complained "2 lines can't be taken"
printf 'name;badge\nJo;1\nAda;78\nKim Lee;79\nJim;"1"\n' >"$dir/list.csv"
run "$crib" learner import "$dir/list.csv"
exited 65
complained "list.csv:5: cannot take the list: Jim: the list has this learner twice"
printf 'name\n"Jo\n' >"$dir/list.csv"
run "$crib" learner import "$dir/list.csv"
exited 65
complained 'list.csv:2: a quote is opened here and never closed'
run "$crib" learner list
[ "$(wc -l <"$dir/out")" -eq 3 ] || fail "something was taken: $(cat "$dir/out")"
awk 'BEGIN {print "name,badge,roles"; for (i = 1; i <= 500; i++) print "Person " i "," 10000 + i ",operator"}' >"$dir/list.csv"
run "$crib" learner import "$dir/list.csv" --dry-run
said 'would be: 500 added, 0 changed, 0 as before'
run "$crib" learner import "$dir/list.csv"
said '500 added, 0 changed, 0 as before'
said '1 has a right and no PIN yet'
run "$crib" learner import "$dir/list.csv" --json
said '{"added":0,"changed":0,"same":500,"without_pin":1}'
run "$crib" doctor
said 'no administrator has a PIN'
said '1 has a right that counts nowhere here, for want of a PIN'
run "$crib" audit verify
exited 0

step 'the first administrator; from then on an administrator is asked for'
start 80x24 '' "$crib" learner add 'Ada Adams' --badge 9001 --rights administrator --pin
secret 'Choose a PIN' 4711
secret 'once more' 4712
ended 65
expect 'these are two different ones'
run "$crib" learner add 'Ada Adams' --badge 9001 --rights administrator
exited 0
run "$crib" learner roles badge-77 welder
start 80x24 '' "$crib" learner pin
secret 'Choose a PIN' 12
ended 65
expect 'a PIN is 4 to 12 digits'
start 80x24 '' "$crib" learner add 'Ada Two' --badge 9002 --rights administrator --pin
secret 'Choose a PIN' 4711
secret 'once more' 4711
wait_for 'Ada Two is a learner here, with the right of administrator.'
ended 0
expect_not 4711
start 80x24 '' "$crib" learner remove 9001
wait_for 'Badge or name:'
type_text 'nobody at all'
keys Enter
ended 67
expect 'nobody is known here by that'
start 80x24 '' "$crib" learner remove 9001
secret 'Badge or name:' badge-77
ended 77
expect 'this learner has no right to'
start 80x24 '' "$crib" learner remove 9001
secret 'Badge or name:' 9001
ended 77
expect 'a right without a PIN'
start 80x24 '' "$crib" learner remove 9002
secret 'Badge or name:' 9002
secret 'PIN of Ada Two:' 4711
ended 65
expect 'this is the last administrator with a PIN'
run "$crib" learner add 'By A Script'
exited 0

me=$(id -un)

step 'an administrator forgets who is gone'
run "$crib" learner remove 'By A Script'
exited 0
run "$crib" learner forget 'By A Script' --dry-run
exited 0
said 'your removal'
run "$crib" learner forget 'By A Script' --yes
exited 0
grep -qa 'By A Script' "$dir/home"/record.db* && fail 'the name is still there'
run "$crib" learner forget 9002 --yes
exited 65
printf 'shared_accounts: [%s]\n' "$me" >"$dir/home/config.yaml"

step 'in a shared account a script is no administrator'
run "$crib" learner add 'By Another'
exited 77
complained 'there is no terminal on which an administrator could badge in'

step 'what others looked for is not for everybody'
start 80x24 '' "$crib" report gaps
secret 'Badge or name:' badge-77
ended 77
expect 'this learner has no right to'
start 80x24 '' "$crib" report gaps
secret 'Badge or name:' 78
ended 77
expect 'a right without a PIN'
start 80x24 '' "$crib" report gaps
secret 'Badge or name:' 9002
secret 'PIN of Ada Two:' 4711
wait_for 'nothing was looked for in vain'
ended 0

step 'a PIN is asked for; after three wrong ones there is a wait, and no restart helps'
start 80x24 '' "$crib" note 'a thought'
secret 'Badge or name:' 9002
secret 'PIN of Ada Two:' 1111
wait_for 'That is not the PIN. Try again.'
keys x
secret 'PIN of Ada Two:' 1111
wait_for 'One more try before there is a wait.'
secret 'PIN of Ada Two:' 1111
ended 77
expect 'the PIN is wrong (Wait'
start 80x24 '' env CRIB_CLOCK=2036-01-01T00:00:00Z "$crib" note 'a thought'
secret 'Badge or name:' 9002
secret 'PIN of Ada Two:' 4711
ended 77
expect 'there were wrong PINs before (Wait'
if command -v sqlite3 >/dev/null; then
    step 'on the screen it is the same'
    start 80x24 '' "$crib"
    wait_for 'nobody (Ctrl-B: badge in)'
    keys C-b
    secret 'Badge or name:' 9002
    secret 'PIN of Ada Two:' 4711
    wait_for 's, then try again.'
    sqlite3 "$dir/home/record.db" 'UPDATE pin SET mono = mono - 10000000'
    keys C-b
    secret 'Badge or name:' 9002
    wait_for 'PIN of Ada Two:'
    type_text 4711
    wait_for 'PIN of Ada Two: ****'
    keys Enter
    wait_for 'Ada Two (Ctrl-B: badge out)'
    keys C-c
    ended 0
fi

step 'who is not known stays out where the site has it so; guests learn, and nothing is kept'
printf 'shared_accounts: [%s]\nnames: known\nguests: yes\npins: yes\n' "$me" >"$dir/home/config.yaml"
start 80x24 '' "$crib" note 'a thought'
secret 'Badge or name:' 'Somebody New'
ended 67
start 80x24 '' "$crib" quiz at-once --plain
wait_for 'Enter alone: guest'
keys Enter
wait_for 'you pass with'
keys 1 Enter Enter
wait_for 'Question 2'
finish
start 80x24 '' "$crib"
wait_for 'nobody (Ctrl-B'
keys C-b
wait_for 'Enter alone: guest'
keys Enter
wait_for 'guest is learning. Nothing is kept.'
type_text 'once'
keys C-q
wait_for 'guest: nothing is recorded'
keys Escape Escape C-k
wait_for 'guest (B: badge out)'
keys B
wait_for 'Nothing was kept'

step 'where everybody has a PIN, the first thing is to choose one; the roles in the record are those of the visit'
keys C-b
secret 'Enter alone: guest' badge-77
secret 'Choose a PIN' 12
wait_for '4 to 12 digits'
secret 'Choose a PIN' 2580
secret 'once more' 2581
wait_for 'two different PINs'
secret 'Choose a PIN' 2580
secret 'once more' 2580
wait_for 'Kim Lee (Ctrl-B: badge out) · welder'
keys C-c
ended 0

step 'forgotten: name, badge and PIN'
start 80x24 '' "$crib" learner forget
secret 'Badge or name:' badge-77
secret 'PIN of Kim Lee:' 2580
wait_for 'your badge'
wait_for 'Type forget'
type_text forget
keys Enter
wait_for 'Forgotten:'
ended 0
grep -qa 'Kim Lee' "$dir/home"/record.db* && fail 'the name is still there'
run "$crib" audit verify
exited 0
