# A site: crib serve --init, devices that enrol by one line, roles that the site gives, tokens that are taken away.
. "${0%/*}/lib.sh"
. "${0%/*}/site.in"

# What a device learned is with the site once its outbox says so.
learn() { # HOME
    printf '1\n\n' | CRIB_HOME=$1 "$crib" quiz everybody --plain --again >/dev/null 2>&1
}
is_sent() { # HOME
    CRIB_HOME=$1 "$crib" outbox >"$dir/left" 2>&1
    grep -q 'nothing waits' "$dir/left" || fail "it waits: $(cat "$dir/left")"
    grep -q 'sent and acknowledged' "$dir/left" || fail "nothing was sent: $(cat "$dir/left")"
}
has() { # HOME MODULE: is it on this device?
    CRIB_HOME=$1 "$crib" show "$2" >/dev/null 2>&1
}

hear_notices
step 'the first line'
start_site --init --data "$dir/records" --listen 127.0.0.1:0 --channel "$dir/published" --pin "$key" --roles device-1=fitter
grep -q "plant's key: $key" "$dir/served" || fail "no key: $(cat "$dir/served")"
grep -q 'Only this machine reaches it' "$dir/served.err" || fail 'loopback is not warned of'
line=$(sed -n 's/^device-1, once, within a day: //p' "$dir/served")
[ -n "$line" ] || fail "no line: $(cat "$dir/served")"
code=${line##* }

step 'a code that is none, an address that is no site, and nobody there: the code is not used up'
export CRIB_HOME="$dir/van"
noticed "crib serve began at $address: 1 channel, learning records"
noticed 'device-1 is invited to enrol'
run "$crib" enrol "$address" AAAA-AAAA-AAAA-AAAA
exited 77
noticed 'a device was refused that wanted to enrol'
complained 'unknown, was used, or is too old'
run "$crib" enrol "$address/plant" "$code"
exited 69
run "$crib" enrol http://127.0.0.1:1 "$code"
exited 75
complained 'not used up'
run "$crib" enrol ftp://127.0.0.1 "$code"
exited 64
run "$crib" enrol http://crib.invalid:1 "$code"
exited 75
complained 'is not encrypted'
[ ! -e "$dir/van/config.yaml" ] && [ ! -e "$dir/van/site.key" ] || fail 'something was written'

step 'a configuration that cannot be read is said before the code is used'
mkdir -p "$dir/van"
echo 'roles: [unclosed' >"$dir/van/config.yaml"
run "$crib" enrol "$address" "$code"
exited 78
complained 'not used up'

step 'one line, and crib sync works both ways'
printf '# mine\naccount: kim # me\nlrs:\n  vendor: no\n' >"$dir/van/config.yaml"
# shellcheck disable=SC2086 # the line is words
run "$crib" ${line#crib }
exited 0
said 'enrolled as device-1'
noticed 'device-1 enrolled'
said "channel plant, key $key"
said 'account stays kim'
said 'roles: fitter'
[ "$(head -n 4 "$dir/van/config.yaml")" = "$(printf '# mine\naccount: kim # me\nlrs:\n  vendor: no')" ] || fail 'the configuration was not left as it was'
[ "$(stat -c %a "$dir/van/site.key")" = 600 ] || fail 'others can read the token'
learn "$dir/van"
run "$crib" sync
exited 0
is_sent "$dir/van"

step 'of tokens and codes the server keeps hashes alone'
for secret in "$(cut -d: -f2 "$dir/van/site.key")" "$code"; do
    cat "$dir/records"/* | grep -a -q -e "$secret" && fail "the server keeps $secret"
done

step 'a code is good once'
CRIB_HOME=$dir/other
run "$crib" enrol "$address" "$code"
exited 77
CRIB_HOME=$dir/van

step 'roles: what the site says, while the server runs; offline its last answer stands'
has "$dir/van" fitting || fail "the role's module is not here"
! has "$dir/van" wiring || fail "another role's module is here"
run "$crib" config
said 'site ('
run "$sync" serve --data "$dir/records" --roles device-1=fitter,electrician
exited 0
run "$crib" sync
exited 0
has "$dir/van" wiring || fail 'the new role brought nothing'
[ ! -s "$dir/err" ] || fail "a role that modules are for is called mistyped: $(cat "$dir/err")"
printf 'name,roles\nAda,fitter\nKim,"eletrician,fitter"\nLee,eletrician\n' >"$dir/people.csv"
run "$sync" serve --data "$dir/records" --learners "$dir/people.csv"
exited 0
complained 'this role: eletrician (did you mean electrician?)'
[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "not once: $(cat "$dir/err")"
run "$sync" serve --data "$dir/records" --roles device-1=electrician,porter
exited 0
complained 'nothing of the channels here is for this role: porter'
run "$crib" sync
run "$crib" list
[ ! -s "$dir/err" ] || fail "a role that the site gave is called mistyped: $(cat "$dir/err")"
run "$crib" doctor
said 'nothing here is for `porter`'
! has "$dir/van" fitting || fail 'what is for another role stays'
stop_site
run "$crib" sync
exited 75
run "$crib" config
said 'electrician'
has "$dir/van" wiring || fail 'offline the role is forgotten'

step 'the configuration beats the site'
echo 'roles: [fitter]' >>"$dir/van/config.yaml"
run "$crib" config
said_not 'electrician'
port=${address##*:}
start_site --data "$dir/records" --listen "127.0.0.1:$port" --channel "$dir/published"
run "$crib" sync
exited 0
has "$dir/van" fitting || fail 'the configured role brought nothing'
sed -i '/^roles/d' "$dir/van/config.yaml"

step 'a second device: an invitation says the line, the key is remembered'
run "$sync" serve --data "$dir/records" --invite bench --roles bench=electrician
exited 0
line=$(head -n 1 "$dir/out")
[ "${line% *}" = "crib enrol $address" ] || fail "the line is: $line"
CRIB_HOME=$dir/bench
run "$crib" enrol "$address/" "$(echo "${line##* }" | tr 'A-Z-' 'a-z ' | tr -d ' ')"
exited 0
said 'enrolled as bench'
has "$dir/bench" wiring || fail "the role's module is not here"
learn "$dir/bench"
run "$crib" sync
exited 0
is_sent "$dir/bench"
run "$sync" serve --data "$dir/records" --list
said 'bench'
said 'electrician'
run "$sync" serve --data "$dir/records" --list --json
said '"name":"bench","is":"device"'
said '"roles":["electrician"]'

step 'the answer was lost on the way: the same line works again, on that device alone'
run "$sync" serve --data "$dir/records" --invite lost
line=$(head -n 1 "$dir/out")
CRIB_HOME=$dir/lost
# shellcheck disable=SC2086 # the line is words
run "$crib" ${line#crib }
exited 0
token=$(cut -d: -f2 "$dir/lost/site.key")
rm -rf "$dir/lost"
mkdir "$dir/lost"
printf '%s %s\n' "${line#crib enrol }" "$token" >"$dir/lost/site.key.new"
# shellcheck disable=SC2086
run "$crib" ${line#crib }
exited 0
said 'enrolled as lost'
[ "$(cat "$dir/lost/site.key")" = "lost:$token" ] || fail 'it got another token'
[ ! -e "$dir/lost/site.key.new" ] || fail 'what was kept for a second try is still there'
CRIB_HOME=$dir/thief
# shellcheck disable=SC2086
run "$crib" ${line#crib }
exited 77
[ ! -e "$dir/thief/site.key.new" ] || fail 'a token that nobody will take is kept'
CRIB_HOME=$dir/bench

step 'an account that several people use is not called as the device'
run "$sync" serve --data "$dir/records" --invite kiosk
line=$(head -n 1 "$dir/out")
CRIB_HOME=$dir/kiosk
mkdir "$dir/kiosk"
echo "shared_accounts: [$(id -un)]" >"$dir/kiosk/config.yaml"
# shellcheck disable=SC2086
run "$crib" ${line#crib }
exited 0
said 'homepage: '
said_not 'account'
! grep -q '^account' "$dir/kiosk/config.yaml" || fail 'the shared account has a name'
CRIB_HOME=$dir/bench

step 'a change travels'
for_role everybody2 ''
publish
run "$crib" sync
exited 0
said 'version 2'
has "$dir/bench" everybody2 || fail 'the change did not come'

step 'an enrolled device is not taken elsewhere by accident'
run "$sync" serve --data "$dir/records" --invite spare
code=$(sed -n 's/^crib enrol [^ ]* //p' "$dir/out")
run "$crib" enrol http://127.0.0.1:1 "$code"
exited 78
complained 'enrolled elsewhere'

step 'revoked while the server runs: said in one line, and what comes from elsewhere still comes'
mkdir -p "$dir/vendor/modules"
printf 'id: vendor\nname: Vendor\niri: https://example.com/vendor\n' >"$dir/vendor/channel.yaml"
elsewhere() { # TITLE
    printf '%s\n' '---' "title: $1" 'problem: It drips.' 'outcome: Seal it.' 'minutes: 1' '---' '' '## One' 'Text.' >"$dir/vendor/modules/seal.md"
    "$crib" publish "$dir/vendor" "$dir/vendor-out" --key "$dir/secret" --unreviewed --quiet || fail 'not published'
}
elsewhere 'Seal it'
run "$crib" channel add "$dir/vendor-out" --key "$key"
exited 0
elsewhere 'Seal it well'
for what in --check --dry-run; do
    run "$crib" sync $what
    exited 0
done
run "$sync" serve --data "$dir/records" --revoke bench
exited 0
run "$crib" sync
exited 77
complained 'the site does not know this device'
complained 'enrol'
noticed 'bench was revoked'
noticed '<28>' # a warning
noticed 'bench was refused: it was revoked'
[ "$(grep -c '^crib:' "$dir/err")" = 1 ] || fail "it is said more than once: $(cat "$dir/err")"
run "$crib" list
said 'Seal it well'
has "$dir/bench" wiring || fail 'the library is gone'

step 'whoever asks how the syncs go is told'
run "$crib" sync --check
exited 77
complained 'the site does not know this device'
said "plant: reached"
said_not "$address: reached"
said_not "$address/xapi: reached"
run "$crib" sync --check --json
exited 77
grep -q '"site":"'"$address"'"[^}]*"error":"the site does not know' "$dir/out" || fail "not said: $(cat "$dir/out")"
grep -q '"store":"'"$address"'/xapi"[^}]*"error"' "$dir/out" || fail "not said: $(cat "$dir/out")"
run "$crib" sync --dry-run
exited 77
run "$crib" sync --json
exited 77
said '"site":'
run "$crib" sync --status
said "$address"
said 'the site does not know this device'
said 'failed: the site does not know this device'
for ask in '' --network; do
    # shellcheck disable=SC2086 # none, or one
    run "$crib" doctor $ask
    exited 78
    grep -q '^broken *site.*the site does not know this device' "$dir/out" || fail "doctor: $(cat "$dir/out")"
done
said_not "$address/xapi: reached"
run "$crib" kiosk status
said 'the site does not know this device'

step 'learning goes on, nothing is lost, and a new code mends it'
learn "$dir/bench"
run "$crib" sync
exited 77
[ "$(grep -c '^crib:' "$dir/err")" = 1 ] || fail "it is said more than once: $(cat "$dir/err")"
run "$crib" enrol "$address" "$code"
exited 0
said 'enrolled as spare'
said 'account stays bench'
run "$crib" sync
exited 0
is_sent "$dir/bench"
run "$crib" sync --status
said_not 'does not know this device ('
run "$crib" sync --check
exited 0
stop_site
noticed 'crib serve ended'
run "$sync" serve --data "$dir/records" --channel "$dir/nowhere"
[ "$status" -ne 0 ] || fail 'there is no such channel'
noticed "crib serve can't go on"
for secret in everybody wiring kim "$code"; do
    ! grep -q -F -e "$secret" "$dir/notices" || fail "the log knows of $secret: $(cat "$dir/notices")"
done
