# crib watch -- ssh: a real sshd on this machine, with keys of its own; nothing of crib is on its other side.
. "${0%/*}/lib.sh"
sshd=$(PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v sshd) && command -v ssh >/dev/null || skip 'ssh and sshd are not installed'
"$crib" channel add "$assets/sample" >/dev/null || fail "the sample is not installed"
unset CRIB_CLOCK # the hour is told by the clock

again() { rm -f "$dir/home/hints" "$dir/home/hints.known"; }

made=
[ "$(id -u)" -ne 0 ] || [ -d /run/sshd ] || { mkdir -p /run/sshd && made=/run/sshd; } # root's sshd wants it
server=
trap 'finish; [ -z "$server" ] || kill "$server"; [ -z "$made" ] || rmdir "$made"; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT

mkdir -m 700 "$dir/ssh"
for key in host user; do
    ssh-keygen -q -t ed25519 -N '' -f "$dir/ssh/$key" || fail "no key"
done
cp "$dir/ssh/user.pub" "$dir/ssh/allowed"
cat >"$dir/ssh/sshd.conf" <<END
ListenAddress 127.0.0.1
HostKey $dir/ssh/host
AuthorizedKeysFile $dir/ssh/allowed
PidFile $dir/ssh/pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
END
tries=0 port=$((20000 + $$ % 20000))
until [ -n "$server" ]; do
    tries=$((tries + 1)) port=$((port + 7))
    [ $tries -lt 20 ] || fail "sshd does not start: $(cat "$dir/ssh/log")"
    "$sshd" -D -e -f "$dir/ssh/sshd.conf" -p $port 2>"$dir/ssh/log" &
    server=$!
    waited=0
    until grep -q 'listening on' "$dir/ssh/log" || [ $waited -gt 100 ]; do
        kill -0 $server 2>/dev/null || { server=; break; }
        waited=$((waited + 1))
        sleep 0.05
    done
done
printf '[127.0.0.1]:%s %s\n' $port "$(cat "$dir/ssh/host.pub")" >"$dir/ssh/known"
cat >"$dir/ssh/config" <<END
Host gw1
    HostName 127.0.0.1
    Port $port
    User $(id -un)
    IdentityFile $dir/ssh/user
    IdentitiesOnly yes
    UserKnownHostsFile $dir/ssh/known
    StrictHostKeyChecking yes
    LogLevel ERROR
END
ssh -F "$dir/ssh/config" gw1 true >"$dir/out" 2>&1 || fail "this sshd lets nobody in: $(cat "$dir/out" "$dir/ssh/log")"

watched() { # VARIABLES WORDS...: in a terminal, ssh with a terminal on its other side
    variables=$1
    shift
    start 80x24 "$variables" "$crib" watch -- ssh -F "$dir/ssh/config" -tt gw1 "$@"
}

step "the hint comes when it has ended, with the remote command's exit status"
watched '-u TMUX' "echo alarm E-204; read x; echo got \$x; exit 7"
wait_for 'alarm E-204'
type_text 'typed'
keys Enter
wait_for 'got typed'
wait_for ': "Prime a centrifugal pump" 5 min: crib prime-a-pump'
ended 7

step "the window's size, a resize, and keys as they are"
cat >"$dir/raw.sh" <<'END'
trap 'echo size $(stty size)' WINCH
echo size $(stty size)
stty raw -echo
echo ready
dd bs=1 count=9 2>/dev/null | od -An -tx1
stty sane
trap 'exit 9' INT
while :; do sleep 0.1; done
END
watched '-u TMUX' "sh $dir/raw.sh"
wait_for 'size 24 80'
wait_for 'ready'
keys C-c C-z C-s C-q C-d C-v Escape M-h # ^C ^Z ^S ^Q ^D ^V ESC ESC h
wait_for '03 1a 13 11 04 16 1b 1b 68'
resize 100x30
wait_for 'size 30 100'
keys C-c # the remote program's, not ours
ended 9

step "bytes there and back, and ssh's own failures"
head -c 3000000 /dev/urandom >"$dir/noise"
"$crib" watch -- ssh -F "$dir/ssh/config" -tt gw1 "stty raw; cat '$dir/noise'" </dev/null >"$dir/got" 2>"$dir/err" || fail "status $?"
tail -c 3000000 "$dir/got" | cmp - "$dir/noise" || fail "changed" # before it may stand the echo of the end of our input
run "$crib" watch -- ssh -F "$dir/ssh/config" -o Port=1 gw1 true
exited 255
said 'Connection refused'

step "its own escape character works"
watched '-u TMUX' 'echo ready; cat'
wait_for 'ready'
keys Enter
type_text '~.'
ended 255

step "in a tmux that somebody looks at: told on the status line, while the session goes on"
again
trap 'tmux -L watch-ssh kill-server >/dev/null 2>&1; finish; [ -z "$server" ] || kill "$server"; [ -z "$made" ] || rmdir "$made"; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
start 100x30 '-u TMUX' tmux -u -L watch-ssh -f /dev/null new-session \
    "'$crib' watch -- ssh -F '$dir/ssh/config' -tt gw1 'echo alarm E-221; read x; echo got \$x; read y'"
wait_for 'crib: "Bearing failure signs"'
wait_for 'alarm E-221'
type_text 'more'
keys Enter
wait_for 'got more'
