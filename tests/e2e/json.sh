# What commands print, they print as JSON, too: those whose answer is mostly read by people.
. "${0%/*}/lib.sh"

# one START END: the output is one line between these
one() {
    exited 0
    [ "$(wc -l <"$dir/out")" -eq 1 ] || { transcript; fail "not one line"; }
    case $(cat "$dir/out") in "$1"*"$2") ;; *) transcript; fail "it is not $1...$2" ;; esac
}

run "$crib" channel add "$assets/sample"
exited 0

step "every command that prints has the option"
for command in $("$crib" help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'); do
    case $command in crib | preview) continue ;; esac # the hub, and the hub on a directory
    run "$crib" help "$command"
    said '--json'
done

step "help"
run "$crib" help --json
one '[{"name":"open","arguments":"WHAT",' ']'
said '{"name":"kind","letter":"k","value":"KIND","choices":["note","wrong","unclear","missing"],"help":'
run "$crib" help backup --json
one '{"name":"backup","arguments":"[FILE | --nightly]",' '}'
run "$crib" help --json --roff
exited 64

step "a shell's completion"
run "$crib" completion bash --json
one '{"shell":"bash","script":"# bash completion for crib\n' '"}'

step "what crib WHAT would open"
run "$crib" open prime-a-pump --json
one '{"channel":"field-crib","id":"prime-a-pump","kind":"module",' '}'
cp "$dir/out" "$dir/opened"
run "$crib" show prime-a-pump --json
cmp -s "$dir/out" "$dir/opened" || fail "open and show print different things"
run "$crib" --json E-204
one '{"channel":"field-crib","id":"prime-a-pump",' '}'
run "$crib" open pump-day --json
one '{"channel":"field-crib","id":"pump-day",' '}'
run "$crib" open --json lock and tag
exited 65
grep -q "^\[{\"channel\":\"field-crib\"" "$dir/out" || fail "the choice is not a list"
run "$crib" open --json qqxzzq
exited 66
[ ! -s "$dir/out" ] || fail "something was printed for nothing"
start 80x24 '' "$crib" open --json prime-a-pump
ended 0 # nothing that waits for a key

step "files"
cp -R "$assets/sample" "$dir/plant"
sed -i 's/^id: .*/id: plant/' "$dir/plant/channel.yaml"
mkdir "$dir/plant/files"
echo drawing >"$dir/plant/files/p-101.txt"
run "$crib" channel add "$dir/plant"
run "$crib" open --json plant/files/p-101.txt
one '{"channel":"plant","file":"files/p-101.txt","bytes":8,"saved":null' '}'
run "$crib" open --json --save plant/files/p-101.txt "$dir/saved.txt"
one '{"channel":"plant","file":"files/p-101.txt","bytes":8,"saved":"' '/saved.txt"}'
[ "$(cat "$dir/saved.txt")" = drawing ] || fail "it was not saved"
run "$crib" channel remove plant

step "what is new and what is fading"
run "$crib" motd --json
one '{"changed":0,"new":0,"fading":0,"modules":0,"due":0,' ']}'
run "$crib" motd --json --tmux
exited 64

step "a label"
run "$crib" label --code128 P-101 --json
one '{"text":"P-101","caption":"P-101","code":"code128","rows":["0000000000' '"]}'
grep -q '"rows":\["[01]*"\]}$' "$dir/out" || fail 'the bars are not rows'
run "$crib" label --code128 P-101 --json --svg "$dir/x.svg"
exited 64

step "why a hint is offered"
run "$crib" hint --why --json 'systemctl restart pumpd'
one '[{"module":"field-crib/service-will-not-start","by":"command","trigger":"systemctl restart pumpd","offered":true,"why":"may be offered"}' ']'
run "$crib" hint 'systemctl restart pumpd'
exited 0
run "$crib" hint --why --json
one '{"module":"field-crib/service-will-not-start","by":"command","trigger":"systemctl restart pumpd","at":"2026-' '}'
run "$crib" hint --why --json 'true'
exited 1
said '[]'

step "sharing"
run "$crib" config share --json
one '{"share":false,"since":null' '}'
run "$crib" config share on --json
one '{"share":true,"since":"2026-' '}'
run "$crib" config share off --json
one '{"share":false' '}'

step "a kiosk's installation"
mkdir "$dir/root"
run "$crib" kiosk install --root "$dir/root" --json
one '{"applied":false,"steps":["would ' '"]}'
said_not 'Nothing was done'
