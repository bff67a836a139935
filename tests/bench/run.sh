#!/bin/sh
# run.sh: each benchmark beside its peer in the same run, as a table: what, crib, peer, ratio, goal, met or MISSED.
# BUILD says where the programs are, BENCH_CORPUS which directory of Markdown is read (else 10,000 pages are made),
# BENCH_RUNS how many pairs. A peer that is not installed is named and left out.
set -u

build=$(cd "${BUILD:-build}" && pwd) || exit 1
here=$(cd "$(dirname "$0")" && pwd)
runs=${BENCH_RUNS:-31}
few=$(((runs + 3) / 4))
work=$(mktemp -d "${TMPDIR:-/tmp}/crib-bench-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
crib=$build/crib pair=$build/bench/pair first=$build/bench/pty_first
make -s -C "$here/../.." BUILD="$build" "$pair" "$first" "$build/e2e/proxy" >/dev/null || exit 1
export TERM=xterm-256color LESS= LESSHISTFILE=- PAGER=cat CRIB_HOME="$work/home" XDG_CACHE_HOME="$work/cache"
export CRIB_SYSTEM="$work/none" # this machine's own must not count
export HOME="$work" MANPAGER=cat
missed=0

has() {
    command -v "$1" >/dev/null 2>&1 || { printf '%s: not installed, its rows are left out\n' "$1"; return 1; }
}

row() { # WHAT CRIB PEER RATIO GOAL VERDICT
    printf '%-58s %14s %14s %8s  %-30s %s\n' "$@"
    [ "$6" != MISSED ] || missed=$((missed + 1))
}

heading() {
    printf '\n%s\n' "$1"
    row what crib peer ratio goal ''
}

at_most() { # VALUE LIMIT
    awk -v v="$1" -v l="$2" 'BEGIN {print v <= l ? "met" : "MISSED"}'
}

# pair_row WHAT LIMIT GOAL RUNS PROGRAM... -- PEER...: LIMIT - is a row without a goal.
pair_row() {
    what=$1 limit=$2 goal=$3 times=$4
    shift 4
    numbers=$("$pair" "$times" -- "$@") || { row "$what" failed - - "$goal" MISSED; return; }
    set -- $numbers
    [ "$6" = 0 ] || what="$what (exit $6)"
    row "$what" "$1 ms" "$2 ms" "$3" "$goal" "$([ "$limit" = - ] && echo - || at_most "$3" "$limit")"
}

first_row() { # the same in a terminal, until the first screen stands
    what=$1 limit=$2 goal=$3 times=$4
    shift 4
    numbers=$("$first" "$times" -- "$@") || { row "$what" failed - - "$goal" MISSED; return; }
    set -- $numbers
    row "$what" "$1 ms" "$2 ms" "$3" "$goal" "$([ "$limit" = - ] && echo - || at_most "$3" "$limit")"
    crib_kib=$6 peer_kib=$7
}

# --- what there is to read -------------------------------------------------------------------------------------------

sh "$here/generate.sh" "$work/made" 10000 || exit 1
corpus=${BENCH_CORPUS:-$work/made/pages}
corpus=$(cd "$corpus" && pwd) || exit 1
add() { # HOME DIR
    CRIB_HOME=$1 "$crib" channel add "$2" >/dev/null 2>&1 || { echo "cannot install $2"; exit 1; }
}
mkdir -p "$work/source"
cp -R "$corpus" "$work/source/pages"
add "$CRIB_HOME" "$work/source"
sh "$here/generate.sh" "$work/hundred" 100
add "$work/home100" "$work/hundred"
add "$work/home10000" "$work/made"
page=$(cd "$corpus" && find . -name 'tar.md' -type f | sort | head -n 1)
[ -n "$page" ] || page=$(cd "$corpus" && find . -name '*.md' -type f | sort | sed -n 100p)
page=${page#./}
id=${page%.md}
words=$(sed -n '1s/^#* *//p' "$corpus/$page")
echo "corpus: $corpus, page: $id"

# --- start and print -------------------------------------------------------------------------------------------------

heading 'Start and print'
if has tldr; then
    for layout in tldr-pages tldr-master; do
        mkdir -p "$XDG_CACHE_HOME/tealdeer/$layout"
        if [ -d "$corpus/common" ]; then
            ln -s "$corpus" "$XDG_CACHE_HOME/tealdeer/$layout/pages"
        else
            mkdir -p "$XDG_CACHE_HOME/tealdeer/$layout/pages"
            ln -s "$corpus" "$XDG_CACHE_HOME/tealdeer/$layout/pages/common"
        fi
    done
    if tldr "$(basename "$id")" >/dev/null 2>&1; then
        pair_row "crib show ID | tldr" 1.2 '<= 1.2 x tealdeer' "$runs" "$crib" show "$id" -- tldr "$(basename "$id")"
    else
        echo "tldr: does not read a cache made here, its row is left out"
    fi
fi
if has sqlite3; then
    pair_row "crib show ID | sqlite3 with one SELECT" - - "$runs" "$crib" show "$id" -- \
        sqlite3 -readonly "$CRIB_HOME/library.db" \
        "SELECT text FROM body JOIN module ON key = module WHERE id = '$id'"
fi
has lowdown && pair_row "crib show ID | lowdown -tterm" - - "$runs" "$crib" show "$id" -- lowdown -tterm "$corpus/$page"
if has man; then
    manual=
    for name in ls sqlite3 less tig crib; do
        [ -n "$manual" ] || manual=$(man -w "$name" 2>/dev/null)
    done
    if [ -n "$manual" ]; then
        pair_row "crib show ID | man" 0.05 '<= 1/20 of man' "$few" "$crib" show "$id" -- man "$manual"
    else
        echo "man: no manual page is installed, its row is left out"
    fi
fi

seq 1 200 | sed 's/^/a line of text, number /' >"$work/text"
if has less; then
    first_row "crib to its first screen | less" 1.6 '<= 1.6 x less' "$few" "$crib" -- less "$work/text"
    row "hub's peak memory | less" "$crib_kib KiB" "$peer_kib KiB" - '<= 8 MiB' "$(at_most "$crib_kib" 8192)"
fi
if has tig && has git; then
    git init -q "$work/repository" 2>/dev/null
    seq 1 300 | awk '{m = "change number " $1 "\n"; printf "commit refs/heads/master\ncommitter A <a@example.com> %d +0000\ndata %d\n%s\n", 1700000000 + $1, length(m), m}' |
        git -C "$work/repository" fast-import --quiet
    git -C "$work/repository" symbolic-ref HEAD refs/heads/master
    cd "$work/repository" || exit 1
    first_row "crib to its first screen | tig" 0.25 '<= 1/4 of tig' "$few" "$crib" -- tig
    keys=$("$first" "$few" 'key:\eOB' 'key:\eOB' 'key:\eOB' 'key:\eOB' 'key:\eOB' 'key:\eOB' -- "$crib" -- tig |
           sed -n '3,7p' | awk '{a += $4; b += $5} END {print a / NR, b / NR, a / b}')
    cd "$work" || exit 1
    set -- $keys
    row "bytes to the terminal a key, down in a list | tig" "$1" "$2" "$3" '<= 1.5 x tig' "$(at_most "$3" 1.5)"
fi
if has newsboat; then
    {
        echo '<?xml version="1.0"?><rss version="2.0"><channel><title>news</title><link>http://example.com</link><description>d</description>'
        seq 1 1000 | sed 's|.*|<item><title>Item &</title><link>http://example.com/&</link><guid>&</guid><description>Text of item &</description></item>|'
        echo '</channel></rss>'
    } >"$work/feed.xml"
    echo "file://$work/feed.xml" >"$work/urls"
    : >"$work/newsboat.conf"
    newsboat -u "$work/urls" -c "$work/news.db" -C "$work/newsboat.conf" -x reload >/dev/null 2>&1
    first_row "crib to its first screen | newsboat, 1,000 items" 0.167 '<= 1/6 of newsboat' "$few" "$crib" -- \
        newsboat -u "$work/urls" -c "$work/news.db" -C "$work/newsboat.conf"
    row "hub's peak memory | newsboat" "$crib_kib KiB" "$peer_kib KiB" - - -
fi
has nnn && first_row "crib to its first screen | nnn" - - "$few" "$crib" -- nnn "$corpus"
numbers=$("$first" "$runs" -- env CRIB_HOME="$work/home10000" "$crib" -- env CRIB_HOME="$work/home100" "$crib")
set -- $numbers
row "first screen at 10,000 modules | at 100" "$1 ms" "$2 ms" "$3" 'within 10 %' "$(at_most "$3" 1.1)"

mkdir -p "$work/long/pages"
awk 'BEGIN {
    print "# Long\n"
    for (s = 1; s <= 330; s++) {
        print "## Station " s "\n\nThe pump at station " s " runs with *some* load and **much** noise; see [the start-up](#long)\nbefore you open `valve-" s "`. Wait until the water runs without bubbles.\n"
        for (i = 1; i <= 6; i++) print i ". Step " i " of station " s ": turn the *handle* to `" i "`"
        print "\n| Suction lift | Fill time | What you hear |\n|---:|---:|---|"
        for (i = 1; i <= 5; i++) print "| " i " m | " i * 40 " s | a *hum* that falls by " i " tones |"
        print "\n```sh"
        for (i = 1; i <= 6; i++) print "pumpctl --station " s " --valve " i " open | tee /var/log/pump-" s ".log"
        print "```\n\n> **Warning** Lock out the drive first. A primed pump can start by itself.\n"
    }
    print "the needle"
}' >"$work/long/pages/long-page.md"
add "$work/homelong" "$work/long"
if has less; then
    # less has the same lines to show.
    CRIB_HOME="$work/homelong" "$crib" show long-page --plain --width 80 >"$work/long/shown"
    # The reader remembers its place: each run ends at the top, or the next one would begin at the needle.
    "$first" "$few" 'key: ' 'key:G' 'key:g' 'key:/needle\r' size:100x30 'key:g' -- \
        env CRIB_HOME="$work/homelong" "$crib" open long-page -- less "$work/long/shown" >"$work/steps"
    set -- open 'a page on' End start search resize 'start again'
    while read -r a b ratio bytes peer_bytes rest; do
        if [ "$bytes" = 0 ] || [ "$peer_bytes" = 0 ]; then # nothing was drawn: no time to speak of
            row "a page of 10,000 lines: $1 | less" 'no answer' - - '' MISSED
            shift
            continue
        fi
        case $1 in
            'a page on')
                row "bytes to the terminal, a page turned in the reader | less" "$bytes" "$peer_bytes" \
                    "$(awk -v a="$bytes" -v b="$peer_bytes" 'BEGIN {printf "%.3f", a / b}')" \
                    '<= the text + 20 %' "$(awk -v a="$bytes" -v b="$peer_bytes" 'BEGIN {print a <= 1.2 * b ? "met" : "MISSED"}')" ;;
            open) row "a page of 10,000 lines: open | less" "$a ms" "$b ms" "$ratio" '<= 1.5 x less' "$(at_most "$ratio" 1.5)" ;;
            *) row "a page of 10,000 lines: $1 | less" "$a ms" "$b ms" "$ratio" 'a key < 16 ms' "$(at_most "$a" 16)" ;;
        esac
        shift
    done <"$work/steps"
fi
printf '\nMarkdown to styled lines\n'
"$build/bench/bench_render" "$corpus" | tee "$work/render"
missed=$((missed + $(grep -c MISSED "$work/render")))

# The corpus as kiwix-search reads it: a page's text in HTML, its first line for the title.
make_zim() {
    mkdir -p "$work/html"
    : >"$work/html/icon.png"
    (cd "$corpus" && find . -name '*.md' -type f -print0 | xargs -0 awk -v to="$work/html/" '
        function finish() { if (out != "") { print "</pre></body></html>" >out; close(out) } }
        { gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;") }
        FNR == 1 {
            finish()
            out = substr(FILENAME, 3) ".html"
            gsub("/", "-", out)
            out = to out
            title = $0
            sub(/^#* */, "", title)
            print "<html><head><title>" title "</title></head><body><pre>" >out
        }
        { print >out }
        END { finish() }')
    zimwriterfs -w "$(echo "$page" | tr / -).html" -I icon.png -l eng -t corpus -d corpus -c crib -p crib \
        "$work/html" "$work/corpus.zim" >/dev/null 2>&1
}

# --- find ------------------------------------------------------------------------------------------------------------

heading 'Find, as typed key by key'
BENCH_CRIB=$crib "$build/bench/bench_find" "$corpus" >"$work/search"
while IFS='|' read -r what a b ratio goal verdict; do
    case $what in
        '#'*) echo "$what" ;;
        *) row "$what | FTS5" "$a" "$b" "$ratio" "$goal" "$verdict" ;;
    esac
done <"$work/search"
for peer in 'rg -il' 'grep -ril'; do
    has "${peer%% *}" && pair_row "crib find WORDS --json | $peer" - - "$few" "$crib" find "$words" --json -- $peer "$words" "$corpus"
done
has apropos && apropos . >/dev/null 2>&1 && pair_row "crib find WORDS --json | apropos" - - "$few" "$crib" find "$words" --json -- apropos "$words"
if has kiwix-search && has zimwriterfs; then
    if make_zim; then
        pair_row "crib find WORDS --json | kiwix-search" 0.2 '<= 1/5 of kiwix-search' "$few" "$crib" find "$words" --json -- \
            kiwix-search "$work/corpus.zim" "$words"
    else
        echo "zimwriterfs: makes no ZIM file of the corpus, kiwix-search's row is left out"
    fi
fi
numbers=$("$pair" "$few" -- sh -c "echo more >>'$work/source/pages/$page'; '$crib' sync" -- sh -c "echo more >>'$work/other'; '$crib' sync")
set -- $numbers
beyond=$(awk -v a="$1" -v b="$2" 'BEGIN {print a - b}')
row "crib sync: one changed file | nothing changed" "$1 ms" "$2 ms" "$3" '< 50 ms more' "$(at_most "$beyond" 50)"
"$build/bench/bench_quality" "$here/../.." >"$work/quality" && while IFS='|' read -r what a goal verdict; do
    row "$what" "$a" - - "$goal" "$verdict"
done <"$work/quality"

# --- hints -----------------------------------------------------------------------------------------------------------

heading 'Hints'
sh "$here/triggers.sh" "$work/many" 10000
sh "$here/triggers.sh" "$work/few" 100
add "$work/home-many" "$work/many"
add "$work/home-few" "$work/few"
echo 'int main(void) { return 0; }' >"$work/empty.c"
if ${CC:-cc} -O2 -o "$work/empty" "$work/empty.c"; then
    look='systemctl restart service-77'
    before=$CRIB_HOME
    CRIB_HOME=$work/home-many
    "$crib" hint $look >/dev/null # offered once: from now on it is silent, as mostly
    pair_row "crib hint, 50,000 triggers | an empty program" 2 '<= 2 x the empty program' "$runs" \
        "$crib" hint $look -- "$work/empty"
    CRIB_HOME=$before
    CRIB_HOME="$work/home-few" "$crib" hint $look >/dev/null
    pair_row "crib hint, 50,000 triggers | 500 triggers" 1.1 'within 10 %' "$runs" \
        env CRIB_HOME="$work/home-many" "$crib" hint $look -- env CRIB_HOME="$work/home-few" "$crib" hint $look
fi

# --- sync ------------------------------------------------------------------------------------------------------------

heading 'Sync: bytes at the socket, and a thin line'
BUILD=$build sh "$here/sync.sh" >"$work/sync"
while IFS='|' read -r what a b ratio goal verdict; do
    case $what in
    '#'*) echo "$what" ;;
    *) row "$what" "$a" "$b" "$ratio" "$goal" "$verdict" ;;
    esac
done <"$work/sync"

# --- watching --------------------------------------------------------------------------------------------------------

heading 'Logs: 1,000 codes, 80 MB'
BUILD=$build sh "$here/watch.sh" >"$work/watch"
while IFS="$(printf '\t')" read -r what a b ratio goal verdict; do
    case $what in
    '#'*) echo "$what" ;;
    *) row "$what" "$a" "$b" "$ratio" "$goal" "$verdict" ;;
    esac
done <"$work/watch"

# --- the record ------------------------------------------------------------------------------------------------------

printf '\nThe record\n'
"$build/bench/bench_record" ${BENCH_EVENTS:-1000000} | tee "$work/record"
"$build/bench/bench_record" make "$work/years.db" ${BENCH_EVENTS:-1000000} >/dev/null
"$build/bench/bench_forget" "$work/years.db" | tee -a "$work/record"
rm -f "$work/years.db"*
missed=$((missed + $(grep -c MISSED "$work/record")))
"$build/bench/bench_foreign"
# --- a site's morning -------------------------------------------------------------------------------------------------

printf '\nTwo thousand devices: roles, a change, ten statements each, within %s s\n' "${BENCH_SITE_SECONDS:-20}"
"$build/bench/bench_site" "$build/crib-sync" 2000 "${BENCH_SITE_SECONDS:-20}" >"$work/site"
while IFS='|' read -r what a goal verdict; do
    row "$what" "$a" - - "$goal" "$verdict"
done <"$work/site"

printf "\nThe log of a kiosk, from one device of a site to another\n"
"$build/bench/bench_logs" >"$work/logs"
while IFS='|' read -r what a goal verdict; do
    row "$what" "$a" - - "$goal" "$verdict"
done <"$work/logs"
printf '\n%d missed\n' "$missed"
