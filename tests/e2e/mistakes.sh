# What goes wrong is one line: what, why, and in brackets what to do about it.
. "${0%/*}/lib.sh"

# mistake STATUS COMMAND...: it ends so, prints nothing, and its last word is what to do
mistake() {
    wanted=$1
    shift
    run "$crib" "$@"
    exited "$wanted"
    [ ! -s "$dir/out" ] || { transcript; fail "it printed something"; }
    [ "$(wc -l <"$dir/err")" -eq 1 ] || { transcript; fail "not one line"; }
    grep -q '^crib: ..* (..*)$' "$dir/err" || { transcript; fail "it does not say what to do"; }
}

mkdir "$dir/empty" "$dir/plant" "$dir/plant/modules"
echo 'id: plant' >"$dir/plant/channel.yaml"
printf -- '---\ntitle: T\nproblem: The pump leaks badly.\noutcome: Mend it.\nminutes: 2\n---\n\n## A\n\nText.\n' \
    >"$dir/plant/modules/leak.md"
printf '::Q:: Who? {T}\n' >"$dir/questions.gift"
echo words >"$dir/words.txt"
: >"$dir/nothing"
chmod 600 "$dir/nothing"

step "a command that lacks its words names all that it takes"
mistake 64 learner
complained 'rights WHO VALUE (see'

step "before there is a record"
mistake 66 audit verify
mistake 66 audit show
mistake 66 backup "$dir/copy.db"

step "files that are none, or the wrong ones"
mistake 66 lint "$dir/nowhere"
mistake 64 lint "$dir/words.txt"
mistake 66 learner import "$dir/empty"
mistake 66 outbox import "$dir/empty"
mistake 66 audit verify "$dir/empty"
mistake 66 restore --yes "$dir/empty"
mistake 66 restore --yes "$dir/nothing"
mistake 66 publish --check "$dir/empty"
mistake 66 channel add "$dir/empty"

step "what isn't there, and what can't be"
run "$crib" channel add "$dir/plant"
exited 0
mistake 66 quiz leak
mistake 64 quiz "$dir/questions.gift" --sign
mistake 64 note ' '
mistake 66 session join ABCDEF
mistake 69 kiosk

step "people and keys"
run "$crib" learner add Kim
exited 0
mistake 65 learner roles Kim "$(printf 'a\001b')"
mistake 77 learner pin Kim
mistake 65 channel key "$dir/new.key" --passphrase-file "$dir/nothing"
printf 'right\n' >"$dir/right"
printf 'wrong\n' >"$dir/wrong"
chmod 600 "$dir/right" "$dir/wrong"
run "$crib" channel key "$dir/locked.key" --passphrase-file "$dir/right"
exited 0
mistake 77 publish "$dir/plant" "$dir/other" --key "$dir/locked.key" --passphrase-file "$dir/wrong" --unreviewed
run "$crib" channel key "$dir/plant.key" --no-passphrase
exited 0
run "$crib" publish "$dir/plant" "$dir/web" --key "$dir/plant.key" --unreviewed
exited 0
run "$crib" channel key "$dir/other.key" --no-passphrase
exited 0
echo '## B' >>"$dir/plant/modules/leak.md"
mistake 64 publish "$dir/plant" "$dir/web" --key "$dir/plant.key" --unreviewed --drop-key "$dir/other.pub"

step "a site's"
mistake 64 serve --list
mistake 64 serve --data "$dir/site" --client a:b
run "$crib" serve --data "$dir/site" --client trainer
exited 0
mistake 64 serve --data "$dir/site" --revoke nobody
mistake 64 serve --channel "$dir/web" --cert "$dir/words.txt"
mistake 64 serve --channel "$dir/web" --channel "$dir/web"
mistake 64 serve --data "$dir/site" --url not-an-address
