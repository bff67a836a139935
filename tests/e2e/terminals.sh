# Every terminal: without UTF-8, without colour, unknown; wide and right-to-left letters keep the columns.
. "${0%/*}/lib.sh"

mkdir -p "$dir/wide/modules"
printf 'id: wide\niri: https://example.com/wide\nname: Wide\n' >"$dir/wide/channel.yaml"
cat >"$dir/wide/modules/wide.md" <<'END'
---
title: Wide letters
problem: Columns must be straight.
outcome: They are.
---
# Table

| Name | Value | |
|:-----|------:|-|
| 漢字表 | 12 mm | END |
| école | 3 µm | END |
| 🔧 tool | ¼ turn | END |
| שלום | 2½ m² | END |
END
run "$crib" channel add "$assets/sample"
exited 0
run "$crib" channel add "$dir/wide"
exited 0

# The columns at which END begins, one a line, wide letters counted twice (tmux pads them).
ends() {
    on_tmux capture-pane -p | grep END | sed 's/END.*//' | awk '{ gsub(/[漢字表🔧]/, "xx"); print length($0) }' | sort -u
}

step "what commands print on a terminal without UTF-8 is ASCII, JSON too"
for words in 'find pump' 'find --json mA' 'show --json loop-check-4-20ma' 'show --raw loop-check-4-20ma'; do
    # shellcheck disable=SC2086 # several words
    start 100x60 'TERM=vt220 LC_ALL=C PAGER=cat' "$crib" $words
    ended 0
    ! screen | LC_ALL=C grep -q '[^ -~]' || fail "crib $words: something that is not ASCII"
done

step "JSON on it says the same as in a pipe"
run "$crib" show --json wide
start 300x60 'TERM=vt220 LC_ALL=C PAGER=cat' "$crib" show --json wide
ended 0
expect '\u6f22\u5b57\u8868'
expect '\ud83d\udd27 tool'
expect_not '?'
said '漢字表'

step "what crib-sync says on a terminal with UTF-8 is not ASCII"
sed -i 's/^name: .*/name: Größe/' "$dir/wide/channel.yaml"
run "$crib" sync
exited 0
start 100x20 "LC_ALL=$utf8" "$crib" channel list
ended 0
expect 'Größe'
start 100x20 'TERM=vt220 LC_ALL=C' "$crib" channel list --json
ended 0
expect 'Gr\u00f6\u00dfe'

step "wide letters"
start 80x24 '' "$crib" wide/wide
wait_for '1 of 1'
settle
if [ "$(echo 漢 | awk '{ print length($0) }')" = 1 ]; then
    [ "$(ends | wc -l)" -eq 1 ] || fail "columns end at $(ends | tr '\n' ' ')"
fi
keys C-c
ended 0

for vars in 'TERM=vt220 LC_ALL=C' 'TERM=vt100 LC_ALL=C' 'TERM=linux LC_ALL=C'; do
    step "$vars: ASCII, and no question mark where something better is known"
    start 80x24 "$vars" "$crib" loop-check-4-20ma
    wait_for '1 of 7'
    expect 'Check a 4-20 mA loop end to end >'
    expect_match '^q{80}$' # tmux tells a drawn line by its letter
    ! screen | LC_ALL=C grep -q '[^ -~]' || fail "something that is not ASCII"
    keys Escape
    wait_for 'Find:'
    type_text 'loop'
    wait_for 'transmitter in loop 204'
    keys Escape
    wait_gone 'loop 204'
    keys C-c
    ended 0
    start 80x24 "$vars" "$crib" wide/wide
    wait_for '1/4 turn'
    expect '2 1/2 m^2'
    expect 'ecole'
    keys C-c
    ended 0
done

step "an unknown terminal is said, and used"
start 80x24 'TERM=nonsense' "$crib" prime-a-pump
wait_for 'TERM=nonsense'
keys Space
wait_gone 'TERM=nonsense'
keys C-c
ended 0

step "no colour where none is wanted"
start 80x24 'NO_COLOR=1' "$crib" prime-a-pump
wait_for '1 of 5'
settle
! screen -e | grep -q -E "$(printf '\033')"'\[(3[0-7]|38;|48;|4[0-7])' || fail "a colour"
keys C-t
wait_for 'theme: mono'
keys C-c
ended 0

step "each theme shows text, and what is selected"
start 80x24 '' "$crib"
wait_for 'installed'
for theme in light 16 mono contrast dark; do
    keys C-t
    wait_for "theme: $theme"
    expect '▸ Wide letters'
done
keys C-c
ended 0

step "a terminal that only appends lines gets lines"
start 80x60 'TERM=dumb' "$crib"
wait_for 'installed, '
wait_for 'crib:'
type_text quit
keys Enter
ended 0
start 80x120 'TERM=dumb' "$crib" open prime-a-pump
ended 0
expect 'Bleed the casing'
start 80x24 'TERM=dumb' "$crib" quiz prime-a-pump
wait_for '5 questions; you pass with 80 of 100'
finish

step "a key costs few bytes"
run "$pty" size:80x24 quiet key:'\eOB' key:'\eOB' key:x key:'\x7f' key:'\r' key:j key:j signal:TERM -- "$crib"
exited 0
for key in '\\eOB' j; do
    bytes=$(sed -n "s/^key $key: \([0-9]*\) bytes$/\1/p" "$dir/out" | tail -n 1)
    [ "$bytes" -lt 900 ] || fail "$key: $bytes bytes"
done
