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
