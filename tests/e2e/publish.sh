# An expert publishes: keys, what is refused, what is said, rotations that devices missed, two machines.
. "${0%/*}/lib.sh"
PATH=$PATH:/usr/sbin:/usr/local/sbin
cp -r "$assets/sample" "$dir/source"
chmod -R u+w "$dir/source"
pump=$dir/source/modules/prime-a-pump.md
out=$dir/www/plant
mkdir "$dir/www"

# Up to a minute: a passphrase's guess is made to be slow.
patiently() {
    tries=0
    until screen | grep -q -F -e "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || fail "waited in vain for: $1"
        sleep 0.1
    done
}
publish() {
    run "$crib" publish "$dir/source" "$out" --key "$dir/plain" "$@"
}
change() {
    sed "s/The pump runs but delivers no flow/$1/" "$assets/sample/modules/prime-a-pump.md" >"$pump"
}

step 'a key is never replaced, and never readable by others'
run "$crib" channel key "$dir/plain" --no-passphrase
exited 0
said 'RW'
key=$(cat "$dir/out")
[ "$(ls -l "$dir/plain" | cut -c1-10)" = '-rw-------' ] || fail "$(ls -l "$dir/plain")"
run "$crib" channel key "$dir/plain" --no-passphrase
exited 73
rm "$dir/plain.pub"
run "$crib" channel key "$dir/plain" --no-passphrase
exited 73
run "$crib" channel key "$dir/plain"
exited 73
run setsid "$crib" channel key "$dir/another"
exited 66
complained 'no terminal'
[ ! -e "$dir/another" ] || fail 'a key was made'
run "$crib" channel key --no-passphrase --json
exited 0
said "\"file\":\"$dir/home/channel.key\""

step 'a passphrase is asked for twice, and not shown'
start 80x24 '' "$crib" channel key "$dir/locked"
wait_for 'A passphrase'
type_text 'over the hills'
keys Enter
wait_for 'The same again'
type_text 'over the hill'
keys Enter
wait_for 'They were not the same'
expect_not 'hill'
type_text 'over the hills'
keys Enter
wait_for 'The same again'
type_text 'over the hills'
keys Enter
patiently 'public key:'
expect_not 'over the'
ended 0
start 80x24 '' "$crib" publish "$dir/source" "$dir/locked-out" --key "$dir/locked"
patiently 'Passphrase of'
keys C-c
ended 75
[ ! -e "$dir/locked-out/channel.json" ] || fail 'published without a key'
# The terminal is as it was: what is typed is shown again.
start 80x24 '' sh -c "'$crib' publish '$dir/source' '$dir/locked-out' --key '$dir/locked'; cat"
patiently 'Passphrase of'
keys C-c
patiently 'no passphrase was given'
type_text 'shown again'
wait_for 'shown again'
keys C-d
start 80x24 '' "$crib" publish "$dir/source" "$dir/locked-out" --key "$dir/locked"
patiently 'Passphrase of'
type_text 'over the hills'
keys Enter
patiently '32 modules, 16 pages'
ended 0
finish

step "minisign reads and verifies what crib makes"
if command -v minisign >/dev/null 2>&1; then
    minisign -V -q -p "$dir/locked.pub" -m "$dir/locked-out/channel.json" || fail 'minisign does not verify it'
    echo 'over the hills' >"$dir/pass"
    echo text >"$dir/text"
    minisign -S -s "$dir/locked" -m "$dir/text" <"$dir/pass" >"$dir/err" 2>&1 || fail "minisign: $(cat "$dir/err")"
    minisign -V -q -p "$dir/locked.pub" -m "$dir/text" || fail 'minisign does not read the keys'
    minisign -G -W -p "$dir/their.pub" -s "$dir/their.key" >"$dir/err" 2>&1 || fail "minisign: $(cat "$dir/err")"
    run "$crib" publish "$dir/source" "$dir/their-out" --key "$dir/their.key"
    exited 0
    run "$crib" publish --check "$dir/their-out" --key "$dir/their.pub"
    exited 0
fi

step 'what is no key, and no place'
run "$crib" publish "$dir/source" "$out" --key "$dir/locked.pub"
exited 65
complained 'no secret key'
run "$crib" publish "$dir/source" "$out" --key "$dir/no-such-key"
exited 66
chmod o+r "$dir/plain"
publish
exited 77
complained 'every account'
chmod o-r "$dir/plain"
run "$crib" publish "$dir/source" "$dir/plain" --key "$dir/plain"
[ "$status" -ne 0 ] || fail 'published into a file'
rm -rf "$out"

step 'what lint rejects is not published'
echo 'See [this](gone.md).' >>"$pump"
publish
exited 65
complained "modules/prime-a-pump.md:"
complained '1 error in the content'
[ ! -e "$out" ] || fail 'something was written'
publish --json
said '"errors":1'
change 'The pump runs but delivers no flow'
sed -i 's/^reviewed:.*//' "$pump"
publish
exited 65
complained 'nobody has reviewed 1 module: modules/prime-a-pump.md'
change 'The pump runs but delivers no flow'
printf -- '---\ntitle: An idea\nstatus: draft\n---\n[x](gone.md)\n' >"$dir/source/modules/an-idea.md"

step 'the first version'
publish --dry-run
exited 0
said 'version 1 would be published'
said 'operator                    14     16'
[ ! -e "$out" ] || fail 'something was written'
publish
exited 0
said 'version 1, 32 modules, 16 pages, 1 programme, holds until 2027-02-21'
said 'left out as drafts: modules/an-idea.md'
said 'crib channel add URL --key RW'
run "$crib" publish --check "$out" --key "$key"
exited 0
said 'all is well'
publish
exited 0
said 'nothing changed, version 1 holds'

step 'a change'
change 'The pump hums and delivers no flow'
publish --dry-run
said 'version 2 would be published'
publish
exited 0
said 'from the version before: '
run "$crib" publish --check "$out" --key "$key" --json
said '"trusted":true'
said '"errors":0'
for f in "$out"/delta/*; do echo damaged >"$f"; done
run "$crib" publish --check "$out" --key "$key"
exited 65
said 'delta/'
rm "$out"/delta/*
publish
exited 0
run "$crib" publish --check "$out" --key "$dir/locked.pub"
exited 65
said 'which is no key of this channel'
run "$crib" publish --check "$assets"
exited 66
complained 'no published channel'
run "$crib" publish --check "$dir/nothing-here"
exited 66
run "$crib" publish "$dir/source" "$dir/source" --key "$dir/plain"
exited 64

step 'a file that may not grow, as on a full disk: the old version stays'
change 'The pump whines and delivers no flow'
run sh -c "ulimit -f 4; exec '$crib' publish '$dir/source' '$out' --key '$dir/plain'"
[ "$status" -ne 0 ] || fail 'published all the same'
complained 'cannot write'
run "$crib" publish --check "$out" --key "$key"
exited 0
said 'version 2'
publish
exited 0
run "$crib" publish --check "$out" --key "$key"
exited 0

step 'two devices that missed two rotations; a third one is given the newest key'
device_from() { # NAME ARGUMENTS...
    name=$1
    shift
    run env CRIB_HOME="$dir/$name" "$crib" "$@"
}
device_from four channel add "$out" --key "$key"
exited 0
old=plain
for new in second third; do
    run "$crib" channel key "$dir/$new" --no-passphrase
    run "$crib" publish "$dir/source" "$out" --key "$dir/$old" --next-key "$dir/$new.pub"
    exited 0
    said 'with other keys'
    said 'keys that count now: RW'
    run "$crib" publish "$dir/source" "$out" --key "$dir/$new" --drop-key "$([ -e "$dir/$old.pub" ] && cat "$dir/$old.pub" || echo "$key")"
    exited 0
    old=$new
done
device_from four sync
exited 0
device_from five channel add "$out" --key "$dir/third.pub"
exited 0
device_from six channel add "$out" --key "$dir/second.pub"
exited 0
device_from seven channel add "$out" --key "$dir/locked.pub"
exited 77
change 'The pump is cold'
publish
exited 77
complained 'does not count'
run "$crib" publish "$dir/source" "$out" --key "$dir/third"
exited 0
for name in four five six; do
    device_from $name sync
    exited 0
    said '1 changed'
done
run "$crib" publish --check "$out" --key "$key"
exited 0

step 'the key is lost: the channel is published anew, and each device told so'
mv "$out" "$dir/lost"
run "$crib" channel key "$dir/anew" --no-passphrase
run "$crib" publish "$dir/source" "$out" --key "$dir/anew"
exited 0
device_from four sync
exited 77
device_from four show prime-a-pump
exited 0
device_from four channel remove field-crib
exited 0
device_from four channel add "$out" --key "$dir/anew.pub"
exited 0
said 'version 1'

step 'two machines, one result'
for place in a b; do
    cp -r "$dir/source" "$dir/source-$place"
    find "$dir/source-$place" -name '*.md' -exec touch -d "2026-01-0$([ $place = a ] && echo 1 || echo 2)" {} +
    run env CRIB_HOME="$dir/home-$place" TZ="$([ $place = a ] && echo UTC || echo Asia/Tokyo)" \
        "$crib" publish "$dir/source-$place" "$dir/out-$place" --key "$dir/plain"
    exited 0
    echo 'One more sentence.' >>"$dir/source-$place/modules/prime-a-pump.md"
    run env LC_ALL=C "$crib" publish "$dir/source-$place" "$dir/out-$place" --key "$dir/plain"
    exited 0
done
diff -r "$dir/out-a" "$dir/out-b" || fail 'two machines give other bytes'
