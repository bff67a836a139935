# Bad machines: no home, a home that is a file, full disks, files that are empty, cut off or gone. What crib says is
# true, and says what to do.
. "${0%/*}/lib.sh"

step "what needs no place works without one"
run env -u HOME -u CRIB_HOME "$crib" help
exited 0
said 'crib WHAT'
run env -u HOME -u CRIB_HOME "$crib" show --help
exited 0
run env -u HOME -u CRIB_HOME "$crib" version
exited 0
run env -u HOME -u CRIB_HOME "$crib" completion bash
exited 0
run env -u HOME -u CRIB_HOME "$crib" lint "$assets/sample"
exited 0
run env -u HOME -u CRIB_HOME "$crib" list
exited 78
complained 'CRIB_HOME'

step "a CRIB_HOME that is no absolute path is not passed over"
run env CRIB_HOME=relative "$crib" list
exited 78
complained 'CRIB_HOME'
complained 'absolute'

step "a home that is a file"
: >"$dir/file"
run env CRIB_HOME="$dir/file" "$crib" channel add "$assets/sample"
complained 'Not a directory'
run env CRIB_HOME="$dir/file" "$crib" doctor
exited 78
said 'Not a directory'
run env CRIB_HOME="$dir/file/below" "$crib" doctor
exited 78
said 'Not a directory'

step "doctor counts as people do"
mkdir -p "$dir/one/modules"
printf -- '---\ntitle: One\nproblem: It does not start.\noutcome: Start it.\nminutes: 1\n---\nText.\n' >"$dir/one/modules/one.md"
run "$crib" channel add "$dir/one"
exited 0
run "$crib" doctor
exited 0
said '1 module, 0 pages'
run "$crib" --plain
said '1 minute,'

step "an empty record is none yet"
: >"$CRIB_HOME/record.db"
run "$crib" list
exited 0
run "$crib" doctor
exited 0
said 'empty'
run "$crib" note kept
exited 0
run "$crib" audit verify
exited 0

step "a search index that is gone or damaged is made again"
rm -rf "$CRIB_HOME/index"
run "$crib" find one
exited 0
said 'One'
for file in "$CRIB_HOME"/index/segment-*; do
    printf 'XXXX' | dd of="$file" bs=1 seek=$(($(wc -c <"$file") - 4)) conv=notrunc 2>/dev/null
done
run "$crib" doctor
exited 78
said 'search'
said "$CRIB_HOME/index"
rm -rf "$CRIB_HOME/index"
run "$crib" doctor
exited 0

step "a file system limit while installing leaves nothing half"
run sh -c "ulimit -f 40; CRIB_HOME='$dir/small' exec '$crib' channel add '$assets/sample'"
[ "$status" -ne 0 ] || fail "no complaint"
run env CRIB_HOME="$dir/small" "$crib" channel add "$assets/sample"
exited 0
run env CRIB_HOME="$dir/small" "$crib" find pump
exited 0
said prime-a-pump

step "on a full disk what is here is read and found, and a log's lines are hinted at"
full() { run sh -c '(ulimit -f 0; exec "$@") 2>&1 | cat' sh env CRIB_HOME="$dir/small" "$@"; }
full "$crib" show disk-full-linux
said 'No space left on device'
full "$crib" find full disk
said disk-full-linux
full sh -c 'echo "write: ENOSPC" | "$1" watch --json' sh "$crib"
said '"module":"field-crib/disk-full-linux"'
said '"offered":true'
full "$crib" note --on disk-full-linux kept
said 'disk'

step "a configuration that can't be read stops nobody, and is not written over"
bad=$dir/bad
cp -R "$CRIB_HOME" "$bad"
for how in directory link yaml; do
    rm -rf "$bad/config.yaml"
    case $how in
    directory) mkdir "$bad/config.yaml" ;;
    link) ln -s "$dir/nowhere.yaml" "$bad/config.yaml" ;;
    yaml) echo 'theme: [dark' >"$bad/config.yaml" ;;
    esac
    run env CRIB_HOME="$bad" "$crib" show one
    exited 0
    said 'Text.'
    complained "going on without the configuration: $bad/config.yaml: "
    [ "$(wc -l <"$dir/err")" -eq 1 ] || { transcript; fail "not one line"; }
    run env CRIB_HOME="$bad" "$crib" list --json
    exited 0
    [ "$(wc -l <"$dir/err")" -eq 1 ] || { transcript; fail "not one line"; }
    run env CRIB_HOME="$bad" "$crib" config
    exited 0
    said 'theme'
    complained "$bad/config.yaml: "
    run env CRIB_HOME="$bad" "$crib" config set theme dark
    [ "$status" -ne 0 ] || fail "written over"
    complained "$bad/config.yaml"
    run env CRIB_HOME="$bad" "$crib" doctor
    exited 78
    said "broken  configuration  cannot read the configuration: $bad/config.yaml: "
    run env CRIB_HOME="$bad" "$crib" lint "$dir/one"
    exited 0
done
[ ! -e "$dir/nowhere.yaml" ] || fail "written through the link"
start 80x24 "CRIB_HOME=$bad" "$crib"
wait_for 'One'
expect 'without config.yaml'
keys C-c
