# A long page: its beginning shows before the rest is parsed, and no key, however early, is answered by the beginning
# alone.
. "${0%/*}/lib.sh"

mkdir -p "$dir/source/pages"
printf 'id: long\niri: https://example.com/long\nname: Long\n' >"$dir/source/channel.yaml"
awk 'BEGIN {
    print "# A long page\n"
    for (s = 1; s <= 800; s++) {
        print "## Station " s "\n\nThe pump at station " s " runs with *some* load and **much** noise.\n"
        for (i = 1; i <= 5; i++) print i ". Step " i " of station " s
        print "\n| a | b |\n|---|---|\n| " s " | [x](#station-1) |\n\n```\n\npumpctl " s "\n```\n"
    }
    print "the needle"
}' >"$dir/source/pages/long.md"
run "$crib" channel add "$dir/source"
exited 0

# Opens the page and sends keys at once: they wait in the terminal until the reader reads them.
early() {
    start 80x24 '' "$crib" long
    keys "$@"
}

step "the beginning"
start 80x24 '' "$crib" long
wait_for 'Station 1'
expect 'page · 0%'
keys C-c
ended 0

step "the end, at once"
early G
wait_for 'the needle'
expect 'page · 100%'
keys g
wait_for '0%'
keys C-c
ended 0

step "a search, at once"
early / n e e d l e Enter
wait_for 'the needle'
keys g
wait_for '0%'
keys C-c
ended 0

step "the outline, at once"
early o End
wait_for 'Station 800'
keys Enter
wait_for '› Station 800'
keys g
wait_for '0%'
keys C-c
ended 0

step "many pages, at once"
early Space Space Space Space Space Space Space Space Space Space Space Space Space Space Space Space Space Space \
    Space Space Space Space Space Space Space Space Space Space Space Space Space Space Space Space Space Space
wait_for '› Station 39'
expect_match '^ A long page › Station 39 .*page · 4%'

step "the next time there"
keys C-c
ended 0
start 80x24 '' "$crib" long
wait_for '› Station 39'
keys g
wait_for '0%'
keys C-c
ended 0

step "a size, at once"
start 80x24 '' "$crib" long
resize 40x12
resize 100x30
wait_for 'Station 1'
keys G
wait_for 'the needle'
keys g
wait_for '0%'
keys C-c
ended 0

step "a section far behind"
start 80x24 '' "$crib" 'long#station-700'
wait_for '› Station 700'
wait_for '87%'
first=$(screen | sed 1d)
keys C-c
ended 0

step "up from there, at once; a page on, and back"
start 80x24 '' "$crib" 'long#station-700'
keys Up Up
wait_for 'pumpctl 699'
keys Down Down Space
wait_for '› Station 701'
keys PPage
wait_for '› Station 700'
[ "$(screen | sed 1d)" = "$first" ] || fail "not the same lines as at first"
keys G C-c
ended 0

step "the next time at the end"
start 80x24 '' "$crib" long
wait_for 'the needle'
wait_for 'page · 100%'
keys C-c
ended 0

step "the last section, which has no screen of its own"
start 80x24 '' "$crib" 'long#station-800'
wait_for 'the needle'
wait_for '› Station 800'
wait_for 'page · 100%'
keys Up
wait_for 'page · 99%'
keys g
wait_for '0%'
keys C-c
ended 0

step "back, at once: the hub, which wasn't opened before"
early b
wait_for 'Find:'
expect 'A long page'
keys C-c
ended 0

step "gone at once"
start 80x24 '' "$crib" 'long#a-long-page'
wait_for 'Station 1'
signal TERM
ended 0
