# What was offered leaves by the learner's own yes alone, and only what came after it; what was looked for in vain where the
# configuration says so, under nobody's name. With a real learning record store: crib serve.
. "${0%/*}/lib.sh"
. "${0%/*}/site.in"

export CRIB_CLOCK=
for module in valve nozzle yoke crank; do
    for_role $module ''
    sed -i "s/^roles: .*/triggers: [{code: $module-7}]/" "$dir/source/modules/$module.md"
done
start_site --data "$dir/records" --listen 127.0.0.1:0
CRIB_HOME=$dir/site "$sync" serve --data "$dir/records" --device van 2>/dev/null | sed -n "s/^token: /van:/p" >"$dir/home/lrs.key" || fail 'no device'
chmod 600 "$dir/home/lrs.key"
configure() { # LINE...
    printf 'homepage: https://example.com\naccount: kim\nlrs: {endpoint: "%s/xapi", credentials: lrs.key}\n' "$address" >"$dir/home/config.yaml"
    for line; do echo "$line" >>"$dir/home/config.yaml"; done
}
configure
run "$crib" channel add "$dir/source"
exited 0
stored() { # TEXT: does the store hold it?
    grep -q -a -F -e "$1" "$dir/records"/serve.db*
}
hint() { # MODULE: offered, and in the record
    run "$crib" hint "grep $1-7 today.log"
    exited 0
    run "$crib" hint --stats
    exited 0
}
synced() {
    run "$crib" sync
    exited 0
}

step 'before the yes nothing leaves'
run "$crib" config share
exited 0
said off
hint valve
run "$crib" outbox
complained 'nothing waits'
synced
! stored '/m/valve' || fail 'it left'

step 'no file can say yes'
run "$crib" config set share yes
exited 64
complained '`crib config share on` says yes'
configure 'share: yes'
run "$crib" config
complained '`share` can only be no in a file'
run "$crib" config share
said off
configure

step 'asked in one line: anything but y is no'
start 100x24 '' "$crib" config share
wait_for 'from now on? y/n'
expect "$address/xapi as kim"
keys Enter
ended 0
expect 'Nothing is shared.'
start 100x24 '' "$crib" config share
wait_for 'y/n'
keys y Enter
ended 0
expect 'From now on; '
finish
run "$crib" config
[ "$(grep -c '^share  *yes  *record (' "$dir/out")" = 1 ] || fail "not said: $(grep share "$dir/out")"

step 'what came after it is listed, and goes; what came before does not'
hint nozzle
run "$crib" hint --later
exited 0
run "$crib" hint --stats
run "$crib" outbox
exited 0
said 'was offered  nozzle'
said 'put off      nozzle'
said_not valve
run "$crib" outbox --json
said_not today.log
synced
complained '2 statements sent'
stored '/m/nozzle' || fail 'it did not leave'
! stored '/m/valve' || fail 'what came before left'

step 'after a no nothing leaves, nor after a new yes what came between'
hint yoke
run "$crib" outbox
said 'was offered  yoke'
run "$crib" config share off
exited 0
run "$crib" outbox
said_not yoke
hint crank
run "$crib" config share on
exited 0
synced
! stored '/m/yoke' && ! stored '/m/crank' || fail 'it left'

step 'a no in a file wins'
configure 'share: no'
run "$crib" config
said "user ($dir/home/config.yaml:4)"
run "$crib" config share on
exited 77
complained "config.yaml:4: share is no there"
for act in --open --never; do
    run "$crib" hint "$act" </dev/null
done
run "$crib" hint --stats
synced
! stored '/m/crank' || fail 'it left'
rm "$CRIB_HOME"/hints*
configure
synced
! stored '/m/crank' || fail 'it left when the line was gone'

step 'in an account that several people share there is nothing to share'
configure "shared_accounts: [$(id -un)]"
run "$crib" config share on
exited 77
complained 'kept for nobody'

step 'what was looked for in vain stays, until the configuration sends it; then under nobody'"'"'s name'
configure
run "$crib" find zebrafish
exited 1
synced
configure 'gaps: send'
run "$crib" find quantum flux
exited 1
run "$crib" for --code E-999
exited 1
run "$crib" outbox
said 'anonymous  searched  quantum flux'
said 'anonymous  searched  E-999'
said_not zebrafish
synced
complained '2 statements sent'
stored 'urn:crib:xapi:search:quantum%20flux' || fail 'it did not leave'
! stored zebrafish || fail 'what came before left'
run "$crib" report gaps --csv
exited 0
[ "$(head -n 1 "$dir/out" | tr -d '\r')" = 'times,last,kind,text' ] || fail "no heading: $(cat "$dir/out")"
said ',search,quantum flux'
configure 'gaps: no'
run "$crib" find gearbox noise
synced
! stored gearbox || fail 'it left'
run "$crib" find '=HYPERLINKS'
configure 'gaps: no'
run "$crib" report gaps --csv
said ",search,'=HYPERLINKS"

step 'who is forgotten has said nothing; what was sent is erased'
run "$crib" learner forget --dry-run
said 'your leave to share hints'
run "$crib" learner forget --yes
exited 0
run "$crib" config share
said off
synced
complained 'erased at the LRS'
! stored '/m/nozzle' || fail 'the store still has it'
run "$crib" audit verify
exited 0
