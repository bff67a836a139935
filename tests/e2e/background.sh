# The hub syncs by itself: what is published arrives, no key waits for the network, and whatever is killed, all is whole.
. "${0%/*}/lib.sh"
www=$dir/www
mkdir -p "$www"
cp -r "$assets/sample" "$dir/source"
chmod -R u+w "$dir/source"
pump=$dir/source/modules/prime-a-pump.md
key=$("$crib" channel key "$dir/key" --no-passphrase 2>/dev/null) || fail 'no key'
served=
lrs=
port=0

publish() {
    CRIB_CLOCK=2026-11-20T00:00:00Z "$crib" publish "$dir/source" "$www/plant" --key "$dir/key" --expires 92 --quiet ||
        fail 'not published'
}
serve() {
    : >"$dir/served"
    TMPDIR=$dir "$sync" serve --listen "127.0.0.1:$port" --channel "$www/plant" >"$dir/served" 2>&1 &
    served=$!
    wait_that -f "$dir/served" 'crib serve does not start' grep -q http "$dir/served"
    port=$(sed -n 's,.*http://[^:]*:\([0-9]*\)/.*,\1,p' "$dir/served")
}
stop_serving() {
    kill -CONT $served 2>/dev/null
    kill -9 $served 2>/dev/null
    wait $served 2>/dev/null
    served=
}
trap 'finish; [ -z "$served" ] || stop_serving; [ -z "$lrs" ] || kill "$lrs"; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT

# The crib-sync that this crib started.
child() {
    wait_that 'no crib-sync runs' pgrep -x -P "$(cat "$this/pid")" crib-sync
}
gone() {
    wait_that "process $1 does not end" is_gone "$1"
}
syncs() {
    grep -c '^{"ended"' "$dir/home/sync.jsonl"
}

step 'a channel was taken, and a module begun'
publish
serve
export CRIB_CLOCK=2026-11-22T12:00:00Z
run "$crib" channel add "http://127.0.0.1:$port/field-crib" --key "$key"
exited 0
start 80x24 CRIB_SYNC=no "$crib" prime-a-pump
wait_for '1 of 5'
keys d
wait_for '1 of 5 read'
keys C-c
ended 0
CRIB_CLOCK=2026-11-23T12:00:00Z

step 'the status line says how it stands, beside what is there'
run "$crib" sync
start 80x24 'CRIB_SYNC=no CRIB_ROLES=field-technician,operator CRIB_STAGE=troubleshoot' "$crib"
wait_for 'synced 12:00'
expect 'crib   field-technician, operator · troubleshoot'
keys C-c
ended 0

step 'what is published arrives by itself, with one notice'
start 80x24 CRIB_SYNC=1s "$crib"
wait_for '49 installed · synced 12:00'
sed -i '/^changes:/a\
  - {on: 2026-11-23, what: "The seal is flushed first"}
/{#start}/a\
\
A new sentence about starting.' "$pump"
publish
wait_for "What's new (Ctrl-W): Prime a centrifugal pump: The seal is flushed first"
expect '(Start and listen changed)'
wait_for "What's new in 1 module that you know"
expect 'Prime a centrifugal pump'
keys C-s
wait_for 'The last syncs'
expect '12:00: 1 changed: Prime a centrifugal pump'
expect 'version 2, published 2026-11-20, reached 12:00'
expect '12:00  1 file came'
keys Escape

step 'an open reader says what changed, and keeps its place'
type_text 'E-204'
wait_for '▸ Prime a centrifugal pump'
keys Enter
wait_for 'of 5'
sleep 3 # for so long the notice outlives keys
keys Space
settle
stood=$(screen | sed -n 3p)
sed -i '/{#before}/a\
\
Another sentence before the start.
/{#why}/a\
\
Another sentence about the reason.' "$pump"
publish
wait_for 'sections changed just now'
after=$(screen | sed -n 3p)
[ "$stood" = "$after" ] || fail "the place was lost: $stood, $after"
keys C-c
ended 0

step 'a server that hangs holds up no key'
kill -STOP $served
start 80x24 CRIB_SYNC=1s "$crib"
wait_for 'syncing'
began=$(date +%s%N)
type_text 'e-204'
wait_for '▸ Prime a centrifugal pump'
took=$((($(date +%s%N) - began) / 1000000))
echo "keys answered within $took ms while the server hangs"
[ $took -lt 3000 ] || fail "$took ms"
expect 'syncing'

step 'it can be stopped'
keys Escape
keys C-s
wait_for 'syncing'
expect 'asking'
keys x
wait_for 'stopped'
expect 'sync now'

step 'crib-sync is killed: the hub says so, and goes on'
keys s
pid=$(child)
kill -9 "$pid"
wait_for 'ended by signal 9'
keys Escape
wait_for 'sync failed'
type_text 'ups'
wait_for 'Change a UPS battery'
keys C-c
ended 0

step 'crib is killed: crib-sync ends what it began'
sed -i '/{#start}/a\
\
A sentence that comes although crib was killed.' "$pump"
publish
start 80x24 CRIB_SYNC=1s "$crib"
pid=$(child)
signal KILL
wait_for 'Find'
kill -0 "$pid" 2>/dev/null || fail 'crib-sync went with it'
kill -CONT $served
gone "$pid"
run "$crib" show prime-a-pump
said 'although crib was killed'

step 'offline is told, and since when'
stop_serving
start 80x24 CRIB_SYNC=1s "$crib"
wait_for 'offline since 12:00'
keys C-s
wait_for '12:00  offline'
expect 'try again with a network'
serve
keys s
wait_for 'nothing new'
keys Escape
wait_for 'synced 12:00'
keys C-c
ended 0
run "$crib" sync --status
said 'field-crib: 32 modules, 16 pages'
said '12:00  offline'
run "$crib" sync --status --json
said '"result":"offline"'

step 'doctor tells how the last sync went, and asks when it is to'
run "$crib" doctor
said 'field-crib: reached 12:00'
said "field-crib: taken with the key $key"
stop_serving
run "$crib" doctor
said 'field-crib: reached 12:00'
run "$crib" doctor --network
said 'field-crib: tried 12:00: cannot fetch'
said 'try again with a network'
run "$crib" sync --check
exited 75
complained 'field-crib'
had=$(syncs)
serve
run "$crib" doctor --network --json
said '"found":"field-crib: reached 12:00"'
run "$crib" sync --check
exited 0
said 'field-crib: reached'
[ "$(syncs)" -eq "$had" ] || fail 'to ask is no sync'

step 'what waits for a store is counted, sent, and told'
mkdir "$dir/records"
"$sync" serve --data "$dir/records" --device lathe-3 >"$dir/device" 2>&1 || fail "$(cat "$dir/device")"
"$sync" serve --listen 127.0.0.1:0 --data "$dir/records" >"$dir/lrs" 2>&1 &
lrs=$!
wait_that -f "$dir/lrs" 'the store does not start' grep -q xapi "$dir/lrs"
store=$(sed -n 's,.*\(http://.*/xapi\).*,\1,p' "$dir/lrs")
(umask 077; echo "lathe-3:$(sed -n 's/^token: //p' "$dir/device")" >"$dir/home/lrs.key")
printf 'homepage: https://example.com\nlrs: {endpoint: "%s", credentials: lrs.key}\n' "$store" >"$dir/home/config.yaml"
start 80x24 CRIB_SYNC=no "$crib"
wait_for 'synced 12:00 · 1 to send'
type_text 'ups battery'
wait_for '▸ Change a UPS battery'
keys Enter
wait_for 'Esc back'
keys d
wait_for '1 of '
keys Escape
wait_for '2 to send'
keys C-s
wait_for "$store: 2 wait"
keys s
wait_for ', 2 sent'
expect "$store: nothing waits"
keys Escape
wait_gone 'to send'
keys C-c
ended 0
run "$crib" doctor
said "$store: reached 12:00"
start 80x24 CRIB_SYNC=no "$crib" lock-out-tag-out
wait_for 'Esc back'
keys d
wait_for '1 of '
keys C-c
ended 0
run "$crib" sync --json
exited 0
said '"channel":"field-crib"'
said "{\"store\":\"$store\",\"sent\":1,\"refused\":0,\"error\":null,\"todo\":null}]"
chmod o+r "$dir/home/lrs.key"
run "$crib" doctor
said 'chmod o-r the file'
rm "$dir/home/lrs.key"
run "$crib" doctor
said 'lrs.key'
exited 78
kill $lrs
wait $lrs 2>/dev/null
lrs=
rm "$dir/home/config.yaml"

step 'where it is told not to, it does not'
had=$(syncs)
start 80x24 CRIB_SYNC=no "$crib"
wait_for 'synced 12:00'
sleep 1.5
[ "$(syncs)" -eq "$had" ] || fail 'it synced'
keys C-s
wait_for 'not by itself'
keys s
synced_again() { [ "$(syncs)" -gt "$had" ]; }
wait_that 'asked to, it did not sync' synced_again
keys C-c
ended 0

step 'what is for other roles is fetched by one key'
run env CRIB_ROLES=operator "$crib" sync
said 'removed)'
start 80x24 'CRIB_SYNC=30 CRIB_ROLES=operator' "$crib"
wait_for 'Find'
keys C-a
type_text 'rs-485'
wait_for 'Wire an RS-485 line'
wait_for 'Not on this device: Enter fetches it.'
keys Enter
wait_gone 'Not on this device' # "It is being fetched." may be gone before anybody looks
keys Enter
wait_for '1 of 7'
keys C-c
ended 0

step 'never in a preview'
had=$(syncs)
start 80x24 CRIB_SYNC=1s "$crib" preview "$dir/source"
wait_for 'preview, nothing is recorded'
sleep 1.5
expect 'preview, nothing is recorded'
keys C-c
ended 0
[ "$(syncs)" -eq "$had" ] || fail 'a preview synced'

step 'nor where this account can not write'
if [ "$(id -u)" -ne 0 ]; then
    chmod a-w "$dir/home"
    start 80x24 CRIB_SYNC=1s "$crib"
    wait_for 'Find'
    sleep 1.5
    keys C-s
    wait_for 'not by itself'
    keys C-c
    ended 0
    chmod u+w "$dir/home"
fi
