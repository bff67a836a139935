# crib watch --journal on a live systemd-journald: one of its own, in a namespace where /run is empty.
. "${0%/*}/lib.sh"
journald=/lib/systemd/systemd-journald
[ -x $journald ] && command -v journalctl >/dev/null && command -v logger >/dev/null || skip 'systemd is not installed'
[ -s /etc/machine-id ] || skip 'this machine has no id, and so no journal'
unshare -rm mount -t tmpfs tmpfs /run >/dev/null 2>&1 || skip 'no namespace can be made here'
"$crib" channel add "$assets/sample" >/dev/null || fail "the sample is not installed"
unset CRIB_CLOCK # the hour is told by the clock
mkfifo "$dir/say"

cat >"$dir/machine.sh" <<END
trap 'kill \$journald \$teller 2>/dev/null' EXIT
trap 'exit 1' HUP TERM
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal "/run/log/journal/\$(cat /etc/machine-id)"
$journald 2>"$dir/journald.log" &
journald=\$!
tries=0
until [ -S /run/systemd/journal/dev-log ] && [ -S /run/systemd/journal/stdout ] || [ \$tries -gt 100 ]; do
    tries=\$((tries + 1))
    sleep 0.05
done
while read -r how line; do
    case \$how in
    log) logger -u /run/systemd/journal/dev-log -t pumpd "\$line" ;;
    print) printf '%b\n' "\$line" | systemd-cat -t panel ;;
    esac
done <"$dir/say" &
teller=\$!
"\$@"
END

step "entries as they are made: what a program logs, what a unit prints; hints under them"
start 100x30 '-u TMUX' unshare -rm sh "$dir/machine.sh" "$crib" watch --journal
exec 7<>"$dir/say"
wait_for ': watching; each line of crib'
echo 'log alarm E-204 at P-101' >&7
wait_for 'pumpd'
wait_for ': alarm E-204 at P-101'
wait_for ': "Prime a centrifugal pump" 5 min: crib prime-a-pump'
# shellcheck disable=SC2028 # printf in there reads it
echo 'print write: ENOSPC \\033[2Jand more' >&7
wait_for 'write: ENOSPC'
wait_for ': "Free a full disk on Linux"'
expect 'alarm E-204 at P-101' # the screen was not cleared by it
keys C-c
exec 7>&-
wait_that 'did not end' test -e "$this/status"
