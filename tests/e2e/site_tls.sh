# A site over https: crib serve with a certificate of its own, and behind nginx as assets/proxy has it.
. "${0%/*}/lib.sh"
PATH=$PATH:/usr/sbin:/usr/local/sbin
command -v openssl >/dev/null 2>&1 || skip 'openssl is not installed'
. "${0%/*}/site.in"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$dir/tls.key" -out "$dir/tls.pem" \
    -days 30 -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' >"$dir/openssl" 2>&1 ||
    fail "no certificate: $(cat "$dir/openssl")"

# What a device does: enrols, takes the content, sends what it learned, and notices a change.
both_ways() { # NAME URL
    run "$sync" serve --data "$dir/records" --invite "$1"
    exited 0
    code=$(sed -n 's/^crib enrol [^ ]* //p' "$dir/out")
    export CRIB_HOME="$dir/$1"
    run "$crib" enrol "$2" "$code"
    exited 75
    complained 'ertificate'
    run "$crib" enrol --ca "$dir/tls.pem" "$2" "$code"
    exited 0
    said 'plant: 3 modules'
    printf '1\n\n' | "$crib" quiz everybody --plain >/dev/null 2>&1
    run "$crib" outbox
    said "$2/xapi"
    run "$crib" sync
    exited 0
    run "$crib" outbox
    complained 'nothing waits'
    echo 'One more line.' >>"$dir/source/modules/everybody.md"
    publish
    run "$crib" sync
    exited 0
    said "version $version"
    run "$crib" sync
    said 'nothing changed'
    run "$crib" channel list --json
    said "$2/plant/"
}

step 'its own certificate'
start_site --init --data "$dir/records" --listen 127.0.0.1:0 --channel "$dir/published" --pin "$key" \
    --cert "$dir/tls.pem" --key "$dir/tls.key"
case $address in https://127.0.0.1:*) ;; *) fail "it is at $address" ;; esac
both_ways van "$address"

step 'TLS 1.2 and 1.3, and none that was given up'
speaks() { # PROTOCOL
    openssl s_client -connect "${address#https://}" "-$1" -cipher 'ALL:@SECLEVEL=0' </dev/null 2>&1 | grep -q 'Cipher is [A-Z]'
}
for spoken in tls1_2 tls1_3; do
    speaks $spoken || fail "it does not speak $spoken"
done
for spoken in tls1 tls1_1; do
    ! speaks $spoken || fail "it speaks $spoken"
done

step 'a live session: begun on one device, joined from another one, all of it over TLS'
mkdir -p "$dir/source/programmes"
printf 'title: Week\nproblem: No flow.\noutcome: Flow.\nelements:\n  - {id: meet, kind: session, title: Workshop}\n  - {id: test, kind: assessment, module: everybody}\n' \
    >"$dir/source/programmes/plant-week.yaml"
publish
run "$sync" serve --data "$dir/records" --invite bus
code=$(sed -n 's/^crib enrol [^ ]* //p' "$dir/out")
CRIB_HOME=$dir/bus run "$crib" enrol --ca "$dir/tls.pem" "$address" "$code"
exited 0
CRIB_HOME=$dir/van run "$crib" sync
exited 0
CRIB_HOME=$dir/van run "$crib" session start plant-week --plain
exited 0
code=$(sed -n 's/^Code: //p' "$dir/out" | tr -d ' ')
CRIB_ACCOUNT=bea CRIB_HOME=$dir/bus "$crib" session join "$code" --plain </dev/null >"$dir/joined" 2>&1 &
joiner=$!
bea_is_here() { CRIB_HOME=$dir/van "$crib" session show "$code" 2>/dev/null | grep -q 'bea: here'; }
wait_that -f "$dir/joined" 'nobody joined' bea_is_here
[ -z "$(find "$CRIB_SYSTEM" -name 'room-*' 2>/dev/null)" ] || fail 'it is held on this host'
CRIB_HOME=$dir/van run "$crib" session end "$code"
exited 0
wait $joiner || fail "the session did not end well: $(cat "$dir/joined")"
grep -q 'You are in' "$dir/joined" || fail "not joined: $(cat "$dir/joined")"
stop_site

step 'without TLS nothing is told to what wants it'
run curl -s -m 10 "http://${address#https://}/roles"
[ "$status" -ne 0 ] || fail 'it speaks without TLS'

command -v nginx >/dev/null 2>&1 || skip 'nginx is not installed'
step 'behind nginx'
start_site --data "$dir/records" --listen 127.0.0.1:0 --channel "$dir/published"
front=$((20000 + $$ % 20000))
mkdir "$dir/nginx"
web() {
    {
        echo "daemon off; master_process off; pid $dir/nginx/pid; error_log $dir/nginx/error; events { worker_connections 64; }"
        echo "http { access_log $dir/nginx/log; client_body_temp_path $dir/nginx; proxy_temp_path $dir/nginx;"
        echo "fastcgi_temp_path $dir/nginx; uwsgi_temp_path $dir/nginx; scgi_temp_path $dir/nginx;"
        sed "s|listen 443|listen 127.0.0.1:$front|; s|server_name .*|server_name localhost;|; s|/etc/ssl/certs/.*pem|$dir/tls.pem|
            s|/etc/ssl/private/.*key|$dir/tls.key|; s|http://127.0.0.1:8080|$address|" "$assets/proxy/nginx.conf"
        echo '}'
    } >"$dir/nginx/conf"
    nginx -c "$dir/nginx/conf" >"$dir/nginx/out" 2>&1 &
    nginx=$!
    tries=0
    until [ -s "$dir/nginx/pid" ]; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] && kill -0 $nginx 2>/dev/null || return 1
        sleep 0.05
    done
}
trap 'stop_site KILL; kill $nginx 2>/dev/null; finish; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
until web; do
    front=$((front + 1))
    [ $front -lt 42000 ] || fail "nginx does not start: $(cat "$dir/nginx/out" "$dir/nginx/error")"
done
both_ways bench "https://127.0.0.1:$front"
grep -q '"POST /xapi/statements HTTP/[0-9.]*" 200' "$dir/nginx/log" || fail "no statement went through: $(cat "$dir/nginx/log")"
grep -q '"GET /plant/channel.json HTTP/[0-9.]*" 304' "$dir/nginx/log" || fail "nothing was answered with 304: $(cat "$dir/nginx/log")"
grep -q '"GET /plant/delta/' "$dir/nginx/log" || fail "no difference was fetched: $(cat "$dir/nginx/log")"
stop_site
