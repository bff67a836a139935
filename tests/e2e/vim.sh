# crib in vim and neovim, by assets/vim: K on a code, :Crib, keywordprg.
. "${0%/*}/lib.sh"

command -v vim >/dev/null || command -v nvim >/dev/null || skip "neither vim nor neovim is installed"
run "$crib" channel add "$assets/sample"
exited 0
mkdir "$dir/bin"
ln -s "$crib" "$dir/bin/crib"
printf 'alarm=E-204, at the pump\nnothing of Q9-0 here\nsee (crib://prime-a-pump#bleed).\n' >"$dir/log"
# shellcheck disable=SC2016
printf '%s\n' 'x$(touch${IFS}pwned)`touch`;E-204' >>"$dir/log"
printf 'set nocompatible runtimepath+=%s keywordprg=:Before shell=/bin/sh\ncommand! -nargs=* Before echo "be" . "fore"\n' "$assets/vim" >"$dir/rc"
# The window of crib has closed, and the keys are the editor's again: the text has the whole screen.
whole_screen() { [ "$(screen | grep -c '^~')" -gt 25 ]; }
closed() { wait_that "crib's window stays" whole_screen; }

tried=0
for editor in vim nvim; do
    command -v $editor >/dev/null || continue
    case $editor in
    vim) vim --version | grep -q '+terminal' || continue; set -- vim -u "$dir/rc" -i NONE -n ;;
    nvim) set -- nvim -u "$dir/rc" -i NONE -n ;;
    esac
    tried=1
    cd "$dir" || fail "no directory"

    step "$editor: K on a code opens it, and the window closes with crib"
    start 100x40 "PATH='$dir/bin:$PATH'" "$@" log
    wait_for 'alarm=E-204'
    type_text '/204'
    keys Enter
    type_text K
    wait_for 'Prime a centrifugal pump'
    expect 'alarm=E-204'
    keys C-c
    closed
    expect 'alarm=E-204'

    step "$editor: on another word it is the K of before; on a link its section is opened"
    type_text '2Gw'
    type_text 'K'
    wait_for 'before'
    expect_not 'crib: '
    type_text '/bleed'
    keys Enter
    type_text K
    wait_for 'Prime a centrifugal pump › Bleed'
    keys C-c
    closed

    step "$editor: nothing of the text is run"
    type_text '4Gfu'
    type_text K
    sleep 0.3
    type_text '4G$'
    type_text K
    wait_for 'Prime a centrifugal pump'
    keys C-c
    closed
    [ ! -e "$dir/pwned" ] || fail "the text was run"

    step "$editor: :Crib, completed"
    type_text ':Crib prime-a-'
    keys Tab
    wait_for ':Crib prime-a-pump'
    keys Enter
    wait_for 'Prime a centrifugal pump'
    keys C-c
    closed
    type_text ':Crib zzqx "$(touch pwned)"'
    keys Enter
    wait_for 'Find: zzqx "$(touch pwned)"'
    keys C-c
    closed
    [ ! -e "$dir/pwned" ] || fail "the command was run"
    type_text ':Crib zzqxywv'
    keys Enter
    wait_for 'nothing fits'
    keys C-\\ C-n
    type_text ':bwipeout!'
    keys Enter
    closed

    step "$editor: the hub; keywordprg"
    type_text ':Crib'
    keys Enter
    wait_for 'Find:'
    keys C-c
    closed
    type_text ':nunmap K'
    keys Enter
    type_text ':set iskeyword+=- keywordprg=:Crib'
    keys Enter
    type_text '1G/204'
    keys Enter
    type_text K
    wait_for 'Prime a centrifugal pump'
    keys C-c
    closed
    type_text ':qa!'
    keys Enter
    ended 0
    finish
done
[ $tried -eq 1 ] || skip "this vim has no terminal"
