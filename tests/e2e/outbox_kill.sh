# Two devices and a site's server: syncs, which bring content and send what was learned, and the server itself are killed
# again and again. The library is always the old or the new one; then every statement is there once, and each device knows it.
# KILLS is how many rounds (40).
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

store=$dir/store
server=
port=0
stop_store() {
    [ -z "$server" ] || kill -9 "$server" 2>/dev/null
    [ -z "$server" ] || wait "$server" 2>/dev/null
    server=
}
trap 'stop_store; finish; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

# On the port of the first time, as a service that is started again.
start_store() {
    rm -f "$dir/served" # its own words, not those of the one before
    "$sync" serve --data "$store" --channel "$dir/published" --listen 127.0.0.1:$port >"$dir/served" 2>&1 &
    server=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -q 'learning records: ' "$dir/served" 2>/dev/null && break
        sleep 0.1
    done
    port=$(sed -n 's|.*learning records: http://127.0.0.1:\([0-9]*\)/.*|\1|p' "$dir/served")
    [ -n "$port" ] || fail "the store does not start: $(cat "$dir/served")"
}

# At random, but the same each time: the n-th of so many milliseconds.
pause() {
    awk -v n="$1" -v most="$2" 'BEGIN {srand(n); printf "%.3f", rand() * most / 1000}'
}

# One more quiz: five statements, whose ids are kept.
learn() {
    printf '1\n\n2\n\n1\n\n' | CRIB_HOME=$dir/$1 "$crib" quiz at-once --plain --again >/dev/null 2>&1
    CRIB_HOME=$dir/$1 "$crib" outbox --json | sed -n 's/^\[*{"id":"\([^"]*\)".*/\1/p' >>"$dir/$1.ids"
}

edition=0
publish() {
    edition=$((edition + 1))
    sed "s/^title: .*/title: Edition $edition/" "$dir/first.md" >"$dir/channel/modules/edition.md"
    # A minute a version, all of them before the devices' own moment.
    CRIB_CLOCK=$(printf '2026-11-23T%02d:%02d:00Z' $((edition / 60)) $((edition % 60))) CRIB_HOME=$dir/publisher "$crib" publish "$dir/channel" "$dir/published" --key "$dir/signing" --unreviewed --quiet \
        2>"$dir/err" || fail "not published: $(cat "$dir/err")"
}

# The edition that a device has, by its text and by what is found.
edition_of() {
    CRIB_HOME=$dir/$1 "$crib" show edition --json 2>"$dir/err" | sed -n 's/.*"title":"Edition \([0-9]*\)".*/\1/p' >"$dir/has"
    CRIB_HOME=$dir/$1 "$crib" find Edition --json 2>>"$dir/err" | grep -q "Edition $(cat "$dir/has")\"" ||
        fail "$1 has edition $(cat "$dir/has") and finds another: $(cat "$dir/err")"
    cat "$dir/has"
}

step 'a server, two devices, what they learned'
cp "$dir/channel/modules/at-once.md" "$dir/first.md"
key=$("$crib" channel key "$dir/signing" --no-passphrase 2>"$dir/err") || fail "no key: $(cat "$dir/err")"
publish
start_store
devices='van bench'
for device in $devices; do
    home=$dir/$device
    mkdir "$home"
    "$sync" serve --data "$store" --device "$device" | sed -n "s/^token: /$device:/p" >"$home/key"
    chmod 600 "$home/key"
    [ -s "$home/key" ] || fail 'no token'
    printf 'homepage: https://example.com\naccount: %s\nlrs: {endpoint: "http://127.0.0.1:%s/xapi", credentials: key}\n' \
        "$device" "$port" >"$home/config.yaml"
    CRIB_HOME=$home "$crib" channel add --quiet "http://127.0.0.1:$port/plant" --key "$key" || fail 'the channel is not installed'
    : >"$dir/$device.ids"
    learn "$device"
done

step 'how long a sync takes here'
span=0
for device in $devices; do
    learn "$device"
    publish
    began=$(date +%s%N)
    CRIB_HOME=$dir/$device "$sync" sync --quiet || fail "$device does not sync"
    span=$((span + ($(date +%s%N) - began) / 1000000))
    eval "had_$device=$edition"
done

step 'killed again and again, at either end'
round=0
while [ $round -lt "${KILLS:-40}" ]; do
    round=$((round + 1))
    publish
    for device in $devices; do
        learn "$device"
        CRIB_HOME=$dir/$device "$sync" sync --quiet >/dev/null 2>&1 &
        eval "upload_$device=$!"
    done
    sleep "$(pause $round $span)" # two at once: as long as both alone
    # shellcheck disable=SC2154 # set by eval
    case $((round % 4)) in
    0) stop_store; start_store ;;
    1) kill -9 "$upload_van" 2>/dev/null ;;
    2) kill -9 "$upload_bench" 2>/dev/null ;;
    3) kill -9 "$upload_van" "$upload_bench" 2>/dev/null ;;
    esac
    kill -9 "$upload_van" "$upload_bench" 2>/dev/null
    wait "$upload_van" "$upload_bench" 2>/dev/null
    for device in $devices; do
        has=$(edition_of "$device") || fail "$has"
        eval "had=\$had_$device"
        # shellcheck disable=SC2154 # set by eval
        [ "$has" -eq "$had" ] || [ "$has" -eq "$edition" ] || fail "$device has $has of $had and $edition"
        eval "had_$device=$has"
    done
done

step 'then every statement is there'
for device in $devices; do
    CRIB_HOME=$dir/$device "$crib" sync --quiet || fail "$device can't sync"
    [ "$(edition_of "$device")" -eq $edition ] || fail "$device has $(edition_of "$device"), not $edition"
    CRIB_HOME=$dir/$device "$crib" outbox >"$dir/left" 2>&1
    grep -q 'nothing waits' "$dir/left" || fail "left in $device: $(cat "$dir/left")"
    grep -q 'refused' "$dir/left" && fail "refused in $device: $(cat "$dir/left")"
    sort -u "$dir/$device.ids" >"$dir/own"
    own=$(wc -l <"$dir/own")
    [ "$own" -eq $((5 * (round + 2))) ] || fail "$device made $own statements in $round rounds"
    cat "$dir/own" >>"$dir/ids"
    grep -q "^$((own)) sent and acknowledged" "$dir/left" || fail "$device made $own, $(cat "$dir/left")"
done
kill -TERM "$server"
wait "$server"
server=
cat "$store"/* >"$dir/kept"
while read -r id; do
    grep -a -q "\"id\":\"$id\"" "$dir/kept" || fail "the store has no $id"
done <"$dir/ids"
