# Published into while devices take it from a real web server, and killed at any moment: always the old channel or the new.
. "${0%/*}/lib.sh"
PATH=$PATH:/usr/sbin:/usr/local/sbin
cp -r "$assets/sample" "$dir/source"
chmod -R u+w "$dir/source"
pump=$dir/source/modules/prime-a-pump.md
out=$dir/www/plant
mkdir "$dir/www"
key=$("$crib" channel key "$dir/plain" --no-passphrase 2>"$dir/err") || fail "no key: $(cat "$dir/err")"

publish() {
    run "$crib" publish "$dir/source" "$out" --key "$dir/plain" "$@"
}
change() {
    sed "s/The pump runs but delivers no flow/$1/" "$assets/sample/modules/prime-a-pump.md" >"$pump"
}
publish
exited 0

step 'published into while devices take it from a web server'
serving=
trap 'finish; [ -z "$serving" ] || kill $serving 2>/dev/null; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
if command -v nginx >/dev/null 2>&1; then
    mkdir "$dir/nginx"
    port=$((20000 + $$ % 20000))
    while :; do
        cat >"$dir/nginx/conf" <<END
daemon off; master_process off; worker_processes 1; pid $dir/nginx/pid; error_log $dir/nginx/error;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $dir/nginx; proxy_temp_path $dir/nginx; fastcgi_temp_path $dir/nginx;
    uwsgi_temp_path $dir/nginx; scgi_temp_path $dir/nginx;
    server { listen 127.0.0.1:$port; root $dir/www; }
}
END
        nginx -c "$dir/nginx/conf" >"$dir/nginx/out" 2>&1 &
        serving=$!
        tries=0
        until [ -s "$dir/nginx/pid" ] || ! kill -0 $serving 2>/dev/null || [ $tries -gt 60 ]; do
            tries=$((tries + 1))
            sleep 0.05
        done
        [ ! -s "$dir/nginx/pid" ] || break
        port=$((port + 1))
        [ $port -lt 42000 ] || fail "nginx does not start: $(cat "$dir/nginx/out" "$dir/nginx/error")"
    done
    url=http://127.0.0.1:$port/plant
    device() { # NAME ROLE ARGUMENTS...
        name=$1 role=$2
        shift 2
        CRIB_HOME="$dir/$name" CRIB_ROLES="$role" "$crib" "$@"
    }
    device one '' channel add "$url" --key "$key" >/dev/null || fail 'not taken'
    device two operator channel add "$url" --key "$key" >/dev/null || fail 'not taken'
    device three electrician channel add "$url" --key "$key" >/dev/null || fail 'not taken'
    : >"$dir/stop-when-gone"
    for name in one two three; do
        (
            n=0
            while [ -e "$dir/stop-when-gone" ]; do
                n=$((n + 1))
                device $name "$(case $name in two) echo operator ;; three) echo electrician ;; esac)" sync \
                    >"$dir/$name-out" 2>"$dir/$name-err" || { cat "$dir/$name-err" >>"$dir/failures"; break; }
            done
            echo "$n syncs" >"$dir/$name-count"
        ) &
        readers="${readers:-} $!"
    done
    i=0
    while [ $i -lt 12 ]; do
        i=$((i + 1))
        change "The pump stalls $i times"
        [ $((i % 4)) -ne 0 ] || echo "Line $i." >>"$(find "$dir/source/pages" -name '*.md' | sort | head -n 1)"
        publish --quiet
        exited 0
    done
    rm "$dir/stop-when-gone"
    # shellcheck disable=SC2086 # several processes
    wait $readers
    [ ! -e "$dir/failures" ] || fail "a device failed: $(cat "$dir/failures")"
    echo "$(cat "$dir"/*-count | tr '\n' ' ')during 12 publications"
    for name in one two three; do
        device $name '' sync >/dev/null || fail 'not taken'
        device $name '' find 'pump' --json >"$dir/shown"
        grep -q 'The pump stalls 12 times' "$dir/shown" || fail "$name has something else: $(head -c 300 "$dir/shown")"
    done
    kill $serving
    serving=
fi

step 'killed at any moment: the old or the new channel, and the next publication goes on'
rm -rf "$out"
mkdir "$dir/small" "$dir/small/modules"
printf 'id: small\nname: Small\n' >"$dir/small/channel.yaml"
for n in 1 2 3 4 5 6; do
    printf -- '---\ntitle: Mend part %s\nproblem: Part %s fails at night.\noutcome: You mend it in time.\nminutes: 2\nroles: [r%s]\n' \
        $n $n $((n % 3)) >"$dir/small/modules/part-$n.md"
    printf 'reviewed: {by: a@example.com, on: 2026-01-01}\n---\n## Do\n\nIt.\n' >>"$dir/small/modules/part-$n.md"
done
run "$crib" publish "$dir/small" "$out" --key "$dir/plain"
exited 0
device_of() {
    run env CRIB_HOME="$dir/last" "$crib" "$@"
}
device_of channel add "$out" --key "$key"
exited 0
i=0
killed=0
while [ $i -lt 40 ]; do
    i=$((i + 1))
    echo "Line $i." >>"$dir/small/modules/part-$((i % 6 + 1)).md"
    "$sync" publish "$dir/small" "$out" --key "$dir/plain" >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(od -An -N2 -tu2 /dev/urandom | awk '{printf "%03d", $1 % 200}')"
    kill -9 $pid 2>/dev/null && killed=$((killed + 1))
    wait $pid 2>/dev/null
    device_of sync
    exited 0
    run "$crib" publish --check "$out" --key "$key" --json
    [ "$status" -eq 0 ] || grep -q '"errors":1,.*channel.json.minisig' "$dir/out" || { transcript; fail "after kill $i"; }
done
run "$crib" publish "$dir/small" "$out" --key "$dir/plain"
exited 0
run "$crib" publish --check "$out" --key "$key"
exited 0
device_of sync
exited 0
device_of show part-1
said 'Line 36.'
[ -z "$(find "$out" -name '*.??????')" ] || fail "left behind: $(find "$out" -name '*.??????')"
echo "killed $killed of 40, $(sed 's/.*"version":\([0-9]*\).*/\1/' "$out/channel.json") versions"
