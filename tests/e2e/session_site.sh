# A live session through a site: devices that are enrolled at a crib serve, no internet. A new version is published while they
# are in it; the server is gone for a while: what is answered meanwhile arrives later.
. "${0%/*}/lib.sh"
. "${0%/*}/site.in"
. "${0%/*}/session.in"
export TZ=UTC
programme "$dir/week"
publish_week() {
    "$crib" publish "$dir/week" "$dir/out-week" --key "$dir/secret" --unreviewed --quiet || fail 'not published'
}
publish_week

step "a trainer's and two learners' devices enrol"
port=0
serve() {
    start_site --init --data "$dir/records" --listen "127.0.0.1:$port" --channel "$dir/out-week" --pin "$key"
    port=${address##*:}
}
serve
for who in trainer ann ben; do
    line=$("$sync" serve --data "$dir/records" --invite "$who" --url "$address" 2>/dev/null | grep -o 'crib enrol .*')
    CRIB_HOME=$dir/$who "$crib" enrol "$address" "${line##* }" >"$dir/enrolled" 2>&1 || fail "$(cat "$dir/enrolled")"
done

step "the site's list says whom the programme is for: who is not here yet, and has done the pre-work"
printf 'name,badge,roles,rights,account\nAnn,71,fitter,,ann\nCat,73,fitter,,cat\nDan,74,,,dan\nEve,75,cook,,eve\n' >"$dir/people.csv"
sed -i 's/^elements:/roles: [fitter]\nelements:/' "$dir/week/programmes/pump-week.yaml"
publish_week
"$sync" serve --data "$dir/records" --learners "$dir/people.csv" >"$dir/out" 2>&1 || fail "no list: $(cat "$dir/out")"
line=$("$sync" serve --data "$dir/records" --invite cat --url "$address" 2>/dev/null | grep -o 'crib enrol .*')
CRIB_HOME=$dir/cat "$crib" enrol "$address" "${line##* }" >"$dir/enrolled" 2>&1 || fail "$(cat "$dir/enrolled")"
printf 't\nt\n' | CRIB_ACCOUNT=cat CRIB_HOME=$dir/cat "$crib" quiz prime --plain >/dev/null 2>&1
printf 't\nf\n' | CRIB_ACCOUNT=cat CRIB_HOME=$dir/cat "$crib" quiz prime --again --plain >/dev/null 2>&1
for who in trainer ann ben cat; do
    CRIB_ACCOUNT=$who CRIB_HOME=$dir/$who "$crib" sync --quiet || fail "$who can't sync"
done

step "the site's list says who may hold a session: who is no trainer on it is told so, whatever device it is"
start_as() { # ACCOUNT
    sed -i "s/^account:.*/account: $1/" "$dir/trainer/config.yaml"
    CRIB_HOME=$dir/trainer run "$crib" session start pump-week --plain
    exited 77
}
start_as trainer
complained "trainer is not on the site's list: ask who runs it"
start_as ann
complained "ann is no trainer on the site's list: ask who runs it"
[ -z "$(led_code "$dir/trainer")" ] || fail 'it is held all the same'
sed -i "s/^account:.*/account: trainer/" "$dir/trainer/config.yaml"
open_terminal trainer "$dir/trainer" "'$crib' session start pump-week"
sees trainer 'it was not opened'
sees trainer "trainer is not on the site's list"
on trainer q
sees trainer ENDED
on_tmux kill-session -t =trainer
printf 'The Trainer,76,,trainer,trainer\n' >>"$dir/people.csv"
"$sync" serve --data "$dir/records" --learners "$dir/people.csv" >"$dir/out" 2>&1 || fail "no list: $(cat "$dir/out")"

step "a session that the site holds; learners join by its code"
open_terminal trainer "$dir/trainer" "'$crib' session start pump-week"
sees trainer 'Nobody yet'
sees trainer '2 not here yet'
looks trainer | grep -q -E 'Cat +not here yet . pre-work 1 of 1' || fail "Cat's pre-work: $(looks trainer)"
looks trainer | grep -q -E 'Ann +not here yet . pre-work 0 of 1' || fail "Ann's pre-work: $(looks trainer)"
sees_not trainer Eve
code=$(led_code "$dir/trainer")
[ -z "$(find "$CRIB_SYSTEM" -name 'room-*' 2>/dev/null)" ] || fail 'it is held on this host'
for who in ann ben; do
    open_terminal "$who" "$dir/$who" "'$crib' session join $code"
    sees "$who" 'You are in.'
    sees "$who" "Held by $address."
    sees trainer "$who"
done
sees trainer '2 here, 1 not here yet'

step "a site that can't answer just now said nothing of the code: it is asked again"
mkfifo "$dir/told"
"$build/e2e/proxy" "$port" <"$dir/told" >"$dir/proxy" &
exec 4>"$dir/told"
wait_that 'there is no proxy' test -s "$dir/proxy"
through=http://127.0.0.1:$(head -n 1 "$dir/proxy")
line=$("$sync" serve --data "$dir/records" --invite fay --url "$through" 2>/dev/null | grep -o 'crib enrol .*')
CRIB_HOME=$dir/fay "$crib" enrol "$through" "${line##* }" >"$dir/enrolled" 2>&1 || fail "$(cat "$dir/enrolled")"
echo 'answer 1 502' >&4
wait_that 'the proxy does not obey' sh -c '[ "$(wc -l <"$1")" -gt 1 ]' sh "$dir/proxy"
open_terminal fay "$dir/fay" "'$crib' session join $code --plain"
sees fay 'You are in'
echo 'answer 1 503 60' >&4
sees fay 'is busy'
on_tmux kill-session -t '=fay'
exec 4>&-

step "only who is known here may ask"
run curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -d "{\"code\":\"$code\"}" "$address/room/look"
said 401
run curl -s -o /dev/null -w '%{http_code}' -u "$(cat "$dir/ann/site.key")" -H 'Content-Type: application/json' -d "{\"code\":\"$code\"}" "$address/room/look"
said 200
run curl -s -o /dev/null -w '%{http_code}' -u "$(cat "$dir/ann/site.key")" -d "{\"code\":\"$code\"}" "$address/room/look"
said 415

step "another device of the site hears of it at its next sync"
CRIB_ACCOUNT=cat CRIB_HOME=$dir/cat "$crib" sync --quiet || fail "cat can't sync"
open_terminal cat "$dir/cat" "'$crib'"
sees cat 'A session of the site is on: Workshop'
on_tmux kill-session -t '=cat'
printf 'kiosk: {name: Plant}\n' >>"$dir/cat/config.yaml"
open_terminal cat "$dir/cat" "'$crib' kiosk"
sees cat 'On now: Workshop. Badge in, and type the code that its trainer shows.'
on_tmux kill-session -t '=cat'

step "the assessment opens; a version that is published meanwhile starts nobody over"
on trainer o
sees ann 'Question 1 of 2'
sees ben 'Question 1 of 2'
on ann t Enter
sees ann 'Question 2 of 2'
module "$dir/week/modules/check.md" 'Two other questions'
sed -i 's/::One::.*/::Three:: Is it a pump? {T}/' "$dir/week/modules/check.md"
module "$dir/week/modules/prime.md" 'Prime any pump'
publish_week
for who in ann ben; do
    CRIB_HOME=$dir/$who "$crib" sync --quiet || fail "$who can't sync"
    CRIB_HOME=$dir/$who "$crib" list >"$dir/out"
    said 'Prime any pump'
done
sees ann 'Question 2 of 2'
sees ann 'Is it off?'
sees ben 'Is it on?'

step "the server is gone: what is answered is kept, and arrives later"
stop_site KILL
on ann f Enter
sees ann 'Handed in: 2 of 2 answered'
on ben t Enter
sees ben 'Question 2 of 2'
on ben t Enter
sees ben 'Handed in: 2 of 2 answered'
on ben Escape
sees ben 'arrives later'
serve
sees trainer '2 here'
sees_times trainer 2 '2 of 2 answered'

step "closed: each sees their own"
on trainer c
sees trainer '1 of 2 right'
sees ann 'Passed with 100 of 100'
sees ben 'You have 50 of 100'
on trainer e
on trainer y
sees trainer 'over'
sees trainer '1 did not come'
sees ben 'The session is over'

step "the trainer's own report has what the site told them, also who did not come"
CRIB_ACCOUNT=trainer CRIB_HOME=$dir/trainer "$crib" report programme pump-week --csv >"$dir/out" || fail "no report"
tr -d '\r' <"$dir/out" >"$dir/rows"
for who in ann ben; do
    grep -q "^$who,.*,yes,1,1,.*,session\$" "$dir/rows" || fail "$who: $(cat "$dir/rows")"
done
grep -q ',no,0,1,.*,session$' "$dir/rows" || fail "who did not come: $(cat "$dir/rows")"

step "it is on no more"
CRIB_ACCOUNT=cat CRIB_HOME=$dir/cat "$crib" sync --quiet || fail "cat can't sync"
! grep -q '"sessions"' "$dir/cat/sync.jsonl" || fail 'it is told of still'

step "the site's store has the attendance"
for who in ann ben; do
    CRIB_HOME=$dir/$who "$crib" sync --quiet || fail "$who can't send"
done
reader=report:$("$sync" serve --data "$dir/records" --client report | sed -n 's/^token: //p')
run curl -s -u "$reader" -H 'X-Experience-API-Version: 1.0.3' "$address/xapi/statements?verb=http://adlnet.gov/expapi/verbs/attended"
said '"ann"'
said '"ben"'

step "a device that was revoked is told so, not that the code is wrong"
"$sync" serve --data "$dir/records" --revoke ben >/dev/null 2>&1 || fail 'not revoked'
on_tmux kill-session -t =ben
open_terminal ben "$dir/ben" "'$crib' session join $code"
sees ben 'The site does not know this device'
sees_not ben 'No session has that code'
stop_site
