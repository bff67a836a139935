# crib serve's pages in a real browser: light and dark, narrow, by keyboard alone; a card, and a quiz without a script.
. "${0%/*}/lib.sh"

browser=
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser=$(command -v "$name") || browser=
done
[ -n "$browser" ] || skip "there is no Chromium"
served=
other=
trap 'finish; for one in $served $other; do kill "$one" 2>/dev/null; done; chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT

step "a channel is published and served"
run "$crib" channel key "$dir/plant" --no-passphrase
exited 0
run "$crib" publish "$assets/sample" "$dir/published" --key "$dir/plant" --unreviewed
exited 0
"$build/e2e/page" "$dir/page" >"$dir/port" &
other=$!
wait_that 'the other site does not start' test -s "$dir/port"
port=$(cat "$dir/port")
TMPDIR=$dir "$sync" serve --origin "http://localhost:$port" --listen 127.0.0.1:0 --channel "$dir/published" >"$dir/served" 2>"$dir/complaints" &
served=$!
wait_that -f "$dir/complaints" 'the server does not start' grep -q '^field-crib: .*/field-crib/$' "$dir/served"
url=$(sed -n 's,^field-crib: \(http://.*\)/field-crib/$,\1,p' "$dir/served")
page=$url/field-crib/m/prime-a-pump
quiz=$url/field-crib/quiz/prime-a-pump

# browse: commands on standard input (browser.c); what they print goes to $dir/out. A profile of its own each time. On a busy
# machine a browser may hang by itself: then another one is asked, once.
browse() {
    cat >"$dir/told"
    for attempt in first second; do
        rm -rf "$dir/profile"
        mkdir "$dir/profile"
        ! HOME=$dir/profile "$build/e2e/browser" "$browser" "$dir/profile" <"$dir/told" >"$dir/out" 2>"$dir/err" || return 0
        grep -q 'it says nothing any more' "$dir/err" || break
    done
    fail "the browser, $attempt: $(grep '^browser:' "$dir/err")"
}

# line N TEXT: the N-th line of what was printed.
line() {
    got=$(sed -n "$1p" "$dir/out")
    [ "$got" = "$2" ] || fail "line $1: expected '$2', got '$got'"
}

step "a page has its landmarks, one title, no script, and loads its style sheet alone"
browse <<EOF
open $page
eval document.documentElement.lang + ' ' + document.title
eval ['main', 'nav[aria-label]', 'footer', 'h1'].map(s => document.querySelectorAll(s).length).join(' ')
eval document.scripts.length
eval performance.getEntriesByType('resource').map(e => e.name).join(' ')
eval document.styleSheets.length + ' ' + (document.styleSheets[0].cssRules.length > 20)
EOF
line 1 'en Prime a centrifugal pump'
line 2 '1 1 1 1'
line 3 0
line 4 "$url/crib.css"
line 5 '1 true'

step "light and dark"
colours="getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector('.danger')).backgroundColor"
browse <<EOF
scheme light
open $page
eval $colours
shot $dir/light
scheme dark
eval $colours
shot $dir/dark
EOF
line 1 'rgb(255, 255, 255)rgb(253, 236, 235)'
line 2 'rgb(21, 23, 26)rgb(59, 26, 27)'
cmp -s "$dir/light" "$dir/dark" && fail "light and dark look the same"

step "nothing is wider than 320 pixels, but for tables and code that are scrolled in their own place"
{
    echo "size 320 640"
    for path in m/prime-a-pump m/prime-a-pump?section=bleed quiz/prime-a-pump m/modbus-gw m/tcpdump-five-minutes m/serial/settings m/disk-full-linux; do
        echo "open $url/field-crib/$path"
        echo "eval document.documentElement.scrollWidth"
    done
    echo "open $url/embed?q=pump"
    echo "eval document.documentElement.scrollWidth"
} >"$dir/narrow"
browse <"$dir/narrow"
[ "$(sort -u "$dir/out")" = 320 ] || fail "wider: $(tr '\n' ' ' <"$dir/out")"

step "by keyboard: the skip link first, and each place can be seen"
browse <<EOF
open $page
key Tab
eval document.activeElement.className
eval document.activeElement.getBoundingClientRect().left >= 0
eval getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth
key Enter
eval location.hash
key Tab
eval document.activeElement.textContent
key Enter
eval location.hash
EOF
line 1 skip
line 2 true
line 3 solid3px
line 4 '#main'
line 5 'Before you start'
line 6 '#before'

step "a quiz by keyboard: choose, check, read; Enter in a field hands nothing in"
browse <<EOF
open $quiz
eval document.querySelector('button').checkVisibility()
eval document.querySelector('input[type=radio]').focus()
key Space
eval document.activeElement.checked
eval document.activeElement.closest('fieldset').querySelector('button').focus()
loads Enter
eval location.hash.slice(0, 2) + document.querySelectorAll('fieldset .call-out').length + document.querySelectorAll('input:checked').length
eval document.querySelector('.call-out .word').textContent.includes('ight')
eval document.querySelector('#result') === null
eval document.querySelector('input[type=text]').focus()
loads Enter
eval location.hash + document.querySelectorAll('input:checked').length + (document.querySelector('#result') === null)
eval document.querySelector('button[name=done]').focus()
loads Enter
eval document.querySelector('#result').textContent.includes('1 of 5 questions is answered.')
eval document.cookie.length + localStorage.length
EOF
line 1 false
line 3 true
line 5 '#n11'
line 6 true
line 7 true
line 9 '#main1true'
line 11 true
line 12 0

step "a card opens its page in a window of its own"
browse <<EOF
size 340 240
open $url/embed?code=E-204&stage=troubleshoot
eval document.querySelector('h2').textContent
eval document.querySelector('a[target=_blank]').getAttribute('href')
eval document.querySelector('.small').textContent.includes('fits: code E-204, stage troubleshoot')
EOF
line 1 'Prime a centrifugal pump'
line 2 '/field-crib/m/prime-a-pump'
line 3 true

step "a card is shown in a frame of the site that was named, and of no other"
card="$url/embed?code=E-204&stage=troubleshoot"
printf '<!DOCTYPE html><title>Ticket 7</title><iframe src="%s" title="crib" width="320" height="220"></iframe>' "$card" >"$dir/page"
browse <<EOF
size 400 300
open http://localhost:$port/
frames in
shot $dir/framed
eval document.querySelector('iframe').contentDocument === null
open http://127.0.0.1:$port/
frames in
shot $dir/refused
EOF
line 1 "$card"
line 2 true
line 3 "$card refused"
cmp -s "$dir/framed" "$dir/refused" && fail "a card that was refused looks like one that is shown"

step "a page is in no frame, whoever asks"
printf '<!DOCTYPE html><title>Ticket 7</title><iframe src="%s"></iframe>' "$page" >"$dir/page"
browse <<EOF
open http://localhost:$port/
frames in
EOF
line 1 "$page refused"

step "from the channels to a module, by keyboard"
browse <<EOF
size 320 640
open $url/
eval document.title + document.documentElement.scrollWidth
key Tab
key Tab
eval document.activeElement.textContent
loads Enter
eval location.pathname + ' ' + document.querySelector('h1').textContent
eval document.documentElement.scrollWidth
EOF
name=$(sed -n 's/^name: //p' "$assets/sample/channel.yaml")
line 1 'Channels320'
line 2 "$name"
line 3 "/field-crib/m/ $name"
line 4 320

step "the server leaves nothing behind"
kill "$served"
wait "$served"
[ $? -eq 0 ] || fail "the server ended badly: $(cat "$dir/complaints")"
served=
[ -z "$(ls -d "$dir"/crib-pages-* 2>/dev/null)" ] || fail "its library is still there"
[ ! -s "$dir/complaints" ] || fail "it complained: $(cat "$dir/complaints")"
