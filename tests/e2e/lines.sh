# Lines to the terminal that are slow, far or old: keys whose bytes come apart, flow control, few bytes a key.
. "${0%/*}/lib.sh"

vt=$build/e2e/vt
run "$crib" channel add "$assets/sample"
exited 0

# drive VARIABLES ACTION...: the hub on an xterm of 80x24.
drive() {
    variables=$1
    shift
    status=0
    # shellcheck disable=SC2086 # several variables
    env TERM=xterm $variables "$vt" size:80x24 encoding:utf8 "$@" 'key:\x03' end:0 -- "$crib" >"$dir/out" 2>&1 || status=$?
    exited 0
}

step "a key whose Escape comes 300 ms before the rest"
drive '' wait:Find: 'key:\x0e' wait:'▸ Bearing' "same:$dir/second"
drive 'CRIB_ESCAPE_MS=1000' wait:Find: 'key:\e' pause:300 'key:[B' "same:$dir/second"
drive 'ESCDELAY=1000' wait:Find: 'key:\e' pause:300 'key:OB' "same:$dir/second"
drive 'SSH_CONNECTION=192.0.2.1' wait:Find: 'key:\e' pause:120 'key:[B' "same:$dir/second"

step "where it comes too late, it is still no text"
drive '' wait:Find: 'key:\e' pause:300 'key:[B' wait:'▸ Bearing' 'gone:[B'
drive '' wait:Find: 'key:\e' pause:100 'key:[' 'wait:Find: ['

step "Escape itself acts; Ctrl-G does so, too"
drive '' wait:Find: 'key:pump' 'wait:Find: pump' 'key:\e' 'gone:Find: pump'
drive 'CRIB_ESCAPE_MS=5000' wait:Find: 'key:pump' 'wait:Find: pump' 'key:\x07' 'gone:Find: pump'

step "flow control is the terminal's where that is wanted, else Ctrl-S is a key"
drive 'CRIB_FLOW_CONTROL=yes' wait:Find: flow:on 'key:\x13' pause:100 'key:\x11' 'key:pump' 'wait:Find: pump'
drive '' wait:Find: flow:off 'key:\x13' 'wait:Sync'

step "9600 baud: no colour, unless somebody asks for it"
TERM=xterm run "$vt" size:80x24 encoding:utf8 speed:9600 wait:Find: plain 'key:\x03' end:0 -- "$crib"
exited 0
TERM=xterm run "$vt" size:80x24 encoding:utf8 speed:38400 wait:Find: plain 'key:\x03' end:0 -- "$crib"
exited 1

# What of the second screen is new, in bytes: its rows that the first has not, without blanks at their ends.
new_text() {
    awk 'FNR == NR { before[FNR] = $0; next } before[FNR] != $0 { n += length($0) + 1 } END { print n + 0 }' "$1" "$2"
}

# A page may cost its text and a fifth more; a key in a list one and a
# half times what the same costs in tig: 259 bytes.
for term in xterm-256color xterm linux screen vt100; do
    step "$term: few bytes a key, and a page"
    rm -f "$CRIB_HOME"/record.db* # where one stopped reading
    TERM=$term run "$vt" size:80x24 encoding:utf8 wait:Find: bytes:first 'key:\x0e' bytes:down 'key:\x0e' bytes:down \
        'key:\x0e' bytes:down 'key:\x0e' bytes:down 'key:\x03' end:0 -- "$crib"
    exited 0
    down=$(awk '$1 == "down" { n += $2 } END { print int(n / 4) }' "$dir/out")
    [ "$down" -le 388 ] || fail "$term: $down bytes a key down in a list"
    pages=0 text=0 line=0
    for module in prime-a-pump modbus-rtu-debug disk-full-linux lock-out-tag-out; do
        rm -f "$dir/one" "$dir/two"
        TERM=$term run "$vt" size:80x24 encoding:utf8 'wait:1 of' "same:$dir/one" bytes:first 'key: ' bytes:page \
            "same:$dir/two" key:j bytes:line 'key:\x03' end:0 -- "$crib" $module
        exited 0
        pages=$((pages + $(awk '$1 == "page" { print $2 }' "$dir/out")))
        line=$((line + $(awk '$1 == "line" { print $2 }' "$dir/out")))
        text=$((text + $(LC_ALL=C new_text "$dir/one" "$dir/two")))
    done
    [ $((pages * 100)) -le $((text * 120)) ] || fail "$term: pages of $text bytes cost $pages"
    [ $((line / 4)) -le 200 ] || fail "$term: $((line / 4)) bytes a line"
    echo "$term: $down a key, $pages for pages of $text, $((line / 4)) a line"
done

step "on a thin line less still, and nothing by itself"
TERM=vt100 run "$vt" size:80x24 encoding:ascii speed:9600 wait:Find: bytes:first pause:2500 bytes:idle 'key:\x03' end:0 -- \
    env LC_ALL=C "$crib"
exited 0
said 'idle 0'

step "the labels of the last row are buttons, items are clicked twice, the wheel moves"
rm -f "$CRIB_HOME"/record.db*
TERM=screen CRIB_MOUSE=yes run "$vt" size:80x24 encoding:utf8 wait:Find: 'key:\x0e' 'wait:▸ Bearing' \
    'key:\e[M "(' 'key:\e[M#"(' 'wait:▸ Debug Modbus RTU' 'key:\e[Ma!!' 'wait:▸ Debug Modbus TCP' \
    'key:\e[M "8' 'key:\e[M#"8' 'wait:of 7' 'key:\x07' 'wait:Find:' 'key:\x03' end:0 -- "$crib"
[ "$status" -eq 0 ] || { transcript; fail "mouse"; }
