# Hints in a real bash: under what failed, once, opened by a key; beside other prompts, and silent when anything is wrong.
. "${0%/*}/lib.sh"
command -v bash >/dev/null || skip "bash is not installed"
case $(bash -c 'echo ${BASH_VERSINFO[0]}') in [1-3]) skip "this bash is older than 4.4" ;; esac

"$crib" channel add "$assets/sample" >/dev/null || fail "the sample is not installed"
mkdir "$dir/bin" "$dir/count"
unset CRIB_CLOCK # the hour is told by the clock

# Commands that fail as the real ones do. `forks` counts the processes of this shell.
cat >"$dir/bin/systemctl" <<'END'
#!/bin/sh
echo "Job for pumpd.service failed because the control process exited with error code." >&2
exit 1
END
cp "$dir/bin/systemctl" "$dir/bin/ssh"
chmod +x "$dir/bin/"*

# The shell's own file: WHAT comes before crib's line, AFTER behind it.
rc() { # BEFORE AFTER
    {
        echo "PATH=$dir/bin:/usr/bin:/bin PS1='ready\$ ' HISTFILE=$dir/history HISTCONTROL=ignoreboth"
        printf '%s\n' "$1"
        printf 'eval "$(%s hint --init bash)"\n' "$crib"
        printf '%s\n' "$2"
    } >"$dir/rc"
    rm -f "$dir/home/hints" "$dir/home/hints.known" "$dir/history"
}

shell() { # BEFORE AFTER [COMMAND...]
    rc "$1" "$2"
    shift 2
    start 80x24 "HISTFILE=$dir/history" bash --noprofile --rcfile "$dir/rc" -i
    wait_for 'ready$'
}

enter() {
    type_text "$1"
    keys Enter
}

run "$crib" doctor
said 'no shell asks for them'

step "a command that failed, and a trigger that fits"
shell '' ''
enter 'systemctl --no-block restart pumpd'
wait_for 'crib: "A service will not start" 6 min: crib service-will-not-start  (Alt-h)'

step "not twice within an hour, not after success, nor for the history of before"
enter 'clear'
wait_gone 'crib: "'
enter 'systemctl restart pumpd; echo after-$?'
wait_for 'after-1'
enter '(exit 3)'
enter 'true'
enter ''
enter 'echo done-$?'
wait_for 'done-0'
expect_not 'crib: "'

step "the key opens it, and the line under way is untouched"
type_text 'echo kept'
keys M-h
wait_for 'systemctl says that the job failed'
keys C-c
wait_for 'ready$ echo kept'
keys Enter
wait_for 'kept'

step "a code in the line; other words of the line count too"
enter 'clear'
enter 'grep -q E-204 /dev/null'
wait_for 'crib: "Prime a centrifugal pump" 5 min: crib prime-a-pump  (Alt-h opens)'

step "interrupted is not failed"
enter 'clear'
enter '(exit 130) && ssh -L 1:a:1 b'
enter 'echo status-$?'
wait_for 'status-130'
expect_not 'crib: "'

step "a blank before it keeps a line out of the history, and out of this"
enter ' ssh -L 1:a:1 b'
enter 'echo blank-$?'
wait_for 'blank-1'
expect_not 'crib: "'

step "later and why"
enter 'ssh -L 1:a:1 b'
wait_for 'crib: "'
enter "$crib hint --why --shell \$\$"
wait_for 'field-crib/ssh-tunnels was offered at'
enter "$crib hint"
wait_for 'crib: no command line to look up'
enter "$crib hint --later --shell \$\$"
wait_for 'is not offered for a day'
enter 'exit 0'
ended

step "set -u, set -e, other hooks, an array, a DEBUG trap, noclobber, aliases"
other='seen() { last=$?; }; PROMPT_COMMAND=seen; trap ": debug" DEBUG; set -u; set -o noclobber; alias history=false local=false; shopt -s extdebug'
shell "$other" ''
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter '(exit 7)'
enter 'echo last-$last'
wait_for 'last-7'
enter 'exit 0'
ended
shell 'seen() { last=$? pipe="${PIPESTATUS[*]}"; }; PROMPT_COMMAND=(true seen)' 'PROMPT_COMMAND+=(true)'
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter '(exit 7)'
enter 'echo last-$last'
wait_for 'last-7'
enter 'false | true | (exit 3)'
enter 'echo pipe-$pipe'
wait_for 'pipe-1 0 3'
enter 'declare -p PROMPT_COMMAND | head -c 10; echo'
wait_for 'declare -a'
enter 'exit 0'
ended
shell 'set -u; unset PROMPT_COMMAND' ''
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
expect_not 'unbound'
enter 'exit 0'
ended
shell '' 'set -e'
enter 'systemctl restart pumpd || false || true'
enter '! true'
enter 'echo alive-$?'
wait_for 'alive-'
enter 'exit 0'
ended

step "a prompt like starship's: it takes PROMPT_COMMAND over and calls what was there"
shell '' 'star() { code=$?; (exit $code); eval "$before"; PS1="ready\$ star-$code "; }; before=$PROMPT_COMMAND; PROMPT_COMMAND=star'
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
expect 'ready$ star-1'
enter 'exit 0'
ended

step "a command that is not found: who was asked before is asked still"
shell 'command_not_found_handle() { echo "handled $1"; return 127; }' ''
enter 'E-204'
wait_for 'handled E-204'
wait_for 'crib: "Prime a centrifugal pump"'
enter 'exit 0'
ended

step "sourced twice; a shell inside; PROMPT_COMMAND that is inherited"
shell 'export PROMPT_COMMAND=:' "eval \"\$($crib hint --init bash)\""
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter 'clear'
wait_gone 'crib: "'
enter "PS1='inner\$ ' bash --norc --noprofile -i"
wait_for 'inner$'
enter 'false'
enter 'echo quiet-$?'
wait_for 'quiet-'
expect_not 'not found'
expect_not 'crib: "'
enter 'exit 0'
enter 'exit 0'
ended

step "a key that is bound already stays what it is"
shell "bind '\"\\eh\": \"echo mine\"'" ''
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start" 6 min: crib service-will-not-start'
expect_not 'Alt-h'
keys M-h Enter
wait_for 'mine'
enter 'exit 0'
ended

step "nothing is started after success; one process after a failure"
cat >"$dir/counted" <<'END'
#!/bin/sh
echo x >>"$COUNT"
exec "$CRIB" "$@"
END
chmod +x "$dir/counted"
shell '' "__crib_hint_program=$dir/counted; export COUNT=$dir/count/n CRIB=$crib"
enter 'true; pid=$BASHPID; (exit 0)'
enter 'a=$BASHPID; :'
enter 'false'
enter 'echo "count $(wc -l <$COUNT)"'
wait_for 'count 1'
enter 'exit 0'
ended

step "the same line again, which the history takes once: it fails today"
echo 'systemctl restart pumpd' >"$dir/old"
shell '' "history -r $dir/old"
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter 'clear'
wait_gone 'crib: "'
enter 'grep -q E-204 /etc/passwd; true'
enter 'set +o history'
enter 'test 1 = 2'
enter 'echo off-$?'
wait_for 'off-1'
expect_not 'crib: "'
enter 'exit 0'
ended

step "a line of before, which the history has moved to its end under the same number"
shell 'HISTCONTROL=erasedups; history -s "systemctl restart pumpd"; history -s "test 1 = 2"' ''
enter 'test 1 = 2'
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter 'exit 0'
ended

step "an empty line is no command: nothing is started for it"
shell '' "__crib_hint_program=$dir/counted; export COUNT=$dir/count/m CRIB=$crib"
enter 'false'
enter ''
enter ''
enter 'echo "count $(wc -l <$COUNT)"'
wait_for 'count 1'
enter 'exit 0'
ended
[ -z "$(ls "$dir/home/hint")" ] || fail "lines of commands are left: $(ls "$dir/home/hint")"

step "a shell that begins after a failure: the line before is another day's"
shell '' "history -s systemctl restart pumpd; false"
enter 'echo begun-$?'
wait_for 'begun-'
expect_not 'crib: "'
enter 'exit 0'
ended

step "in tmux the key opens a popup over the shell"
case $(tmux -V) in
tmux\ [0-2].* | tmux\ 3.[01]*) ;;
*)
    rc '' ''
    start 100x30 '-u TMUX' tmux -u -L hint-inner -f /dev/null new-session "bash --noprofile --rcfile '$dir/rc' -i"
    wait_for 'ready$'
    enter 'systemctl restart pumpd'
    wait_for 'crib: "A service will not start"'
    type_text 'echo kept'
    keys M-h
    wait_for 'systemctl says that the job failed'
    expect_match '^Jo.' # the shell is still around it
    keys C-c
    wait_gone 'systemctl says that the job failed'
    expect 'ready$ echo kept'
    keys Enter
    expect_match '^kept'
    enter 'exit 0'
    ended
    ;;
esac

step "crib doctor knows whether a shell asks, and whether the triggers are whole; crib sync makes them anew"
run "$crib" doctor
said 'a shell has asked for them'
said 'codes, tags and commands'
printf 'x' | dd of="$dir/home/index/triggers" bs=1 seek=2000 conv=notrunc 2>/dev/null
run "$crib" doctor
said 'the compiled triggers are damaged'
run "$crib" sync
run "$crib" doctor
said 'codes, tags and commands'
echo broken >"$dir/home/index/triggers"
run "$crib" doctor
said 'the compiled triggers are damaged'
run "$crib" sync
run "$crib" doctor
said 'codes, tags and commands'

step "silent where anything is wrong"
shell '' "__crib_hint_program=/nonexistent"
enter 'systemctl restart pumpd'
enter 'echo fine-$?'
wait_for 'fine-1'
expect_not 'nonexistent'
enter 'exit 0'
ended
for breakage in "rm -r $dir/home/hint" "echo broken > $dir/home/index/triggers" "rm -r $dir/home/index" "chmod 0 $dir/home"; do
    shell '' "$breakage"
    enter 'systemctl restart pumpd'
    enter 'echo fine-$?'
    wait_for 'fine-1'
    [ "$(id -u)" -eq 0 ] && [ "$breakage" = "chmod 0 $dir/home" ] || expect_not 'crib:'
    chmod 700 "$dir/home"
    enter 'exit 0'
    ended
done

for hardened in "declare -r PROMPT_COMMAND='history -a'" "declare -rax PROMPT_COMMAND='(:)'" 'set -r'; do
    case $hardened in
    set*) shell '' "$hardened" ;;
    *) shell "$hardened" '' ;;
    esac
    enter 'systemctl restart pumpd'
    enter 'echo fine-$?'
    wait_for 'fine-1'
    expect_not 'readonly'
    expect_not 'restricted'
    expect_not 'crib: "'
    enter 'exit 0'
    ended
done

step "a home whose name has blanks and a star in it"
mv "$dir/home" "$dir/my home *"
ln -s "$dir/my home *" "$dir/home"
export CRIB_HOME="$dir/my home *"
run "$crib" sync # the triggers anew
shell '' ''
enter 'systemctl restart pumpd'
wait_for 'crib: "A service will not start"'
enter 'echo fine-$?'
wait_for 'fine-1'
expect_not 'identifier'
[ ! -e "$dir/my" ] || fail "a line of the history is in $dir/my"
enter 'exit 0'
ended
export CRIB_HOME="$dir/home"

step "without a terminal it does nothing at all"
run apart bash --noprofile --rcfile "$dir/rc" -i -c 'false; echo "$?${__crib_hint_program-none}"'
said '1none'
run sh -c "$crib hint --init bash | bash -n"
exited 0
