# Compliance sign-off: what it takes, who may sign and how, what makes it lapse, and the proof of it elsewhere.
. "${0%/*}/lib.sh"
. "${0%/*}/signoff.in"

module lock 'valid: 12 months
attestation: I lock with my own lock.'
module twice 'countersign: true'
run "$crib" channel add "$dir/channel"
exited 0

step 'nothing was read: said what is missing, and no name is asked for'
run "$crib" quiz lock --sign
exited 65
complained '2 sections not shown in full: Lock, Prove; quiz not passed'

step 'its questions are not listed where they could be learned by heart'
chmod a-w "$dir/channel/modules/lock.md"
if [ "$(id -u)" -ne 0 ]; then
    run "$crib" quiz lock --list
    exited 77
    complained 'its quiz is for a sign-off'
fi
chmod u+w "$dir/channel/modules/lock.md"
printf 'shared_accounts: [%s]\n' "$(id -un)" >"$dir/home/config.yaml"
run "$crib" quiz lock --list
exited 77
run "$crib" show lock --json
said 'with your own lock'
said_not 'My own'
run "$crib" show lock --raw
said 'with your own lock'
said_not 'My own'
rm "$dir/home/config.yaml"
run "$crib" show lock --raw
said 'My own'

step 'a failed quiz tells the score alone, on the screen too, and missed ones are not asked again'
printf '2\n1\n' | "$crib" quiz lock --plain >"$dir/out" 2>"$dir/err"
said 'Not passed: 50 of 100, 100 needed'
said_not 'Missed:'
said_not 'right'
said_not 'Right'
run "$crib" quiz lock --missed --plain
exited 64
complained 'the missed ones are not told'
start 80x24 '' "$crib" quiz lock
wait_for 'Question 1'
keys 2 Enter 1 Enter
wait_for 'Not passed: 50 of 100, 100 needed'
expect_not 'right'
expect_not 'own'
keys r
expect_not 'Question 1'
finish

step 'read in full, the quiz passed: the attestation, and a full name that is typed'
earn lock
keys c
wait_for 'You sign this:'
expect 'I lock with my own lock.'
expect 'Valid until 2027-11-23'
keys Enter
wait_for 'type your full name'
keys Escape
wait_for 'You sign this:'
run "$crib" report signoff --csv
said_not 'current'
keys Enter
wait_for 'type your full name'
type_text 'Kim Lee'
keys Enter
wait_for 'Signed off.'
expect 'Signed by Kim Lee on 2026-11-23: valid until 2027-11-23'
keys Escape Escape
wait_for 'Sign-off: signed, valid until 2027-11-23'
finish
run "$crib" report signoff
said 'current'
said 'Kim Lee'
run "$crib" list
said 'sign-off signed, valid until 2027-11-23'

step 'one signature for one reading'
run "$crib" quiz lock --sign
exited 0
said 'Signed by Kim Lee on 2026-11-23: valid until 2027-11-23'

step 'a skipped section refuses, whatever d says; so does one that was passed by too quickly'
{
    printf -- '---\ntitle: Long\nproblem: It is long.\noutcome: Read it.\nminutes: 5\nquiz: {pass: 100}\nsign_off: true\n---\n\n## First\n\n'
    awk 'BEGIN { for (i = 0; i < 900; i++) printf "word%s", i % 12 == 11 ? "\n" : " " }'
    printf '\n\n## Last\n\nShort.\n\n```gift\n::own:: Whose lock? {=My own ~No}\n\n::two:: Yes? {=Yes ~No}\n```\n'
} >"$dir/channel/modules/long.md"
run "$crib" sync
start 80x24 '' "$crib" long
wait_for 'of 2 shown in full'
keys d d d
wait_for 'Last  ✓'
keys g Space Space Space Space Space Space Space Space G
wait_for 'sign-off due'
keys c
wait_for 'Section 1, First: not shown in full'
keys Enter
wait_for 'Space on'
finish
run "$crib" quiz long --sign
exited 65
complained 'First'

step 'who has a PIN signs with it, and three wrong ones make one wait'
secret() {
    wait_for "$1"
    type_text "$2"
    keys Enter
}
run "$crib" learner add 'Sam Ito' --badge S77 --rights supervisor
start 80x24 '' "$crib" learner reset-pin S77
wait_gone 'reset-pin'
finish
start 80x24 '' "$crib" learner add 'Ida Ro' --badge I88 --rights supervisor --pin
secret 'Choose a PIN' 4711
secret 'once more' 4711
ended 0
earn twice
keys c
wait_for 'You sign this:'
keys Enter
wait_for 'type your full name'
type_text 'Kim Lee'
keys Enter
wait_for "waits for a supervisor's signature"

step 'countersigned: not without the right and a PIN, at once or later'
keys Enter
wait_for 'badge or name:'
type_text 'S77'
keys Enter
wait_for 'signs with a PIN, and has none here'
expect 'learner pin WHO'
keys Enter
wait_for 'badge or name:'
type_text 'I88'
keys Enter
secret 'PIN of Ida Ro' 1111
wait_for 'That is not the PIN'
finish
run "$crib" audit countersign
said 'waiting'
start 80x24 '' "$crib"
wait_for '1 sign-off waits for a supervisor'
finish
start 80x24 '' "$crib" learner pin S77
wait_for 'This is for '
secret 'Choose a PIN' 8822
secret 'once more' 8822
ended 0
expect 'Sam Ito has this PIN now.'
id=$("$crib" audit countersign --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
run "$crib" audit show ffff
exited 66
run "$crib" audit show "${id%?}"
said "$id"
start 80x24 '' "$crib" audit countersign "${id%?}"
wait_for 'badge or name'
type_text 'I88'
keys Enter
secret 'PIN of Ida Ro' 4711
wait_for 'Countersigned by Ida Ro'
ended 0
run "$crib" audit countersign
complained 'no sign-off waits for a supervisor'
run "$crib" report signoff --csv
said 'current,'
said 'Ida Ro'

step 'an immaterial change leaves it, a material one makes it lapse, in the words of its author'
module lock 'valid: 12 months
attestation: I lock with my own lock.
changes:
  - {on: 2026-11-20, what: "A comma", material: false}'
run "$crib" sync
run "$crib" report signoff
said_not 'changed'
module lock 'valid: 12 months
attestation: I lock with my own lock.
changes:
  - {on: 2026-11-24, what: "The tester is proved twice", material: true}'
run "$crib" sync
run "$crib" report signoff
said 'changed'
said '2026-11-24: The tester is proved twice'
run "$crib" list
said 'sign-off lapsed: changed 2026-11-24: The tester is proved twice'
start 80x24 '' "$crib" lock
wait_for 'Sign-off: lapsed: changed 2026-11-24'
expect 'sign-off lapsed: c'
finish

step 'its time: lapsing, and over; who never signed'
module lock 'valid: 12 months'
run "$crib" sync
CRIB_CLOCK=2027-11-01T12:00:00Z run "$crib" report signoff
said 'lapsing'
said 'never'
CRIB_CLOCK=2027-11-01T12:00:00Z run "$crib" report signoff lock --lapsing --csv
said 'lapsing,'
said_not 'never,'
CRIB_CLOCK=2027-11-01T12:00:00Z run "$crib" report signoff lock --missing --csv
said 'never,Sam Ito,'
said_not 'lapsing,'
CRIB_CLOCK=2027-12-01T12:00:00Z run "$crib" report signoff
said 'lapsed'

step 'the proof stands elsewhere, and what was changed in it is named at its place'
run "$crib" audit export "$dir/proof.json"
exited 0
CRIB_HOME=$dir/elsewhere run "$crib" audit verify "$dir/proof.json"
exited 0
said 'Kim Lee'
said 'I lock with my own lock.'
said 'It holds: 2 sign-offs'
sed 's/own lock/old lock/' "$dir/proof.json" >"$dir/tampered.json"
CRIB_HOME=$dir/elsewhere run "$crib" audit verify "$dir/tampered.json"
exited 65
complained "something in the file was changed since it was signed"
run "$crib" audit verify
exited 0

step 'in a shared account one signs with badge and PIN, or not at all'
printf 'shared_accounts: [%s]\n' "$(id -un)" >"$dir/home/config.yaml"
run "$crib" quiz lock --sign
exited 77
complained 'nobody has said who learns'
start 80x24 '' "$crib" quiz lock --sign
wait_for 'Badge or name:'
type_text 'Somebody New'
keys Enter
ended 77
expect 'in a shared account one signs with badge and PIN'
start 80x24 '' "$crib" quiz lock --sign
wait_for 'Badge or name:'
type_text 'I88'
keys Enter
secret 'PIN of Ida Ro' 4711
ended 65
expect '2 sections not shown in full'
# The sanitizer looks by a process of its own, which is refused there.
start 80x24 "ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" "$crib" kiosk
secret 'Scan your badge' I88
secret 'PIN of Ida Ro' 4711
wait_for 'crib   Ida Ro'
type_text 'lock'
wait_for 'of '
keys Enter
wait_for 'sign-off due: c'
wait_for 'Prove  ✓'
keys q
answer 1
answer 2
wait_for 'Passed with 100'
keys c
wait_for 'You sign this:'
keys Enter

step 'there, also in the kiosk, both are asked for anew, and nobody signs for another'
secret 'your badge or name:' S77
wait_for 'that is not the badge of who is here'
expect 'You sign this:'
keys Enter
secret 'your badge or name:' 'Nobody Here'
wait_for 'that is not the badge of who is here'
keys Enter
secret 'your badge or name:' I88
secret 'PIN of Ida Ro' 0000
wait_for 'That is not the PIN'
keys Enter
wait_for 'your badge or name:'
keys Escape
wait_for 'You sign this:'
finish
printf 'names: no\n' >>"$dir/home/config.yaml"

step 'in lines, too; and where the site takes no names, a name is no badge'
sign_in_lines() {
    start 80x24 '' "$crib" quiz lock --sign
    secret 'Badge or name:' I88
    secret 'PIN of Ida Ro' 4711
    wait_for 'You sign this:'
    secret 'To sign, your badge:' "$1"
}
sign_in_lines 'Ida Ro'
ended 77
expect 'that is not the badge of who is here'
sign_in_lines I88
secret 'PIN of Ida Ro' 4711
ended 0
expect 'Signed off.'
rm "$dir/home/config.yaml"
run "$crib" report signoff lock --csv
said 'current,Ida Ro'
