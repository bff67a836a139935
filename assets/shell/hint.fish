# crib hint: under a command that failed, the module that fits it (crib(1)).
# After a command that succeeded no process is started.
if status is-interactive; and isatty stderr; and not set -q __crib_hint_program
    set -g __crib_hint_program @PROGRAM@
    set -g __crib_hint_key ''
    set -g __crib_hint_ready ''
    set -g __crib_hint_before ''

    function __crib_hint --on-event fish_postexec
        set -l failed $status
        if test $failed -eq 0; or string match -q ' *' -- $argv[1]
            return
        end
        set -l key $__crib_hint_key
        bind \eh 2>/dev/null | string match -q '*__crib_hint_open*'; or set key ''
        if printf '%s' $argv[1] | $__crib_hint_program hint --status $failed --shell $fish_pid --key "$key" 2>/dev/null
            set -g __crib_hint_ready yes
        end
    end

    # Alt-h does what it did before where no hint waits.
    function __crib_hint_open
        if test -n "$__crib_hint_ready"
            set -g __crib_hint_ready ''
            $__crib_hint_program hint --open --shell $fish_pid 2>/dev/null
            commandline -f repaint
        else if test -n "$__crib_hint_before"
            eval $__crib_hint_before
        end
    end

    if test "$fish_key_bindings" != fish_vi_key_bindings
        set -g __crib_hint_before (bind \eh 2>/dev/null | string replace -r '^bind (--preset )?\\\\eh ' '')[-1]
        bind \eh __crib_hint_open
        set -g __crib_hint_key Alt-h
    end
end
