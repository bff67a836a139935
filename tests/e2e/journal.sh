# What crib serve says in a live systemd-journald, one of its own in a namespace where /run is empty: by `journalctl -t crib`, with
# its level, and nothing twice where standard error is the journal already.
. "${0%/*}/lib.sh"
journald=/lib/systemd/systemd-journald
[ -x $journald ] && command -v journalctl >/dev/null && command -v systemd-cat >/dev/null || skip 'systemd is not installed'
[ -s /etc/machine-id ] || skip 'this machine has no id, and so no journal'
unshare -rm mount -t tmpfs tmpfs /run >/dev/null 2>&1 || skip 'no namespace can be made here'
mkdir -p "$CRIB_SYSTEM"
ln -s /run/systemd/journal/dev-log "$CRIB_SYSTEM/log"

cat >"$dir/machine.sh" <<END
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal "/run/log/journal/\$(cat /etc/machine-id)"
$journald 2>"$dir/journald.log" &
journald=\$!
trap 'kill \$journald' EXIT
trap 'exit 1' HUP TERM
tries=0
until [ -S /run/systemd/journal/dev-log ] && [ -S /run/systemd/journal/stdout ] || [ \$tries -gt 100 ]; do
    tries=\$((tries + 1))
    sleep 0.05
done
"$sync" serve --data "$dir/records" --listen 127.0.0.1:0 >"$dir/served" 2>&1 &
served=\$!
tries=0
until grep -q xapi "$dir/served" || [ \$tries -gt 100 ]; do tries=\$((tries + 1)); sleep 0.05; done
"$sync" serve --data "$dir/records" --invite lathe-3 >/dev/null
kill \$served
wait \$served
"$sync" serve --data "$dir/records" --channel "$dir/gone-1" 2>"$dir/failed"
systemd-cat -t as-unit sh -c 'JOURNAL_STREAM=\$(stat -L -c %d:%i /proc/self/fd/2) exec "\$@"' sh \\
    "$sync" serve --data "$dir/records" --channel "$dir/gone-2" # as systemd has it for its units
tries=0
until journalctl --sync 2>/dev/null; journalctl -o cat -t as-unit | grep -q gone-2 || [ \$tries -gt 100 ]; do tries=\$((tries + 1)); sleep 0.05; done
journalctl -o cat -t crib >"$dir/journal"
journalctl -o cat -t crib -p err >"$dir/errors"
journalctl -o cat -t as-unit >"$dir/unit"
END

step "a start, an invitation, an end, and a failure"
run unshare -rm sh "$dir/machine.sh"
grep -q 'crib serve began at http://127.0.0.1:' "$dir/journal" || fail "no beginning: $(cat "$dir/journal" "$dir/err")"
grep -q 'lathe-3 is invited' "$dir/journal" || fail "no invitation: $(cat "$dir/journal")"
grep -q 'crib serve ended' "$dir/journal" || fail "no end: $(cat "$dir/journal")"
[ "$(grep -c "crib serve can't go on" "$dir/errors")" = 1 ] || fail "the failures: $(cat "$dir/errors")"
[ "$(wc -l <"$dir/errors")" = 1 ] || fail "more than failures: $(cat "$dir/errors")"

step "what a unit prints there is not told again"
[ "$(grep -c gone-2 "$dir/unit")" = 1 ] || fail "the unit's own: $(cat "$dir/unit")"
! grep -q gone-2 "$dir/journal" || fail "it is there twice: $(cat "$dir/journal")"
