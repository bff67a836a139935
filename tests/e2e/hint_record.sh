# Hints and what is known of the learner: what was passed isn't offered until it changes; other roles', other languages' and
# absent modules aren't; what was offered comes into the record; titles can't forge a line.
. "${0%/*}/lib.sh"

mkdir -p "$dir/src/modules"
printf 'id: plant\nname: Plant\n' >"$dir/src/channel.yaml"
module() { # ID TITLE TRIGGER [FRONT MATTER]
    cat >"$dir/src/modules/$1.md" <<END
---
title: $2
problem: The valve of $1 stays shut.
outcome: It opens.
minutes: 3
triggers:
  - $3
${4:-}
---

## Open it

Turn it.${5:-}

\`\`\`gift
::One:: Is it open? {T}
\`\`\`
END
}
install() {
    CRIB_CLOCK= "$crib" channel add "$dir/src" >/dev/null || fail "not installed"
}
module valve 'Open the valve' 'command: valvectl open'
module admin 'Reset the valve' 'command: valvectl reset' 'roles: [admin]'
module list 'A module called as a command' 'code: LIST-1'
module exits 'Ends with three' 'code: valvectl exit 3'
module asset 'The pump of this place' 'asset: P-1*'
install

step "offered once, and a minute after an hour once more"
run "$crib" hint valvectl open
exited 0
said 'crib: "Open the valve" 3 min: crib valve'
run "$crib" hint valvectl open
exited 1
said_not crib
export CRIB_CLOCK=2026-11-23T13:01:00Z
run "$crib" hint --json -- valvectl --now open
exited 0
said '{"module":"plant/valve","title":"Open the valve","minutes":3,"by":"command","trigger":"valvectl open"}'

step "passed: not offered, until it changes"
export CRIB_CLOCK=2026-11-23T14:02:00Z
printf 'T\n' | "$crib" quiz --plain valve >"$dir/quiz" || fail "the quiz isn't passed: $(cat "$dir/quiz")"
export CRIB_CLOCK=2026-11-24T14:00:00Z
run "$crib" hint valvectl open
exited 1
run "$crib" hint --why valvectl open
said 'not offered: you passed it lately, and it has not changed'
module valve 'Open the valve' 'command: valvectl open' '' ' Slowly.'
install
run "$crib" hint valvectl open
exited 0
said 'crib: "Open the valve"'

step "what was offered is in the record, once, and doesn't leave the device"
run "$crib" hint --stats
said '      3       0      0      0  2026-11-24  plant/valve'
run "$crib" hint --stats --json
said '"module":"plant/valve","offered":3,"opened":0'
[ ! -e "$CRIB_HOME/hints" ] || fail "the spool is still there"
run "$crib" hint valvectl open
exited 1 # the hour counts on
run "$crib" audit verify
exited 0
run "$crib" outbox --json
said_not hint

step "later, never, again; why"
export CRIB_CLOCK=2026-11-24T16:00:00Z
run "$crib" hint --why
exited 69
run "$crib" hint valvectl open
exited 0
run "$crib" hint --why
said 'plant/valve was offered at '
said 'the command line fits its trigger `valvectl open`.'
run "$crib" hint --later
said 'plant/valve is not offered for a day.'
export CRIB_CLOCK=2026-11-25T15:00:00Z
run "$crib" hint valvectl open
exited 1
export CRIB_CLOCK=2026-11-25T16:30:00Z
run "$crib" hint valvectl open
exited 0
run "$crib" hint --never
exited 0
run "$crib" hint --stats
said '      5       0      1      1'
export CRIB_CLOCK=2026-12-25T16:30:00Z
run "$crib" hint valvectl open
exited 1
run "$crib" hint --again
run "$crib" hint valvectl open
exited 0

step "roles, names of commands, exit statuses, places, directories"
"$crib" config set roles operator >/dev/null
run "$crib" note 'So that the record is open to write.'
run "$crib" hint valvectl reset
exited 1
"$crib" config set roles operator,admin >/dev/null
run "$crib" note 'And once more.'
run "$crib" hint valvectl reset
said 'crib: "Reset the valve" 3 min: crib admin'
run "$crib" hint grep LIST-1 log
said 'crib open list'
run "$crib" hint --status 2 valvectl shut
exited 1
run "$crib" hint --status 3 sudo valvectl shut
said 'crib: "Ends with three"'
run "$crib" hint --status 130 grep P-101
exited 1
mkdir -p "$dir/jobs/P-103/notes" "$dir/work"
cd "$dir/jobs/P-103/notes" || fail "no such directory"
run "$crib" hint --why anything
said 'the directory is called as its trigger says `P-1*`'
cd "$dir/work" || fail "no such directory"
echo 'asset: P-104' >.crib
for quiet in '127 anythin' '1 grep -q x y' '1 make | grep -c error' '1 crib quiz pump' '148 make'; do
    run "$crib" hint --status "${quiet%% *}" -- ${quiet#* }
    exited 1
done
run "$crib" hint --status 2 grep x y
said 'crib: "The pump of this place"'
cd "$dir" || fail "no such directory"

step "passed in a hub that is still open"
start 80x24 '' "$crib" quiz exits
wait_for 'Is it open?'
keys t Enter
wait_for 'Right'
keys Enter
wait_gone 'go on'
settle
run "$crib" hint --why --status 3 -- valvectl shut
said 'plant/exits: the exit status fits its trigger `valvectl exit 3`; not offered: it was, within the last hour'
export CRIB_CLOCK=2026-12-25T18:30:00Z
run "$crib" hint --why --status 3 -- valvectl shut
said 'plant/exits: the exit status fits its trigger `valvectl exit 3`; not offered: you passed it lately'
finish

step "a line stays one line, whatever the title is, in 80 columns and in 40"
module evil '"Nice\" 1 min: crib evil \e[2J\n\u202Ecrib: x \u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1\u7BA1"' 'code: X-1'
install
run "$crib" hint --key Alt-h X-1
exited 0
said '管管' # a pipe gets UTF-8
[ "$(wc -l <"$dir/out")" -eq 1 ] || fail "more than one line: $(cat "$dir/out")"
grep -q "$(printf '\033')" "$dir/out" && fail "an escape: $(cat -v "$dir/out")"
said "crib: \"Nice' 1 min: crib evil"
said '..." 3 min: crib evil  (Alt-h)'
rm "$CRIB_HOME"/hints*
start 40x10 '' "$crib" hint --key Alt-h X-1
ended 0
expect '..." 3 min: crib evil'
[ "$(screen | grep -c .)" -eq 1 ] || fail "more than one line"

step "the library of all users is looked up too; a channel of one's own hides its namesake"
mkdir "$dir/system"
rm "$CRIB_HOME"/hints*
mkdir -p "$dir/site/modules"
printf 'id: site\nname: Site\n' >"$dir/site/channel.yaml"
cp "$dir/src/modules/valve.md" "$dir/site/modules/of-all.md"
CRIB_HOME=$dir/system CRIB_CLOCK='' "$crib" channel add "$dir/site" >/dev/null || fail "not installed"
"$crib" channel remove plant >/dev/null
run "$crib" hint valvectl open
said 'crib of-all'

step "what only the catalogue of a published channel knows is named by --why, and not offered"
key=$(CRIB_CLOCK='' "$crib" channel key "$dir/key" --no-passphrase 2>/dev/null) || fail "no key"
CRIB_CLOCK=2026-12-20T00:00:00Z "$crib" publish "$dir/src" "$dir/out-plant" --key "$dir/key" --expires 92 --unreviewed --quiet 2>"$dir/err" ||
    fail "not published: $(cat "$dir/err")"
"$crib" config set roles operator >/dev/null
run "$crib" channel add "$dir/out-plant" --key "$key"
exited 0
run "$crib" hint valvectl reset
exited 1
run "$crib" hint --why valvectl reset
said 'plant/admin: the command line fits its trigger `valvectl reset`; not offered: it is not on this device'

step "who is forgotten is forgotten here, too"
run "$crib" hint --stats
said 'plant/valve'
export CRIB_CLOCK=2026-12-27T18:30:00Z
run "$crib" hint valvectl open # a line in the spool
exited 0
grep -q 'plant/\|site/' "$CRIB_HOME"/hints* || fail "nothing to forget"
run "$crib" learner forget --dry-run
said 'hints offered'
run "$crib" learner forget --yes
exited 0
! grep -r 'plant/\|site/' "$CRIB_HOME"/hints* 2>/dev/null || fail "it is still there"
run "$crib" hint --stats --json
said '[]'
run "$crib" audit verify
exited 0

step "without a home, without a library, with a damaged one: nothing is said"
run env -u CRIB_HOME -u HOME "$crib" hint valvectl open
[ ! -s "$dir/out" ] || fail "it talks"
run env CRIB_HOME="$dir/none" CRIB_SYSTEM="$dir/none" "$crib" hint valvectl open
exited 1
[ ! -s "$dir/out" ] && [ ! -s "$dir/err" ] || fail "it talks"
