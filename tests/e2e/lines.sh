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
