# A hostile visitor at the kiosk: thousands of keys, sequences, pastes, resizes and signals (hostile_visitor.c). For some
# seconds here; CRIB_VISITOR_COUNT=10000 plays so many, however long that takes.
. "${0%/*}/lib.sh"

[ -r "/proc/$$/task/$$/children" ] || skip 'processes are counted on Linux alone'
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which is refused
visitor=$build/e2e/hostile_visitor
if [ -n "${CRIB_VISITOR_COUNT:-}" ]; then
    bounds=count:$CRIB_VISITOR_COUNT
else
    bounds=seconds:15
fi
run "$crib" channel add "$assets/sample"
exited 0
printf 'kiosk:\n  name: Pump works\nnames: add\nmouse: yes\nviewer: /bin/sh\neditor: /bin/sh\n' >"$dir/home/config.yaml"

step 'nobody gets out, nothing is started, and nobody sees what is another one'"'"'s'
run env TERM=xterm-256color "$visitor" "seed:${CRIB_VISITOR_SEED:-1}" count:100000 $bounds -- "$crib" kiosk
exited 0
said 'nobody saw another one'
cat "$dir/out"

step 'what it answered is on disk, and the chain is whole'
run "$crib" audit verify
exited 0

step 'no file but its own was opened, and nothing was started'
case $(readelf -d "$crib" 2>/dev/null) in *asan*) exit 0 ;; esac
command -v strace >/dev/null || exit 0
sed 's/Pump works/&\n  touch: yes/' "$dir/home/config.yaml" >"$dir/touch.yaml"
mv "$dir/touch.yaml" "$dir/home/config.yaml" # buttons wherever one taps
run env TERM=xterm-256color "$visitor" traced seed:2 count:160 seconds:10 -- strace -f --seccomp-bpf -qq -o "$dir/calls" \
    -e trace=open,openat,creat,execve,execveat,fork,vfork,clone,clone3,socket,connect "$crib" kiosk
exited 0
grep -v O_PATH "$dir/calls" | sed -n 's/^[0-9]* *open[a-z]*([^"]*"\([^"]*\)".* = [0-9][0-9]*$/\1/p' | sort -u |
    grep -v -e "^$dir/home" -e '^/dev/tty' -e '^/dev/urandom$' -e '^/dev/null$' -e '^/etc/\(passwd\|localtime\|machine-id\)$' \
        -e '/terminfo/' -e '^/usr/lib/locale' -e '^/usr/share/\(locale\|zoneinfo\)' -e '^/proc/sys/kernel/random/boot_id$' \
        -e '^/etc/ld.so.cache$' -e '^/lib' -e '^/usr/lib' -e '^/etc/crib' -e gconv >"$dir/others" || :
[ ! -s "$dir/others" ] || fail "it opened $(cat "$dir/others")"
# Before it is bound it looks for the system's log, once.
grep -E '(fork|execve|execveat|socket|connect)\(.* = [0-9]' "$dir/calls" | sed 1d |
    sed '1{/ socket(AF_UNIX, SOCK_DGRAM, 0)/d}' >"$dir/started" || :
[ ! -s "$dir/started" ] || fail "it started $(cat "$dir/started")"
! grep -E 'clone\(' "$dir/calls" | grep -v -e CLONE_THREAD -e EPERM | grep -q . || fail 'it made a process'
