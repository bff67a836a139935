# lib.sh: drives the real program in a real terminal (tmux), for the tests beside it.
#
# A test is a file NAME.sh in this directory that begins with
#
#     . "${0%/*}/lib.sh"
#
# and then tells a story, step by step; the first step that fails prints what was expected and the screen, and ends the
# test. Run one with `make e2e ONLY=NAME`. Each test has a directory of its own ($dir, removed at the end), which is
# CRIB_HOME's parent, a fixed clock ($CRIB_CLOCK), no configuration of the user's, and $crib, $sync (the programs) and
# $assets (the repository's).
#
#     start 80x24 'TERM=vt220 LC_ALL=C' "$crib" preview "$assets/sample"
#                            a terminal of that size, with these variables, that runs the command
#     keys Down Down Enter   tmux's names of keys: Enter Escape Space BSpace Tab Up PageDown C-n M-x, or one letter
#     type_text 'e-204'      text as it stands, key by key
#     tap 10 20              a finger, or the mouse's button, at that column and row, from 1
#     paste_text 'a b'       text in one go, as a paste (bracketed where the program asked for it)
#     wait_for 'Find:'       until the text is on the screen, fifteen seconds at most
#     wait_gone 'Find:'      until it is not
#     wait_match '^Find:'    until a line fits
#     expect TEXT, expect_not TEXT, expect_match REGEX     about the screen once it stands still
#     screen                 prints the screen (screen -e: with its colours as escape sequences)
#     cursor                 prints the cursor's column and row, from 0
#     resize 20x5
#     signal HUP             to the program
#     ended [STATUS]         waits for the program's end and compares its exit status (0)
#     finish                 ends the terminal (also done at the end of the test); another start may follow
#
#     run "$crib" show pump  without a terminal: fills $status, $dir/out and $dir/err
#     said TEXT, said_not TEXT, complained TEXT            about $dir/out and $dir/err
#     exited STATUS
#
#     hear_notices           $dir/notices has what goes to the system's log from now on
#     noticed TEXT           until it is there
#
#     step 'words'           names what comes next, for the report;  skip 'why' ends the test as skipped
#
# What tmux can't do (bytes written for a key, terminals that vanish) is pty.c's: "$pty" without arguments explains.

set -u

here=$(cd "${0%/*}" && pwd)
assets=$(cd "$here/../../assets" && pwd)
build=$(cd "${BUILD:-$here/../../build}" && pwd)
crib=$build/crib
sync=$build/crib-sync
pty=$build/e2e/pty
dir=$(mktemp -d "${TMPDIR:-/tmp}/crib-e2e-XXXXXX") || exit 1
dir=$(cd "$dir" && pwd -P)
mkdir "$dir/home" "$dir/tmux"
current_step=start
status=
started=0
this=$dir/0 # of the newest start: pid and status live here, so that what ended late can't be mistaken for it

# A locale with UTF-8, by whatever name it goes here; empty where there is none.
utf8=$(locale -a 2>/dev/null | grep -i -E '^(c|en_us|posix)\.utf-?8$' | head -n 1)
[ -n "$utf8" ] || utf8=$(locale -a 2>/dev/null | grep -i -E 'utf-?8$' | head -n 1)
[ -n "$utf8" ] || command -v locale >/dev/null || utf8=C.UTF-8

unset LANG LANGUAGE LC_CTYPE LC_MESSAGES COLUMNS LINES NO_COLOR PAGER VISUAL EDITOR TMUX COLORTERM COLORFGBG \
    XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME CRIB_STAGE CRIB_ROLES CRIB_THEME CRIB_MOUSE CRIB_ASCII CRIB_LANGUAGE
export LC_ALL="${utf8:-C}" TERM=screen-256color CRIB_CLOCK=2026-11-23T12:00:00Z CRIB_HOME="$dir/home" HOME="$dir/home"
export CRIB_SYSTEM="$dir/system" # none, but where a test makes one
export TMUX_TMPDIR="$dir/tmux"

# A socket for each start: a server that is still on its way out must not be taken for the next one's.
on_tmux() {
    tmux -u -L "e2e-$started" -f /dev/null "$@"
}

# A program that doesn't notice that its terminal is gone gets a second, then no more.
finish() {
    on_tmux kill-server >/dev/null 2>&1
    if [ -s "$this/pid" ]; then
        tries=0
        while [ ! -e "$this/status" ] && [ $tries -lt 20 ]; do
            tries=$((tries + 1))
            sleep 0.05
        done
        [ -e "$this/status" ] || kill -9 "$(cat "$this/pid")" 2>/dev/null
    fi
    this=$dir/0
}

trap 'finish; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

fail() {
    echo "step: $current_step"
    echo "FAILED: $*"
    if [ -e "$this/pid" ]; then
        echo "screen:"
        screen | sed 's/^/  |/'
        [ ! -e "$this/status" ] || echo "(the program ended with status $(cat "$this/status"))"
    fi
    exit 1
}

step() {
    current_step=$*
}

skip() {
    echo "skipped: $*"
    exit 77
}

# start SIZE VARIABLES COMMAND...
start() {
    [ -n "$utf8" ] || skip "tmux needs a UTF-8 locale, and there is none"
    finish
    size=$1 variables=$2
    shift 2
    started=$((started + 1))
    this=$dir/$started
    mkdir "$this"
    # The command waits as its own words in a script; the shell around it outlives it, so that its last screen stays.
    {
        echo "trap : HUP INT QUIT TERM"
        echo "cd '$PWD'"
        printf "env %s sh -c 'echo \$\$ >\"\$0/pid\"; exec \"\$@\"' '%s'" "$variables" "$this"
        for word; do
            printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
        done
        printf '\necho $? >"%s/status.new"; mv "%s/status.new" "%s/status"\n' "$this" "$this" "$this"
        echo 'exec cat >/dev/null'
    } >"$this/start.sh"
    on_tmux new-session -d -x "${size%x*}" -y "${size#*x}" "sh '$this/start.sh'" \; set -g status off \; \
        set -g default-terminal screen-256color || fail "tmux does not start"
    resize "$size"
    wait_that "the program does not start" test -s "$this/pid"
}

keys() {
    on_tmux send-keys -- "$@"
}

# tmux takes a semicolon at the end of a word for its own.
type_text() {
    case $1 in *\;) set -- "${1%;}\\;" ;; esac
    on_tmux send-keys -l -- "$1"
}

# As newer terminals report it: pressed and let go.
tap() {
    # shellcheck disable=SC2046 # each byte is a word
    on_tmux send-keys -H $(printf '\033[<0;%d;%dM\033[<0;%d;%dm' "$1" "$2" "$1" "$2" | od -An -v -tx1)
}

paste_text() {
    case $1 in *\;) set -- "${1%;}\\;" ;; esac
    on_tmux set-buffer -- "$1" \; paste-buffer -p
}

screen() {
    on_tmux capture-pane -p "$@" 2>/dev/null
}

cursor() {
    on_tmux display-message -p '#{cursor_x} #{cursor_y}'
}

resize() {
    on_tmux resize-window -x "${1%x*}" -y "${1#*x}"
}

# Until the command succeeds, twenty seconds at most; else the test fails with these words, and what is in that file.
wait_that() { # [-f FILE] WORDS COMMAND...
    wait_file=
    [ "$1" != -f ] || { wait_file=$2; shift 2; }
    wait_words=$1
    shift
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] || fail "$wait_words${wait_file:+: $(cat "$wait_file")}"
        sleep 0.05
    done
}

is_gone() { # PROCESS
    ! kill -0 "$1" 2>/dev/null
}

on_screen() {
    screen | grep -q "$@"
}

off_screen() {
    ! screen | grep -q "$@"
}

wait_for() {
    wait_that "waited in vain for: $1" on_screen -F -e "$1"
}

wait_match() {
    wait_that "waited in vain for what fits: $1" on_screen -E -e "$1"
}

wait_gone() {
    wait_that "waited in vain for the end of: $1" off_screen -F -e "$1"
}

# Until two looks in a row see the same.
settle() {
    tries=0
    before=$(screen)
    while [ $tries -lt 60 ]; do
        sleep 0.08
        now=$(screen)
        [ "$now" != "$before" ] || return 0
        before=$now
        tries=$((tries + 1))
    done
}

expect() {
    settle
    screen | grep -q -F -e "$1" || fail "not on the screen: $1"
}

expect_not() {
    settle
    ! screen | grep -q -F -e "$1" || fail "on the screen: $1"
}

expect_match() {
    settle
    screen | grep -q -E -e "$1" || fail "nothing on the screen fits: $1"
}

signal() {
    kill -s "$1" "$(cat "$this/pid")"
}

ended() {
    wait_that "the program did not end" test -e "$this/status"
    [ "$(cat "$this/status")" -eq "${1:-0}" ] || fail "ended with status $(cat "$this/status"), not ${1:-0}"
}

run() {
    status=0
    "$@" >"$dir/out" 2>"$dir/err" </dev/null || status=$?
}

hear_notices() {
    mkdir -p "$CRIB_SYSTEM"
    "$build/e2e/logged" "$CRIB_SYSTEM/log" >"$dir/notices" &
    wait_that 'nobody plays the log' test -S "$CRIB_SYSTEM/log"
}

noticed() {
    wait_that -f "$dir/notices" "not in the log: $1; there is" grep -q -F -e "$1" "$dir/notices"
}

# Runs a command that would take the terminal that the tests were started from, if it could.
apart() {
    if command -v setsid >/dev/null; then setsid -w "$@"; else "$@"; fi
}

# Shows what a command without a terminal printed, for reports.
transcript() {
    echo "status $status; out:"
    head -n 40 "$dir/out" | sed 's/^/  |/'
    echo "err:"
    head -n 10 "$dir/err" | sed 's/^/  |/'
}

said() {
    grep -q -F -e "$1" "$dir/out" || { transcript; fail "not said: $1"; }
}

said_not() {
    ! grep -q -F -e "$1" "$dir/out" || { transcript; fail "said: $1"; }
}

complained() {
    grep -q -F -e "$1" "$dir/err" || { transcript; fail "no complaint: $1"; }
}

exited() {
    [ "$status" -eq "$1" ] || { transcript; fail "exit status $status, not $1"; }
}
