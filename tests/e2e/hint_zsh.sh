# Hints in a real zsh: as in bash, and Alt-h is what it was where no hint waits.
. "${0%/*}/lib.sh"
command -v zsh >/dev/null || skip "zsh is not installed"

"$crib" channel add "$assets/sample" >/dev/null || fail "the sample is not installed"
unset CRIB_CLOCK # the hour is told by the clock
mkdir "$dir/bin" "$dir/zsh"
printf '#!/bin/sh\necho "Job for pumpd.service failed" >&2\nexit 1\n' >"$dir/bin/systemctl"
chmod +x "$dir/bin/systemctl"

shell() { # BEFORE AFTER
    {
        echo "PATH=$dir/bin:/usr/bin:/bin PS1='ready%% '"
        echo 'bindkey -e'
        printf '%s\n' "$1"
        printf 'eval "$(%s hint --init zsh)"\n' "$crib"
        printf '%s\n' "$2"
    } >"$dir/zsh/.zshrc"
    rm -f "$dir/home/hints" "$dir/home/hints.known"
    start 80x24 "ZDOTDIR=$dir/zsh" zsh -i
    wait_for 'ready%'
}

enter() {
    type_text "$1"
    keys Enter
}

step "under what failed, once"
shell '' ''
enter 'systemctl restart pumpd.service'
wait_for 'crib: "A service will not start" 6 min: crib service-will-not-start  (Alt-h)'
enter 'clear'
wait_gone 'crib: "'
enter 'systemctl restart pumpd'
enter 'echo status-$?'
wait_for 'status-1'
enter ''
enter 'true'
expect_not 'crib: "'

step "the key opens it, and the line under way is untouched"
type_text 'echo kept'
keys M-h
wait_for 'systemctl says that the job failed'
keys C-c
wait_for 'ready% echo kept'
keys Enter
wait_for 'kept'
enter 'exit 0'
ended

step "with no hint, Alt-h is what it was"
shell 'mine() { zle -M "mine was called"; }; zle -N mine; bindkey "^[h" mine' ''
type_text 'x'
keys M-h
wait_for 'mine was called'
keys BSpace
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter 'exit 0'
ended

step "set -u, other hooks and what they read, ksh's arrays, a line that begins with a blank"
shell 'other() { last=$?; pipe="${pipestatus[*]}"; }; precmd_functions=(other); setopt nounset ksh_arrays noclobber' 'precmd() { later=$?; }'
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter '(exit 7)'
enter 'echo last-$last-$later'
wait_for 'last-7-7'
enter 'false | true | (exit 3)'
enter 'echo pipe-$pipe'
wait_for 'pipe-1 0 3'
enter ' grep -q E-204 /dev/null'
enter 'echo blank'
wait_for 'blank'
expect_not 'Prime a'
enter 'exit 0'
ended

shell 'setopt nounset ksh_arrays' ''
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter 'exit 0'
ended
shell 'one() { :; }; two() { seen=yes; }; setopt ksh_arrays; precmd_functions=(one two)' ''
enter 'echo seen-$seen'
wait_for 'seen-yes'
enter 'exit 0'
ended

step "where vi's keys are, Alt-h is Escape and h: the line names no key"
shell 'bindkey -v' 'begun=$?'
enter 'echo begun-$begun'
wait_for 'begun-0'
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start" 6 min: crib service-will-not-start'
expect_not 'Alt-h'
enter 'exit 0'
ended

step "set -e"
shell '' 'setopt err_exit'
enter 'systemctl restart pumpd || false || true'
enter 'if ! true; then :; fi; echo alive'
wait_for 'alive'
enter 'exit 0'
ended

step "a prompt like starship's, sourced twice, a command that is not found"
shell 'star() { code=$?; PROMPT="ready%% star-$code "; }; precmd_functions+=(star)' "eval \"\$($crib hint --init zsh)\"
command_not_found_handler() { echo \"handled \$1\"; return 127; }"
enter 'E-204'
wait_for 'handled E-204'
wait_for 'crib: "Prime a centrifugal pump" 5 min: crib prime-a-pump  (Alt-h opens)'
wait_for 'ready% star-127'
enter 'exit 0'
ended

step "silent where anything is wrong"
shell '' "__crib_hint_program=/nonexistent"
enter 'systemctl restart pumpd'
enter 'echo fine-$?'
wait_for 'fine-'
expect_not 'nonexistent'
enter 'exit 0'
ended

shell '' 'setopt restricted'
enter 'systemctl restart pumpd'
enter 'echo fine-$?'
wait_for 'fine-'
expect_not 'restricted'
enter 'exit 0'
ended

step "without a terminal it does nothing at all"
run apart env "ZDOTDIR=$dir/zsh" zsh -i -c 'false; echo "$?${__crib_hint_program-none}"'
said '1'
run sh -c "$crib hint --init zsh | zsh -n"
exited 0
