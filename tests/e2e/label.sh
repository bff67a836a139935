# crib label: what it prints can be read by a scanner (zbarimg, where it is installed), and by crib.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0

# scanned FILE: the text of the code that was drawn into it in half blocks (or, for bars, in halves beside each other).
scanned() {
    LC_ALL=C sed 's/\xe2\x96\x88/1/g; s/\xe2\x96\x80/2/g; s/\xe2\x96\x84/3/g; s/\xe2\x96\x8c/4/g; s/\xe2\x96\x90/5/g' "$1" |
        awk '/^[12345 ]+$/ { n++; line[n] = $0 }
            function row(text, on,    i, k, v, s) {
                s = ""
                for (i = 1; i <= length(text); i++) {
                    v = index(on, substr(text, i, 1)) ? "255 " : "0 "
                    for (k = 0; k < 4; k++) s = s v
                }
                for (k = 0; k < 4; k++) out[++rows] = s
                wide = 4 * length(text)
            }
            END {
                for (i = 1; i <= n; i++) {
                    text = line[i]
                    if (bars) {
                        gsub(/1/, "aa", text); gsub(/ /, "  ", text); gsub(/4/, "a ", text); gsub(/5/, " a", text)
                        for (k = 0; k < 4; k++) row(text, "a")
                    } else { row(text, "12"); row(text, "13") }
                }
                print "P2"; print wide, rows; print 255
                for (i = 1; i <= rows; i++) print out[i]
            }' bars="${2:-}" /dev/stdin >"$dir/code.pgm"
    zbarimg -q --raw "$dir/code.pgm" 2>/dev/null
}
reads() { # TEXT [bars]
    command -v zbarimg >/dev/null || return 0
    got=$(scanned "$dir/out" "${2:-}")
    [ "$got" = "$1" ] || fail "a scanner reads $got, not $1"
}

step "Code 128"
run "$crib" label --code128 P-101
exited 0
said 'P-101'
[ ! -s "$dir/err" ] || fail "it complains: $(cat "$dir/err")"
reads P-101 1
# shellcheck disable=SC2016
for text in ' !"#$%&()*+,-./0' '123456789:;<=>?@' 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' '[\]^_`abcdefghijklmn' 'opqrstuvwxyz{|}~x' \
    0123456789 00 99; do
    run "$crib" label --code128 -- "$text"
    exited 0
    reads "$text" 1
done
run "$crib" label --code128 'Ventil-Ö'
exited 65
complained 'ASCII alone'
run "$crib" label --code128 "$(printf '%090d' 0)"
exited 65
complained 'too long'
run "$crib" label ' '
exited 64

step "a tag that nobody knows yet is printed all the same"
run "$crib" label --code128 XQ-7
exited 0
complained 'nothing here is for that, yet'

step "as SVG"
run "$crib" label --code128 --svg "$dir/label.svg" 'prime-a-pump'
exited 0
grep -q '<text .*>Prime a centrifugal pump</text>' "$dir/label.svg" || fail "no caption"
run "$crib" label --code128 --svg - 'X<&"1'
said '>X&#60;&#38;&#34;1</text>'
said_not 'X<'

step "on a terminal"
start 80x24 'LC_ALL=C TERM=vt220' "$crib" label --code128 2
ended 0
expect '##########'
finish
start 30x24 '' "$crib" label --code128 P-101
ended 69
expect 'wider than'
finish

step "a name that two channels have is asked about: a wrong link stays on a door for years"
mkdir -p "$dir/vendor/modules"
echo 'id: vendor' >"$dir/vendor/channel.yaml"
printf -- '---\ntitle: Theirs\nproblem: The pump leaks badly.\noutcome: Mend it.\nminutes: 2\n---\n\n## A\n\nText.\n' \
    >"$dir/vendor/modules/prime-a-pump.md"
run "$crib" channel add "$dir/vendor"
exited 0
run "$crib" label --code128 prime-a-pump
exited 65
complained 'it fits 2: field-crib/prime-a-pump, vendor/prime-a-pump (name it in full)'
[ ! -s "$dir/out" ] || fail "a label of one of them was printed"
run "$crib" label --code128 vendor/prime-a-pump
exited 0
said 'Theirs'
run "$crib" channel remove vendor
exited 0

step "QR codes"
run "$crib" label P-101
if [ "$status" -eq 69 ]; then
    complained 'libqrencode'
    skip "libqrencode is not installed"
fi
exited 0
said 'P-101'
reads P-101
run "$crib" label prime-a-pump#bleed
exited 0
said 'Prime a centrifugal pump'
reads 'crib://field-crib/prime-a-pump#bleed'
run "$crib" label 'Ventil-Ö 7'
exited 0
reads 'Ventil-Ö 7'
run "$crib" label "$(printf '%03000d' 0)"
exited 65
complained 'too long'
start 100x60 'LC_ALL=C TERM=vt220' "$crib" label P-101
ended 0
expect '##'
finish
