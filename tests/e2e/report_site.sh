# crib report over all devices of a site: from its server over the network, and on the server's host; who may not.
. "${0%/*}/lib.sh"
served=
trap 'finish; [ -z "$served" ] || kill "$served" 2>/dev/null; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT

mkdir -p "$dir/week/modules" "$dir/week/programmes"
printf 'id: week\nname: Week\niri: https://example.com/week\n' >"$dir/week/channel.yaml"
printf -- '---\ntitle: Prime a pump\nproblem: The pump delivers no flow.\noutcome: Prime it.\nminutes: 2\nquiz: {pass: 50, shuffle: false, feedback: none}\n---\n\n## Bleed\n\nOpen the vent.\n\n```gift\n::The vent:: Is it open? {T}\n\nDoes the drive run? {F}\n```\n' \
    >"$dir/week/modules/prime.md"
printf 'title: Pump week\nproblem: Pumps stand still.\noutcome: They run.\nelements:\n  - {id: read, kind: module, module: prime}\n  - {id: workshop, kind: session, starts: 2026-11-23T09:00+00:00}\n  - {id: test, kind: assessment, module: prime}\n' \
    >"$dir/week/programmes/pump-week.yaml"
export TZ=UTC

step "a server, two devices with a learner each, and a trainer who may read all"
TMPDIR=$dir "$sync" serve --listen 127.0.0.1:0 --data "$dir/data" >"$dir/served" 2>"$dir/complaints" &
served=$!
wait_that -f "$dir/complaints" 'the server does not start' grep -q '^learning records: .*/$' "$dir/served"
url=$(sed -n 's,^learning records: \(http://.*\)/xapi/$,\1,p' "$dir/served")
token() { # FILE, of what --device or --client printed
    sed -n 's/^name: //p' "$dir/out" | tr '\n' ':' >"$1"
    sed -n 's/^token: //p' "$dir/out" >>"$1"
    chmod 600 "$1"
}
for name in kim lee; do
    mkdir "$dir/$name"
    run "$crib" serve --data "$dir/data" --device "at-$name"
    exited 0
    token "$dir/$name/token"
    printf "homepage: https://example.com\naccount: %s\nlrs: {endpoint: '%s/xapi', credentials: token}\n" "$name" "$url" \
        >"$dir/$name/config.yaml"
    CRIB_HOME=$dir/$name run "$crib" channel add "$dir/week"
    exited 0
done
run "$crib" serve --data "$dir/data" --client trainer
token "$dir/trainer"
quiz() { # WHO TIME ANSWERS
    printf '%s\n' "$3" | tr ' ' '\n' | CRIB_HOME=$dir/$1 CRIB_CLOCK=$2 "$crib" quiz prime --again --plain >"$dir/out" 2>&1
}
quiz kim 2026-11-20T10:00:00Z 'f t' # 0
quiz kim 2026-11-23T10:00:00Z 't f' # 100
quiz lee 2026-11-23T11:00:00Z 't t' # 50
for name in kim lee; do
    CRIB_HOME=$dir/$name run "$crib" sync
    exited 0
done

step "on the server's host: a row a person, from which device, when that was heard of last"
export CRIB_HOME="$dir/kim"
run "$crib" report programme pump-week --data "$dir/data" --csv
exited 0
cat >"$dir/wanted" <<'END'
name,account,home_page,before,before_of,session,sessions,sessions_of,joined,left,late,first,assessment,passed,after,after_of,retained,check_due,gain,device
kim,kim,https://example.com,1,1,no,0,1,"","","",0,100,yes,"","","","",100,at-kim
lee,lee,https://example.com,1,1,no,0,1,"","","","",50,yes,"","","","","",at-lee
END
tr -d '\r' <"$dir/out" | sed 's/,[^,]*,[^,]*$//' | diff "$dir/wanted" - || fail 'the rows are others'
grep -q -E ',at-kim,20[0-9][0-9]-[0-9-]+T' "$dir/out" || fail 'not said when it was heard of'

step "over the network, the same rows in every form"
for what in 'programme pump-week' 'module prime' 'person lee' signoff; do
    for form in --csv --json --html; do
        # What differs is of whom it was asked.
        run "$crib" report $what --data "$dir/data" $form
        exited 0
        sed 's/"source":"[^"]*"//; s/<p class="soft">All[^<]*//' "$dir/out" >"$dir/there"
        run "$crib" report $what --site - --credentials "$dir/trainer" $form
        exited 0
        sed 's/"source":"[^"]*"//; s/<p class="soft">All[^<]*//' "$dir/out" | cmp - "$dir/there" || fail "$what $form differs"
    done
done
run "$crib" report module prime --site "$url/xapi" --credentials "$dir/trainer"
said 'All devices of the site'
said '2 of 2'
said 'Does the drive run?' # what a question without a title asks
run "$crib" report person lee --data "$dir/data"
said 'Prime a pump'

step "what one's own device said is no report of all"
run "$crib" report programme pump-week --site -
exited 64
complained "whose token reads everybody's records?"
printf 'trainer:wrong\n' >"$dir/wrong"
chmod 600 "$dir/wrong"
run "$crib" report programme pump-week --site - --credentials "$dir/wrong"
exited 77
complained 'the learning record store refuses'
run "$crib" report gaps --data "$dir/data"
exited 64
run "$crib" report programme pump-week --data "$dir/nowhere"
exited 66
complained "no server keeps its records here: $dir/nowhere"
