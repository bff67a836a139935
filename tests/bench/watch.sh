#!/bin/sh
# watch.sh: `crib watch` on 1,000 codes beside Hyperscan (where pkg-config knows libhs), grep -F and cat, in one run: lines for
# run.sh, what, crib, peer, ratio, goal and verdict between tabs, and `# words` about what is left out. BUILD says where the programs are.
set -u

build=$(cd "${BUILD:-build}" && pwd) || exit 1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/crib-bench-watch-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
crib=$build/crib pair=$build/bench/pair watch=$build/bench/bench_watch
export CRIB_SYSTEM="$work/none"

row() {
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$@"
}

holds() { # CONDITION: of awk's, with r the ratio
    awk -v r="$ratio" "BEGIN {print ($1) ? \"met\" : \"MISSED\"}"
}

divide() {
    awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", (b > 0 ? a / b : 0)}'
}

# Once as codes, which are found however they are written, and once as output triggers: literals.
for kind in code output; do
    mkdir -p "$work/$kind/modules"
    printf 'id: %s\nname: Codes\n' "$kind" >"$work/$kind/channel.yaml"
    awk -v dir="$work/$kind/modules" -v kind="$kind" -v list="$work/list" 'BEGIN {
        for (i = 1; i <= 1000; i++) {
            file = dir "/module-" i ".md"
            printf "---\ntitle: Code %d\nproblem: It stops with %d.\noutcome: It runs.\nminutes: 4\ntriggers:\n  - %s: E-%d\n---\n\nText.\n", i, i, kind, 4000 + i * 3 >file
            close(file)
            print "E-" 4000 + i * 3 >list
        }
    }'
    CRIB_HOME="$work/$kind.home" "$crib" channel add "$work/$kind" >/dev/null 2>&1 || { echo "# cannot install the codes"; exit 1; }
done
export CRIB_HOME="$work/code.home"

hyperscan=
# shellcheck disable=SC2046 # words of a command line
if ! pkg-config --exists libhs 2>/dev/null; then
    echo "# Hyperscan (libhs): not installed, its rows are left out"
elif ${CC:-cc} -O2 -I "$here/../.." -o "$work/hyperscan" "$here/peer_hyperscan.c" $(pkg-config --cflags --libs libhs) &&
    "$work/hyperscan" make "$work/list" "$work/compiled"; then
    hyperscan=$work/hyperscan
else
    echo "# Hyperscan (libhs): peer_hyperscan.c does not do here, its rows are left out"
fi

# --- whole logs ---------------------------------------------------------------------------------------------------------

# Of three turns the best of each: a busy machine slows now the one, now the other.
scan_rows() { # KIND WHAT
    kind=$1 what=$2 own=0 other=0 grep=0
    for turn in 1 2 3; do
        own=$(best "$own" "$("$watch" scan "$work/$kind.home/index" "$work/log")")
        [ -z "$hyperscan" ] || other=$(best "$other" "$("$hyperscan" scan "$work/compiled" "$work/log")")
        # shellcheck disable=SC2046 # the numbers that pair prints
        set -- $("$pair" 3 -- sh -c "LC_ALL=C grep -F -f '$work/list' <'$work/log'")
        grep=$(best "$grep" "$(awk -v size="$(wc -c <"$work/log")" -v ms="$1" 'BEGIN {printf "%.0f", size / ms / 1000}')")
    done
    if [ -n "$hyperscan" ]; then
        ratio=$(divide "$own" "$other")
        row "scanning alone, $what, $log | Hyperscan, by block" "$own MB/s" "$other MB/s" "$ratio" '>= Hyperscan' "$(holds 'r >= 1')"
    fi
    ratio=$(divide "$own" "$grep")
    row "scanning alone, $what, $log | grep -F -f in a pipe" "$own MB/s" "$grep MB/s" "$ratio" '>= 2.5 x grep' "$(holds 'r >= 2.5')"
}

best() {
    echo "$1 $2" | awk '{print ($1 > $2 ? $1 : $2)}'
}

pass_row() { # WHAT GOAL CONDITION PEER
    # shellcheck disable=SC2046 # the numbers that pair prints
    set -- "$@" $("$pair" 7 -- sh -c "'$crib' watch --events /dev/null <'$work/log'" -- sh -c "$4 <'$work/log'")
    ratio=$(divide 1 "${7:-0}") # of the speeds, not the times
    row "passing it through, scanned, $log | $1" "${5:-failed} ms" "${6:--} ms" "$ratio" "$2" "$([ "$3" = - ] && echo - || holds "$3")"
}

for log in rare frequent; do
    awk -v log_kind="$log" 'BEGIN {
        for (i = 0; i < 1000000; i++) {
            code = log_kind == "frequent" ? " event E-" (10000 + i % 80000) : i % 100000 == 7 ? " event E-4003" : ", state ok"
            printf "2026-11-28T02:%02d:%02d.%03d plc-%d pumpd[%d]: station %d, Expected %d.%d bar%s\n", i / 60 % 60, i % 60, i % 1000, i % 7, 800 + i % 50, i % 330, i % 9, i % 10, code
        }
    }' >"$work/log"
    scan_rows code codes
    scan_rows output literals
    [ -z "$hyperscan" ] || pass_row 'a program with Hyperscan' '>= 0.8 x its speed' 'r >= 0.8' "'$hyperscan' pass '$work/compiled'"
    pass_row cat - - cat
done

# Each line is an alarm: all of them are events, or on a terminal looked at and passed.
awk 'BEGIN {for (i = 0; i < 200000; i++) printf "2026-11-28T02:%02d:%02d.%03d plc-%d pumpd[%d]: alarm E-%d at station %d\n", i / 60 % 60, i % 60, i % 1000, i % 7, 800 + i % 50, 4003 + i % 1000 * 3, i % 330}' >"$work/log"
size=$(wc -c <"$work/log")
# shellcheck disable=SC2046 # the numbers that pair prints
set -- $("$watch" scan "$work/code.home/index" "$work/log") $("$pair" 5 -- sh -c "'$crib' watch --json <'$work/log'")
row "each line an alarm: scanned" "$1 MB/s" - - - -
row "each line an alarm: as events" "$(awk -v size="$size" -v ms="${3:-0}" 'BEGIN {printf "%.0f", (ms > 0 ? size / ms / 1000 : 0)}') MB/s" - - - -
rm -f "$work/log"

# --- one line -----------------------------------------------------------------------------------------------------------

pin=
! command -v taskset >/dev/null 2>&1 || pin='taskset -c 0' # one processor: the same way for all
for peer in 'cat' 'grep --line-buffered .'; do
    own=999999 other=999999
    for turn in 1 2 3; do
        own=$($pin "$watch" line "$crib" watch --events /dev/null | awk -v o="$own" '{print ($1 < o ? $1 : o)}')
        # shellcheck disable=SC2086 # the peer's words
        other=$($pin "$watch" line $peer | awk -v o="$other" '{print ($1 < o ? $1 : o)}')
    done
    ratio=$(divide "$own" "$other")
    row "a line through the pipe | $peer" "$own us" "$other us" "$ratio" '<= grep' "$([ "$peer" = cat ] && echo - || holds 'r <= 1')"
done
