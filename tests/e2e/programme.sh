# A programme in the hub: its elements by phase, where one stands in each; Enter opens one, what is done there counts for it,
# nothing is blocked; on the command line the same.
. "${0%/*}/lib.sh"

mkdir -p "$dir/week/modules" "$dir/week/programmes"
printf 'id: week\nname: Week\niri: https://example.com/week\n' >"$dir/week/channel.yaml"
module() { # ID TITLE
    printf -- '---\ntitle: %s\nproblem: The pump delivers no flow.\noutcome: Prime it.\nminutes: 2\n---\n\n## Bleed\n\nOpen the vent.\n\n```gift\n::One:: Is it on? {T}\n```\n' \
        "$2" >"$dir/week/modules/$1.md"
}
module prime 'Prime a pump'
module check 'Two questions'
cat >"$dir/week/programmes/pump-week.yaml" <<'END'
title: Pump week
problem: Pumps stand still until somebody from outside comes.
outcome: Your crew primes them by itself.
elements:
  - {id: read, kind: module, module: prime}
  - {id: workshop, kind: session, starts: 2026-11-23T14:30+00:00, minutes: 90, where: Hall 2}
  - {id: test, kind: assessment, module: check, title: What stuck}
  - {id: later, kind: follow-up, module: prime, after_days: 14}
END
run "$crib" channel add "$dir/week"
exited 0
said 'week: 2 modules, 0 pages, 1 programme (3 added)'
run "$crib" lint "$dir/week"
complained "1 programme, 2 questions"

step "on the session's day the hub offers it first"
export TZ=UTC
start 80x24 '' "$crib"
wait_for 'Pump week › today 14:30'
keys Enter
wait_for '0 of 4 done'
expect_match 'Before'
expect_match '▸ +Prime a pump +2 min'
expect_match 'Session +2026-11-23 14:30, 90 min'
expect_match 'What stuck +1 question'
expect_match 'Prime a pump +from 2026-12-07'

step "its words find it, in the hub and by crib find; a code or a better module comes before it"
finish
start 80x24 '' "$crib"
wait_for 'Find'
type_text 'pump wee'
wait_for 'Pumps stand still'
expect_match 'Pump week +programme'
expect '3 of 3'
keys Enter
wait_for '0 of 4 done'
keys Escape
wait_for 'Find'
run "$crib" find 'outside comes'
exited 0
said 'week/pump-week  Pump week (programme)'
run "$crib" find pump --json
grep -q '"title":"Prime a pump".*"kind":"programme"' "$dir/out" || fail 'the programme pushes a module out of its place'
run "$crib" find pump --limit 1
said 'Prime a pump'
said_not 'programme'
said '(1 of 3;'
run "$crib" crew primes
said 'Pump week'
run "$crib" crew prmies
said 'Pump week'
run "$crib" find outsde comes --json
grep -q '"kind":"programme".*"corrected":true' "$dir/out" || fail 'a wrong letter hides the programme'
run "$crib" channel list
said 'programmes'
run "$crib" doctor
said '1 programme'
start 80x24 '' "$crib" list
wait_for 'and 1 programme: `crib list --programmes`'
run "$crib" sync --status
said '1 programme'
finish
start 80x24 '' "$crib"
wait_for 'Pump week › today 14:30'
keys Enter
wait_for '0 of 4 done'

step "a session says where; on its day Enter asks for the code by which one joins it"
keys Down
wait_for 'Hall 2'
keys Enter
wait_for "session's code"
type_text 'KMX'
keys Enter
wait_for 'no session'

step "nothing is blocked: the assessment opens first, and goes on from where it was left"
keys Down
expect_match '▸ +What stuck'
keys Enter
wait_for 'Question 1 of 1'
keys Escape
wait_for 'waits for you'
keys x
expect_match '· What stuck +begun'
keys Enter
wait_for 'Question 1 of 1'
keys t Enter
wait_for 'Right'
keys Enter
wait_for 'Passed with 100'
keys Escape
wait_for '1 of 4 done'
expect_match '✓ What stuck +passed, 100 of 100'

step "P opens it from the list, and Ctrl-F from the box; the palette names it"
keys Escape
wait_for 'Find:'
keys C-k P
wait_for '1 of 4 done'
keys Escape
wait_for 'Find:'
keys / C-f
wait_for '1 of 4 done'
keys Escape
wait_for 'Find:'
keys C-x
type_text 'programmes'
wait_for 'programmes of your roles'
keys Enter
wait_for '1 of 4 done'

step "what comes while it is open is there at once"
printf '  - {id: more, kind: module, module: check, title: One more}\n' >>"$dir/week/programmes/pump-week.yaml"
"$crib" sync --quiet
wait_for 'One more'
keys C-c
ended

step "each event says in which programme and element it happened"
# payloads are JSON in the record
grep -a -q "\"programme\":\"week/pump-week\",\"element\":\"test\"" "$dir/home/record.db" "$dir/home/record.db-wal" 2>/dev/null || fail "no event names them"

step "the command line lists it, shows it, opens it by its id"
run "$crib" list --programmes
exited 0
said 'pump-week  Pump week'
said '2 of 5' # what was done counts wherever it was done
run "$crib" show pump-week
said 'What stuck (passed, 100 of 100)'
said 'Session, Hall 2'
run "$crib" show pump-week --json
said '"state":"done"'
run "$crib" open week/pump-week
said 'Pump week'
run "$crib" list --programmes --json
said '"attended":false'
start 80x24 '' "$crib" pump-week
wait_for '2 of 5 done'
keys Escape
wait_for 'Find:'
keys C-c
ended

step "days later what is due is named where one looks, and is chosen where it is shown"
export CRIB_CLOCK=2026-12-08T09:00:00Z
run "$crib" motd
said 'crib pump-week: Pump week: due: Prime a pump'
run "$crib" motd --tmux
said '1 due'
run "$crib" motd --json
said '"due":1,"programmes":[{"programme":"week/pump-week","title":"Pump week","next":"due: Prime a pump"}]'
start 80x24 '' "$crib"
wait_for 'Pump week › due: Prime a pump'
keys C-f
wait_match '▸ ! Prime a pump +due since 2026-12-07'
finish

step "a programme that comes later is news until it is seen; a changed one too"
export CRIB_CLOCK=2026-11-24T09:00:00Z
sed 's/Pump week/Seal week/' "$dir/week/programmes/pump-week.yaml" >"$dir/week/programmes/seal-week.yaml"
sed -i 's/T14:30/T15:30/' "$dir/week/programmes/pump-week.yaml"
"$crib" sync --quiet
run "$crib" news
said 'seal-week  Seal week (new programme)'
said 'pump-week  Pump week (programme, changed)'
start 80x24 '' "$crib"
wait_for 'Find:'
keys C-w
wait_for 'new programme'
keys C-c
ended
run "$crib" news --seen
exited 0
run "$crib" news
said_not 'programme'

step "several are a list"
start 80x24 '' "$crib"
wait_for 'Find:'
keys C-f
wait_for 'Programmes'
expect_match '▸ Pump week .*2 of 5 done'
expect_match 'Seal week .*of 5 done'
keys Down Enter
wait_for 'Seal week'
expect_match 'Before'
keys Escape
wait_for 'Programmes'
keys C-c
ended

step "as lines: a number opens an element"
printf 'programmes\nopen seal-week\n2\nback\n99\nback\nprogrammes\n2\nagain\nback\nprogrammes\n9\nquit\n' >"$dir/said"
run sh -c '"$0" --plain <"$1"' "$crib" "$dir/said"
said '1. Pump week, 2 of 5 done'
said '2. Seal week, '
said '3. During the session: Session'
said 'of 5 elements done.'
said 'A number from 1 to 5, again, or back.'
said 'The last one is 2.'
[ "$(grep -c '3. During the session: Session' "$dir/out")" -eq 3 ] || fail 'read out unasked'

step "a channel that goes takes its programmes along"
run "$crib" channel remove week
exited 0
run "$crib" list --programmes
complained 'no programme'
run "$crib" show pump-week
[ "$status" -ne 0 ] || fail 'it is still there'

step "published, it goes to the devices of its roles, and follows its channel there"
sed -i 's/^name:/roles: [operator, fitter]\nname:/' "$dir/week/channel.yaml"
sed -i 's/^title:/roles: [operator]\ntitle:/' "$dir/week/programmes/pump-week.yaml"
rm "$dir/week/programmes/seal-week.yaml"
key=$("$crib" channel key "$dir/key" --no-passphrase)
run "$crib" publish "$dir/week" "$dir/out-there" --key "$dir/key" --unreviewed
exited 0
said '2 modules, 0 pages, 1 programme'
run "$crib" publish --check "$dir/out-there"
said '1 programme'
of() { # ROLE COMMAND...
    role=$1
    shift
    CRIB_HOME=$dir/home-$role
    [ -d "$CRIB_HOME" ] || { mkdir "$CRIB_HOME" && echo "roles: [$role]" >"$CRIB_HOME/config.yaml"; }
    run "$crib" "$@"
}
of operator channel add "$dir/out-there" --key "$key"
said '1 programme'
of operator list --programmes
said 'pump-week  Pump week'
of fitter channel add "$dir/out-there" --key "$key"
exited 0
of fitter list --programmes
complained 'no programme'
of fitter list --programmes --all
said 'Pump week (for other roles)'
of fitter channel list --json
said '"programmes":0'
of fitter find 'pump week' --all --json
said '"kind":"programme"'
said '"on_device":false'
of fitter find week
complained 'nothing found (--all looks beyond your roles)'
of fitter pump-week
said 'For other roles'
start 80x24 'CRIB_SYNC=no' "$crib"
wait_for 'Find'
keys C-a
type_text 'pump week'
wait_for 'A programme of other roles.'
keys Enter
wait_for 'for other roles'
finish

step "a role's filter counts it, and leaves it"
start 80x24 'CRIB_SYNC=no' "$crib"
wait_for 'Find'
type_text 'pump'
keys Tab
wait_for 'Filters'
type_text '/operator'
wait_for 'Narrow: operator'
expect_match 'operator +1'
keys Enter
wait_for '[operator]'
wait_for 'Pump week'
expect_not 'Prime a pump'
finish
of operator channel list --json
said '"programmes":1'
export CRIB_CLOCK=2026-11-25T09:00:00Z
sed -i 's/^title: .*/title: Pump fortnight/' "$dir/week/programmes/pump-week.yaml"
run "$crib" publish "$dir/week" "$dir/out-there" --key "$dir/key" --unreviewed
exited 0
of operator sync
exited 0
of operator list --programmes
said 'Pump fortnight'
of operator news
said 'pump-week  Pump fortnight (programme, changed)'

step "a kiosk names the day's session while nobody is there"
export CRIB_CLOCK=2026-11-23T12:00:00Z
printf 'roles: [operator]\nkiosk: {name: Pump works}\n' >"$CRIB_HOME/config.yaml"
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge'
expect 'Today'
expect '15:30 Pump fortnight, Hall 2'
start 80x24 '' "$crib" kiosk --plain
wait_for 'Scan your badge'
expect_match '^Today:'
expect_match '^15:30 Pump fortnight, Hall 2'
finish
