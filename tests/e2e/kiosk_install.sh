# crib kiosk install: what it puts into a root, and that --remove takes exactly that away; and what the service manager hears.
. "${0%/*}/lib.sh"
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which is refused

root=$dir/root
mkdir -p "$root/etc"
listing() {
    (cd "$root" && find . | sort)
}

step 'told first, and nothing done'
listing >"$dir/before"
run "$crib" kiosk install --root "$root" --tty ttyS0
exited 0
said "would put $root/etc/systemd/system/crib-kiosk@.service"
said 'getty.target.wants/crib-kiosk@ttyS0.service'
said 'Nothing was done'
listing | cmp -s - "$dir/before" || fail 'something was done'
run "$crib" kiosk install --root "$root" --tty '../x'
exited 64
run "$crib" kiosk install --root here
exited 64
run "$crib" kiosk nonsense
exited 64

step 'what contradicts itself is refused, and nothing is done'
for two in '--apply --remove' '--apply --dry-run'; do
    run "$crib" kiosk install $two --root "$root"
    exited 64
    complained "--apply: it excludes ${two#* }"
done
for other in '' status; do
    run "$crib" kiosk $other --remove
    exited 64
    complained '--remove: it belongs to `crib kiosk install`'
done
listing | cmp -s - "$dir/before" || fail 'something was done'

step 'the service manager hears that it runs, and goes on running'
run "$build/e2e/notified" "$dir/notify" 2 "$crib" kiosk
exited 0
said 'READY=1'
said 'STATUS=nobody is badged in'
said 'WATCHDOG=1'
said 'STOPPING=1'
said 'end: 69'

if [ "$(id -u)" -ne 0 ]; then
    step 'only root installs'
    run "$crib" kiosk install --apply --root "$root"
    exited 77
    skip 'the rest needs root'
fi
PATH=$PATH:/usr/sbin:/sbin
command -v useradd >/dev/null || skip 'there is no useradd here'

step 'put'
for file in passwd group shadow gshadow; do : >"$root/etc/$file"; done
chmod 600 "$root/etc/shadow" "$root/etc/gshadow"
mkdir -p "$root/etc/ssh/sshd_config.d"
echo '# of this machine' >"$root/etc/ssh/sshd_config.d/own.conf"
listing >"$dir/before"
run "$crib" kiosk install --apply --root "$root"
exited 0
grep -q '^crib-kiosk:.*:/var/lib/crib-kiosk:/bin/sh$' "$root/etc/passwd" || fail 'no account'
grep -q '^crib-kiosk:[*!]' "$root/etc/shadow" || fail 'the account has a password'
[ "$(stat -c %a "$root/var/lib/crib-kiosk")" = 700 ] || fail 'the record can be read by others'
grep -q 'ForceCommand /usr/local/bin/crib kiosk' "$root/etc/ssh/sshd_config.d/crib-kiosk.conf" || fail 'no ForceCommand'
[ -L "$root/etc/systemd/system/getty.target.wants/crib-kiosk@tty1.service" ] || fail 'it is not enabled'

step 'no getty is on the same console, a container'"'"'s neither; when the kiosk is ended, one is again'
for getty in 'getty@%i' 'serial-getty@%i' 'console-getty'; do
    for key in Conflicts After; do
        grep -Eq "^$key=(.* )?$getty.service" "$root/etc/systemd/system/crib-kiosk@.service" || fail "$getty: not in $key"
    done
done
mkdir "$dir/bin"
printf '#!/bin/sh\necho "$*"\n' >"$dir/bin/systemctl"
chmod +x "$dir/bin/systemctl"
for tty in tty1:getty@tty1 ttyS0:serial-getty@ttyS0 ttyAMA0:serial-getty@ttyAMA0 console:console-getty; do
    stop=$(sed -n "s/^ExecStopPost=+//; t found; d; :found; s/%i/${tty%:*}/g; s/\\\$\\\$/\$/gp" "$root/etc/systemd/system/crib-kiosk@.service")
    run env EXIT_CODE=exited EXIT_STATUS=0 "PATH=$dir/bin:$PATH" /bin/sh -c "$stop"
    said "start ${tty#*:}"
    run env EXIT_CODE=exited EXIT_STATUS=69 "PATH=$dir/bin:$PATH" /bin/sh -c "$stop"
    said_not 'start'
done

step 'what is put into it later is the account'"'"'s, not root'"'"'s'
mkdir "$dir/theirs"
chown 65534 "$dir/theirs"
for command in "learner add Kim" "channel add $assets/sample"; do
    run env CRIB_HOME="$dir/theirs" "$crib" $command
    exited 77
    complained 'root makes no files here'
done
[ -z "$(ls -A "$dir/theirs")" ] || fail "it made files: $(ls -A "$dir/theirs")"

step 'put once'
run "$crib" kiosk install --apply --root "$root"
exited 0
said 'Everything is as it should be'

step 'units that systemd understands'
if command -v systemd-analyze >/dev/null && systemd-analyze --help 2>/dev/null | grep -q -e --man; then
    mkdir "$dir/units"
    for unit in "$root"/etc/systemd/system/crib-kiosk*; do
        sed "s,/usr/local/bin/crib,$crib," "$unit" >"$dir/units/${unit##*/}"
    done
    mv "$dir/units/crib-kiosk@.service" "$dir/units/crib-kiosk@tty1.service"
    run systemd-analyze verify --man=no "$dir"/units/crib-kiosk*
    ! grep -q 'crib-kiosk' "$dir/err" || { transcript; fail 'systemd has something to say'; }
fi

step 'what somebody changed, and what people learned, stays'
echo '# more' >>"$root/etc/sysctl.d/90-crib-kiosk.conf"
: >"$root/var/lib/crib-kiosk/record.db"
run "$crib" kiosk install --remove --dry-run --root "$root"
exited 0
said 'would remove'
[ -e "$root/etc/systemd/system/crib-kiosk@.service" ] || fail '--dry-run removed it'
run "$crib" kiosk install --remove --root "$root"
exited 0
said '90-crib-kiosk.conf: somebody changed it'
said 'kept the account crib-kiosk'
[ -e "$root/var/lib/crib-kiosk/record.db" ] || fail 'the record is gone'
[ ! -e "$root/etc/systemd/system/crib-kiosk@.service" ] || fail 'the unit is still there'

step 'and when that is gone, too, all is as it was'
rm "$root/var/lib/crib-kiosk/record.db" "$root/etc/sysctl.d/90-crib-kiosk.conf"
run "$crib" kiosk install --remove --root "$root"
exited 0
listing | grep -v -e '-$' -e '\.lock$' -e subuid -e subgid | cmp -s - "$dir/before" || {
    listing | diff "$dir/before" - | sed 's/^/  /'
    fail 'something is left'
}
run "$crib" kiosk install --remove --root "$root"
said 'Nothing was installed here'

step 'what stands in the way is left alone, and nothing is half done'
mkdir -p "$root/etc/systemd/system"
echo theirs >"$root/etc/systemd/system/crib-kiosk@.service"
run "$crib" kiosk install --apply --root "$root"
exited 73
complained 'something else is there'
[ ! -e "$root/etc/crib" ] || fail 'half of it was put'
