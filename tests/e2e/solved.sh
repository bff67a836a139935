# "Did this solve it?": one line when a module is left that was opened in need; y or n answers, every other key acts as ever.
. "${0%/*}/lib.sh"

mkdir -p "$dir/src/modules" "$dir/src/pages"
printf 'id: plant\nname: Plant\niri: https://example.com/plant\n' >"$dir/src/channel.yaml"
module() { # ID TITLE
    cat >"$dir/src/modules/$1.md" <<END
---
title: $2
problem: The $1 stays shut.
outcome: It opens.
minutes: 3
triggers: [{code: $3}]
---

## Turn it

Words of $1.
END
}
module valve 'Open the valve' E-77
module nozzle 'Clean the nozzle' E-78
module yoke 'Mount the yoke' E-79
printf '# Phone numbers\n\nWords of phones.\n' >"$dir/src/pages/phones.md"
run "$crib" channel add "$dir/src"
exited 0
printf 'homepage: https://example.com\nlrs: {endpoint: "http://127.0.0.1:1/xapi"}\n' >"$dir/home/config.yaml"
ask='Did this solve it? y/n'
events() { # SOLVED BY: how many
    "$crib" learner export --json >"$dir/export" || fail 'no export'
    tr '{' '\n' <"$dir/export" | grep -c "\"solved\":$1,\"by\":\"$2\""
}

step "after a search: y is the answer"
start 80x24 '' "$crib"
wait_for 'Find:'
type_text 'valve'
wait_for 'Find: valve'
wait_for 'Open the valve'
sleep 0.1 # or it is a scan
keys Enter
wait_for 'Words of valve'
keys b
wait_for "$ask"
keys y
wait_for 'Noted: it did.'
expect 'Find: valve'
expect_not 'Find: valvey'

step "not twice a day"
keys Enter
wait_for 'Words of valve'
keys b
wait_for 'Find: valve'
expect_not "$ask"

step "what is picked without a search is not asked about"
keys Escape
wait_gone 'Find: valve'
wait_for 'Clean the nozzle'
keys Down Enter
wait_for 'Words of'
keys Escape
wait_for 'Find:'
expect_not "$ask"

step "any other key is what it ever was, a word that begins with n as well"
keys C-u
type_text 'nozzle'
wait_for 'Find: nozzle'
sleep 0.1 # or it is a scan
keys Enter
wait_for 'Words of nozzle'
keys b
wait_for "$ask"
keys C-u
wait_gone "$ask"
expect_not 'Find: nozzle'
type_text 'yoke'
wait_for 'Find: yoke'
sleep 0.1 # or it is a scan
keys Enter
wait_for 'Words of yoke'
keys b
wait_for "$ask"
on_tmux send-keys -l 'ny'
wait_for 'Find: yokeny'
expect_not "$ask"
sleep 1
expect_not 'Noted'

step "nor is a page"
keys C-u
type_text 'phone'
wait_for 'Phone numbers'
sleep 0.1 # or it is a scan
keys Enter
wait_for 'Words of phones'
keys b
wait_for 'Find: phone'
expect_not "$ask"
finish
[ "$(events true search)" = 1 ] || fail "not noted"
[ "$(events false search)" = 0 ] || fail "noted what nobody said"

step "the next day, on the command line: n, and Enter need not wait"
CRIB_CLOCK=2026-11-24T12:00:00Z
start 80x24 '' "$crib" valve
wait_for 'Words of valve'
keys b
wait_for "$ask"
keys n Enter
wait_for 'Noted: it did not.'
expect_match 'Find: *[^a-z]'
keys C-c
ended 0
[ "$(events false name)" = 1 ] || fail "not noted"

step "by a code, by a scan over another module"
start 80x24 '' "$crib" E-78
wait_for 'Words of nozzle'
on_tmux send-keys -l -- 'E-79' \; send-keys Enter
wait_for 'Words of yoke'
keys b
wait_for "$ask"
expect 'Words of nozzle'
keys y
wait_for 'Noted: it did.'
keys b
wait_for "$ask"
keys n Enter
wait_for 'Noted: it did not.'
finish
[ "$(events true scan)" = 1 ] || fail "the scan's is not noted"
[ "$(events false search)" = 1 ] || fail "the code's is not noted"

step "what was answered is in the outbox"
run "$crib" outbox
said 'responded'
run "$crib" outbox --json
said '"response":"yes"'
said '"urn:crib:xapi:found-by":"scan"'

step "after a hint"
CRIB_CLOCK=2026-11-25T12:00:00Z
run "$crib" hint 'grep E-77 today.log'
exited 0
start 80x24 '' "$crib" hint --open
wait_for 'Words of valve'
keys b
wait_for "$ask"
keys y
wait_for 'Noted: it did.'
finish
[ "$(events true hint)" = 1 ] || fail "the hint's is not noted"

step "never in a preview"
start 80x24 '' "$crib" preview "$dir/src"
wait_for 'Find:'
type_text 'nozzle'
wait_for 'Find: nozzle'
sleep 0.1 # or it is a scan
keys Enter
wait_for 'Words of nozzle'
keys b
wait_for 'Find: nozzle'
expect_not "$ask"
finish
