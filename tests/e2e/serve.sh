# crib serve: says where it serves, ends when told to, and says what is missing.
. "${0%/*}/lib.sh"

published=$dir/published
mkdir -p "$published/pack"
echo '{"id": "plant", "version": 1}' >"$published/channel.json"

step "it says where, and SIGTERM ends it"
start 80x24 '' "$crib" serve --listen 127.0.0.1:0 --channel "$published"
wait_for 'plant: http://127.0.0.1:'
signal TERM
ended 0
finish

step "and Ctrl-C"
start 80x24 '' "$crib" serve --listen 127.0.0.1:0 --channel "$published" --json
wait_for '"channels":["plant"]'
keys C-c
ended 0
finish

step "several channels"
mkdir "$dir/two"
echo '{"id": "vendor"}' >"$dir/two/channel.json"
start 80x24 '' "$crib" serve --listen 127.0.0.1:0 --channel "$published" --channel="$dir/two"
wait_for 'plant: http://127.0.0.1:'
wait_for 'vendor: http://127.0.0.1:'
signal INT
ended 0
finish

step "a directory that holds no server's records is named, and stays as it is"
printf 'name\nKim\n' >"$dir/people.csv"
for what in --list '--list --json' '--revoke lathe-3' '--invite lathe-3' '--roles lathe-3=fitter' "--learners $dir/people.csv"; do
    # shellcheck disable=SC2086 # what is words
    run "$crib" serve --data "$dir/typo" $what
    exited 66
    complained "no server keeps its records here: $dir/typo"
    [ ! -e "$dir/typo" ] || fail "serve $what made it"
done

step "records, and who may send them"
run "$crib" serve --data "$dir/records" --device lathe-3
exited 0
said 'token: '
run "$crib" serve --data "$dir/records" --device lathe-3
exited 64
complained 'there is one of that name'
run "$crib" serve --data "$dir/records" --revoke lathe-3
exited 0
run "$crib" serve --data "$dir/records" --revoke lathe-3
exited 64
start 80x24 '' "$crib" serve --listen 127.0.0.1:0 --data "$dir/records"
wait_for 'learning records: http://127.0.0.1:'
signal TERM
ended 0
finish
[ "$(find "$dir/records" -perm -0004 -o -perm -0040 | wc -l)" -eq 0 ] || fail "others can read the records"

step "an invitation"
run "$crib" serve --data "$dir/records" --invite press-1
exited 0
said 'crib enrol http://127.0.0.1:'
run "$crib" serve --data "$dir/records" --invite ''
exited 64

step "what can't be is said"
run "$crib" serve --device lathe-3
exited 64
complained 'goes with --data'
run "$crib" serve
exited 64
complained 'there is nothing to serve'
run "$crib" serve --channel "$dir/none"
exited 65
complained 'no published channel'
run "$crib" serve --listen nowhere --channel "$published"
exited 64
complained 'it is no address'
run "$crib" serve --cert x --channel "$published"
exited 64
complained '--cert and --key go together'
echo nonsense >"$dir/pem"
run "$crib" serve --listen 127.0.0.1:0 --cert "$dir/pem" --key "$dir/pem" --channel "$published"
exited 78
complained 'not fit for TLS'
