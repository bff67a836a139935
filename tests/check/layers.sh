#!/bin/sh
# layers.sh: the arrows between the layers run one way. Proved from the #include lines, and for SQL from the strings.
set -u
failed=0

# forbid WORDS WHAT FILES...: no line of the files may fit the extended regular expression.
forbid() {
    why=$1 what=$2
    shift 2
    [ $# -gt 0 ] && [ -e "$1" ] || return 0
    found=$(grep -n -E -e "$what" "$@" /dev/null)
    if [ -n "$found" ]; then
        echo "layering: $why:"
        echo "$found" | sed 's/^/    /'
        failed=1
    fi
}

sources() {
    find "$@" -name '*.[ch]' 2>/dev/null
}

include='^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]'
# shellcheck disable=SC2046 # file names here hold no blanks
{
    forbid "core includes nothing of tui or sync" "$include(\.\./)*(tui|sync)/" $(sources core)
    forbid "tui includes nothing of sync" "$include(\.\./)*sync/" $(sources tui)
    forbid "sync includes nothing of tui" "$include(\.\./)*tui/" $(sources sync)
    forbid "core/base includes nothing of the rest of core" "$include(\.\./)*core/(library|quiz|record)/" $(sources core/base)
    forbid "includes name their file from the top" "$include\.\./" $(sources core tui sync)
    forbid "ncurses is called in tui/screen and tui/widget alone" "$include(n?curses|ncursesw/|term\.h|panel|form|menu\.h>)" \
        $(sources core sync tui | grep -v -e '^tui/screen/' -e '^tui/widget/')
    # core/base/datagram.c reaches the service manager and the log of this machine: that is all that its sockets can.
    forbid "the network is sync's" \
        "$include(curl/|microhttpd|sys/socket|netdb|netinet/|arpa/inet|sys/un)" $(sources core tui | grep -v -x 'core/base/datagram\.c')
    forbid "datagram.c has no socket of the network's" 'AF_INET' core/base/datagram.c
    forbid "SQLite is core's" "${include}sqlite3" $(sources tui sync | grep -v '^sync/serve/')
    forbid "SQL stands in core/*/ alone" \
        '"[[:space:]]*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|PRAGMA|ATTACH|BEGIN|COMMIT|WITH) ' \
        $(sources tui sync | grep -v '^sync/serve/')
    forbid "exit() and abort() are main's" '(^|[^_[:alnum:]])(exit|abort)\(' \
        $(sources core tui sync | grep -v -e '/main\.c$')
    forbid "text functions that no bound holds" '(^|[^_[:alnum:]])(strcpy|strcat|sprintf|vsprintf|gets|strtok|system|popen)\(' \
        $(sources core tui sync)
}

for f in $(sources core tui sync); do
    n=$(wc -l <"$f")
    [ "$n" -le 620 ] || echo "note: $f has $n lines: is it still one idea?"
done
exit $failed
