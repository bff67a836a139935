# A sign-off reaches the site's server, and the report of all devices tells it as the device's own does.
. "${0%/*}/lib.sh"
. "${0%/*}/signoff.in"
served=
trap 'finish; [ -z "$served" ] || kill "$served" 2>/dev/null; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
export TZ=UTC

module lock 'valid: 12 months
countersign: true'
run "$crib" channel add "$dir/channel"
exited 0

step 'a server, and a device that tells it'
TMPDIR=$dir "$sync" serve --listen 127.0.0.1:0 --data "$dir/data" >"$dir/served" 2>"$dir/complaints" &
served=$!
wait_that -f "$dir/complaints" 'the server does not start' grep -q '^learning records: .*/$' "$dir/served"
url=$(sed -n 's,^learning records: \(http://.*\)/xapi/$,\1,p' "$dir/served")
run "$crib" serve --data "$dir/data" --device at-kim
exited 0
sed -n 's/^name: //p' "$dir/out" | tr '\n' ':' >"$dir/home/token"
sed -n 's/^token: //p' "$dir/out" >>"$dir/home/token"
chmod 600 "$dir/home/token"
printf "homepage: https://example.com\naccount: kim\nlrs: {endpoint: '%s/xapi', credentials: token}\n" "$url" >"$dir/home/config.yaml"

step 'signed; a supervisor has yet to'
start 80x24 '' "$crib" learner add 'Ida Ro' --badge I88 --rights supervisor --pin
for prompt in 'Choose a PIN' 'once more'; do
    wait_for "$prompt"
    type_text 4711
    keys Enter
done
ended 0
earn lock
finish
echo 'Kim Lee' | "$crib" quiz lock --sign >"$dir/out" 2>"$dir/err"
said 'It waits for a supervisor'
run "$crib" outbox --json
said 'urn:crib:xapi:signoff'
run "$crib" sync
exited 0
run "$crib" report signoff --data "$dir/data" --csv
exited 0
said 'waiting,'
said 'plant/lock'

step 'countersigned, and then its time is over'
id=$("$crib" audit countersign --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
start 80x24 '' "$crib" audit countersign "$id"
wait_for 'badge or name'
type_text I88
keys Enter
wait_for 'PIN of Ida Ro'
type_text 4711
keys Enter
ended 0
run "$crib" sync
exited 0
run "$crib" report signoff --data "$dir/data" --csv
said 'current,'
said ',at-kim,'
CRIB_CLOCK=2027-12-01T12:00:00Z run "$crib" report signoff --data "$dir/data" --csv
said 'lapsed,'

step "who is to sign and never did: whoever is on the site's list"
printf 'name,badge,roles,rights,account\nKim Lee,77,fitter,,kim\nBo Berg,78,fitter,,bo\nAda,79,cook,,ada\nNo Account,80,fitter,,\n' >"$dir/people.csv"
run "$sync" serve --data "$dir/data" --learners "$dir/people.csv"
exited 0
module lock 'valid: 12 months
countersign: true
roles: [fitter]'
run "$crib" sync
CRIB_CLOCK=2027-11-10T12:00:00Z run "$crib" report signoff --data "$dir/data" --csv
said 'never,Bo Berg,'
said 'lapsing,Kim Lee,'
said 'unknown,No Account,'
said_not 'Ada'
"$crib" serve --data "$dir/data" --client trainer | sed -n 's/^token: /trainer:/p' >"$dir/trainer"
chmod 600 "$dir/trainer"
CRIB_CLOCK=2027-11-10T12:00:00Z run "$crib" report signoff lock --missing --site - --credentials "$dir/trainer"
said 'never'
said 'Bo Berg'
said_not 'Kim'
run curl -s -o /dev/null -w '%{http_code}' -u "$(cat "$dir/home/token")" "$url/learners"
said 404 # a device that told no key gets no list, least of all in the clear
