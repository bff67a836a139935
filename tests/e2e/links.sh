# crib:// links: from tickets, pages and desktops; hostile ones are refused in one line, run nothing and write nothing.
. "${0%/*}/lib.sh"

run "$crib" channel add "$assets/sample"
exited 0

step "a link opens its section, at its stage"
start 80x24 '' "$crib" open -- 'crib://field-crib/prime-a-pump?stage=troubleshoot#bleed'
wait_for 'Bleed'
expect_not 'Before you start'
keys Escape
wait_for 'troubleshoot'
finish
run "$crib" open -- 'crib://prime-a-pump/#bleed'
exited 0
said 'Bleed'
run "$crib" 'CRIB://prime-a-pump'
exited 0
said 'Prime a centrifugal pump'

step "what leads nowhere says so"
run "$crib" open -- crib://nothing-here
exited 66
complained 'crib: '
[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "more than one line"
run "$crib" report gaps
said_not 'nothing-here'
run "$crib" open -- 'crib://prime-a-pump#blede'
exited 66
complained 'did you mean #bleed?'

# Each is refused, or opens nothing: in a line, without a control byte, a file or a process.
hostile() { # STATUS URI
    run "$crib" open -- "$2"
    [ "$status" -eq "$1" ] || fail "status $status, not $1: $2"
    [ ! -s "$dir/out" ] || fail "something is shown for $2"
    [ "$(wc -l <"$dir/err")" -eq 1 ] || fail "more than one line for $2"
    if LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]')" "$dir/err"; then fail "a control byte came out for $2"; fi
}

step "hostile links"
before=$(find "$dir/home" -type f | sort)
hostile 65 'crib://'
hostile 65 'crib://%00'
hostile 65 'crib://%1b%5b2J'
hostile 65 "$(printf 'crib://a\033[2Jb')"
hostile 65 "$(printf 'crib://a\nb')"
hostile 65 'crib://a%zz'
hostile 65 'crib://a%4'
hostile 65 'crib://prime-a-pump?stage=%0a'
hostile 65 'crib://prime-a-pump#%9'
hostile 66 'crib://../../../etc/passwd'
hostile 66 'crib://%2e%2e%2f%2e%2e%2fetc%2fpasswd'
hostile 66 'crib://$(touch%20'"$dir"'/pwned)'
hostile 66 'crib://;touch%20pwned;'
hostile 66 'crib://`touch%20pwned`'
hostile 66 "crib://x'%20OR%201=1%20--"
hostile 66 'crib://--help'
hostile 66 "crib://$(printf '%05000d' 0)"
hostile 66 'crib://%ff%fe'
hostile 66 'crib://%e2%80%aegnp'
[ ! -e "$dir/pwned" ] || fail "a link ran a command"
[ "$(find "$dir/home" -type f | sort)" = "$before" ] || fail "a link wrote files: $(find "$dir/home" -type f)"

step "an option in a link's place is no option"
run "$crib" open -- --version
said_not 'crib 0.'

# As a launcher does: the escapes of a string, then the quotes, then the link in the place of %u as one argument.
step "the desktop's handler gives the link on as it stands"
mkdir "$dir/bin"
printf '#!/bin/sh\nfor word; do printf "<%%s>" "$word"; done >"%s/got"\n' "$dir" >"$dir/bin/crib"
chmod +x "$dir/bin/crib"
# shellcheck disable=SC2016
link='crib://a"b$(touch pwned)`touch pwned`;touch pwned'"'"' --x'
line=$(sed -n 's/^Exec=//p' "$assets/desktop/crib.desktop" | sed 's/\\\\/\\/g; s/%u$/"$link"/')
PATH="$dir/bin:$PATH" eval "cd '$dir' && $line" </dev/null
[ "$(cat "$dir/got")" = "<open><--><$link>" ] || fail "it got $(cat "$dir/got")"
[ ! -e "$dir/pwned" ] || fail "the handler ran a part of the link"
grep -q '^MimeType=x-scheme-handler/crib;$' "$assets/desktop/crib.desktop" || fail "no handler"
if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate "$assets/desktop/crib.desktop" || fail "not a valid entry"
fi
