# crib report: a small class whose numbers were computed by hand, in every form; who may see whom.
. "${0%/*}/lib.sh"

mkdir -p "$dir/week/modules" "$dir/week/programmes"
printf 'id: week\nname: Week\niri: https://example.com/week\n' >"$dir/week/channel.yaml"
printf -- '---\ntitle: Prime a pump\nproblem: The pump delivers no flow.\noutcome: Prime it.\nminutes: 2\nquiz: {pass: 50, shuffle: false, feedback: none}\n---\n\n## Bleed\n\nOpen the vent.\n\n```gift\n::The vent:: Is it open? {T}\n\n::The drive:: Does it run? {F}\n```\n' \
    >"$dir/week/modules/prime.md"
cat >"$dir/week/programmes/pump-week.yaml" <<'END'
title: Pump week
problem: Pumps stand still until somebody from outside comes.
outcome: Your crew primes them by itself.
elements:
  - {id: read, kind: module, module: prime}
  - {id: workshop, kind: session, starts: 2026-11-23T09:00+00:00, minutes: 90}
  - {id: test, kind: assessment, module: prime, title: What stuck}
  - {id: left, kind: assessment, module: prime, after_days: 30, title: What is left}
END
run "$crib" channel add "$dir/week"
exited 0
export TZ=UTC
me=$(id -un)

step "there is nothing yet"
run "$crib" report programme pump-week
exited 0
said 'nobody has begun it'
run "$crib" report programme
exited 64
run "$crib" report programme pump-wek
exited 66
run "$crib" report person nobody
exited 67

# quiz TIME NAME ANSWERS [STATUS]: at that moment somebody takes the quiz in the shared account.
printf 'shared_accounts: [%s]\n' "$me" >"$dir/home/config.yaml"
quiz() {
    start 80x24 "CRIB_CLOCK=$1" "$crib" quiz prime --plain
    wait_for 'Badge or name'
    type_text "$2"
    keys Enter
    wait_for 'Question 1 of 2'
    keys "$(echo "$3" | cut -c1)" Enter
    wait_for 'Question 2 of 2'
    keys "$(echo "$3" | cut -c2)" Enter
    ended "${4:-0}"
}

step "three learn: Kim before and on the day, Lee on the day, Ada before alone"
quiz 2026-11-20T10:00:00Z Kim ft 1 # both wrong: 0
quiz 2026-11-20T11:00:00Z Ada tt # 50
quiz 2026-11-23T12:00:00Z Kim tf # 100
quiz 2026-11-23T13:00:00Z Lee tt # 50
export CRIB_CLOCK=2026-11-24T08:00:00Z

step "in a shared account everybody sees their own"
start 80x24 '' "$crib" report programme pump-week
wait_for 'Badge or name'
type_text Lee
keys Enter
wait_for 'People'
expect_match '^Lee +1 of 1 +no +████░░░░  50 +yes'
expect_not 'Kim'
ended
start 80x24 '' "$crib" report person Kim
wait_for 'Badge or name'
type_text Lee
keys Enter
wait_for 'somebody else'
ended 77
run "$crib" report module prime
exited 77

step "who has the right, and a PIN, sees all of it; it fits a terminal"
run "$crib" learner add Tess --badge T-1 --rights trainer
exited 0
start 80x24 '' "$crib" learner pin
wait_for 'Badge or name'
type_text T-1
keys Enter
wait_for 'Choose a PIN'
type_text 4711
keys Enter
wait_for 'once more'
type_text 4711
keys Enter
ended
start 80x24 'PAGER=cat' "$crib" report programme pump-week
wait_for 'Badge or name'
type_text T-1
keys Enter
wait_for 'PIN of Tess'
type_text 4711
keys Enter
wait_for 'retained (else'
expect_match '^name +before +session +assessment +passed +after +retained +gain'
expect_match '^Ada +1 of 1 +no'
expect_match '^Kim +1 of 1 +no +████████ 100 +yes .*[+]100$'
expect_match '^Lee +1 of 1 +no +████░░░░  50 +yes'
expect_match '^What stuck +assessment +during +█████░░░ 2 of 3 +75$'
ended

step "CSV and JSON are the same rows, with every column"
rm "$dir/home/config.yaml"
run "$crib" report programme pump-week --csv
exited 0
cat >"$dir/wanted" <<'END'
name,account,home_page,before,before_of,session,sessions,sessions_of,joined,left,late,first,assessment,passed,after,after_of,retained,check_due,gain,device,synced,from
Ada,"","",1,1,no,0,1,"","","",50,"","","","","",2026-12-23,"","","",""
Kim,"","",1,1,no,0,1,"","","",0,100,yes,"","","",2026-12-23,100,"","",""
Lee,"","",1,1,no,0,1,"","","","",50,yes,"","","",2026-12-23,"","","",""
END
tr -d '\r' <"$dir/out" | diff "$dir/wanted" - || fail 'the CSV is another one'
run "$crib" report programme week/pump-week --json
said '{"report":"programme","of":"week/pump-week","title":"Pump week","source":"This device","at":"2026-11-24T08:00:00.000+00:00","people":[{"name":"Ada",'
said '"first":0,"assessment":100,"passed":true,"after":null,"after_of":null,"retained":null,"check_due":"2026-12-23","gain":100,'
run "$crib" report programme pump-week --plain --part people
said 'Kim; before 1 of 1; session no; assessment 100; passed yes; gain +100'

step "a module: Ada and Lee knew the vent, Kim neither; nobody knew the drive at first"
run "$crib" report module prime --part questions --csv
cat >"$dir/wanted" <<'END'
question,id,right,right_of,percent
The drive,The drive,0,3,0
The vent,The vent,2,3,66
END
tr -d '\r' <"$dir/out" | sed 's/,[a-z0-9]*$//' | diff "$dir/wanted" - || fail 'the weak questions are others'
run "$crib" report module prime
said 'Kim   passed           100         2  '
said '3 of 3'
run "$crib" report module prime --plain --part summary
said 'passed 3 of 3; notes 0'
run "$crib" report person kim
said 'Prime a pump  passed           100         2  '
said 'Pump week  2 of 4  2026-12-23'
run "$crib" report module prime --part modules
exited 64
complained 'it has: people, questions, summary'

step "without UTF-8, the same in ASCII"
start 80x24 'LC_ALL=C PAGER=cat' "$crib" report module prime
wait_for 'right at first:'
expect_match '^Kim +passed +######## 100 +2 +0 100'
ended

step "a page for a browser"
run "$crib" report module prime --html
exited 0
cp "$dir/out" "$dir/page.html"
said '<h1>Prime a pump</h1>'
said '<th scope="row">Kim</th>'
said_not '<script'
browser=
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser=$(command -v "$name") || browser=
done
[ -n "$browser" ] || exit 0

step "a browser shows it, with its plot, and loads nothing for it"
browse() {
    cat >"$dir/told"
    for attempt in first second; do
        rm -rf "$dir/profile"
        mkdir "$dir/profile"
        ! HOME=$dir/profile "$build/e2e/browser" "$browser" "$dir/profile" <"$dir/told" >"$dir/out" 2>"$dir/err" || return 0
        grep -q 'it says nothing any more' "$dir/err" || break
    done
    fail "the browser, $attempt: $(grep '^browser:' "$dir/err")"
}
line() {
    got=$(sed -n "$1p" "$dir/out")
    [ "$got" = "$2" ] || fail "line $1: expected '$2', got '$got'"
}
browse <<EOF
open file://$dir/page.html
eval document.title + ' ' + document.documentElement.lang + ' ' + document.scripts.length
eval performance.getEntriesByType('resource').length
eval document.querySelectorAll('svg[role=img] > circle').length + ' ' + [...document.querySelectorAll('svg[role=img]')].every(s => s.getBoundingClientRect().width > 300)
eval [...document.querySelectorAll('table')].map(t => t.caption.textContent + ' ' + t.tBodies[0].rows.length).join('; ')
eval getComputedStyle(document.body).maxWidth
EOF
line 1 'Prime a pump en 0'
line 2 0
line 3 '7 true' # five scores, and a legend in each plot
line 4 'In all 1; Questions, weakest first 2; People 3'
[ "$(sed -n 5p "$dir/out")" != none ] || fail 'the page has no style'
