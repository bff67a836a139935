# SIGKILL at random moments of a signature: it is on disk or it is not; one that was confirmed is; the chain holds, and so does
# the proof of all of them.
. "${0%/*}/lib.sh"

count=21
mkdir -p "$dir/channel/modules"
printf 'id: plant\nname: Plant\niri: https://plant.example.com\n' >"$dir/channel/channel.yaml"
for i in $(seq $count); do
    {
        printf -- '---\ntitle: Valve %s\nproblem: It leaks at the stem.\noutcome: Stop it.\nminutes: 2\nsign_off: true\n---\n\n' "$i"
        printf '## One\n\nWord.\n\n```gift\n::q:: Right? {=Yes ~No}\n```\n'
    } >"$dir/channel/modules/v$i.md"
done
run "$crib" channel add "$dir/channel"
exited 0

step 'each is read, line by line, and its quiz passed'
mkfifo "$dir/lines"
"$crib" --plain <"$dir/lines" >"$dir/read" 2>&1 &
exec 3>"$dir/lines"
for i in $(seq $count); do
    echo "open v$i" >&3
    tries=0
    until grep -q "^Valve $i, 1 of 1:" "$dir/read" || [ $tries -gt 100 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    sleep 0.25
    echo back >&3
done
exec 3>&-
wait
for i in $(seq $count); do
    echo 1 | "$crib" quiz "v$i" --plain >"$dir/out" 2>&1 || fail "the quiz of v$i is not passed"
done

# At some moment of the first 20 ms; each third time it is let to its end.
step "$count signatures, two of three killed"
confirmed=0
for i in $(seq $count); do
    after=$(awk "BEGIN { srand(20261123 + $i); printf \"0.0%03d\", 1 + 190 * rand() }")
    [ $((i % 3)) -ne 0 ] || after=20
    echo 'Kim Lee' | timeout -s KILL "$after" "$crib" quiz "v$i" --sign >"$dir/said-$i" 2>"$dir/err"
    [ $((i % 3)) -ne 0 ] || grep -q '^Signed off\.$' "$dir/said-$i" || fail "v$i: $(cat "$dir/said-$i" "$dir/err")"
    if grep -q '^Signed off\.$' "$dir/said-$i"; then
        confirmed=$((confirmed + 1))
        run "$crib" report signoff --csv
        said "plant/v$i,"
    fi
done
[ $confirmed -ge $((count / 3)) ] || fail "$confirmed were confirmed"

step 'the chain holds, and what was cut off is signed when it is asked again'
run "$crib" audit verify
exited 0
said_not 'broken'
for i in $(seq $count); do
    echo 'Kim Lee' | "$crib" quiz "v$i" --sign >"$dir/out" 2>"$dir/err" || fail "v$i: $(cat "$dir/out" "$dir/err")"
done
run "$crib" report signoff --csv
[ "$(grep -c '^current,' "$dir/out")" -eq $count ] || fail "not all $count are signed once"
run "$crib" audit show
[ "$(grep -c 'plant/v' "$dir/out")" -eq $count ] || fail 'one was signed twice'
id=$(grep -o '[0-9a-f]\{8\}-[0-9a-f-]\{27\}' "$dir/out" | head -n 1)
run "$crib" audit show "$id"
exited 0
said "Sign-off $id"
run "$crib" audit export "$dir/proof.json"
CRIB_HOME=$dir/elsewhere run "$crib" audit verify "$dir/proof.json"
exited 0
said "It holds: $count sign-offs"
