# A day of two devices, a web server, and a site's record store: the van has a network now and then, the bench never; what
# is published reaches both, what both learned reaches the store once.
. "${0%/*}/lib.sh"
. "${0%/*}/nginx.in"
. "${0%/*}/quiz_content.in"

server=
trap 'finish; stop_web; [ -z "$server" ] || kill -9 "$server" 2>/dev/null; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
van() {
    run env CRIB_HOME="$dir/van" "$crib" "$@"
}
bench() {
    run env CRIB_HOME="$dir/bench" "$crib" "$@"
}
learn() { # DEVICE: five statements
    printf '1\n\n2\n\n1\n\n' | CRIB_HOME=$dir/$1 "$crib" quiz at-once --plain --again >/dev/null 2>&1
}
clock() { # HH:MM
    export CRIB_CLOCK="2026-11-23T$1:00Z"
}
publish() { # SOURCE NAME KEY [OPTION...]
    source=$1 name=$2 signing=$3
    shift 3
    CRIB_HOME=$dir/publisher "$crib" publish "$source" "$www/$name" --key "$signing" --unreviewed --quiet "$@" 2>"$dir/err" ||
        fail "not published: $(cat "$dir/err")"
}
new_key() { # NAME
    CRIB_HOME=$dir/publisher "$crib" channel key "$dir/$1" --no-passphrase 2>"$dir/err" || fail "no key: $(cat "$dir/err")"
}
for_role() { # NAME ROLE TEXT
    printf -- '---\ntitle: Module %s\nproblem: It fails.\noutcome: Mend it.\nminutes: 2\nroles: [%s]\n---\n## Do {#do}\n\n%s\n' \
        "$1" "$2" "$3" >"$dir/channel/modules/$1.md"
}

step 'in the morning: two channels, a store, two devices'
clock 07:00
for_role weld welder 'Grind it.'
for_role fit fitter 'Press it.'
mkdir -p "$dir/vendor/modules"
printf 'id: vendor\nname: Vendor\niri: https://example.com/vendor\n' >"$dir/vendor/channel.yaml"
sed 's/^title: .*/title: Reset a drive/' "$dir/channel/modules/at-once.md" >"$dir/vendor/modules/reset-a-drive.md"
key=$(new_key key)
vendor_key=$(new_key vendor-key)
publish "$dir/channel" plant "$dir/key"
publish "$dir/vendor" vendor "$dir/vendor-key"
"$sync" serve --data "$dir/store" --listen 127.0.0.1:0 >"$dir/served" 2>&1 &
server=$!
wait_that -f "$dir/served" 'the store does not start' grep -q 'learning records: ' "$dir/served"
store=$(sed -n 's|.*learning records: \(http.*\)/$|\1|p' "$dir/served")
for device in van bench; do
    mkdir "$dir/$device"
    "$sync" serve --data "$dir/store" --device $device | sed -n "s/^token: /$device:/p" >"$dir/$device/key"
    chmod 600 "$dir/$device/key"
    printf 'homepage: https://example.com\naccount: %s\nroles: [welder]\nlrs:\n  endpoint: %s\n  credentials: key\n  vendor: no\n' \
        $device "$store" >"$dir/$device/config.yaml"
done
sed -i 's|127.0.0.1:[0-9]*|127.0.0.1:1|' "$dir/bench/config.yaml" # nobody ever answers there

step 'the van syncs, the bench gets a stick'
clock 08:00
van channel add "$url/plant" --key "$key"
exited 0
van channel add "$url/vendor" --key "$vendor_key"
exited 0
cp -r "$www/plant" "$dir/stick"
bench channel add "$dir/stick" --key "$key"
exited 0
for device in van bench; do
    run env CRIB_HOME="$dir/$device" "$crib" show weld
    exited 0
    run env CRIB_HOME="$dir/$device" "$crib" show fit
    exited 69
done
van find 'reset a drive'
said 'Reset a drive'

step 'on the road: learning without a network'
clock 10:00
stop_web
learn van
learn bench
van sync --quiet
[ "$status" -ne 0 ] || fail 'it synced without a server'
van show weld
exited 0

step 'a change by a new key, while nobody looks'
clock 11:00
for_role weld welder 'Grind it twice.'
next=$(new_key next)
publish "$dir/channel" plant "$dir/key" --next-key "$next"
for_role fit fitter 'Press it slowly.'
publish "$dir/channel" plant "$dir/next" --drop-key "$key"

step 'at noon the van comes home: content in, statements out'
clock 12:00
web "$port" $((port + 1)) || fail 'nginx does not start again'
van sync
exited 0
van show weld
said 'Grind it twice.'
van show reset-a-drive
exited 0
van outbox
said '5 sent and acknowledged'

step 'a new job: the role changes'
sed -i 's/welder/fitter/' "$dir/van/config.yaml"
van sync
exited 0
van show fit
said 'Press it slowly.'
van show weld
exited 69

step 'the stick goes to the bench again; its outbox comes back on it'
clock 15:00
rm -rf "$dir/stick"
cp -r "$www/plant" "$dir/stick"
bench sync --quiet
bench show weld
said 'Grind it twice.'
bench outbox export "$dir/stick/outbox"
exited 0
van outbox import "$dir/stick/outbox"
exited 0
van outbox import "$dir/stick/outbox" # twice by mistake
exited 0
van sync
exited 0

step 'in the evening the store has each statement once'
bench outbox --json
cp "$dir/out" "$dir/bench.json"
van outbox
said '10 sent and acknowledged'
van audit verify
exited 0
said 'server'
kill -TERM "$server"
wait "$server"
server=
cat "$dir/store"/* >"$dir/kept"
for id in $(sed 's/{"id":"/\n&/g' "$dir/bench.json" | sed -n 's/^{"id":"\([^"]*\)".*"actor".*/\1/p'); do
    [ "$(grep -a -o "\"id\":\"$id\"" "$dir/kept" | sort -u | wc -l)" -eq 1 ] || fail "the store has no $id"
    found=$((${found:-0} + 1))
done
[ "${found:-0}" -eq 5 ] || fail "${found:-0} statements of the bench were looked for"
