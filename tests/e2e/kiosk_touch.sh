# The kiosk under fingers (`touch: yes`): what can be touched is three rows tall, all of it counts, and nothing but a finger
# is needed: not for a badge, a PIN, a quiz, a note, nor to go out.
. "${0%/*}/lib.sh"
. "${0%/*}/quiz_content.in"

export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which is refused
cat >"$dir/channel/modules/a-link.md" <<END
---
title: A link
problem: A link.
outcome: A link.
minutes: 1
---
## Where

There is [what leads on](at-once.md) here.
END
{
    printf -- '---\ntitle: Outlined\nproblem: Outlined.\noutcome: Outlined.\nminutes: 1\n---\n'
    for section in First Second Third Fourth Fifth Sixth Seventh Eighth; do
        printf '\n## %s\n' "$section"
        for line in 1 2 3 4 5 6 7 8 9 10 11 12; do printf '\nParagraph %s.\n' $line; done
    done
} >"$dir/channel/modules/outlined.md"
run "$crib" channel add "$dir/channel"
exited 0
printf 'kiosk:\n  name: Pump works\n  touch: yes\nmouse: no\n' >"$dir/home/config.yaml"
start 80x24 '' "$crib" learner add Ada --badge 1234 --pin
wait_for 'Choose a PIN'
keys 5 0 7 9 Enter
wait_for 'once more'
keys 5 0 7 9 Enter
ended 0

# where TEXT: its column and row
where() {
    wait_for "$1"
    place=$(screen | awk -v text="$1" 'index($0, text) && !row { row = NR; column = index($0, text) } END { print column, row }')
}

# press TEXT [ROWS]: on it, or so many rows below
press() {
    where "$1"
    tap "${place% *}" $((${place#* } + ${2:-0}))
}

step 'a badge and a PIN by the keyboard on the screen; each key is tall'
start 80x24 TERM=xterm-256color "$crib" kiosk
wait_for 'Scan your badge'
expect_not 'abc'
press 'Scan your badge' 1
wait_for 'abc'
expect 'Cancel'
press ' 1 ' -1
press ' 2 ' 1
press ' 3 '
press ' 4 '
expect 'type it: 1234'
press 'badge in' -1
wait_for 'PIN of Ada:'
press ' 5 '
press ' 1 '
press Delete
press ' 0 '
press ' 7 '
press ' 9 ' -1
expect 'PIN of Ada: ****'
expect_not 5079
press Enter 1
wait_for 'Find:'

step 'a list of tall rows: each of the three opens it; back and the way out are tall, too'
expect_match '^ filters   commands .* badge out$'
for row in -1 0 1; do
    press 'Module at-once' $((row + 1))
    wait_for 'Module at-once › '
    expect_match ' next   page up   back   outline   quiz   commands'
    press ' back ' $row
    wait_for 'Find:'
done
press 'Module at-once'
wait_for 'Module at-once › '

step 'a link is as tall'
press ' back '
press 'A link'
for row in -1 0 1; do
    wait_for 'what leads on'
    press 'what leads on' $row
    wait_for 'Module at-once › '
    press ' back '
done
wait_for 'what leads on'
press ' back '
press 'Module at-once'
wait_for 'Module at-once › '

step 'answers are tall'
press ' quiz '
wait_for 'Question one?'
press 'wrong one' 2
expect_match '2 \(•\) wrong one'
press 'right one' 2
expect_match '1 \(•\) right one'
press 'confirm' 1
wait_for 'good one'
press 'go on' -1
wait_for 'Question two?'

step 'a word is typed by the keyboard of letters; a menu opens by one touch'
press ' leave '
wait_for ' outline '
press ' commands '
wait_for 'page down'
expect_not 'Cancel'
press 'Narrow:'
wait_for 'Cancel'
for key in n o t e; do press " $key "; done
expect 'Narrow: note'
press ' note  ' 1
wait_for 'A note on this section'
press 'Note: what' 1
wait_for 'Cancel'
for key in f i x; do press " $key "; done
press '123'
press ' 7 '
press Enter
wait_for 'Noted'
press ' back '
wait_for 'Find:'
press 'Find:' 1
wait_for 'Cancel'
press ' z '
press ' x '
expect 'Find: zx'
press 'Find:'
wait_gone 'Cancel'
press ' clear '
expect_not 'zx'

step 'a question is answered by a button, and nothing else is one then'
type_text pump
press 'Module at-once'
wait_for 'Module at-once › '
press ' back '
wait_for 'Did this solve it?'
expect_not 'page down'
press ' yes ' 1
wait_for 'Noted: it did.'
press ' clear '
wait_gone 'Find: pump'

step 'the way out stands on every screen, and nothing of the visit is left'
press 'Module at-once'
wait_for 'Module at-once › '
press 'badge out' -1
wait_for 'Badged out'
expect_not Ada
finish

step 'an outline beside the text is as tall as all else'
start 130x24 TERM=xterm-256color "$crib" kiosk
wait_for 'Scan your badge'
press 'Scan your badge' 1
wait_for 'abc'
type_text 1234
keys Enter
wait_for 'PIN'
keys 5 0 7 9 Enter
press 'Later'
wait_for 'Find:'
type_text outlined
press 'Outlined  '
wait_for '│'
for row in -1 0 1; do
    press 'Third  ' $row
    wait_for '› Third'
    press 'First  ' $row
    wait_for '› First'
done
press 'Sixth  '
wait_for '› Sixth'
press 'Eighth  ' 1
wait_for '› Eighth'
keys C-c
wait_for 'Scan your badge'
finish

step 'on low and narrow screens there is less of it, and it works'
for size in 40x16 20x9; do
    start $size TERM=xterm-256color "$crib" kiosk
    wait_for 'adge'
    tap 5 $((${size#*x} - 4))
    settle
    type_text 1234
    keys Enter
    wait_for 'PIN'
    keys 5 0 7 9 Enter
    wait_for 'Go on'
    keys C-c
    wait_for 'adge'
    finish
done
