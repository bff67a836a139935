# The outbox: what would leave, what keeps it here, and an LRS that can't be reached.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

step 'nothing was learned yet'
run "$crib" outbox
exited 0
complained 'nothing waits'
run "$crib" outbox --json
said '[]'
run "$crib" channel add "$dir/channel"
exited 0

step 'what was learned stays here while no LRS is accepted'
printf '1\n\n1\n\n1\n\n' | "$crib" quiz at-once --plain >"$dir/quiz" 2>&1
run "$crib" outbox
exited 0
said 'of plant stay here:'
said '  no LRS is accepted for the channel'
run "$crib" outbox --json
said '[]'
run "$crib" sync
exited 0

step 'accepted, but nobody said whose account it is'
printf 'lrs: {endpoint: "http://127.0.0.1:1/xapi"}\n' >"$dir/home/config.yaml"
run "$crib" outbox
said '  the learner has no account'

step 'what would leave is listed, and left alone'
echo 'homepage: https://example.com' >>"$dir/home/config.yaml"
run "$crib" outbox
exited 0
said 'initialized'
said 'answered'
said 'http://127.0.0.1:1/xapi'
said_not 'stay here'
run "$crib" outbox --json
exited 0
said '"homePage":"https://example.com"'
said '"interactionType":"choice"'

step 'on a terminal nothing of it is cut off'
printf 'homepage: https://example.com\naccount: kim.lindqvist@example.com\n' >"$dir/home/config.yaml"
printf 'lrs: {endpoint: "https://records.example.com/tenants/plant-7/xapi"}\n' >>"$dir/home/config.yaml"
start 80x24 PAGER=cat "$crib" outbox
ended 0
expect 'kim.lindqvist@example.com'
expect 'initialized'
expect_match '^6 of plant go with the next .crib sync. to$'
expect_match '^  https://records.example.com/tenants/plant-7/xapi$'
finish
printf 'lrs: {endpoint: "http://127.0.0.1:1/xapi"}\nhomepage: https://example.com\n' >"$dir/home/config.yaml"

step 'a channel without an IRI has no names for its modules'
printf 'id: plant\nname: Plant\n' >"$dir/channel/channel.yaml"
run "$crib" sync
run "$crib" outbox
said 'its channel.yaml has no iri'
printf 'id: plant\nname: Plant\niri: https://example.com/plant\n' >"$dir/channel/channel.yaml"
run "$crib" channel add "$dir/channel"
exited 0

step 'an LRS that is not there: said, with what to do, and nothing is lost'
"$crib" outbox --json >"$dir/before"
run "$crib" sync
exited 75
complained 'nothing was lost'
"$crib" outbox --json >"$dir/after"
cmp -s "$dir/before" "$dir/after" || fail 'the statements changed'

step 'handed over as a file: taken once, refused when it was changed'
run "$crib" outbox export "$dir/parcel"
exited 0
complained '6 statements written'
CRIB_HOME=$dir/other "$crib" outbox import "$dir/parcel" 2>"$dir/imported" || fail 'the file is not taken'
grep -q '6 statements read, 6 new' "$dir/imported" || fail "import says: $(cat "$dir/imported")"
CRIB_HOME=$dir/other "$crib" outbox import "$dir/parcel" 2>"$dir/imported"
grep -q '6 statements read, 0 new' "$dir/imported" || fail "import says: $(cat "$dir/imported")"
CRIB_HOME=$dir/other "$crib" outbox --json >"$dir/there"
grep -c '"id"' "$dir/there" >/dev/null || fail 'nothing was taken'
sed 's/example.com/example.org/' "$dir/parcel" >"$dir/changed"
CRIB_HOME=$dir/third
export CRIB_HOME
run "$crib" outbox import "$dir/none"
exited 66
grep -q "^crib: cannot open: $dir/none: " "$dir/err" || fail "a file that is not there is not named once"
run "$crib" outbox import "$dir/changed"
exited 65
complained 'its signature does not fit'
CRIB_HOME=$dir/home

step 'a quiz that was gone on with, or begun anew, has its name'
printf '1\n\n' | "$crib" quiz at-once --again --plain >"$dir/quiz" 2>&1
printf '1\n\n' | "$crib" quiz at-once --plain >"$dir/quiz" 2>&1
printf '1\n\n' | "$crib" quiz at-once --again --plain >"$dir/quiz" 2>&1
run "$crib" outbox
said 'resumed'
said 'abandoned'
said_not '/m/at-once'

step 'a note about a module goes, one about nothing stays'
run "$crib" note --on at-once --kind wrong 'The vent key hangs in panel 3.'
exited 0
run "$crib" note 'Buy gloves.'
exited 0
run "$crib" outbox
said 'commented'
run "$crib" note --on at-once#first 'It is the upper one.'
exited 0
run "$crib" outbox
said ' at-once#first'
said_not '/m/at-once'
run "$crib" outbox --json
said '"id":"http://adlnet.gov/expapi/verbs/commented"'
said '"response":"The vent key hangs in panel 3."'
said '"urn:crib:xapi:note":"wrong"'
said_not 'gloves'

step 'mistakes are said by file and line'
printf 'homepage: https://example.com\nlrs:\n  endpoint: nowhere\n' >"$dir/home/config.yaml"
run "$crib" outbox
exited 78
complained 'config.yaml:3'
run "$crib" outbox retry 0193a000-0000-7000-8000-00000000000a
exited 66
run "$crib" outbox drop x
exited 64
run "$crib" outbox nonsense
exited 64
