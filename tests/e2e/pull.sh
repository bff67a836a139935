# A device takes published channels from a real web server and from a directory: what travels, and what is refused.
. "${0%/*}/lib.sh"
. "${0%/*}/nginx.in"
cp -r "$assets/sample" "$dir/source"
chmod -R u+w "$dir/source"
pump=$dir/source/modules/prime-a-pump.md
before='The pump runs but delivers no flow'

served=
trap 'finish; stop_web; [ -z "$served" ] || kill $served 2>/dev/null; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
key=$("$crib" channel key "$dir/key" --no-passphrase 2>"$dir/err") || fail "no key: $(cat "$dir/err")"
signing=$dir/key
version=0
publish() { # [OPTION...]
    CRIB_CLOCK=2026-11-20T00:00:00Z "$crib" publish "$dir/source" "$www/plant" --key "$signing" --expires 92 --quiet "$@" \
        2>"$dir/err" || fail "not published: $(cat "$dir/err")"
    version=$(sed 's/.*"version":\([0-9]*\).*/\1/' "$www/plant/channel.json")
}
change() { # a paragraph
    sed "s/The pump runs but delivers no flow/$1/" "$assets/sample/modules/prime-a-pump.md" >"$pump"
    publish
}
shows() {
    "$crib" show prime-a-pump --raw >"$dir/shown" 2>&1
    "$crib" find pump --json >"$dir/shown" 2>&1
    grep -q -F -e "$1" "$dir/shown" || { head -n 5 "$dir/shown"; fail "not shown: $1"; }
}

step 'a channel from elsewhere needs a key, and the right one'
publish
run "$crib" channel add "$url/plant"
exited 64
complained 'needs its publisher'
run "$crib" channel add "$url/plant" --key RWQnonsense
exited 65
run "$crib" channel key "$dir/other" --no-passphrase
run "$crib" channel add "$url/plant" --key "$dir/other.pub"
exited 77
run "$crib" channel list
complained 'no channel is installed'

step 'the first sync'
new_log
run "$crib" channel add "$url/plant" --key "$key"
exited 0
said '32 modules, 16 pages, 1 programme (49 added), version 1'
shows "$before"
run "$crib" channel list --json
said "\"url\":\"$url/plant/\""
run "$crib" channel list
said "$url/plant/"

step 'nothing changed: one request, at most 1,000 bytes'
new_log
run "$crib" sync
exited 0
said 'nothing changed'
[ "$(requests)" -eq 1 ] || fail "$(requests) requests"
grep -q '^[0-9]* 304 ' "$dir/nginx/log" || fail "$(cat "$dir/nginx/log")"
[ "$(wire)" -le 1000 ] || fail "$(wire) bytes"
echo "nothing changed: $(wire) bytes on the wire"

step 'one paragraph: pointer, signature and difference, on one connection'
sed 's/^Open the vent/Slowly open the vent/; s/centrifugal/centrifugal /' "$pump" >"$dir/x" && cp "$dir/x" "$pump"
echo 'One more sentence about the pump.' >>"$pump"
publish
run "$crib" sync --dry-run
exited 0
said 'there is something new'
new_log
run "$crib" sync
exited 0
said '(1 changed), version 2'
echo "one paragraph: $(requests) requests, $(wire) bytes on the wire, $(awk '{n += $4} END {print n}' "$dir/nginx/log") of them down"
[ "$(grep -c 'delta/' "$dir/nginx/log")" -ge 1 ] || fail 'no difference was taken'
! grep -q 'pack/' "$dir/nginx/log" || fail 'a pack was taken'
[ "$(awk '{print $1}' "$dir/nginx/log" | sort -u | wc -l)" -eq 1 ] || [ "$(requests)" -gt 3 ] || fail 'several connections'

step 'roles: what is for others is found, not opened, and fetched on demand'
export CRIB_ROLES=operator
run "$crib" sync
said '(18 removed)'
run "$crib" find rs-485 --all --json
said '"on_device":false'
run "$crib" show rs-485-wiring
exited 69
complained 'not on this device'
run "$crib" show rs-485-wiring#why
exited 69
complained 'not on this device'
unset CRIB_ROLES
run "$crib" sync
said '(18 added)'

step 'the hub queues what is for others, and the next sync brings it'
export CRIB_ROLES=operator
run "$crib" sync
start 80x24 CRIB_SYNC=no "$crib"
wait_for 'Find'
keys C-a
type_text 'rs-485'
wait_for 'Wire an RS-485 line'
expect 'Not on this device: Enter brings it with the next sync.'
keys Enter
wait_for 'It comes with the next sync.'
keys C-c
finish
run "$crib" sync
exited 0
said 'added)'
run "$crib" show rs-485-wiring
exited 0
unset CRIB_ROLES

step 'a transfer that broke goes on where it broke'
rm -rf "$dir/home/packs" "$dir/home"/library.db* "$dir/home/index"
mkdir "$dir/home/packs"
pack=$(cd "$www/plant/pack" && ls -t all-* | head -n 1)
head -c 1000 "$www/plant/pack/$pack" >"$dir/home/packs/$pack.part"
new_log
run "$crib" sync
exited 0
grep -q "^[0-9]* 206 .*$pack" "$dir/nginx/log" || fail "no range was asked for: $(cat "$dir/nginx/log")"
[ ! -e "$dir/home/packs/$pack.part" ] || fail 'the part stayed'
shows "$before"

step 'no faster than told'
rm -rf "$dir/home/packs" "$dir/home"/library.db* "$dir/home/index"
began=$(date +%s%N)
run "$crib" sync --limit-rate 60
exited 0
took=$((($(date +%s%N) - began) / 1000000))
[ $took -ge 1000 ] || { transcript; fail "98 KiB at 60 KiB/s took $took ms"; }

step 'a second channel, from a directory; one that is down keeps nobody from the others'
mkdir -p "$dir/vendor/modules"
printf 'id: vendor\nname: Vendor\n' >"$dir/vendor/channel.yaml"
sed 's/^title:.*/title: Reset a drive/; s/]([^#)][^)]*)/](#bleed)/g' "$pump" >"$dir/vendor/modules/reset-a-drive.md"
run "$crib" channel key "$dir/vendor-key" --no-passphrase
run "$crib" publish "$dir/vendor" "$dir/stick" --key "$dir/vendor-key"
exited 0
run "$crib" channel add "$dir/stick" --key "$dir/vendor-key.pub"
exited 0
said 'vendor: 1 module'
mv "$dir/stick" "$dir/pulled-out"
change 'The pump hums and delivers nothing'
run "$crib" sync
exited 66
complained 'vendor'
tail -n 1 "$dir/home/sync.jsonl" | grep -q '"result":"ok"' || fail "a stick that is away is no failure: $(tail -n 1 "$dir/home/sync.jsonl")"
said '1 changed'
shows 'The pump hums and delivers nothing'
run "$crib" find 'reset a drive'
said 'Reset a drive'
mv "$dir/pulled-out" "$dir/stick"

step 'a new key is introduced by the old one; the old one alone counts no longer'
run "$crib" channel key "$dir/next" --no-passphrase
publish --next-key "$dir/next.pub"
signing=$dir/next
publish --drop-key "$dir/key.pub"
cp -rp "$www/plant" "$dir/at-$version"
run "$crib" sync
exited 0
run "$crib" publish "$dir/source" "$www/plant" --key "$dir/key"
exited 0
said 'nothing changed'
echo 'And one more sentence about the pump.' >>"$pump"
run "$crib" publish "$dir/source" "$www/plant" --key "$dir/key"
exited 77
complained 'does not count'
shows 'The pump hums'

step 'an old copy of the channel is refused'
publish
run "$crib" sync
exited 0
mv "$www/plant" "$dir/newest"
cp -rp "$dir/at-$((version - 1))" "$www/plant"
run "$crib" sync
exited 77
complained "version $version was here already"
rm -rf "$www/plant"
mv "$dir/newest" "$www/plant"

step 'past its expiry it stays usable, and is called out of date'
CRIB_CLOCK=2027-03-01T00:00:00Z
run "$crib" sync
exited 0
complained 'out of date since 2027-02-20'
shows 'The pump hums'
run "$crib" channel list
said 'out of date'
run "$crib" doctor
said 'out of date since 2027-02-20'
CRIB_CLOCK=2026-11-23T12:00:00Z

step 'a captive portal, a server that is down, a wrong path'
for what in portal down nothing; do
    run env CRIB_HOME="$dir/another" "$crib" channel add "$url/$what" --key "$key"
    [ "$status" -ne 0 ] || fail "$what was taken"
done
run env CRIB_HOME="$dir/another" "$crib" channel add http://127.0.0.1:1/x --key "$key"
exited 75
complained 'It is added'

step 'credentials stay with their origin'
echo 'kim:secret' >"$dir/credentials"
chmod 600 "$dir/credentials"
run env CRIB_HOME="$dir/third" "$crib" channel add "$url/moved" --key "$key"
exited 77
run env CRIB_HOME="$dir/third" "$crib" channel add "$url/moved" --key "$key" --credentials "$dir/credentials"
exited 0
said '32 modules'
grep -q '/plant/pack/' "$dir/nginx/other" || fail 'nothing was redirected'
! grep -v '"-"$' "$dir/nginx/other" || fail 'the other origin saw credentials'

step 'over TLS: by the certificates that are named, and no others'
if command -v openssl >/dev/null 2>&1; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$dir/tls-key" -out "$dir/tls-cert" 2>/dev/null || fail 'no certificate'
    "$sync" serve --listen 127.0.0.1:0 --channel "$www/plant" --cert "$dir/tls-cert" --key "$dir/tls-key" >"$dir/served" 2>&1 &
    served=$!
    wait_that -f "$dir/served" 'crib serve does not start' grep -q https "$dir/served"
    tls=$(sed -n 's,.*https://[^:]*:\([0-9]*\)/.*,https://localhost:\1/field-crib,p' "$dir/served")
    run env CRIB_HOME="$dir/fourth" "$crib" channel add "$tls" --key "$key"
    [ "$status" -ne 0 ] || fail 'an unknown certificate was taken'
    run env CRIB_HOME="$dir/fourth" "$crib" channel add "$tls" --key "$key" --ca "$dir/tls-cert"
    exited 0
    said '32 modules'
    run env CRIB_HOME="$dir/fourth" "$crib" sync
    said 'nothing changed'
    kill $served
    wait $served
    served=
fi

step 'several at once'
CRIB_CLOCK=2026-11-23T12:05:00Z
change 'The pump runs and nothing comes'
: >"$dir/codes"
for i in 1 2 3 4 5; do
    { "$crib" sync >/dev/null 2>&1; echo $? >>"$dir/codes"; } &
    pids="${pids:-} $!"
done
# shellcheck disable=SC2086 # several processes
wait $pids
[ "$(grep -c '^0$' "$dir/codes")" -eq 5 ] || fail "$(cat "$dir/codes")"
log=$dir/home/sync.jsonl
[ "$(tail -n 5 "$log" | grep -c '^{"ended":.*"result":"ok"')" -eq 5 ] || fail "not all of them are told: $(cat "$log")"
[ "$(tail -n 5 "$log" | grep -c '"files":1,')" -eq 1 ] || fail "one of them brought it: $(cat "$log")"
grep '^{"channel":"field-crib"' "$log" | grep -q '"came":\["Prime a centrifugal pump"\]' || fail "what came is not told: $(cat "$log")"
shows 'The pump runs and nothing comes'

step 'killed at any moment: the old or the new one'
i=0
old='The pump runs and nothing comes'
while [ $i -lt 25 ]; do
    i=$((i + 1))
    new="The pump stalls $i times"
    change "$new"
    "$crib" sync >/dev/null 2>&1 &
    pid=$!
    sleep "0.0$((i % 5))$((i * 7 % 10))"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    "$crib" find pump --json >"$dir/shown" 2>&1
    grep -q -F -e "$old" "$dir/shown" || grep -q -F -e "$new" "$dir/shown" || fail "neither old nor new: $(cat "$dir/shown")"
    run "$crib" show prime-a-pump
    exited 0
    if [ $((i % 3)) -eq 0 ]; then
        run "$crib" sync
        exited 0
        shows "$new"
    fi
    grep -q -F -e "$new" "$dir/shown" && old=$new
done
run "$crib" sync
exited 0
shows "The pump stalls 25 times"

step 'a library that is damaged is made anew from its channels'
dd if=/dev/zero of="$dir/home/library.db" bs=4096 count=2 conv=notrunc 2>/dev/null
run "$crib" doctor
exited 78
run "$crib" sync
exited 0
complained 'the library was damaged: it is made anew from its channels'
shows "The pump stalls 25 times"
run "$crib" sync
[ ! -s "$dir/err" ] || fail "$(cat "$dir/err")"
cp "$dir/home/trust.db" "$dir/trust.good"
dd if=/dev/zero of="$dir/home/trust.db" bs=512 count=1 conv=notrunc 2>/dev/null
run "$crib" doctor
exited 78
said 'move it away and add the channels again'
mv "$dir/trust.good" "$dir/home/trust.db"

step 'removed: gone with its packs, and its key forgotten'
run "$crib" channel remove field-crib
exited 0
run "$crib" channel remove vendor
exited 0
[ -z "$(ls "$dir/home/packs")" ] || fail "$(ls "$dir/home/packs")"
run "$crib" sync
exited 0
