# Gaps: searches that found nothing and codes that no module knows are kept, and `crib report gaps` tells what they were.
. "${0%/*}/lib.sh"

mkdir -p "$dir/src/modules"
printf 'id: plant\nname: Plant\n' >"$dir/src/channel.yaml"
cat >"$dir/src/modules/valve.md" <<'END'
---
title: Open the valve
problem: The valve stays shut.
outcome: It opens.
minutes: 3
roles: [fitter]
triggers: [{code: E-77}]
---

## Turn it

By hand.
END
run "$crib" channel add "$dir/src"
exited 0

step "there is none"
run "$crib" report gaps
exited 0
complained 'nothing was looked for in vain'
run "$crib" report gaps --json
[ "$(cat "$dir/out")" = '[]' ] || fail "not an empty list"
[ ! -e "$CRIB_HOME/record.db" ] || fail "a record was made"

step "a code that no module knows; another role's is known"
run "$crib" for --code E-999
exited 1
run env CRIB_CLOCK=2026-11-25T08:00:00Z "$crib" for --code 'e 999' --json
exited 1
run "$crib" for --code E-77 --role nurse
exited 1

step "words that find nothing"
run "$crib" find quantum flux
exited 1
run "$crib" find valve flurbo gargle
exited 0
complained 'nothing fits all of it; the nearest:'
run "$crib" zebrafish stripes
exited 66
run "$crib" find "$(printf 'xylo\033[2Jphone')"
exited 1

step "a scan in the reader, a search in the hub"
start 80x24 '' "$crib" open valve
wait_for 'By hand.'
on_tmux send-keys -l -- 'MTR-40077' \; send-keys Enter
wait_for 'Nothing here knows what was scanned: MTR-40077'
sleep 0.1
keys Escape
wait_for 'Find:'
type_text 'gearboxnoise'
wait_for 'Find: gearboxnoise'
keys Escape
wait_gone 'gearboxnoise'
finish

step "most frequent first, with the last date"
run "$crib" report gaps
exited 0
[ "$(sed -n 2p "$dir/out" | tr -s ' ')" = ' 2 2026-11-25 code E-999' ] ||
    fail "not first: $(sed -n 2p "$dir/out")"
said 'search  quantum flux'
said 'search  zebrafish stripes'
said 'search  valve flurbo gargle' # the nearest is not what was looked for
said 'code    MTR-40077'
said 'search  gearboxnoise'
said_not 'E-77'
if LC_ALL=C grep -q "$(printf '\033')" "$dir/out"; then fail "an escape sequence came out"; fi
run "$crib" report gaps --json --limit 1
exited 0
case $(cat "$dir/out") in
'[{"text":"E-999","kind":"code","times":2,"last":"2026-11-25T'*'"}]') ;;
*) fail "not the one: $(cat "$dir/out")" ;;
esac

step "there is no such report"
run "$crib" report attendance
exited 64
complained 'there is no such report: attendance ('
run "$crib" report
exited 64
