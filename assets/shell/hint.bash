# crib hint: under a command that failed, the module that fits it (crib(1)).
# After a command that succeeded no process is started. What is read of the command is its line in the history.
if [[ $- == *i* && -t 2 && -z ${__crib_hint_program-} ]]; then
    __crib_hint_program=@PROGRAM@ __crib_hint_dir=@DIR@ __crib_hint_run=__crib_hint __crib_hint_at='' __crib_hint_key=''

    __crib_hint() {
        \local failed=$? now=${HISTCMD-} key=$__crib_hint_key
        if [[ $failed != 0 && -n $__crib_hint_at && $now != "$__crib_hint_at" ]]; then
            [[ ! -o vi ]] || key=''
            { HISTTIMEFORMAT='' \builtin history 1 >|"$__crib_hint_dir/$$" &&
                "$__crib_hint_program" hint --status "$failed" --shell "$$" --key "$key" --from "$__crib_hint_dir/$$"
            } 2>/dev/null || :
        fi
        __crib_hint_at=$now
        [[ $- == *e* ]] || \return "$failed"
    }

    # First, where the status is still the command's. A variable names it: a shell inside, which may inherit
    # PROMPT_COMMAND, has neither.
    if [[ ${PROMPT_COMMAND[*]-} != *__crib_hint_run* ]]; then
        if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* && ${BASH_VERSINFO[0]}${BASH_VERSINFO[1]} -ge 51 ]]; then
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
