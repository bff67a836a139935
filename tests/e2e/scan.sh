# A barcode scanner is a keyboard: a burst that ends in Enter opens what the machine needs, from any screen; a person's typing,
# a paste and a key held down do not.
. "${0%/*}/lib.sh"

mkdir -p "$dir/src/modules"
printf 'id: plant\nname: Plant\n' >"$dir/src/channel.yaml"
module() { # ID TITLE TRIGGERS
    cat >"$dir/src/modules/$1.md" <<END
---
title: $2
problem: The $1 stays shut.
outcome: It opens.
minutes: 3
triggers: [$3]
---

## Open it {#open}

Words of $1.

\`\`\`gift
::Wheel:: Which way? {=left ~right ~up ~down}

::Turns:: How many turns? {=seven}
\`\`\`
END
}
module valve 'Open the valve' 'asset: V-12'
module pump 'Start the pump' 'asset: P-1*'
module second 'Stop the pump' 'asset: P-1*'
module alarm 'Answer the alarm' 'code: E-204'
run "$crib" channel add "$dir/src"
exited 0

scan() { # TEXT: as a scanner sends it
    on_tmux send-keys -l -- "$1" \; send-keys Enter
}

step "in the hub: what was in the box is there again"
start 80x24 '' "$crib"
wait_for 'Answer the alarm'
type_text 'alarm'
wait_for 'Find: alarm'
sleep 0.1
scan 'V-12'
wait_for 'Words of valve'
keys Escape
wait_for 'Find: alarm'
expect_not 'alarmV'

step "in the reader: no letter of it is a command; the next scan takes the place of the last"
scan 'V-12'
wait_for 'Words of valve'
scan 'E204'
wait_for 'Words of alarm'
keys Escape
wait_for 'Find: alarm'

step "what two modules are for is a choice, with the reasons"
scan 'P-101'
wait_for 'Stop the pump'
expect 'asset P-101 fits P-1*'
keys Down Enter
wait_for 'Words of'
keys Escape
wait_for 'Find: alarm'

step "what was said before is said of nothing that a scan opens"
scan 'V-12'
wait_for 'Words of valve'
keys q
wait_for 'Question 1 of 2'
keys Escape
wait_for 'The quiz waits for you'
scan 'E204'
wait_for 'Words of alarm'
expect_not 'The quiz waits for you'

step "what nobody knows presses no button"
scan 'V-12'
wait_for 'Words of valve'
scan 'qqnb4006381'
wait_for 'Nothing here knows what was scanned: qqnb4006381'
expect 'Words of valve'
grep -a -q qqnb4006381 "$CRIB_HOME"/record.db* || fail "the gap is not kept"

step "a link of a label opens its section"
scan 'crib://plant/alarm#open'
wait_for 'Words of alarm'
finish

step "in a quiz: it waits, and nothing of the scan is an answer"
start 80x24 '' "$crib" quiz valve
wait_for 'Which way?'
scan 'E-204'
wait_for 'Words of alarm'
keys Escape
wait_for 'Which way?'
expect_not 'Next'
scan '12345678'
wait_for 'Nothing here knows'
expect 'Which way?'
expect '1 of 2'
keys 1
sleep 0.2
keys Enter
wait_for 'Enter go on'
keys Enter
wait_for 'How many turns?'

step "in a box: the answer that was begun is still there"
type_text 'sev'
wait_for 'sev'
sleep 0.1
scan 'V-12'
wait_for 'Words of valve'
keys Escape
wait_for 'How many turns?'
expect 'sev'
expect_not 'sevV'
finish
run "$crib" audit verify
exited 0

step "a person types, and nothing opens by itself"
start 80x24 '' "$crib"
wait_for 'Answer the alarm'
for key in z - 1 2; do
    keys $key
    sleep 0.1
done
wait_for 'Find: z-12'
finish
start 80x24 '' "$crib" show-me-nothing
ended 66
start 80x24 '' "$crib" valve
wait_for 'Words of valve'
for key in E - 2 0 4 Enter; do
    keys $key
    sleep 0.1
done
expect_not 'Words of alarm'
finish

step "a paste is a paste"
start 80x24 '' "$crib"
wait_for 'Answer the alarm'
paste_text 'V-12
'
wait_for 'Find: V-12'
expect_not 'Words of valve'
finish

step "a file that is pasted without marks is not a thousand scans, and the next one is"
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "qqn%06d\n", i }' >"$dir/log"
start 80x24 '' "$crib" valve
wait_for 'Words of valve'
on_tmux load-buffer "$dir/log" \; paste-buffer
wait_for 'So many lines at once are no scan'
sleep 0.3
expect 'Words of valve'
grep -a -q qqn002999 "$CRIB_HOME"/record.db* && fail 'it was looked for to its end'
scan 'E204'
wait_for 'Words of alarm'
finish

step "with a prefix nothing else is a scan, and badges come without it"
printf 'scan_prefix: "~"\nscan_suffix: "%%"\n' >"$CRIB_HOME/config.yaml"
start 80x24 '' "$crib" valve
wait_for 'Words of valve'
scan '~E-204%'
wait_for 'Words of alarm'
scan '~X%'
wait_for 'Nothing here knows what was scanned: X'
keys Escape
wait_for 'Words of valve'
keys Escape
wait_for 'Find:'
scan '~V-12%'
wait_for 'Words of valve'
keys !
wait_for 'Wrong: this'
keys n
wait_for 'Note:'
scan '~P-7 leaks%'
wait_for 'Noted'
finish
run "$crib" note
said 'P-7 leaks'
said_not '~'

step "a prefix that is a control key, which means something else alone"
printf 'scan_prefix: "\\x02"\n' >"$CRIB_HOME/config.yaml"
start 80x24 '' "$crib"
wait_for 'Answer the alarm'
on_tmux send-keys C-b \; send-keys -l -- E-204 \; send-keys Enter
wait_for 'Words of alarm'
finish
run "$crib" config
said 'scan_prefix'
