# Devices of a site know what their people did on the others: sections, quizzes left half-way, what was passed, whatever
# the order in which they come online; each log is checked when it comes, and everywhere after.
. "${0%/*}/lib.sh"
. "${0%/*}/site.in"

export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which a kiosk refuses
cat >"$dir/source/modules/pump.md" <<'END'
---
title: Prime the pump
problem: The pump runs but delivers no flow.
outcome: Prime it safely.
minutes: 5
quiz: {pass: 60, shuffle: false, feedback: answer}
---

## Before {#before}

Lock out the drive.

## Bleed {#bleed}

Open the vent.

```gift
::q1::Question one? {=right one ~wrong one}

::q2::Question two? {=right two ~wrong two}

::q3::Question three? {=right three ~wrong three}
```
END
publish

start_site --init --data "$dir/records" --listen 127.0.0.1:0 --channel "$dir/published" --pin "$key"
port=${address##*:}
site_again() {
    start_site --data "$dir/records" --listen "127.0.0.1:$port" --channel "$dir/published"
}
printf 'name,badge,account\nKim Lee,77,klee\nBo Berg,80,bberg\n' >"$dir/people.csv"
run "$sync" serve --data "$dir/records" --learners "$dir/people.csv"
exited 0

device() { # NAME: enrols it; on it many learn
    run "$sync" serve --data "$dir/records" --invite "$1"
    exited 0
    line=$(head -n 1 "$dir/out")
    CRIB_HOME=$dir/$1
    mkdir -p "$CRIB_HOME"
    printf 'shared_accounts: [%s]\nkiosk: {name: Hall, plain: yes}\n' "$(id -un)" >"$CRIB_HOME/config.yaml"
    # shellcheck disable=SC2086 # the line is words
    run "$crib" ${line#crib }
    exited 0
}
at() { # NAME: what follows happens on that device
    CRIB_HOME=$dir/$1
}
say() {
    type_text "$1"
    keys Enter
}
badge_in() { # BADGE NAME
    start 80x24 '' "$crib" kiosk
    wait_for 'Scan your badge'
    say "$1"
    wait_for "$2 is here."
}
badge_out() {
    keys C-c
    wait_for 'Badged out.'
    finish
}
syncs() {
    run "$crib" sync
    exited 0
}
device bench
device hall

step 'what goes is listed before it goes'
at bench
badge_in 77 'Kim Lee'
say 'open pump'
wait_for 'Section 1 of 2: Before.'
say 'done'
wait_for 'Section 2 of 2: Bleed.'
say quiz
wait_for 'Question one?'
say 1
wait_for 'Question two?'
keys C-d
wait_for 'Stopped: 1 of 3 answered'
badge_out
run "$crib" outbox
said "of this device's log go with the next \`crib sync\` to the site, for its other devices:"
said "  $address"
run "$crib" outbox --json
said "{\"site\":\"$address\",\"events\":"
syncs
complained 'handed to the site for its other devices'
syncs # what was sent meanwhile made events, too
syncs
! grep -q 'other devices' "$dir/err" || fail 'it went twice'
run "$crib" outbox
said_not "this device's log"

step 'another device knows what was read, and where the quiz was left'
at hall
syncs
complained "of the site's other devices taken"
complained 'handed to the site for its other devices'
badge_in 77 'Kim Lee'
wait_for 'You left a quiz half-way: Prime the pump, 1 of 3 answered, on another'
say y
wait_for 'You go on where you stopped: 1 of 3 answered.'
wait_for 'Question two?'
say 1
wait_for 'Question three?'
say 1
wait_for 'assed'
say 'open pump'
wait_for '2 sections, 1 read'
badge_out
syncs

step 'back on the first, it is passed and not offered again'
at bench
syncs
badge_in 77 'Kim Lee'
say 'open pump'
wait_for 'passed'
expect_not 'half-way'
badge_out

step 'one badge on two devices, both offline: what is left is the union, on both'
stop_site
badge_in 80 'Bo Berg'
say 'open pump'
wait_for 'Section 1 of 2: Before.'
say 'done'
wait_for 'Section 2 of 2: Bleed.'
badge_out
at hall
badge_in 80 'Bo Berg'
say 'quiz everybody'
wait_for 'Is it so?'
say t
wait_for 'assed'
badge_out
site_again
syncs
at bench
syncs
at hall
syncs
for name in bench hall; do
    at $name
    badge_in 80 'Bo Berg'
    wait_for 'Module everybody, 2 min, passed'
    say 'open pump'
    wait_for '2 sections, 1 read'
    badge_out
    run "$crib" audit verify
    exited 0
    [ "$(grep -c '^log .*; complete up to' "$dir/out")" -eq 2 ] || fail "not two logs: $(cat "$dir/out")"
done

run "$crib" doctor
grep -q 'whole: [0-9]* events in 1 log, 0 erased; and [1-9][0-9]* of other devices in 1 log, [1-9][0-9]* KB$' "$dir/out" || fail "$(cat "$dir/out")"

step 'what somebody changed in the copy of another log is named'
if command -v sqlite3 >/dev/null; then
    tamper() { # FROM TO
        sqlite3 "$dir/hall/record.db" "UPDATE foreign_event SET payload = replace(payload, '$1', '$2') WHERE kind = 'section.done'"
    }
    tamper '/pump"' '/pimp"'
    run "$crib" audit verify
    exited 65
    cat "$dir/out" "$dir/err" >"$dir/said"
    grep -q 'payload differs from its commitment' "$dir/said" || fail "$(cat "$dir/said")"
    grep -q 'crib audit drop [0-9a-f]\{8\}. lets go of this log' "$dir/said" || fail "$(cat "$dir/said")"

    step 'and dropped, said by an event; the next sync brings it anew, and what it says counts again'
    log=$(sed -n 's/^log \([0-9a-f]*\) (another.*/\1/p' "$dir/out")
    own=$(sed -n "s/^log \\([0-9a-f]*\\) (this device's).*/\\1/p" "$dir/out")
    run "$crib" doctor
    exited 78
    said "crib audit drop $log"
    run "$crib" audit drop "$own"
    exited 77
    complained "this device's own logs never go"
    run "$crib" audit drop 12
    exited 64
    run "$crib" audit drop "$log"
    exited 64
    complained '--yes'
    run "$crib" audit drop "$log" --dry-run
    exited 0
    said "What goes: log $log of another device, "
    run "$crib" audit drop "$log" --yes
    exited 0
    complained 'Dropped: '
    run "$crib" audit verify
    exited 0
    said_not 'another device'
    run "$crib" doctor
    said "log $log of another device was dropped here"
    badge_in 80 'Bo Berg'
    say 'open pump'
    wait_for 'Section 1 of 2: Before.'
    badge_out
    syncs
    complained 'taken'
    run "$crib" audit verify
    exited 0
    said "log $log (another device's)"
    run "$crib" doctor
    said_not 'was dropped here'
    badge_in 80 'Bo Berg'
    say 'open pump'
    wait_for '2 sections, 1 read'
    badge_out
    syncs
    ! grep -q 'taken' "$dir/err" || fail "it was taken twice: $(cat "$dir/err")"
fi

step 'what does not hold is said once, with its place, and stays said by doctor; nothing else stands still'
if command -v sqlite3 >/dev/null; then
    at bench
    syncs
    tampered() { # FROM TO: in the site's copy of the hall's log
        sqlite3 "$dir/records/serve.db" "UPDATE log_event SET payload = replace(payload, '$1', '$2') WHERE position & 1048575 = 1
            AND position >> 40 = (SELECT number FROM log WHERE client = (SELECT id FROM client WHERE name = 'hall'))"
    }
    device yard
    tampered '"log"' '"lag"'
    syncs
    grep -q "crib: cannot take the log of hall: log [0-9a-f]*, event 1: its link differs" "$dir/err" || fail "$(cat "$dir/err")"
    complained 'taken' # the bench's
    run "$crib" doctor
    said 'cannot take the log of hall'
    syncs
    ! grep -q 'cannot take' "$dir/err" || fail 'it was said twice'
    tampered '"lag"' '"log"'
    syncs
    complained 'taken'
    run "$crib" doctor
    said_not 'cannot take the log'
fi

step 'who is forgotten on a device goes from the site, and from what the others have of it'
if command -v sqlite3 >/dev/null; then
    said_there() { # DATABASE TABLE: how many answers of Kim it has, given at the bench
        sqlite3 "$1" "SELECT count(*) FROM $2 WHERE payload LIKE '%\"question\":\"q1\"%'"
    }
    at bench
    [ "$(said_there "$dir/records/serve.db" log_event)" -eq 1 ] || fail 'the site has no answer'
    [ "$(said_there "$dir/hall/record.db" foreign_event)" -eq 1 ] || fail 'the hall has no answer'
    run "$crib" learner forget 'Kim Lee' --yes
    exited 0
    syncs
    [ "$(said_there "$dir/records/serve.db" log_event)" -eq 0 ] || fail 'the site still has it'
    at hall
    syncs
    [ "$(said_there "$dir/hall/record.db" foreign_event)" -eq 0 ] || fail 'the hall still has it'
    run "$crib" audit verify
    exited 0
fi

step 'what was done since the copy that a record is restored from comes back from the site'
at bench
run "$crib" backup "$dir/bench.db"
exited 0
badge_in 80 'Bo Berg'
say 'quiz pump'
for question in one two three; do
    wait_for "Question $question?"
    say 1
done
wait_for 'assed'
badge_out
syncs
run "$crib" restore --yes "$dir/bench.db"
exited 0
syncs
complained 'taken'
badge_in 80 'Bo Berg'
wait_for 'Prime the pump, 5 min, passed'
badge_out
run "$crib" audit verify
exited 0
said 'what the site had of it'

step 'a record that was set back to an older state, as by a snapshot, learns of it, and goes on with a new log'
at hall
syncs
set_back() { # the same file, with what it held then
    rm -f "$CRIB_HOME"/record.db-wal "$CRIB_HOME"/record.db-shm
    cat "$dir/older.db" >"$CRIB_HOME/record.db"
}
logs() {
    run "$crib" audit verify
    exited 0
    grep -c "^log .*(this device's" "$dir/out"
}
passes_wiring() {
    badge_in 80 'Bo Berg'
    say 'quiz wiring'
    wait_for 'Is it so?'
    say t
    wait_for 'assed'
    badge_out
}
cp "$CRIB_HOME/record.db" "$dir/older.db"
passes_wiring
syncs
set_back
syncs
complained 'this record was set back to an older state, the site has more of its log'
complained 'taken'
[ "$(logs)" -eq 3 ] || fail "not two logs and a rest: $(cat "$dir/out")"
said 'what the site had of it'
badge_in 80 'Bo Berg'
wait_for 'wiring, 2 min, passed'
badge_out
syncs
! grep -q 'set back' "$dir/err" || fail 'said twice'

step 'and where it went on meanwhile, what was done there stays, and all that follows goes to the others'
cp "$CRIB_HOME/record.db" "$dir/older.db"
badge_in 80 'Bo Berg'
say 'open pump'
wait_for 'Section 1 of 2: Before'
badge_out
syncs
set_back
passes_wiring
syncs
complained 'and went on otherwise than'
run "$crib" doctor
said_not "does not take this device's log"
badge_in 80 'Bo Berg'
say 'quiz fitting'
wait_for 'Is it so?'
say t
wait_for 'assed'
badge_out
syncs
[ ! -s "$dir/err" ] || grep -q handed "$dir/err" || fail "$(cat "$dir/err")"
run "$crib" audit verify
exited 0
run "$crib" outbox
said_not "of this device's log go"
at bench
syncs
complained 'taken'
badge_in 80 'Bo Berg'
wait_for 'fitting, 2 min, passed'
badge_out

step 'a device that was revoked hands in nothing and gets nothing'
at hall
run "$sync" serve --data "$dir/records" --revoke hall
exited 0
run "$crib" learner add Extra
run "$crib" sync
! grep -q 'handed\|taken' "$dir/err" || fail "$(cat "$dir/err")"
run "$crib" outbox
said "of this device's log go"
