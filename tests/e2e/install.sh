# make install and uninstall, into a directory of our own.
. "${0%/*}/lib.sh"

unset MAKEFLAGS MAKELEVEL MFLAGS
top=$(cd "$here/../.." && pwd)
# With the directory's name as it was built with: under another one all would be compiled anew, below the feet of the
# tests beside this one.
into() {
    ${MAKE:-make} -s -C "$top" BUILD="${build#"$top"/}" DESTDIR="$dir/root" "$@" >"$dir/log" 2>&1 ||
        { cat "$dir/log"; fail "make $1"; }
}

step "everything is where it belongs"
into install
root=$dir/root/usr/local
for file in bin/crib libexec/crib/crib-sync share/man/man1/crib.1 share/man/man5/crib-module.5 \
    share/man/man5/crib-channel.5 share/man/man7/crib-kiosk.7 share/bash-completion/completions/crib share/zsh/site-functions/_crib \
    share/fish/vendor_completions.d/crib.fish share/crib/sample/channel.yaml share/applications/crib.desktop \
    share/crib/tmux/crib.conf share/crib/vim/plugin/crib.vim share/crib/vim/autoload/crib.vim share/crib/vim/doc/crib.txt share/crib/vim/doc/tags; do
    [ -s "$root/$file" ] || fail "$file is missing"
    [ "$(find "$root/$file" -perm -0044 | wc -l)" -eq 1 ] || fail "$file can't be read by all"
done
if [ "$(uname -s)" = Linux ]; then
    for unit in system/crib-sync.service system/crib-sync.timer user/crib-sync.service user/crib-sync.timer \
        user/crib-backup.service user/crib-backup.timer; do
        [ -s "$root/lib/systemd/$unit" ] || fail "$unit is missing"
    done
    grep -q '^ExecStart=/usr/local/bin/crib sync' "$root/lib/systemd/user/crib-sync.service" || fail 'the unit starts something else'
fi
grep -q '^@' "$root/share/man/man1/crib.1" && fail "the manual was not filled in"

step "the installed program works"
run "$root/bin/crib" version
exited 0
run "$root/bin/crib" preview "$root/share/crib/sample"
said 'Prime a centrifugal pump'
if command -v tmux >/dev/null; then
    run "$root/bin/crib" doctor
    said "source-file $root/share/crib/tmux/crib.conf in"
fi

step "vim finds the help of each word that it explains"
for tag in $(grep -o '\*[^* ]*\*' "$top/assets/vim/doc/crib.txt"); do
    word=${tag#\*}
    printf '%s\tcrib.txt\t/%s\n' "${word%\*}" "$tag"
done | LC_ALL=C sort >"$dir/tags"
cmp "$dir/tags" "$root/share/crib/vim/doc/tags" || fail "other tags"
if command -v vim >/dev/null; then
    run sh -c "vim -u NONE -i NONE -es --cmd 'set runtimepath+=$root/share/crib/vim' -c 'help :Crib' -c 'print' -c 'qa!' </dev/null"
    said ':Crib'
fi

step "installing again is fine, and uninstalling leaves nothing"
into install
into uninstall
left=$(find "$dir/root" -type f)
[ -z "$left" ] || fail "left behind: $left"

step "nothing was compiled for it"
[ -z "$(find "$build" -name 'crib*' -type f -perm -0100 -newer "$dir/home")" ] || fail "the programs were linked again"
