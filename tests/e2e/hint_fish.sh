# Hints in a real fish: as in bash, and Alt-h is what it was where no hint waits.
. "${0%/*}/lib.sh"
command -v fish >/dev/null || skip "fish is not installed"

"$crib" channel add "$assets/sample" >/dev/null || fail "the sample is not installed"
unset CRIB_CLOCK # the hour is told by the clock
mkdir -p "$dir/bin" "$dir/config/fish"
# Else a new fish reads all manual pages of the system for its completions, in a process that outlives it.
mkdir -p "$dir/data/fish/generated_completions"
export XDG_DATA_HOME="$dir/data"
printf '#!/bin/sh\necho "Job for pumpd.service failed" >&2\nexit 1\n' >"$dir/bin/systemctl"
chmod +x "$dir/bin/systemctl"

shell() { # BEFORE AFTER
    {
        echo "set -g fish_greeting ''; set PATH $dir/bin /usr/bin /bin"
        echo 'function fish_prompt; echo "ready> "; end'
        printf '%s\n' "$1"
        printf '%s hint --init fish | source\n' "$crib"
        printf '%s\n' "$2"
    } >"$dir/config/fish/config.fish"
    rm -f "$dir/home/hints" "$dir/home/hints.known"
    start 80x24 "XDG_CONFIG_HOME=$dir/config SHELL=/usr/bin/fish" fish -i
    wait_for 'ready>'
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
enter 'echo status-$status'
wait_for 'status-'
enter ''
enter 'true'
expect_not 'crib: "'

step "the key opens it, and the line under way is untouched"
type_text 'echo kept'
keys M-h
wait_for 'systemctl says that the job failed'
keys C-c
wait_for 'echo kept'
keys Enter
wait_for 'kept'
enter 'exit 0'
ended

step "with no hint, Alt-h is what it was"
shell 'function mine; echo mine was called; end; bind \eh mine' ''
keys M-h
wait_for 'mine was called'
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter 'exit 0'
ended

step "a key of one's own, which fish binds after its configuration, stays; the line names none then"
shell 'function fish_user_key_bindings; bind \eh "echo mine was called"; end' ''
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start" 6 min: crib service-will-not-start'
expect_not 'Alt-h'
enter 'exit 0'
ended

step "other handlers, sourced twice, a command that is not found"
shell 'function other --on-event fish_postexec; set -g last $status; end
function fish_command_not_found; echo "handled $argv[1]"; end' "$crib hint --init fish | source"
enter 'E-204'
wait_for 'handled E-204'
wait_for 'crib: "Prime a centrifugal pump" 5 min: crib prime-a-pump  (Alt-h opens)'
enter 'sh -c "exit 7"'
enter 'echo last-$last'
wait_for 'last-7'
enter 'exit 0'
ended

step "silent where anything is wrong"
shell '' "set -g __crib_hint_program /nonexistent"
enter 'systemctl restart pumpd'
enter 'echo fine'
wait_for 'fine'
enter 'exit 0'
ended

step "without a terminal it does nothing at all"
run apart env "XDG_CONFIG_HOME=$dir/config" fish -i -c 'false; echo "$status$__crib_hint_key"'
said '1'
run sh -c "$crib hint --init fish | fish -n"
exited 0
