# The hub with two libraries: a company's channel, which all users of the machine share, and one's own directory.
. "${0%/*}/lib.sh"

step "the company's channel is for all users"
run env CRIB_HOME="$CRIB_SYSTEM" "$crib" channel add "$assets/sample"
exited 0
start 80x24 '' "$crib"
wait_for '49 installed'
keys C-c
ended 0

step "an engineer adds a directory of notes"
mkdir -p "$dir/notes/modules" "$dir/notes/pages"
cat >"$dir/notes/channel.yaml" <<'END'
id: notes
END
cat >"$dir/notes/modules/pump-house.md" <<'END'
---
title: A key to the pump house
problem: The pump house is locked at night.
outcome: You know who has the key.
minutes: 1
---
## Where it hangs

At the gate, behind the blue door. The alarm E-204 can be heard from there.

```gift
::Gate:: It hangs at the gate. {T}
```
END
echo 'Cable drums of the pump house stand outside.' >"$dir/notes/pages/cable-drums.md"
run "$crib" channel add "$dir/notes"
exited 0
run "$crib" channel list
said field-crib
said notes

step "the hub has both"
start 100x30 '' "$crib"
wait_for '51 installed'
expect 'A key to the pump house'
expect 'Prime a centrifugal pump'
type_text 'pump'
wait_for 'of 51'
expect 'A key to the pump house'
expect 'Prime a centrifugal pump'
keys Escape

step "an exact code of the company's comes before one's own words"
type_text 'E-204'
wait_for '▸ Prime a centrifugal pump'
expect 'The pump runs but delivers no flow.'
expect 'A key to the pump house'

step "it opens, and its quiz is taken to the end"
keys Enter
wait_for '1 of 5'
keys q
wait_for 'Question 1 of 5'
keys 1 Enter Enter 1 Enter Enter 1 Enter Enter
wait_for 'Question 4 of 5'
type_text '25'
keys Enter Enter
wait_for 'Question 5 of 5'
keys 1 Enter Enter
wait_for 'Result'
keys C-c
ended 0
run sh -c "yes 1 | '$crib' quiz --plain pump-house"
exited 0

step "one's own opens too, and both are gone on with"
start 80x24 '' "$crib"
wait_for 'Go on'
expect 'Prime a centrifugal pump'
expect 'A key to the pump house'
type_text 'key'
wait_for '▸ A key to the pump house'
keys Enter
wait_for 'behind the blue door'
keys Escape
wait_for 'Find: key'
keys Escape Tab
wait_for 'Stage of the work'
expect 'commission'
keys Down Down Down Space
wait_for '[x] operate'
keys Enter
wait_for '[operate]'
expect_not 'A key to the pump house'
keys C-c
ended 0

step "commands say where each comes from"
run "$crib" find --json E-204
said '"id":"prime-a-pump","system":true'
said '"id":"pump-house","system":false'
run "$crib" list --all
said pump-house
said prime-a-pump

step "another user's shell installs meanwhile: the hub takes it up"
start 80x24 '' "$crib"
wait_for '51 installed'
echo 'Winches are oiled in May.' >"$dir/notes/pages/winch.md"
run "$crib" channel add "$dir/notes"
wait_for '52 installed'
run env CRIB_HOME="$CRIB_SYSTEM" "$crib" channel add "$dir/notes"
exited 0
settle
expect '52 installed' # the same addresses once
run env CRIB_HOME="$CRIB_SYSTEM" "$crib" channel remove field-crib
wait_for '3 installed'
type_text 'E-204'
wait_for '1 of 3'
keys C-c
ended 0
run env CRIB_HOME="$CRIB_SYSTEM" "$crib" channel add "$assets/sample"
exited 0

step "one that is damaged keeps nobody from the other"
cp "$CRIB_SYSTEM/library.db" "$dir/kept"
echo 'no database at all, whatever its name may say' >"$CRIB_SYSTEM/library.db"
run "$crib" find pump
exited 0
said pump-house
said_not prime-a-pump
complained 'the library of all users is left out'
[ "$(wc -l <"$dir/err")" -eq 1 ] || fail 'more than one line'
start 120x30 '' "$crib"
wait_for '3 installed'
expect 'the library of all users is left out'
expect 'A key to the pump house'
run "$crib" doctor
exited 78
said 'the library of all users is left out'

step "and is taken up again when somebody mends it, while the hub is open"
type_text 'E-204'
wait_for '1 of 3'
cp "$dir/kept" "$CRIB_SYSTEM/library.db"
wait_for 'of 52' # the mended library is taken up
expect 'Find: E-204'
expect 'Prime a centrifugal pump'
keys C-c
ended 0
expect_not 'left out' # nor is it said at the end
mv "$dir/home/library.db" "$dir/kept"
echo 'no database at all, whatever its name may say' >"$dir/home/library.db"
run "$crib" find pump
exited 0
said prime-a-pump
complained 'your own library is left out'
run "$crib" show prime-a-pump
exited 0
complained 'your own library is left out'
mv "$dir/kept" "$dir/home/library.db"
run "$crib" doctor
exited 0

step "a place that is no absolute path is not passed over"
run env CRIB_SYSTEM=relative "$crib" find pump
exited 78
complained 'CRIB_SYSTEM'

step "two modules of one id are told apart by their channels, and the address that is shown works"
cp "$dir/notes/modules/pump-house.md" "$assets/sample/modules/prime-a-pump.md" "$dir/notes/modules/" 2>/dev/null
run "$crib" sync
exited 0
run "$crib" find prime a centrifugal pump
said 'field-crib/prime-a-pump'
said 'notes/prime-a-pump'
run "$crib" --plain
said 'field-crib/prime-a-pump: Prime'
said 'notes/prime-a-pump: Prime'
said 'pump-house: A key'
said_not 'notes/pump-house'
said 'pages: `crib find WORDS`'
run "$crib" show notes/prime-a-pump
exited 0
run "$crib" show prime-a-pump
exited 65
start 80x24 '' "$crib"
type_text 'prime a pump'
wait_for 'of 53'
expect_match 'Prime a centrifugal pump +field-crib +5 min'
expect_match 'Prime a centrifugal pump +notes +5 min'
resize 40x12
expect_match 'Prime .*notes'
keys C-c
ended 0
