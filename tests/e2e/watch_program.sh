# crib watch -- PROGRAM: a terminal of its own that can't be told from this one; hints in tmux's places, or at the end.
. "${0%/*}/lib.sh"
"$crib" channel add "$assets/sample" >/dev/null || fail "the sample is not installed"
unset CRIB_CLOCK # the hour is told by the clock

again() { rm -f "$dir/home/hints" "$dir/home/hints.known"; }

step "outside tmux: the hint comes when it has ended, with its exit status"
start 80x24 '-u TMUX' "$crib" watch -- sh -c 'echo alarm E-204; read x; printf "[%s]\n" "$x"; exit 7'
wait_for 'alarm E-204'
type_text 'typed'
sleep 0.6
expect_not 'Prime a centrifugal pump'
keys Enter
wait_for '[typed]'
wait_for ': "Prime a centrifugal pump" 5 min: crib prime-a-pump'
ended 7

step "window size, a resize, and keys as they are"
again
cat >"$dir/raw.sh" <<'END'
trap 'echo size $(stty size)' WINCH
echo size $(stty size)
stty raw -echo
echo ready
dd bs=1 count=9 2>/dev/null | od -An -tx1
stty sane
echo done
END
start 70x20 '-u TMUX' "$crib" watch -- sh "$dir/raw.sh"
wait_for 'size 20 70'
wait_for 'ready'
keys C-c C-z C-s C-q C-d C-v Escape M-h # ^C ^Z ^S ^Q ^D ^V ESC ESC h
wait_for '03 1a 13 11 04 16 1b 1b 68'
ended
start 70x20 '-u TMUX' "$crib" watch -- sh -c 'trap "echo now \$(stty size)" WINCH; echo ready; while :; do sleep 0.1; done'
wait_for 'ready'
resize 90x25
wait_for 'now 25 90'

step "the interrupt key is the program's, and so is SIGTERM"
keys C-c
ended 130
start 70x20 '-u TMUX' "$crib" watch -- sh -c 'trap "echo asked to end; exit 3" TERM; echo ready; while :; do sleep 0.1; done'
wait_for 'ready'
signal TERM
wait_for 'asked to end'
ended 3

step "a program that isn't there; one that a signal ended; the terminal is as before"
start 70x20 '-u TMUX' sh -c "stty -a >'$dir/before'; '$crib' watch -- no-such-program; echo status \$?; '$crib' watch -- sh -c 'kill -9 \$\$'; echo status \$?; stty -a >'$dir/after'"
wait_for 'cannot start: no-such-program'
wait_for 'status 127'
wait_for 'status 137'
ended
cmp "$dir/before" "$dir/after" || fail "the terminal was left otherwise"
echo 'a line' >"$dir/a.log"
start 120x20 '-u TMUX' "$crib" watch "$dir/a.log"
wait_for 'crib watch --follow FILE'
ended 127

step "without a terminal: a program that isn't there is told of on standard error"
run "$crib" watch -- no-such-program
exited 127
complained 'cannot start: no-such-program'
[ ! -s "$dir/out" ] || { transcript; fail "the error is among the bytes"; }

step "without a terminal: bytes, end and status"
printf 'one\ntwo\n' | "$crib" watch -- sh -c 'stty -opost -echo; cat; exit 4' >"$dir/out" 2>"$dir/err"
status=$?
exited 4
said one
said two
head -c 3000000 /dev/urandom >"$dir/noise"
"$crib" watch -- sh -c "stty raw; cat '$dir/noise'" </dev/null >"$dir/out" 2>"$dir/err" || fail "status $?"
cmp "$dir/noise" "$dir/out" || fail "changed"

step "a full-screen program: nothing of crib's among its bytes"
again
start 80x24 '-u TMUX' "$crib" watch -- "$crib" E-204
wait_for 'Prime a centrifugal pump'
keys C-c
ended
again
cat >"$dir/full.sh" <<'END'
stty -echo
printf '\033[?1049h\033[2J\033[5;5HE-204 E-221\033[8;8H?'
read x
printf '\033[?1049l'
END
"$pty" copy:"$dir/with" 'until:\e[8;8H?' 'key:\r' quiet -- env -u TMUX "$crib" watch -- sh "$dir/full.sh" >/dev/null
again
"$pty" copy:"$dir/without" 'until:\e[8;8H?' 'key:\r' quiet -- sh "$dir/full.sh" >/dev/null
head -c "$(wc -c <"$dir/without")" "$dir/with" | cmp - "$dir/without" || fail "its bytes were changed"
grep -q 'Prime a centrifugal pump' "$dir/with" || fail "nothing was told at the end"

step "in tmux: not in the pane"
again
start 100x30 '' "$crib" watch -- sh -c 'echo alarm E-204; read x'
on_tmux set -g status on
wait_for 'alarm E-204'
wait_that 'not offered' grep -q -s prime-a-pump "$dir/home/hints"
settle
expect_not 'Prime a centrifugal pump' # not in the pane
keys Enter
ended

step "in tmux, seen by somebody: a message, a key that opens it, a pane that is watched"
case $(tmux -V) in
tmux\ [0-2].* | tmux\ 3.[01]*) exit 0 ;; # no popups
esac
again
mkdir "$dir/bin" || fail "no program"
printf '#!/bin/sh\n[ "$1 $2" != "watch --pane" ] || echo $$ >"%s/watcher"\nexec "%s" "$@"\n' "$dir" "$crib" >"$dir/bin/crib"
chmod +x "$dir/bin/crib"
printf 'set -g assume-paste-time 0\nsource-file %s\n' "$assets/tmux/crib.conf" >"$dir/tmux.conf"
trap 'tmux -L watch-inner kill-server >/dev/null 2>&1; finish; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
inner() {
    tmux -L watch-inner kill-server >/dev/null 2>&1
    start 80x24 "-u TMUX PATH='$dir/bin:$PATH'" tmux -u -L watch-inner -f "$dir/tmux.conf" new-session "$@"
}
inner "'$crib' watch -- sh -c 'echo alarm E-204; while :; do i=\$((\${i:-0} + 1)); echo second \$i; sleep 1; done'"
wait_for 'crib: "Prime a centrifugal pump" 5 min: crib prime-a-pump'
wait_for "second $(($(screen | sed -n 's/^second //p' | tail -n 1) + 2))" # what the pane shows goes on meanwhile
expect 'crib: "Prime a centrifugal pump"'
tmux -L watch-inner new-session -d cat # the hint is that session's alone
[ "$(tmux -L watch-inner show-options -qv -t 1: @crib_hint)" = '' ] || fail "the other session has it"
finish
again
inner "echo alarm E-221; echo last E-204; cat"
wait_for 'last E-204'
tmux -L watch-inner new-session -d cat # the popup finds the one that is seen
keys C-b K K
wait_for 'The pump runs but delivers'
keys C-c
wait_gone 'The pump runs but delivers'
expect 'last E-204'
keys C-b K w
wait_for 'crib: "'
type_text 'alarm NET-14' # what comes later
keys Enter
wait_for 'crib: "Test a copper Ethernet cable'
keys C-b K w
wait_for 'crib: no longer watching this pane'
wait_that 'it still watches' is_gone "$(cat "$dir/watcher")"
finish
again
inner "echo nothing; cat"
wait_for 'nothing'
keys C-b K K
wait_for 'nothing on this screen is the trigger of a module'
finish

step "panes have names"
run env TMUX=x "$crib" watch --pane '%1; touch x'
exited 64
run "$crib" watch --pane %1
exited 69
