# crib hint: under a command that failed, the module that fits it (crib(1)).
# After a command that succeeded no process is started. A restricted shell redirects nothing: then nothing is done.
if [[ -o interactive && ! -o restricted && -t 2 ]] && (( ! ${+__crib_hint_program} )); then
    typeset -g __crib_hint_program=@PROGRAM@ __crib_hint_line= __crib_hint_key= __crib_hint_ready= __crib_hint_before=

    __crib_hint_preexec() { __crib_hint_line=$1 }

    __crib_hint_precmd() {
        local failed=$? line=$__crib_hint_line key=$__crib_hint_key
        emulate -L zsh
        __crib_hint_line=
        [[ $failed != 0 && -n $line && $line != ' '* && ! -o restricted ]] || return 0
        [[ ! -o vi ]] || key=
        "$__crib_hint_program" hint --status $failed --shell $$ --key "$key" <<<"$line" 2>/dev/null && __crib_hint_ready=1
        return 0
    }

    typeset -ga precmd_functions preexec_functions
    preexec_functions+=(__crib_hint_preexec)
    precmd_functions=(__crib_hint_precmd "${(@)precmd_functions[@]}")

    # Alt-h does what it did before where no hint waits.
    if [[ -o zle ]]; then
        __crib_hint_before=$(bindkey -M emacs '^[h' 2>/dev/null)
        __crib_hint_before=${__crib_hint_before##* }
        __crib_hint_open() {
            emulate -L zsh
            if [[ -n $__crib_hint_ready ]]; then
                __crib_hint_ready=
                "$__crib_hint_program" hint --open --shell $$ </dev/tty 2>/dev/null
                zle reset-prompt
            elif [[ -n $__crib_hint_before && $__crib_hint_before != undefined-key ]]; then
                zle $__crib_hint_before
            fi
        }
        zle -N __crib_hint_open && bindkey -M emacs '^[h' __crib_hint_open &&
            { [[ $(bindkey -lL main 2>/dev/null) == *vi* ]] || __crib_hint_key=Alt-h }
    fi
fi
