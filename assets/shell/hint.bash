# crib hint: under a command that failed, the module that fits it (crib(1)).
# After a command that succeeded no process is started. What is read of the command is its line in the history; where that has
# no new one, a new status tells that the line of before was run again (HISTCONTROL=ignoredups).
# A restricted shell redirects nothing, and a PROMPT_COMMAND that may not be changed stays: then nothing is done, and nothing said.
if [[ $- == *i* && $- != *r* && -t 2 && -z ${__crib_hint_program-} && ${PROMPT_COMMAND+${PROMPT_COMMAND@a}} != *r* ]]; then
    __crib_hint_program=@PROGRAM@ __crib_hint_dir=@DIR@ __crib_hint_run=__crib_hint __crib_hint_before='' __crib_hint_key=''

    __crib_hint() {
        \local failed="$?" now="${HISTCMD-}" key="$__crib_hint_key" file="$__crib_hint_dir/$$" moved=''
        if [[ $failed != 0 && $failed != 130 && -o history && $- != *r* ]]; then
            # Here a line of before may have become the last one under the number of another.
            if [[ ${HISTCONTROL-} == *erasedups* ]]; then
                { HISTTIMEFORMAT='' \builtin history 1 >|"$file"; IFS='' \builtin read -r -d '' moved <"$file"; : >|"$file"; } 2>/dev/null || :
            fi
            if [[ -n $__crib_hint_before && $now:$failed:$moved != "$__crib_hint_before" ]]; then
                [[ ! -o vi ]] || key=''
                { HISTTIMEFORMAT='' \builtin history 1 >|"$file" &&
                    "$__crib_hint_program" hint --status "$failed" --shell "$$" --key "$key" --from "$file"
                } 2>/dev/null || :
            fi
        fi
        __crib_hint_before=$now:$failed:$moved
        [[ $- == *e* ]] || \return "$failed"
    }

    # bash-preexec calls its functions with the command's status. Else first, as an element of its own where bash has those
    # (5.1): it gives each the status and the pipe's statuses. An exported PROMPT_COMMAND stays one text. A variable names
    # the function, since a shell inside that inherits PROMPT_COMMAND has neither.
    if [[ ${__bp_imported-}${bash_preexec_imported-} ]]; then
        precmd_functions+=(__crib_hint)
    elif [[ ${PROMPT_COMMAND[*]-} != *__crib_hint_run* ]]; then
        if [[ ${PROMPT_COMMAND[*]-} && ${PROMPT_COMMAND@a} != *x* ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
            PROMPT_COMMAND=('${__crib_hint_run-} || :' "${PROMPT_COMMAND[@]}")
        else
            PROMPT_COMMAND='${__crib_hint_run-}'${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
        fi
    fi

    if [[ $(bind -m emacs -p 2>/dev/null; bind -m emacs -X 2>/dev/null; bind -m emacs -s 2>/dev/null) != *'"\eh"'* ]]; then
        __crib_hint_open() { "$__crib_hint_program" hint --open --shell "$$" 2>/dev/null; }
        bind -m emacs -x '"\eh": __crib_hint_open' 2>/dev/null && __crib_hint_key=Alt-h
    fi
fi
