# crib for: what fits a code, an asset and a stage, best first, with the reasons; what isn't said comes from the place.
. "${0%/*}/lib.sh"

mkdir -p "$dir/src/modules"
printf 'id: plant\nname: Plant\n' >"$dir/src/channel.yaml"
module() { # ID FRONT MATTER
    cat >"$dir/src/modules/$1.md" <<END
---
title: About $1
problem: The $1 stays shut.
outcome: It opens.
minutes: 3
$2
---

## Open it

Turn it.
END
}
module both 'triggers: [{code: E-77}, {asset: V-1*}]
stages: [commission]'
module tag 'triggers: [{asset: V-12}]
stages: [operate]'
module wild 'triggers: [{asset: V-*}]
stages: [troubleshoot]'
module wide 'triggers: [{asset: V-*}]
stages: [operate]'
module other 'triggers: [{asset: V-12}]
roles: [electrician]'
module staged 'stages: [commission]'
ids() { # in order
    tr -d '\n' <"$dir/out" | sed 's/"id":"\([^"]*\)"/\n\1\n/g' | sed -n 'n;p' | tr '\n' ' '
}
are() {
    [ "$(ids)" = "$1 " ] || fail "expected $1, found $(ids)"
}
run "$crib" channel add "$dir/src"
exited 0

step "the code first, then what is for the stage, then the nearer asset tag"
run "$crib" for --code 'e 77' --asset v12 --stage troubleshoot --role fitter --json
exited 0
are 'both wild tag wide'
said '"why":[{"by":"code","value":"e 77","trigger":"E-77"},{"by":"asset","value":"v12","trigger":"V-1*"}]'
said '"id":"wild","kind":"module","title":"About wild"'
said '{"by":"asset","value":"v12","trigger":"V-*"},{"by":"stage","value":"troubleshoot"}]'
run "$crib" for --asset V-9 --stage operate --json
are 'wide wild'
run "$crib" for --asset V-12 --limit 1
exited 0
said 'asset V-12'
said '(1 of 5; --limit N shows more)'

step "as a person reads it"
run "$crib" for --code E77 --asset V-12 --stage commission --role fitter
said 'both  About both (3 min)'
said '    code E77 fits E-77, asset V-12 fits V-1*, stage commission'

step "roles"
run "$crib" for --asset V-12 --role electrician --json
said '"id":"other"'
run env CRIB_ROLES=fitter "$crib" for --asset V-12 --json
said_not '"id":"other"'
run env CRIB_ROLES=fitter "$crib" for --asset V-12 --json --all
said '"id":"other"'

step "what isn't said is the place's"
mkdir "$dir/job"
printf 'asset: V-12\nstage: operate\n' >"$dir/job/.crib"
cd "$dir/job" || fail "no directory"
run "$crib" for --role fitter --json
are 'tag wide both wild'
run "$crib" for --code E-77
said 'code E-77, asset V-12 fits V-1*'
run "$crib" for --asset X-1
exited 1
[ ! -s "$dir/out" ] || fail "something is said of an asset that nobody knows"
cd "$dir" || fail "no directory"

step "a stage alone lists what is for it"
run env CRIB_STAGE=commission "$crib" for --json
exited 0
said '"id":"staged"'
said '"id":"both"'
said_not '"id":"tag"'

step "nothing to go by, nothing looked for in vain: the record is not opened"
run "$crib" for
exited 64
complained 'nothing to go by'
[ ! -e "$CRIB_HOME/record.db" ] || fail "a record was made"

step "nothing fits"
run "$crib" for --code E-78
exited 1
complained 'nothing fits'
run "$crib" for --code E-78 --json
exited 1
[ "$(cat "$dir/out")" = '[]' ] || fail "not an empty list"

step "what is asked for can't write to the terminal"
run "$crib" for --asset "$(printf 'V-12\033[2J')"
if LC_ALL=C grep -q "$(printf '\033')" "$dir/out"; then fail "an escape sequence came out"; fi

step "a code opens the section that names it, and says so"
cat >"$dir/src/modules/parts.md" <<END
---
title: About parts
problem: The part stays shut.
outcome: It opens.
minutes: 3
triggers: [{code: E-91}, {code: E-92}]
---

## Before you start

Lock it out.

## What it says {#says}

On E-91 the wheel is stuck.

## Reset after E-92 {#reset}

Not before E-91 is gone.
END
run "$crib" sync
run "$crib" for --code 'e 92'
said 'parts#reset  About parts (3 min)'
said '    code e 92 fits E-92 in "Reset after E-92"'
run "$crib" for --code E-91 --json
said '"section":"says","heading":"What it says","address":"plant/parts#says","link":"crib://plant/parts#says"'
run "$crib" for --code E-77 --json
said '"section":"","heading":"","address":"plant/both","link":"crib://plant/both"'
start 80x10 '' "$crib" E92
wait_for 'Not before E-91'
expect_not 'the wheel is stuck'
keys q
finish
start 80x12 '' "$crib"
wait_for 'Go on'
on_tmux send-keys -l -- 'E91' \; send-keys Enter
wait_for 'the wheel is stuck'
expect_not 'Lock it out'
finish

step "a stage that nobody here knows is said, with those that are known, and stops nothing"
run "$crib" for --code E-91 --stage comission
exited 0
said 'parts#says'
complained 'nothing here is for this stage of the work: comission (known are commission, operate, troubleshoot)'
run env CRIB_STAGE=operat "$crib" find wheel
exited 0
complained 'for this stage of the work: operat (known'
run env CRIB_STAGE=operate "$crib" find wheel
[ ! -s "$dir/err" ] || fail "a known stage is complained of: $(cat "$dir/err")"
run env CRIB_STAGE=operat "$crib" doctor
said 'nothing here is for `operat`'
start 100x12 'CRIB_STAGE=operat' "$crib"
wait_for 'for this stage of the work: operat'
finish

step "a code that nothing knows is said, where something fits the rest"
run "$crib" for --code E-999 --asset V-12
exited 0
said 'asset V-12'
complained 'crib: nothing here knows this code: E-999'

step "where nothing is installed, that is said: by what fits, by hints, by who reads along"
export CRIB_HOME="$dir/none"
run "$crib" for --code E-77
exited 1
# shellcheck disable=SC2016 # as it is said
complained 'nothing fits: no channel is installed: `crib channel add DIR`'
run "$crib" hint --why 'grep E-77'
exited 1
said 'No trigger fits: no channel is installed'
run sh -c "echo E-77 | '$crib' watch"
exited 0
said 'E-77'
complained 'crib: no line will mean anything ('
mkdir -p "$dir/dull/modules"
printf 'id: dull\nname: Dull\n' >"$dir/dull/channel.yaml"
printf -- '---\ntitle: One\nproblem: It stops.\noutcome: It runs.\nminutes: 2\n---\n\nText.\n' >"$dir/dull/modules/one.md"
run "$crib" channel add "$dir/dull"
run sh -c "echo E-77 | '$crib' watch"
complained 'crib: no line will mean anything: no module that is installed has a trigger'
