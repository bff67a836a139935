# crib watch -- picocom: a serial console, which is a pair of terminals here, with a device that this test plays.
. "${0%/*}/lib.sh"
command -v picocom >/dev/null && command -v socat >/dev/null || skip 'picocom and socat are not installed'
"$crib" channel add "$assets/sample" >/dev/null || fail "the sample is not installed"
unset CRIB_CLOCK # the hour is told by the clock

again() { rm -f "$dir/home/hints" "$dir/home/hints.known"; }

cable=
trap 'finish; [ -z "$cable" ] || kill "$cable" 2>/dev/null; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
plug() {
    [ -z "$cable" ] || { kill "$cable" 2>/dev/null; wait "$cable" 2>/dev/null; }
    rm -f "$dir/line" "$dir/device"
    socat "pty,raw,echo=0,link=$dir/line" "pty,raw,echo=0,link=$dir/device" &
    cable=$!
    wait_that 'no pair of terminals' test -e "$dir/line"
    wait_that 'no pair of terminals' test -e "$dir/device"
}
device() { printf '%b' "$1" >"$dir/device"; }

step "what the device says, what is typed to it, and picocom's own keys"
plug
start 80x24 '-u TMUX' "$crib" watch -- picocom --nolock -b 115200 "$dir/line"
wait_for 'Terminal ready'
device 'PLC boot\r\nalarm E-204 at P-101\r\n'
wait_for 'alarm E-204 at P-101'
expect_not 'Prime a centrifugal pump' # nothing stands among the device's lines
head -c 8 <"$dir/device" >"$dir/typed" &
reader=$!
keys C-c C-d Escape # they are the device's, too
type_text 'help'
keys Enter
wait $reader
[ "$(od -An -tx1 <"$dir/typed" | tr -d ' \n')" = 03041b68656c700d ] || fail "the device got $(od -An -tx1 <"$dir/typed")"
keys C-a C-x
wait_for ': "Prime a centrifugal pump" 5 min: crib prime-a-pump'
ended

step "all bytes, as without crib"
printf '\000\001\002\003\004\005\006\007\010\011\013\014\016\017\020\033[31m\177\200\303\251\377 E-221\r\n' >"$dir/bytes"
said_by() { # FILE COMMAND...: the bytes that a terminal gets from it while the device says them
    to=$1
    shift
    again
    plug
    # The device speaks when it hears something: then picocom is ready.
    {
        head -c 1 <"$dir/device" >/dev/null
        cat "$dir/bytes" >"$dir/device"
    } &
    speaker=$!
    env -u TMUX "$pty" "copy:$to" quiet key:x pause:300 key:x pause:300 key:x quiet 'key:\x01' 'key:\x18' quiet -- "$@" >"$dir/measured"
    wait $speaker
}
said_by "$dir/without" picocom --nolock "$dir/line"
said_by "$dir/with" "$crib" watch -- picocom --nolock "$dir/line"
head -c "$(wc -c <"$dir/without")" "$dir/with" | cmp - "$dir/without" || fail "its bytes were changed"
grep -q -a 'E-221' "$dir/with" || fail "the device was not heard"
grep -q 'Bearing failure signs' "$dir/with" || fail "nothing was told at the end"

step "a cable that is pulled out"
start 80x24 '-u TMUX' "$crib" watch -- picocom --nolock "$dir/line"
wait_for 'Terminal ready'
kill "$cable"
wait "$cable" 2>/dev/null
cable=
wait_for 'FATAL'
ended 1
