# People of a terminal that many share, and their site: what they complete is sent under their own accounts.
. "${0%/*}/lib.sh"
. "${0%/*}/site.in"

sent_by() { # ACCOUNT: does the server hold statements of this account?
    cat "$dir/records"/serve.db* | grep -a -q "\"name\":\"$1\""
}
# A device of the site, on which many learn: $dir/NAME.
device() { # NAME
    run "$sync" serve --data "$dir/records" --invite "$1"
    exited 0
    line=$(head -n 1 "$dir/out")
    CRIB_HOME=$dir/$1
    mkdir -p "$CRIB_HOME"
    printf 'shared_accounts: [%s]\nguests: yes\n' "$(id -un)" >"$CRIB_HOME/config.yaml"
    # shellcheck disable=SC2086 # the line is words
    run "$crib" ${line#crib }
    exited 0
}
# Somebody passes the quiz in the kiosk.
passes() { # BADGE NAME
    start 80x24 '' "$crib" kiosk
    wait_for 'Scan your badge'
    type_text "$1"
    keys Enter
    wait_for "$2"
    keys Down
    keys C-q
    wait_for 'Question 1'
    keys 1 Enter
    wait_for 'Enter'
    keys Enter
    wait_for 'assed'
    keys Escape
    finish
}

hear_notices
start_site --init --data "$dir/records" --listen 127.0.0.1:0 --channel "$dir/published" --pin "$key"
device bench

step 'what somebody without an account completes stays'
run "$crib" learner add 'Kim Lee' --badge 77
exited 0
passes 77 'Kim Lee'
run "$crib" sync
exited 0
run "$crib" outbox
said 'crib learner account WHO NAME'
! sent_by klee || fail 'somebody has the account'

step 'with an account it is sent, and what was done before as well'
run "$crib" learner account 77 klee
exited 0
complained 'sent under this account'
run "$crib" learner list
said 'klee'
run "$crib" outbox
said 'klee'
run "$crib" sync
exited 0
complained 'sent'
sent_by klee || fail 'the server has nothing of Kim'
cat "$dir/records"/serve.db* | grep -a -o '"actor":{[^}]*}' | grep -q klee || fail 'Kim is no actor'
run "$crib" outbox
complained 'waits to leave this device'
run "$crib" audit verify
exited 0

step 'an account is one person'"'"'s; a list brings it'
run "$crib" learner add Sam --badge 78 --account klee
exited 65
complained "it is another learner's"
printf 'name,badge,account\nSam,78,sray\nKim Lee,77,klee\n' >"$dir/list.csv"
run "$crib" learner import "$dir/list.csv"
said '1 added, 0 changed, 1 as before'

# ---- the list of the site

learners() { # LINES: the server takes this list
    printf "name,badge,roles,rights,account\n$1" >"$dir/people.csv"
    run "$sync" serve --data "$dir/records" --learners "$dir/people.csv"
}

step 'the server takes a list; what is wrong with it is said by line, and nothing is taken'
learners 'Kim Lee,77,,,klee\nBo,77,,,bo\nAl,79,,boss,al\n'
exited 65
complained 'people.csv:4: unknown right: boss'
learners 'Kim Lee,77,,,klee\nBo,77,,,bo\n'
exited 65
complained 'people.csv:3: cannot take the list: Bo: the list has this learner twice'
run "$crib" sync
exited 0
learners 'Kim Lee,77,fitter,,klee\nBo Berg,BADGE-80,,trainer,bberg\nAda,90,,administrator,\n'
exited 0
said '3 learners: 3 added, 0 changed, 0 removed'
for secret in BADGE-80 badge-80; do
    cat "$dir/records"/serve.db* | grep -a -q "Berg.*$secret" && fail 'the server keeps the badge'
done

step 'it comes with a sync; a badge works on each device, offline'
run "$crib" sync
exited 0
complained "the site's list of learners: 2 added, 1 changed, 0 removed"
run "$crib" learner list
said 'Bo Berg'
[ "$(grep -c 'Kim Lee' "$dir/out")" = 1 ] || fail "Kim is there twice: $(cat "$dir/out")"
grep -q 'klee' "$dir/out" || fail "Kim lost the account: $(cat "$dir/out")"
device hall
complained "the site's list of learners: 3 added, 0 changed, 0 removed" # with the channels, at enrolment
run "$crib" sync
exited 0
! grep -q 'list of learners' "$dir/err" || fail 'it was taken twice'
stop_site
passes 'badge -80' 'Bo Berg'
port=${address##*:}
start_site --data "$dir/records" --listen "127.0.0.1:$port" --channel "$dir/published"
run "$crib" sync
exited 0
sent_by bberg || fail 'the server has nothing of Bo'

step 'what somebody passed on one device counts on the others'
passed() { # LEARNER: what the record of this device has passed of theirs
    sqlite3 "$CRIB_HOME/record.db" "SELECT group_concat(module) FROM module m JOIN learner l ON l.number = m.learner WHERE passed_at > 0 AND l.name = '$1'"
}
if command -v sqlite3 >/dev/null; then
    kim=$(passed 'Kim Lee')
    bo=$(passed 'Bo Berg')
    [ -n "$kim" ] || fail 'Kim passed on the bench, and it does not count here'
    [ -n "$bo" ] || fail 'Bo did not pass'
    CRIB_HOME=$dir/bench
    [ "$(passed 'Kim Lee')" = "$kim" ] || fail "Kim passed $(passed 'Kim Lee') and not $kim"
    [ -z "$(passed 'Bo Berg')" ] || fail 'Bo never was here'
    run "$crib" sync
    exited 0
    complained '1 passed on other devices of the site'
    [ "$(passed 'Bo Berg')" = "$bo" ] || fail "Bo's result did not come"
    sqlite3 "$CRIB_HOME/record.db" "SELECT CAST(payload AS TEXT) FROM event WHERE kind = 'module.elsewhere'" | grep -q '"device":"hall"' ||
        fail 'nothing says which device said so'
    before=$(sqlite3 "$CRIB_HOME/record.db" 'SELECT count(*) FROM event')
    run "$crib" sync
    [ "$before" = "$(sqlite3 "$CRIB_HOME/record.db" 'SELECT count(*) FROM event')" ] || fail 'it came twice'
    run "$crib" outbox
    complained 'waits to leave this device'
    run "$crib" audit verify
    exited 0
    CRIB_HOME=$dir/hall
    run "$crib" sync
fi

step 'who is not on it any more is removed, and comes back as themselves'
learners 'Kim Lee,77,fitter,,klee\nAda,90,,administrator,\n'
said '2 learners: 0 added, 0 changed, 1 removed'
run "$crib" sync
complained '0 added, 0 changed, 1 removed'
run "$crib" learner list --all
grep -q 'Bo Berg.*removed' "$dir/out" || fail "Bo is here: $(cat "$dir/out")"
learners 'Kim Lee,77,fitter,,klee\nBo Berg,81,,,bberg\nAda,90,,administrator,\n'
run "$crib" sync
run "$crib" learner list --all
[ "$(grep -c 'Bo Berg' "$dir/out")" = 1 ] || fail "Bo is there twice: $(cat "$dir/out")"
run "$crib" audit verify
exited 0

step 'nobody else needs to know: a device of one person takes no list'
run "$sync" serve --data "$dir/records" --invite own --person own=klee
line=$(head -n 1 "$dir/out")
CRIB_HOME=$dir/own
# shellcheck disable=SC2086 # the line is words
run "$crib" ${line#crib }
exited 0
said 'account: klee'
run "$crib" sync
exited 0
run "$sync" serve --data "$dir/records" --list --json
said '"name":"own","is":"device"'
said '"person":"klee"'

step 'it speaks for its person alone, and learns nothing of others, whatever it says of itself'
learn() {
    printf '1\n\n' | "$crib" quiz everybody --plain --again >/dev/null 2>&1
}
learn
run "$crib" sync
exited 0
complained 'sent'
printf 'account: bberg\n' | sed -i -e '/^account:/{r /dev/stdin' -e 'd}' "$dir/own/config.yaml"
learn
run "$crib" sync
complained 'refused'
run "$crib" outbox
said "this device is one person's, and speaks for them alone"
printf 'shared_accounts: [%s]\n' "$(id -un)" >>"$dir/own/config.yaml"
run "$crib" sync
! grep -q '^badges' "$dir/own/site.people" || fail "it knows the secret of the badges"
! cat "$dir/own"/record.db* 2>/dev/null | grep -a -q 'Bo Berg' || fail 'it knows who the others are'
[ "$(stat -c %a "$dir/hall/site.people")" = 600 ] || fail 'others can read the keys'

step 'a device is revoked: with the next list the badges have a new secret, in one step with it'
CRIB_HOME=$dir/hall
run "$crib" sync
exited 0
secret=$(sed -n 's/^badges //p' "$dir/hall/site.people")
run "$sync" serve --data "$dir/records" --renew-badges
exited 64
run "$sync" serve --data "$dir/records" --list
! grep -q secret "$dir/err" || fail "nobody was revoked: $(cat "$dir/err")"
run "$sync" serve --data "$dir/records" --revoke bench
exited 0
complained 'take their list once more'
run "$sync" serve --data "$dir/records" --list
complained 'knows the secret'
learners 'Kim Lee,77,fitter,,klee\nBo Berg,81,,,bberg\nAda,90,,administrator,\n'
exited 0
said '3 learners: 0 added, 0 changed, 0 removed'
said 'hashed with a new secret'
passes 81 'Bo Berg' # before the device has heard of it
run "$crib" sync
exited 0
complained '0 added, 3 changed, 0 removed'
[ "$(sed -n 's/^badges //p' "$dir/hall/site.people")" != "$secret" ] || fail 'the secret is the old one'
stop_site
passes 77 'Kim Lee'
start_site --data "$dir/records" --listen "127.0.0.1:$port" --channel "$dir/published"
run "$sync" serve --data "$dir/records" --list
! grep -q secret "$dir/err" || fail "it is new: $(cat "$dir/err")"
CRIB_HOME=$dir/bench
cp "$dir/bench/site.people" "$dir/people.before"
run "$crib" sync
exited 77
cmp -s "$dir/bench/site.people" "$dir/people.before" || fail 'a revoked device has the new secret'
device fair
complained "the site's list of learners: 3 added, 0 changed, 0 removed"
passes 81 'Bo Berg'
CRIB_HOME=$dir/hall
learners 'Kim Lee,77,fitter,,klee\nBo Berg,81,,,bberg\nAda,90,,administrator,\n'
said_not 'new secret'
run "$sync" serve --data "$dir/records" --learners "$dir/people.csv" --renew-badges --json
said '"renewed":true'

step 'an older list than was seen is refused, and said'
CRIB_HOME=$dir/hall
if command -v sqlite3 >/dev/null; then
    stop_site
    sqlite3 "$dir/records/serve.db" "UPDATE setting SET value = '7' WHERE name = 'learners.version'"
    start_site --data "$dir/records" --listen "127.0.0.1:$port" --channel "$dir/published"
    run "$crib" sync
    exited 0
    complained 'it is older than the one that was taken'
fi
stop_site
noticed 'the list of learners was taken: 3, of whom 3 added and 0 changed; 0 removed'
noticed '; its badges have a new secret'
for secret in Kim Bo klee BADGE-80; do
    ! grep -q -F -e "$secret" "$dir/notices" || fail "the log knows of $secret: $(cat "$dir/notices")"
done
