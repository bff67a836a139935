# The commands without a terminal: what they print, to which stream, with which exit status.
. "${0%/*}/lib.sh"

step "help and version"
run "$crib" help
exited 0
said 'crib WHAT'
said 'show WHAT'
run "$crib" --help
exited 0
said 'crib WHAT'
for command in open show find for list news quiz recall motd note report sync channel lint preview audit config doctor completion version help; do
    run "$crib" help $command
    exited 0
    said "crib $command"
    run "$crib" $command --help
    exited 0
    said "crib $command"
done
run "$crib" version
exited 0
said 'crib 0.'
run "$crib" version --json
said '"sqlite":"3.'

step "mistakes are one line with a remedy"
run "$crib" show
exited 64
complained 'see `crib show --help`'
run "$crib" show --bogus x
exited 64
complained 'no such option'
run "$crib" help shwo
exited 64
complained 'show'
[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "more than one line"

step "commands of later versions are neither searches nor silence"
run "$crib" new --json
exited 69
complained 'this version has no such command'
run "$crib" help new
exited 64
complained 'this version has no such command'

step "before anything is installed"
run "$crib" list
exited 0
complained "nothing is installed"
run "$crib" show prime-a-pump
exited 66
complained 'no channel is installed: `crib channel add DIR`'
run "$crib" E-204
exited 66
complained 'no channel is installed: `crib channel add DIR`'
run "$crib" find E-204
exited 1
complained 'nothing found: no channel is installed: `crib channel add DIR`'
run "$crib" report gaps
said_not 'E-204'

step "install the sample channel"
run "$crib" channel add "$assets/sample"
exited 0
run "$crib" channel list
said field-crib
run "$crib" list
said prime-a-pump
said_not field-crib/prime-a-pump
run "$crib" list --json
said '"prime-a-pump"'
run "$crib" list --complete -- prime
said prime-a-pump
said_not fibre-cleaning

step "crib finds its other half however it was started"
ln -s "$crib" "$dir/linked"
run "$dir/linked" channel list
exited 0
run env PATH="$build:$PATH" crib channel list
exited 0

step "show"
run "$crib" show prime-a-pump
exited 0
said '5 questions: crib quiz prime-a-pump'
said 'Owner: rotating-equipment@example.com · Last change: 20'
said 'Prime a centrifugal pump'
said 'DANGER'
if LC_ALL=C grep -q "$(printf '\033')" "$dir/out"; then fail "escape sequences into a pipe"; fi
run "$crib" open --plain prime-a-pump
exited 0
said 'DANGER: Stop it'
said 'You notice: full pressure, no flow'
run "$crib" show --width 40 prime-a-pump
[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' "$dir/out")" -lt 140 ] || fail "not wrapped"
run "$crib" show E-204
said 'Prime a centrifugal pump'
run "$crib" show prime-a-pump#bleed
exited 0
said_not 'Before you start'
run "$crib" show --json prime-a-pump
said '"title"'
run "$crib" show --raw prime-a-pump
said '## Bleed the casing {#bleed}'

step "show in a terminal of the C locale is ASCII"
start 80x200 'LC_ALL=C TERM=vt220 PAGER=cat' "$crib" show prime-a-pump
ended 0
expect 'DANGER'
if screen | LC_ALL=C grep -q '[^ -~]'; then fail "not ASCII"; fi
finish

step "find forgives a wrong letter"
run "$crib" find --json centrifugl
exited 0
said prime-a-pump

step "a mistyped role is said, with the nearest"
run "$crib" find --role fild-technician pump
complained 'nothing here is for this role: fild-technician (did you mean field-technician?)'
run env CRIB_ROLES=operater "$crib" list
complained 'did you mean operator?'
run "$crib" list --role operator
[ ! -s "$dir/err" ] || fail "$(cat "$dir/err")"
run env CRIB_HOME="$dir/roles" "$crib" channel add "$assets/sample"
run env CRIB_HOME="$dir/roles" "$crib" config set roles '[welder]'
exited 0
complained ': welder (known are field-technician'
run env CRIB_HOME="$dir/roles" "$crib" learner add Kim --roles operater
exited 0
complained 'operater (did you mean operator?)'
printf 'name,roles\nJo,operator;electricain\nLi,electricain\n' >"$dir/people.csv"
run env CRIB_HOME="$dir/roles" "$crib" learner import "$dir/people.csv"
exited 0
[ "$(grep -c 'did you mean electrician?' "$dir/err")" -eq 1 ] || fail "not said once: $(cat "$dir/err")"

step "a stage or a channel that nothing here knows is said when it is set"
run "$crib" config set stage operat
exited 0
complained 'nothing here is for this stage of the work: operat'
run "$crib" config set patterns field-crib,feild-crib
exited 0
complained 'no such channel is installed: feild-crib ('
[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "$(cat "$dir/err")"
rm "$CRIB_HOME/config.yaml"

step "words that fit several are a choice, piped too; what fits one is printed"
run "$crib" pump
exited 65
said 'prime-a-pump  Prime a centrifugal pump (5 min)'
said_not 'DANGER'
complained 'which one: pump: several fit (`crib ID` opens one'
run "$crib" open centrifugal
exited 0
said 'DANGER'

step "where hardly anything fits, that is said"
run "$crib" find pump zzzzqqqq
exited 0
complained 'nothing fits all of it; the nearest:'
said 'prime-a-pump'
rm "$CRIB_HOME"/record.db* # what was looked for in vain; below there is no record yet
run "$crib" find centrifugal pump
[ ! -s "$dir/err" ] || fail "$(cat "$dir/err")"

step "a mistyped command with arguments is no search"
for words in shwo 'shwo pump'; do
    run env CRIB_HOME="$dir/roles" "$crib" $words
    exited 66
    complained 'did you mean the command `crib show`?'
done
run "$crib" crib://elsewhere/x
exited 66
complained '`crib channel list` names what is installed'

step "lint"
run "$crib" lint "$assets/sample"
exited 0
complained '0 errors'
printf '# x\n\033[31m\377\n' >"$dir/bad.md"
run "$crib" lint "$dir/bad.md"
said "bad.md:"
if LC_ALL=C grep -q "$(printf '\033')" "$dir/out"; then fail "an escape sequence came out"; fi

step "doctor knows the programs that bring crib to where people work"
mkdir -p "$dir/bin" "$dir/me/.local/share/applications" "$dir/me/.config"
printf '#!/bin/sh\necho tmux 3.1c\n' >"$dir/bin/tmux"
chmod +x "$dir/bin/tmux"
run env PATH="$dir/bin:$PATH" HOME="$dir/me" XDG_DATA_DIRS="$dir/none" "$crib" doctor
exited 0
said 'no shell asks for them'
said '3.1c: windows instead of popups'
said 'no desktop hands crib:// links to crib'
said 'labels         '
echo 'eval "$(crib hint --init bash)"' >"$dir/me/.bashrc"
echo 'source-file /usr/share/crib/tmux/crib.conf' >"$dir/me/.tmux.conf"
: >"$dir/me/.local/share/applications/crib.desktop"
printf '#!/bin/sh\necho tmux next-3.4\n' >"$dir/bin/tmux"
run env PATH="$dir/bin:$PATH" HOME="$dir/me" XDG_DATA_DIRS="$dir/none" "$crib" doctor
said "in $dir/me/.bashrc"
said "3.4: popups, crib's keys"
said 'xdg-mime default crib.desktop'
echo 'x-scheme-handler/crib=crib.desktop' >"$dir/me/.config/mimeapps.list"
run env PATH="$dir/bin:$PATH" HOME="$dir/me" XDG_DATA_DIRS="$dir/none" "$crib" doctor
said 'desktops hand crib:// links to crib'

step "doctor and audit"
run "$crib" doctor
exited 0
said_not 'roles'
run env CRIB_ROLES=electricain,operator "$crib" doctor
exited 0
said 'nothing here is for `electricain`'
said 'did you mean electrician?'
said_not '`operator`'
run "$crib" audit verify
complained 'no record here yet'
run "$crib" note --on prime-a-pump#bleed "The vent key hangs in the panel."
exited 0
complained 'noted on field-crib/prime-a-pump#bleed: Prime a centrifugal pump'
run "$crib" note --on 'bleed casing' "Words hang it on what they find."
exited 0
complained 'noted on field-crib/prime-a-pump'
run "$crib" show prime-a-pmp
exited 0
complained 'nothing is called that: prime-a-pmp: this is the nearest'
run "$crib" show 'how do I prime a pump'
exited 0
complained 'field-crib/prime-a-pump is the first of '
run "$crib" show bleed
complained 'field-crib/prime-a-pump#bleed is the first of '
run "$crib" show prime-a-pump
[ ! -s "$dir/err" ] || fail "a warning for what is named"
for words in 'xyzzy pump' 'the coffee machine is broken' 'printer jam'; do
    run "$crib" $words
    exited 66
    complained "nothing fits: $words: the nearest is "
    [ ! -s "$dir/out" ] || fail "what words hardly fit is shown"
    run "$crib" quiz $words
    exited 66
done
run "$crib" report gaps
said 'xyzzy pump'
run "$crib" show prime-a-pump
exited 0
[ ! -s "$dir/err" ] || fail "a warning for what is meant"
run "$crib" note --on nothere "A word that is none hangs it on nothing."
exited 66
complained 'nothing is called that: nothere: the nearest is'
run "$crib" note
said_not 'on nothing'
run "$crib" note --asset P-101 --kind wrong "Two vents, not one."
exited 0
step "a list of notes is of what it is asked for"
run "$crib" note --on prime-a-pump#bleed
exited 0
said 'panel'
said_not 'Two vents'
run "$crib" note --asset p-101
said 'Two vents'
said_not 'panel'
run "$crib" note --kind wrong --json
said 'Two vents'
said_not 'panel'
run "$crib" note --on modbus-gw
exited 0
said_not 'panel'
complained 'no note fits'
step "an option's complaint names it as it is typed"
run "$crib" find --limit many pump
exited 64
complained '--limit: `many` is not a whole number'
run "$crib" list --state old
exited 64
complained '--state: `old` is none of'
run "$crib" find qqqqqqqqq
exited 1
complained 'nothing found'
run "$crib" show ''
exited 66
run "$crib" config set theme drak
exited 64
complained 'none of auto, dark'
run "$crib" audit verify
exited 0

step "on a narrow terminal what is cut says so, and no word is cut in a finding"
start 80x60 'PAGER=cat' sh -c '"$1" list; read -r _' sh "$crib"
wait_for 'Wire an RS-485'
expect "or don't (sign-…"
keys Enter
ended
start 60x60 'PAGER=cat' sh -c '"$1" doctor; read -r _' sh "$crib"
wait_for 'SQLite '
expect_match '^ {23}there is no copy|^ {23}systemctl --user enable'
expect '--nightly makes one now'
keys Enter
ended

step "completions are scripts that their shells accept"
for shell in bash zsh fish; do
    run "$crib" completion $shell
    exited 0
    said recall
    ! command -v $shell >/dev/null || $shell -n "$dir/out" || fail "$shell does not accept it"
done
if command -v bash >/dev/null; then
    run bash -c 'eval "$("$0" completion bash)"; COMP_WORDS=(crib audit v); COMP_CWORD=2; _crib; echo "${COMPREPLY[@]}"' "$crib"
    said verify
fi

step "a home that can't be written"
if [ "$(id -u)" -ne 0 ]; then
    mkdir "$dir/locked"
    chmod 500 "$dir/locked"
    run env CRIB_HOME="$dir/locked" "$crib" channel add "$assets/sample"
    [ "$status" -ne 0 ] || fail "no complaint"
    complained 'CRIB_HOME'
fi
run env CRIB_HOME=/dev/null "$crib" channel add "$assets/sample"
[ "$status" -ne 0 ] || fail "no complaint"
[ "$(wc -l <"$dir/err")" -eq 1 ] || { transcript; fail "not one line"; }

# Root may write everywhere but where a directory can't be: below a file.
step "what only looks needs no place to write"
: >"$dir/nothing"
mkdir -p "$dir/readonly/home"
chmod 500 "$dir/readonly/home"
for home in "$dir/readonly/home" "$dir/nothing/home"; do
    run env CRIB_HOME="$home" "$crib" recall
    exited 0
    said 'Nothing is fading'
    run env CRIB_HOME="$home" "$crib" recall --plain
    exited 0
    said 'Nothing is fading'
    run env CRIB_HOME="$home" "$crib" recall --list
    exited 0
    run env CRIB_HOME="$home" "$crib" list
    exited 0
    run env CRIB_HOME="$home" "$crib" doctor
    [ ! -e "$home/record.db" ] || fail "a record was made"
done

step "a library of a newer crib, and one that is none, stay as they are"
cp -R "$dir/home" "$dir/other"
printf 'not a database, but somebody may want it back; long enough to be looked at by SQLite as a page' >"$dir/other/library.db"
cp "$dir/other/library.db" "$dir/before"
run env CRIB_HOME="$dir/other" "$crib" list
[ "$status" -ne 0 ] || fail "no complaint"
complained 'not a database'
cmp "$dir/before" "$dir/other/library.db" || fail "it was changed"
