# What channel add doesn't take: said in the order of files and lines, and never read from outside of the directory.
. "${0%/*}/lib.sh"

source=$dir/plant
mkdir -p "$source/modules" "$source/pages" "$dir/outside"
echo 'id: plant' >"$source/channel.yaml"
head='title: T\nproblem: The pump leaks badly.\noutcome: Mend it.\nminutes: 2\n'
for name in d b e a c; do
    printf -- "---\n$head---\n\n[x](no.md)\n\n## A {#x}\n\nText.\n\n## B {#x}\n\n\`\`\`gift\n::Q:: Who {=A\n\`\`\`\n" \
        >"$source/modules/$name.md"
done
for name in Bad Worse; do printf -- "---\n$head---\n\nText.\n" >"$source/modules/$name Name.md"; done
printf -- '---\ntitle: "open\n---\n\nText.\n' >"$source/modules/broken.md"
for name in z y; do echo '# Z' >"$source/pages/$name.markdown"; done

step "channel add names what it refuses by file and line"
run "$crib" channel add "$source"
exited 0
said '3 refused'
sed 's/^\([^:]*\):\([0-9]*\):.*/\1	\2/; s/^\([^ ]* Name.md\):.*/\1	0/; s/^\([^ ]*.markdown\):.*/\1	0/' "$dir/err" >"$dir/order"
[ "$(wc -l <"$dir/order")" -ge 10 ] || { transcript; fail "too few findings"; }
LC_ALL=C sort -s -t '	' -k 1,1 -k 2,2n "$dir/order" | cmp -s - "$dir/order" || { transcript; fail "not in order"; }

step "links that lead out of the directory are not followed"
printf -- "---\n$head---\n\nOUTSIDE\n" >"$dir/outside/secret.md"
ln -s "$dir/outside/secret.md" "$source/modules/secret.md"
ln -s "$dir/outside" "$source/pages/notes"
ln -s "$dir/outside" "$source/programmes"
run "$crib" channel add "$source"
exited 0
run "$crib" find outside
exited 1
run "$crib" show secret
[ "$status" -ne 0 ] || fail "read from outside"
run "$crib" lint "$source"
exited 65
said 'modules/secret.md: error: a link that leaves'
said 'pages/notes: warning: a link to a directory'
said 'programmes: error'

step "a channel.yaml that is a link gives no id"
mv "$source/channel.yaml" "$dir/outside/channel.yaml"
ln -s "$dir/outside/channel.yaml" "$source/channel.yaml"
run "$crib" channel add "$source"
exited 65
complained 'channel.yaml'
complained 'link'
