# The kiosk with badges and PINs: scans, the next person's badge, wrong PINs, and the administrator, who alone ends it.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which is refused

run "$crib" channel add "$dir/channel"
exited 0
printf 'name,badge,roles,rights\nKim Lee,4001,operator,\nBo Baker,4002,welder,\nSam Long,4004,,administrator\n' >"$dir/people.csv"
run "$crib" learner import "$dir/people.csv"
exited 0
start 80x24 '' "$crib" learner add 'Ada Adams' --badge 9001 --rights administrator --pin
wait_for 'PIN'
type_text 2468
keys Enter
wait_for 'once more'
type_text 2468
keys Enter
ended 0
printf 'names: no\nkiosk:\n  name: Pump works\n' >"$dir/home/config.yaml"

# scan TEXT: as a scanner types it, in one burst that ends in Enter
scan() {
    sleep 0.1 # what was typed before is not a part of it
    on_tmux send-keys -l -- "$1" \; send-keys Enter
}

hear_notices

step 'a name is no badge here'
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge'
scan 'Kim Lee'
wait_for 'nobody is known here by that'
expect 'Scan your badge'
keys C-u

step 'a scan badges in, another one badges out, and in'
scan 4001
wait_for 'crib   Kim Lee'
type_text 'kims word'
wait_for 'Find: kims word'
scan 4002
wait_for 'crib   Bo Baker'
expect_not 'kims word'
scan 4002
wait_for 'Scan your badge'
expect_not 'Bo Baker'
scan 4001
wait_for 'crib   Kim Lee'

step 'what is no badge is an asset or a code, as always'
scan E-9999
settle
expect 'Kim Lee'
keys C-c
wait_for 'Scan your badge'

step 'a PIN is asked for, hidden, and given up by Ctrl-C'
scan 9001
wait_for 'PIN of Ada Adams'
type_text 1357
settle
expect_not 1357
keys C-c
wait_for "an administrator's badge"
expect_not Ada
keys Escape

step 'whoever is no administrator, or has no PIN, does not end it'
for badge in 4001 4004; do
    keys C-c
    wait_for "an administrator's badge"
    scan $badge
    wait_for 'Only an administrator who has a PIN'
    wait_for 'Scan your badge'
done
keys C-c
wait_for "an administrator's badge"
scan 9001
wait_for 'PIN of Ada Adams'
type_text 1111
keys Enter
wait_for 'That is not the PIN'
expect_not 'Find:'

step 'an administrator does, with the PIN'
type_text 2468
keys Enter
ended 0

step "what whoever looks after the device finds in the system's log"
noticed 'began; '
noticed 'somebody gave a badge or name that is not known here'
noticed 'an administrator ended it'
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge'
scan 9001
for try in 1 2 3; do
    wait_for 'PIN of Ada Adams'
    type_text "111$try"
    keys Enter
    [ $try -eq 3 ] || wait_for 'That is not the PIN'
    wait_gone '*'
done
noticed 'a PIN was wrong 3 times in a row: the next one can be tried in'
signal HUP
noticed 'its terminal went away'
for secret in Lee Adams Baker 4001 9001 1111 2468; do
    ! grep -q -F -e "$secret" "$dir/notices" || fail "the log knows of $secret: $(cat "$dir/notices")"
done

step 'by lines the same is told; a scanner may send something around its text'
cp "$dir/home/config.yaml" "$dir/kept.yaml"
printf 'scan_prefix: "~"\nscan_suffix: "!"\n' >>"$dir/home/config.yaml"
: >"$dir/notices"
start 80x24 '' "$crib" kiosk --plain
noticed 'began; '
wait_for 'Scan your badge'
scan '~4001!'
wait_for 'Kim Lee is here.'
scan '~module at!'
wait_for ' for module at.'
type_text '~no scan'
keys Enter
wait_for ' for ~no scan.'
scan '~4002!'
wait_for 'Bo Baker is here.'
expect_not Kim
scan '~4002!'
wait_for 'Badged out.'
scan '~5005!'
wait_for 'nobody is known here by that'
signal TERM
noticed 'its terminal went away'
ended 69
cp "$dir/kept.yaml" "$dir/home/config.yaml"

step 'a damaged record is healed, and that is told, though the kiosk opens no socket any more'
dd if=/dev/zero of="$dir/home/record.db" bs=1000 count=20 conv=notrunc 2>/dev/null
start 80x24 '' "$crib" kiosk
wait_for 'Scan your badge'
scan 4001
noticed 'the record was damaged: it is kept as record.db.corrupt-'
