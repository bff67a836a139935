# The reader keeps its place: over sizes, while something is typed, over an update, and until the next time.
. "${0%/*}/lib.sh"

mkdir -p "$dir/source/pages"
printf 'id: place\niri: https://example.com/place\nname: Place\n' >"$dir/source/channel.yaml"
page() {
    for section in 1 2 3 4 5 6; do
        printf '# Section %s\n\n' "$section"
        seq 1 120 | awk -v s="$section" '{printf "word%d-%d ", s, $1} END {print "\n"}'
    done
}
page >"$dir/source/pages/place.md"
# Until the first line of text is, or holds, this.
top_is_now() { [ "$(screen | sed -n 3p)" = "$1" ]; }
top_has_now() { screen | sed -n 3p | grep -q -F -e "$1"; }
top_is() { wait_that "not the line at the top: $1" top_is_now "$1"; }
top_has() { wait_that "not in the line at the top: $1" top_has_now "$1"; }

run "$crib" channel add "$dir/source"
exited 0
start 80x24 '' "$crib" place
wait_for 'word1-1 '

step "to the middle of a paragraph"
keys Space Space Down Down Down Down Down Down Down
top_has 'word3-26 '
first=$(screen | sed -n 3p)

step "no drift, however often and however fast the size changes"
for size in 40x12 200x60 20x5 132x43 1x1 61x20 17x3 100x8 80x24; do
    resize "$size"
done
for size in 40x12 200x60 20x5 132x43 1x1 61x20 17x3 100x8 80x24; do
    resize "$size"
    settle
done
top_is "$first"

step "the same words at the top of a narrow screen"
resize 40x12
top_has 'word3-26 '
resize 80x24
top_is "$first"

step "searching on one size, leaving it on another"
resize 200x60
settle
keys /
wait_for 'Find here'
resize 80x24
settle
keys Escape
wait_gone 'Find here'
top_is "$first"

step "an update of what stands before"
page | sed '1,4s/word1/other1/g; 3s/^/before it all /' >"$dir/source/pages/place.md"
run "$crib" sync
exited 0
wait_for 'changed just now'
top_is "$first"
keys C-c
ended 0

step "the next time, on another screen"
start 100x30 '' "$crib" place
wait_for '› Section 3'
keys C-c
ended 0

step "what changes while it is open is marked, read or not; the same text under another heading is not"
mkdir "$dir/source/modules"
module() {
    printf -- '---\ntitle: Three things\nproblem: There are three.\noutcome: Know them.\nminutes: 2\n---\n\n'
    printf '## First\n\n%s\n\n## %s\n\nSecond text.\n\n## Third\n\nThird text.\n' "$1" "$2"
}
module 'First text.' Second >"$dir/source/modules/three.md"
run "$crib" sync
exited 0
start 80x24 '' "$crib" three
wait_for 'First text.'
{
    module 'Other text.' Renamed
    printf '\n## Fourth\n\nMore.\n'
} >"$dir/source/modules/three.md"
run "$crib" sync
exited 0
wait_for '2 sections changed just now'
expect 'First  updated'
keys o
wait_for 'outline'
expect_match 'First +updated'
expect_match 'Renamed *$'
expect_match 'Third *$'
expect_match 'Fourth +new'
keys Escape C-c
ended 0

step "a click on the outline beside the text goes to that section"
start 160x50 'CRIB_MOUSE=yes' "$crib" place
wait_for '› Section'
keys Home
wait_for 'page · 0%'
click_at() { # column, row, from 1, as screen-256color encodes them
    for button in 0 3; do
        type_text "$(printf '\033[M%b%b%b' "$(printf '\\0%03o' $((32 + button)))" "$(printf '\\0%03o' $((32 + $1)))" \
            "$(printf '\\0%03o' $((32 + $2)))")"
    done
}
click_at 10 6
wait_for '› Section 4'
click_at 10 40
wait_for '› Section 4'
keys C-c
ended 0
