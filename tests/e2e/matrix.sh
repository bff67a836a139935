# The terminal matrix: each terminal, size and encoding shows the same hub, reader and quiz, byte by byte within what its
# terminfo entry says (vt.c), and is left as it was.
. "${0%/*}/lib.sh"

vt=$build/e2e/vt
terms='vt100 vt220 linux xterm xterm-256color screen tmux-256color putty rxvt rxvt-unicode'
sizes='80x24 200x60 40x12 20x5'

mkdir -p "$dir/source/modules" "$dir/screens"
printf 'id: every\niri: https://example.com/every\nname: Every\n' >"$dir/source/channel.yaml"
cat >"$dir/source/modules/prime-a-pump.md" <<'END'
---
title: Prime a pump, à l'école
problem: It runs at 12 °C and 2½ bar, but delivers no flow.
outcome: Fill it, and know air binding when you hear it.
minutes: 5
quiz: {shuffle: false}
---
## Before you start

> **Danger** Lock out the drive first.

| Größe | Wert | |
|:-----|------:|-|
| 漢字表 | 12 mm | END |
| école | 3 µm | END |

1. Open the *vent valve* a **quarter** turn.
2. Wait until the water runs without bubbles → then close it.

## Bleed the casing

Turn `valve-1` by ¼, see [the start](#before-you-start).

```gift
::one::Which way does the water go – über Los?{=Up#Right ✓~Down#No}
::two::Is it {T}
```
END
for i in 1 2 3 4 5 6 7 8 9; do
    printf -- '---\ntitle: Module number %s, naïvely\nproblem: P %s.\noutcome: O.\nminutes: 3\n---\n\nText.\n' $i $i \
        >"$dir/source/modules/m$i.md"
done
run "$crib" channel add "$dir/source"
exited 0

# A Latin-1 locale lies on few machines: one is made where its source is.
mkdir "$dir/locales"
latin1=
if localedef -i en_US -f ISO-8859-1 "$dir/locales/en_US.ISO-8859-1" 2>/dev/null; then
    latin1=en_US.ISO-8859-1
elif locale -a 2>/dev/null | grep -q -i -x 'en_us.iso-\?8859-\?1'; then
    latin1=en_US.ISO-8859-1
else
    echo "no Latin-1 locale can be made here: that third of the matrix is left out"
fi

# What is asked of each: drive HOME TERM SIZE ENCODING. Pauses, lest keys be taken for a scanner's.
cat >"$dir/drive.sh" <<'END'
home=$1 term=$2 size=$3 encoding=$4
case $encoding in
utf8) locale=$utf8 ;;
latin1) locale=$latin1 ;;
*) locale=C ;;
esac
cp -R "$CRIB_HOME" "$home"
name=$screens/$size-$encoding
env TERM="$term" LC_ALL="$locale" LOCPATH="${locales:-}" CRIB_HOME="$home" "$vt" "size:$size" "encoding:$encoding" \
    wait:Find: "same:$name-hub" 'key:\x0e' "same:$name-down" 'key:prime' wait:prime "same:$name-found" pause:50 'key:\r' \
    wait:Space "same:$name-reader" key:j "same:$name-line" key:G "same:$name-end" \
    key:g "same:$name-again" key:q "same:$name-quiz" pause:50 key:1 pause:50 'key:\r' "same:$name-answered" \
    'key:\x03' end:0 -- "$crib" >"$home.log" 2>&1 || echo "$term $size $encoding" >"$home.failed"
rm -rf "$home"
cp -R "$CRIB_HOME" "$home"
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # it looks by a process of its own, which the kiosk refuses
env TERM="$term" LC_ALL="$locale" LOCPATH="${locales:-}" CRIB_HOME="$home" "$vt" "size:$size" "encoding:$encoding" \
    wait:adge "same:$name-kiosk" 'key:Ada' wait:Ada pause:50 'key:\r' wait:Find: "same:$name-in" 'key:\x03' gone:Find: wait:adge gone:Ada \
    hangup end:69 -- "$crib" kiosk >>"$home.log" 2>&1 || echo "$term $size $encoding kiosk" >"$home.failed"
rm -rf "$home"
END
export utf8 latin1 vt crib screens="$dir/screens"
[ -z "$latin1" ] || ! [ -e "$dir/locales/$latin1" ] || export locales="$dir/locales"

step "the reference draws each screen, the others have to show the same"
mkdir "$dir/runs"
for encoding in utf8 ${latin1:+latin1} ascii; do
    for size in $sizes; do
        echo "xterm-256color $size $encoding"
    done
done >"$dir/first"
for encoding in utf8 ${latin1:+latin1} ascii; do
    for size in $sizes; do
        for term in $terms; do
            [ "$term" != xterm-256color ] || continue
            TERM=$term tput clear >/dev/null 2>&1 || { echo "$term: not known on this machine, left out"; continue; }
            echo "$term $size $encoding"
        done
    done
done >"$dir/rest"
for list in first rest; do
    n=0
    while read -r line; do
        n=$((n + 1))
        case $line in *left\ out) echo "$line" >&2 ;; *) echo "$dir/runs/$list-$n $line" ;; esac
    done <"$dir/$list" | xargs -P 4 -L 1 sh "$dir/drive.sh"
    for failed in "$dir/runs"/*.failed; do
        [ -e "$failed" ] || continue
        cat "${failed%.failed}.log"
        fail "$(cat "$failed")"
    done
done
[ "$(find "$dir/runs" -name '*.log' | wc -l)" -ge 100 ] || [ -z "$latin1" ] || echo "fewer terminals than usual"

step "each encoding shows what it can"
grep -q 'école' "$dir/screens/80x24-utf8-reader" || fail "UTF-8: $(cat "$dir/screens/80x24-utf8-reader")"
grep -q '漢字表' "$dir/screens/80x24-utf8-reader" || fail "UTF-8"
grep -q 'ecole' "$dir/screens/80x24-ascii-reader" || fail "ASCII"
! sed 's/[─│]//g' "$dir/screens"/*-ascii-* | LC_ALL=C grep -q '[^ -~]' || fail "ASCII: something else"
grep -q '^────' "$dir/screens/80x24-ascii-hub" || fail "ASCII: no line below the header, though the terminals can draw it"
grep -q '│DANGER' "$dir/screens/80x24-ascii-reader" || fail "ASCII: no bar: $(cat "$dir/screens/80x24-ascii-reader")"
grep -q '^ *───* ' "$dir/screens/80x24-ascii-reader" || fail "ASCII: no line below the table's head"
if [ -n "$latin1" ]; then
    grep -q 'école' "$dir/screens/80x24-latin1-reader" || fail "Latin-1: $(cat "$dir/screens/80x24-latin1-reader")"
    grep -q 'Größe' "$dir/screens/80x24-latin1-reader" || fail "Latin-1"
    grep -q '12 °C and 2 1/2 bar' "$dir/screens/80x24-latin1-found" || fail "Latin-1: $(cat "$dir/screens/80x24-latin1-found")"
    TERM=vt220 LC_ALL=$latin1 LOCPATH="${locales:-}" PAGER=cat run "$vt" size:80x60 encoding:latin1 'wait:école   3 µm' 'wait:Größe' \
        -- sh -c '"$1" show prime-a-pump; sleep 1' sh "$crib"
    exited 0
    TERM=dumb LC_ALL=$latin1 LOCPATH="${locales:-}" run "$vt" size:80x60 encoding:latin1 "wait:à l'école" 'key:prime\r' 'wait:12 °C' \
        'key:1\r' 'wait:Größe: école' -- "$crib"
    exited 0
    rm -f "$CRIB_HOME"/record.db*
    grep -q 'über Los' "$dir/screens/80x24-latin1-quiz" || fail "Latin-1: $(cat "$dir/screens/80x24-latin1-quiz")"
fi

step "without colours the same is told"
for theme in auto light 16 mono contrast; do
    cp -R "$CRIB_HOME" "$dir/runs/home"
    CRIB_THEME=$theme TERM=xterm-256color CRIB_HOME="$dir/runs/home" run "$vt" size:80x24 encoding:utf8 \
        wait:Find: "same:$dir/screens/80x24-utf8-hub" 'key:\x0e' "same:$dir/screens/80x24-utf8-down" 'key:\x03' end:0 -- "$crib"
    exited 0
    rm -rf "$dir/runs/home"
done
NO_COLOR=1 TERM=xterm-256color run "$vt" size:80x24 encoding:utf8 \
    wait:Find: "same:$dir/screens/80x24-utf8-hub" plain 'key:\x03' end:0 -- "$crib"
exited 0
NO_COLOR=1 sh "$dir/drive.sh" "$dir/runs/plain" xterm-256color 80x24 utf8
[ ! -e "$dir/runs/plain.failed" ] || { cat "$dir/runs/plain.log"; fail "NO_COLOR shows something else"; }
grep -q '^ *▸ ' "$dir/screens/80x24-utf8-down" || fail "no mark at what is selected"
grep -q '▌DANGER' "$dir/screens/80x24-utf8-reader" || fail "no word at a danger"
grep -q 'Right' "$dir/screens/80x24-utf8-answered" || fail "no word at an answer: $(cat "$dir/screens/80x24-utf8-answered")"

step "lines are letters of a second set, switched on and off; minus signs where there is none, and where ASCII is asked for"
for asked in "vt100 no" "vt220 no" "vt52 no" "vt100 yes" "adm3a no"; do
    TERM=${asked% *} tput clear >/dev/null 2>&1 || continue
    TERM=${asked% *} LC_ALL=C CRIB_ASCII=${asked#* } run "$vt" size:80x24 encoding:ascii wait:Find: show 'key:\x03' end:0 -- "$crib"
    exited 0
    case $asked in *yes | adm3a*) said '--------' ;; *) said '────────' ;; esac
done

step "the kiosk of lines sends what the terminal knows"
for term in vt100 linux; do
    cp -R "$CRIB_HOME" "$dir/runs/home"
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" TERM=$term LC_ALL=C CRIB_HOME="$dir/runs/home" run "$vt" size:80x24 encoding:ascii \
        'wait:Scan your badge' 'key:Bob' 'wait:it: Bob' pause:60 'key:\r' 'wait:Bob is here' 'key:mox\x7f\x7fod' wait:mod pause:60 'key:\r' \
        'wait:for mod' 'key:\x03' gone:Bob hangup end:69 -- "$crib" kiosk --plain
    exited 0
    rm -rf "$dir/runs/home"
done

step "colours of 24 bits where the terminal says that it has them, and its entry for them is here; else the palette's"
for asked in 'xterm-256color truecolor exact' 'tmux-256color 24bit exact' 'xterm-direct - exact' 'xterm-256color - palette' \
    'rxvt-unicode truecolor palette' 'xterm-256color other palette'; do
    read -r term depth seen <<END
$asked
END
    TERM=$term tput clear >/dev/null 2>&1 && TERM=xterm-direct tput clear >/dev/null 2>&1 && TERM=tmux-direct tput clear >/dev/null 2>&1 || continue
    TERM=$term COLORTERM=${depth#-} run "$vt" size:80x24 encoding:utf8 wait:Find: "same:$dir/screens/80x24-utf8-hub" "$seen" 'key:\x0e' \
        "same:$dir/screens/80x24-utf8-down" 'key:\x03' end:0 -- "$crib"
    exited 0
done

step "what a terminal does not know is seen"
TERM=vt100 run "$vt" size:80x24 encoding:utf8 wait:Find: -- env TERM=xterm "$crib"
exited 1
said 'this terminal does not know \x1b[?1049h'
