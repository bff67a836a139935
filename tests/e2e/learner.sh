# crib learner: all that is held of somebody, taken along; then forgotten here and at crib serve.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

secret='the vent key hangs behind panel three'

# Does a file of the record, or of the server, hold the text?
kept() {
    grep -q -a -F -e "$1" "$dir/home"/record.db* 2>/dev/null
}

# Until the server says where it is.
listening() {
    wait_that -f "$dir/serve" 'the server does not start' grep -q -s '/xapi/' "$dir/serve"
}

step 'nobody is known yet'
run "$crib" learner export
exited 0
said 'Nothing.'
run "$crib" learner forget --yes
exited 0
complained 'nothing is held of you'
run "$crib" learner nonsense
exited 64

step 'a server'
run "$crib" serve --data "$dir/records" --device lathe --json
exited 0
token=$(sed 's/.*"token":"\([^"]*\)".*/\1/' "$dir/out")
"$crib" serve --listen 127.0.0.1:0 --data "$dir/records" >"$dir/serve" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; finish; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
listening
url=$(sed -n 's/.*\(http:.*\)\/$/\1/p' "$dir/serve")
address=${url#http://}
address=${address%/xapi}
printf 'lathe:%s\n' "$token" >"$dir/home/lrs.key"
chmod 600 "$dir/home/lrs.key"
printf 'homepage: https://example.com\naccount: kim.lindqvist\nlrs: {endpoint: "%s", credentials: lrs.key}\n' "$url" \
    >"$dir/home/config.yaml"

step 'what somebody does'
run "$crib" channel add "$dir/channel"
exited 0
printf '1\n\n1\n\n1\n\n' | "$crib" quiz at-once --plain >"$dir/quiz" 2>&1
run "$crib" note --on at-once "$secret"
exited 0
run "$crib" find zzqqxx
run "$crib" sync
exited 0
complained 'sent'
printf '1\n\n1\n\n1\n\n' | "$crib" quiz at-once --plain >"$dir/quiz" 2>&1
kept "$secret" || fail 'the note is not in the record'
kept kim.lindqvist || fail 'the account is not in the record'
grep -q -a kim.lindqvist "$dir/records"/serve.db* || fail 'the statements did not come'
grep -q -a -F "$secret" "$dir/records"/serve.db* || fail 'the note did not come'

step 'taken along: text, JSON, files; the same each time'
run "$crib" learner export
exited 0
said "$secret"
said 'kim.lindqvist'
said 'attempt.finished'
said 'acknowledged'
cp "$dir/out" "$dir/first"
run "$crib" learner export
cmp -s "$dir/out" "$dir/first" || fail 'another order'
run "$crib" learner export --json
exited 0
said '"kind":"note.filed"'
mkdir "$dir/away"
run "$crib" learner export "$dir/away"
exited 0
cmp -s "$dir/away/crib-learner.json" "$dir/out" && fail 'what was printed before is in the file'
"$crib" learner export --json >"$dir/json"
cmp -s "$dir/away/crib-learner.json" "$dir/json" || fail 'the file differs from what is printed'
cmp -s "$dir/away/crib-learner.txt" "$dir/first" || fail 'the text differs from what is printed'
[ "$(find "$dir/away" -type f \( -perm -0040 -o -perm -0004 \) | wc -l)" -eq 0 ] || fail 'others can read it'
run "$crib" learner export "$dir/none/file"
exited 66

step 'nothing is forgotten without a yes'
run "$crib" learner forget
exited 64
complained '--yes'
start 80x24 '' "$crib" learner forget
wait_for 'Type forget'
expect 'What goes from this device'
keys n o Enter
wait_for 'Nothing was erased'
ended 0
finish
run "$crib" learner forget --dry-run
exited 0
kept "$secret" || fail 'it was erased'

if command -v sqlite3 >/dev/null; then
    step 'what was interrupted after its first step is ended at the next start'
    cp -r "$dir/home" "$dir/whole"
    sqlite3 "$dir/home/record.db" 'INSERT INTO forgetting SELECT number FROM learner; DELETE FROM learner'
    kept "$secret" || fail 'it was erased'
    run "$crib" note --on at-once 'another word'
    exited 0
    ! kept "$secret" || fail 'it is still there'
    run "$crib" audit verify
    exited 0
    said 'payloads erased'
    rm -rf "$dir/home"
    cp -r "$dir/whole" "$dir/home"

    step 'or by whoever forgets'
    sqlite3 "$dir/home/record.db" 'INSERT INTO forgetting SELECT number FROM learner; DELETE FROM learner'
    run "$crib" learner forget --dry-run
    exited 0
    kept "$secret" || fail 'it was erased'
    run "$crib" learner forget --yes
    exited 0
    complained 'What was begun before is forgotten now.'
    ! kept "$secret" || fail 'it is still there'
    rm -rf "$dir/home"
    mv "$dir/whole" "$dir/home"
fi

step 'forgotten: not in the record, nor beside it'
start 80x30 '' "$crib" learner forget
wait_for 'Type forget'
expect 'statements at http'
expect 'your account in the learning record store'
type_text forget
keys Enter
wait_for 'Forgotten: '
ended 0
finish
for text in "$secret" kim.lindqvist zzqqxx note.filed.text; do
    ! kept "$text" || fail "still there: $text"
done
run "$crib" audit verify
exited 0
said 'payloads erased'
run "$crib" learner export
exited 0
said 'Nothing.'
run "$crib" note
said_not "$secret"
run "$crib" outbox
exited 0
said 'the next `crib sync` has them erased at'
said "  $url"
mv "$dir/home/config.yaml" "$dir/config"
run "$crib" outbox
said 'nobody is asked, lrs in config.yaml does not name'
mv "$dir/config" "$dir/home/config.yaml"

step 'and at the server, with the next sync'
run "$crib" sync
exited 0
complained 'erased at the LRS'
! grep -q -a kim.lindqvist "$dir/records"/serve.db* || fail 'the server still has it'
! grep -q -a -F "$secret" "$dir/records"/serve.db* || fail 'the server still has the note'
run "$crib" outbox
said_not 'erased'

step 'what was said to be erased outlives SIGKILL'
kill -9 $server
wait $server 2>/dev/null
run "$crib" serve --data "$dir/records" --client reader
exited 0
! grep -q -a kim.lindqvist "$dir/records"/serve.db* || fail 'it is back'
rm -f "$dir/serve"
"$crib" serve --listen "$address" --data "$dir/records" >"$dir/serve" 2>&1 &
server=$!
listening

step 'begun anew, as somebody else'
printf '1\n\n1\n\n1\n\n' | "$crib" quiz at-once --plain >"$dir/quiz" 2>&1
run "$crib" learner export
said 'number: 2'
run "$crib" sync
exited 0
complained 'sent'
grep -q -a kim.lindqvist "$dir/records"/serve.db* || fail 'the new statements did not come'
run "$crib" audit verify
exited 0
