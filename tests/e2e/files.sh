# Drawings and documents: published with what links to them, taken, saved, viewed, changed and collected.
. "${0%/*}/lib.sh"
src=$dir/src
mkdir -p "$src/modules" "$src/files/deep" "$dir/work"
printf 'id: plant\nname: Plant\n' >"$src/channel.yaml"
module() { # ID ROLE TEXT
    {
        printf -- '---\ntitle: Prime pump %s\nproblem: It delivers no flow at all.\noutcome: You prime it, and know why.\n' "$1"
        printf 'minutes: 1\nformat: refresher\nroles: [%s]\nreviewed: {by: a@example.com, on: 2026-10-02}\n---\n' "$2"
        printf '## Do {#do}\n\n%s\n' "$3"
    } >"$src/modules/$1.md"
}
module pump fitter 'See the [drawing](../files/p-101.pdf) first.'
module weld welder 'See the [drawing](../files/p-101.pdf), then the [settings](files/deep/weld.conf).'
# A PDF as a program writes it: text, and bytes that are none.
{
    printf '%%PDF-1.4\n%%\377\376\n1 0 obj<</Type/Catalog>>endobj\n'
    head -c 30000 /dev/urandom
    printf '\n%%%%EOF\n'
} >"$src/files/p-101.pdf"
echo 'current = 120' >"$src/files/deep/weld.conf"
echo 'nobody links to me' >"$src/files/lonely.txt"
publish() {
    run "$crib" publish "$src" "$dir/www" --key "$dir/key"
    exited 0
}
stored() {
    find "$dir/home/files" -type f | wc -l
}

step 'published with what links to them'
run "$crib" channel key "$dir/key" --no-passphrase
exited 0
key=$(cat "$dir/out")
run "$crib" lint "$src"
exited 0
said 'files/lonely.txt: warning: no module or page links to it'
publish
said '2 modules, 0 pages, 2 files'
run "$crib" publish --check "$dir/www" --key "$key"
exited 0
said '2 files'
cp -r "$dir/www" "$dir/first"
publish
said 'nothing changed'
diff -r "$dir/www" "$dir/first" || fail 'published anew, it is something else'

step 'a device takes it, once'
run "$crib" channel add "$dir/www" --key "$key"
exited 0
said '2 modules, 0 pages, 2 files (4 added)'
[ "$(stored)" -eq 2 ] || fail "$(ls -l "$dir/home/files")"
run "$crib" show pump --json
said '"files":[{"path":"files/p-101.pdf","size":'
run "$crib" find drawing
said 'pump'

step 'saved: the same bytes, and nothing is replaced'
cd "$dir/work" || fail 'no directory'
umask 077
run "$crib" open --save files/p-101.pdf
exited 0
said 'saved: p-101.pdf'
cmp p-101.pdf "$src/files/p-101.pdf" || fail 'other bytes'
[ "$(ls -l p-101.pdf | cut -c1-10)" = '-rw-r--r--' ] || fail "$(ls -l p-101.pdf)"
echo mine >p-101.pdf
run "$crib" open --save files/p-101.pdf
exited 73
[ "$(cat p-101.pdf)" = mine ] || fail 'replaced'
mkdir sub
run "$crib" open --save plant/files/p-101.pdf sub
exited 0
cmp sub/p-101.pdf "$src/files/p-101.pdf" || fail 'other bytes'
run "$crib" open --save files/deep/weld.conf named.conf
exited 0
[ "$(cat named.conf)" = 'current = 120' ] || fail 'other bytes'
run "$crib" open --save files/p-102.pdf
exited 66
complained 'did you mean files/p-101.pdf?'
run "$crib" open --save ../home/library.db
exited 66
run "$crib" open --save files/p-101.pdf a b
exited 64
run "$crib" open files/p-101.pdf
exited 69
complained 'crib open --save files/p-101.pdf'

step 'in the reader, a link asks where to save'
start 80x24 '' "$crib" open pump
wait_for 'See the drawing'
keys Tab
wait_for 'p-101.pdf, 29 KiB: Enter saves it'
keys Enter
wait_for 'p-101.pdf, 29 KiB, save as:'
keys Enter
wait_for 'it is there already'
keys Enter
wait_for 'save as:'
keys BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace
type_text 'mine.pdf'
keys Enter
wait_for 'saved: mine.pdf'
cmp mine.pdf "$src/files/p-101.pdf" || fail 'other bytes'
keys C-c
ended 0

step 'a viewer opens it: its words, then the path, and no shell'
cat >"$dir/view" <<'END'
#!/bin/sh
printf '%s|' "$@" >"$0.said"
for path; do :; done
cmp "$path" "$(cat "$0.file")" && echo ' the viewer was here' && sleep 1
END
chmod +x "$dir/view"
echo "$src/files/p-101.pdf" >"$dir/view.file"
run "$crib" config set viewer "$dir/view  -o \$(touch\${IFS}$dir/evil)"
exited 0
start 80x24 '' "$crib" open pump
wait_for 'See the drawing'
keys Tab
wait_for 'Enter opens it'
keys Enter
wait_for 'the viewer was here'
wait_for 'See the drawing'
keys C-c
ended 0
[ ! -e "$dir/evil" ] || fail 'a shell looked at it'
case $(cat "$dir/view.said") in
"-o|\$(touch\${IFS}$dir/evil)|$dir/home/files/"*'.pdf|') ;;
*) fail "the viewer got: $(cat "$dir/view.said")" ;;
esac
run "$crib" open files/p-101.pdf
exited 0
run "$crib" config set viewer /nonexistent/viewer
run "$crib" open files/p-101.pdf
exited 69
complained 'the viewer failed'

step 'what to do is said whole, where one line is too short for it'
start 80x24 '' "$crib" open pump
wait_for 'See the drawing'
keys Tab
wait_for 'Enter opens it'
keys Enter
wait_for 'the viewer failed: viewer ('
expect 'saves the file)'
keys C-c
ended 0

step 'an update changes it, and what it was is collected'
printf '%%PDF-1.4 second' >"$src/files/p-101.pdf"
publish
run "$crib" sync
exited 0
said '(1 changed), version 2'
run "$crib" open --save files/p-101.pdf second.pdf
exited 0
cmp second.pdf "$src/files/p-101.pdf" || fail 'not the new one'
[ "$(stored)" -eq 2 ] || fail "$(ls -l "$dir/home/files")"

step 'what nothing links to any more goes'
module pump fitter 'No drawing.'
module weld welder 'The [settings](files/deep/weld.conf).'
publish
run "$crib" sync
exited 0
said '1 file (2 changed, 1 removed)'
run "$crib" open --save files/p-101.pdf third.pdf
exited 66
[ ! -e third.pdf ] || fail 'saved'
[ "$(stored)" -eq 1 ] || fail "$(ls -l "$dir/home/files")"
run "$crib" channel remove plant
exited 0
[ "$(stored)" -eq 0 ] || fail "$(ls -l "$dir/home/files")"

step 'a directory on this machine keeps its files here, too'
run "$crib" channel add "$src"
exited 0
mv "$src" "$src.gone"
run "$crib" open --save files/p-101.pdf fourth.pdf
exited 0
cmp fourth.pdf "$src.gone/files/p-101.pdf" || fail 'other bytes'
