# crib motd: at a login, a line on what changed and one on what is fading; nothing where there is nothing, and of any trouble.
. "${0%/*}/lib.sh"

mkdir -p "$dir/src/modules"
printf 'id: plant\nname: Plant\n' >"$dir/src/channel.yaml"
module() { # ID TITLE TEXT [FRONT MATTER]
    cat >"$dir/src/modules/$1.md" <<END
---
title: $2
problem: The $1 stays shut.
outcome: It opens.
minutes: 3
${4:-}
---

## Open it {#open}

$3

\`\`\`gift
::Wheel:: Which way? {=left ~right}

::Turns:: How many turns? {=seven}
\`\`\`
END
}
nothing() {
    run "$@"
    exited 0
    [ ! -s "$dir/out" ] || fail "it says something: $(cat "$dir/out")"
    [ ! -s "$dir/err" ] || fail "it complains: $(cat "$dir/err")"
}

step "nothing installed, nothing new, nothing fading: nothing"
nothing "$crib" motd
nothing "$crib" motd --tmux
[ -z "$(ls -A "$CRIB_HOME")" ] || fail "it made files: $(ls -A "$CRIB_HOME")"
module valve 'Open the valve' 'Turn it.'
run "$crib" channel add "$dir/src"
exited 0
nothing "$crib" motd

step "what changed in what was passed, in the author's words; what is fading"
printf '1\nseven\n' | "$crib" quiz --plain valve >/dev/null || fail "not passed"
nothing "$crib" motd
export CRIB_CLOCK=2027-03-23T12:00:00Z
run "$crib" motd
exited 0
said 'crib recall: 2 questions of 1 module are fading: two minutes'
[ "$(wc -l <"$dir/out")" -eq 1 ] || fail "not one line"
run "$crib" motd --tmux
[ "$(cat "$dir/out")" = 'crib: 2 fading' ] || fail "$(cat "$dir/out")"
module valve 'Open the valve' 'Turn it twice.' 'changes: [{on: 2027-03-22, what: "Twice, not once", material: true}]'
run env CRIB_CLOCK= "$crib" channel add "$dir/src"
exited 0
run "$crib" motd
said 'crib news: 1 changed: Open the valve: Twice, not once'
said 'are fading'
[ "$(wc -l <"$dir/out")" -eq 2 ] || fail "not two lines"

step "what is new for one's roles"
module pump "$(printf 'Start the pump \033]0;x\007and then stop it, which is a title as long as no line of a terminal is, is it')" 'Start it.' 'roles: [operator]'
module wire 'Test the wire' 'Test it.' 'roles: [electrician]'
sed -i "s/^title: .*pump.*/title: \"Start the pump\\\\e]0;x, a title as long as no line of a terminal is, however wide it may be, is it\"/" "$dir/src/modules/pump.md"
run "$crib" channel add "$dir/src"
run env CRIB_ROLES=operator COLUMNS=60 "$crib" motd
said 'crib news: 1 changed, 1 new: Open the valve, Start the'
said '...'
said_not 'wire'
[ "$(head -n 1 "$dir/out" | wc -c)" -le 61 ] || fail "longer than the terminal"
if LC_ALL=C grep -q "$(printf '\033')" "$dir/out"; then fail "an escape sequence came out"; fi
run env CRIB_ROLES=operator "$crib" motd --tmux
[ "$(cat "$dir/out")" = 'crib: 2 fading, 2 new' ] || fail "$(cat "$dir/out")"

step "what was seen isn't said again, nor by the hub"
cp -R "$CRIB_HOME" "$dir/unseen"
run "$crib" news --seen
run "$crib" motd
said_not 'crib news'
said 'are fading'
cp -R "$CRIB_HOME" "$dir/seen"
start 80x24 "CRIB_HOME=$dir/unseen" "$crib"
wait_for "What's new in 1 module that you know"
keys C-c
ended
start 80x24 "CRIB_HOME=$dir/seen" "$crib"
wait_for '1 updated'
expect_not "What's new in"
keys C-c
ended

step "trouble is nobody's at a login"
cp -R "$CRIB_HOME" "$dir/broken"
printf 'rubbish' >"$dir/broken/record.db"
run env CRIB_HOME="$dir/broken" "$crib" motd # the record heals, and has seen nothing
exited 0
[ ! -s "$dir/err" ] || fail "trouble is told at a login"
printf 'rubbish' >"$dir/broken/library.db"
rm "$dir/broken/record.db"
printf 'roles: [[[\n' >"$dir/broken/config.yaml"
CRIB_HOME="$dir/broken" nothing "$crib" motd
CRIB_HOME=nowhere nothing "$crib" motd
nothing env -u HOME -u CRIB_HOME "$crib" motd
"$crib" motd >&- || fail "a closed output is a failure"
rm "$dir/broken/config.yaml"
mkfifo "$dir/broken/config.yaml"
CRIB_HOME="$dir/broken" nothing "$crib" motd

step "an account that several people share"
printf 'shared_accounts: [%s]\n' "$(id -un)" >"$CRIB_HOME/config.yaml"
nothing "$crib" motd
