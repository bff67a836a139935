# People of a terminal that many share, and their site: what they complete is sent under their own accounts.
. "${0%/*}/lib.sh"
. "${0%/*}/site.in"

sent_by() { # ACCOUNT: does the server hold statements of this account?
    cat "$dir/records"/serve.db* | grep -a -q "\"name\":\"$1\""
}
# A device of the site, on which many learn: $dir/NAME.
device() { # NAME
    run "$sync" serve --data "$dir/records" --invite "$1"
    exited 0
    line=$(head -n 1 "$dir/out")
    CRIB_HOME=$dir/$1
    mkdir -p "$CRIB_HOME"
    printf 'shared_accounts: [%s]\nguests: yes\n' "$(id -un)" >"$CRIB_HOME/config.yaml"
    # shellcheck disable=SC2086 # the line is words
    run "$crib" ${line#crib }
    exited 0
}
# Somebody passes the quiz in the kiosk.
passes() { # BADGE NAME
    start 80x24 '' "$crib" kiosk
    wait_for 'Scan your badge'
    type_text "$1"
    keys Enter
    wait_for "$2"
    keys Down
    keys C-q
    wait_for 'Question 1'
    keys 1 Enter
    wait_for 'Enter'
    keys Enter
    wait_for 'assed'
    keys Escape
    finish
}

start_site --init --data "$dir/records" --listen 127.0.0.1:0 --channel "$dir/published" --pin "$key"
device bench

step 'what somebody without an account completes stays'
run "$crib" learner add 'Kim Lee' --badge 77
exited 0
passes 77 'Kim Lee'
run "$crib" sync
exited 0
run "$crib" outbox
said 'crib learner account WHO NAME'
! sent_by klee || fail 'somebody has the account'

step 'with an account it is sent, and what was done before as well'
run "$crib" learner account 77 klee
exited 0
complained 'sent under this account'
run "$crib" learner list
said 'klee'
run "$crib" outbox
said 'klee'
run "$crib" sync
exited 0
complained 'sent'
sent_by klee || fail 'the server has nothing of Kim'
cat "$dir/records"/serve.db* | grep -a -o '"actor":{[^}]*}' | grep -q klee || fail 'Kim is no actor'
run "$crib" outbox
complained 'nothing waits'
run "$crib" audit verify
exited 0

step 'an account is one person'"'"'s; a list brings it'
run "$crib" learner add Sam --badge 78 --account klee
exited 65
complained "it is another learner's"
printf 'name,badge,account\nSam,78,sray\nKim Lee,77,klee\n' >"$dir/list.csv"
run "$crib" learner import "$dir/list.csv"
said '1 added, 0 changed, 1 as before'
stop_site
