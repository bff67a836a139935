# An author's loop: the preview says what is wrong, leads to the line, and shows what an editor beside it saves.
. "${0%/*}/lib.sh"

mkdir -p "$dir/src/modules"
module=$dir/src/modules/reset.md
write() {
    printf 'id: plant\nname: Plant\n' >"$dir/src/channel.yaml"
    printf -- '---\ntitle: Reset the feeder\nproblem: The feeder stops and nothing moves.\noutcome: Restart it safely.\n' >"$module.new"
    printf -- 'minutes: 2\n%s---\n\n## Look {#look}\n\n%s\n\n```gift\n::T:: What? {%s}\n```\n' "$1" "$2" "$3" >>"$module.new"
    mv "$module.new" "$module"
}

step "the number of problems is said at the start"
write 'roels: [operator]
' 'First words.' '=a ~b'
start 80x24 'EDITOR=true' "$crib" preview "$dir/src"
wait_for 'preview, nothing is recorded'
wait_for '1 warning in the source: Ctrl-X problems lists them'

step "and again in the reader, whose key lists them"
keys Enter
wait_for 'First words.'
wait_for 'in the source: x lists them'
keys x
wait_for 'unknown key `roels`'
expect 'did you mean `roles`?'
keys Escape

step "what an editor beside it saves is on the screen by itself"
write 'roels: [operator]
' 'Second words.' '=a ~b'
wait_for 'Second words.'
wait_gone 'First words.'
write '' 'Third words, and nothing wrong.' '=a ~b'
wait_for 'Third words'
wait_for 'no problem in the source'
keys Escape Enter # who only looks sees the keys
wait_for 'Space on'
keys x
wait_for 'No problem found.'
keys C-c
ended 0

step "a problem opens the editor at its line"
write 'roels: [operator]
' 'First words.' '=a ~b'
printf '#!/bin/sh\nprintf "%%s %%s" "$1" "$2" >"%s/edited"\nsed -i.old "/^roels/d; s/First/Mended/" "$2"\nrm -f "$2.old"\n' "$dir" >"$dir/editor"
chmod +x "$dir/editor"
start 80x24 "EDITOR=$dir/editor" "$crib" preview "$dir/src"
wait_for 'preview, nothing is recorded'
keys Enter
wait_for 'First words.'
keys x
wait_for 'unknown key'
keys Enter
wait_for 'Mended words.'
[ "$(cat "$dir/edited")" = "+6 $module" ] || fail "the editor got: $(cat "$dir/edited")"
expect_not 'lists them'
keys C-c
ended 0

step "as lines"
write 'roels: [operator]
' 'First words.' '=a ~b'
run "$crib" preview "$dir/src"
exited 0
said 'Reset the feeder'
complained '1 warning in the source: `crib lint` lists them'

step "what a killed preview left goes with the next one"
mkdir "$dir/places" "$dir/places/crib-preview-1-other" "$dir/places/crib-preview-x"
start 80x24 "TMPDIR=$dir/places" "$crib" preview "$dir/src"
wait_for 'preview, nothing is recorded'
kill -9 "$(cat "$this/pid")"
ended 137
[ "$(find "$dir/places" -name 'crib-preview-[0-9]*' | wc -l)" -eq 2 ] || fail "the test tests nothing"
start 80x24 "TMPDIR=$dir/places" "$crib" preview "$dir/src"
wait_for 'preview, nothing is recorded'
keys C-c
ended 0
left=$(ls "$dir/places" | tr '\n' ' ')
[ "$left" = 'crib-preview-1-other crib-preview-x ' ] || fail "left: $left"

step "who has other roles is not told that they are mistyped"
write 'roles: [operator]
' 'Fourth words.' '=a ~b'
start 80x24 'CRIB_ROLES=porter' "$crib" preview "$dir/src"
wait_for 'preview, nothing is recorded'
expect_not 'for this role'
keys C-c
ended 0
