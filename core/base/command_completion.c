#include "core/base/command.h"

#include <string.h>

/* One of the ways to say a command's arguments: its first words where they stand for themselves, as in `name|badge WHO VALUE`. */
static void add_acts(const char *way, size_t n, struct buf *out)
{
    size_t end = 0;
    while (end < n && way[end] != ' ')
        end++;
    for (size_t at = 0; at < end;) {
        size_t k = at;
        while (k < end && way[k] != '|')
            k++;
        if (way[at] >= 'a' && way[at] <= 'z')
            buf_addf(out, "%s%.*s", out->len > 0 ? " " : "", (int)(k - at), way + at);
        at = k + 1;
    }
}

void command_acts(const struct command *command, struct buf *out)
{
    const char *at = command->arguments;
    size_t n = strlen(at);
    if (n > 2 && at[0] == '[' && at[n - 1] == ']') { /* all of them may be left out */
        at++;
        n -= 2;
    }
    for (size_t from = 0, i = 0, depth = 0; i <= n; i++) {
        depth += i < n && at[i] == '[';
        depth -= i < n && at[i] == ']';
        if (i < n && (depth > 0 || strncmp(at + i, " | ", 3) != 0))
            continue;
        add_acts(at + from, i - from, out);
        from = i + 3;
    }
}

static void bash_options(const struct command *c, struct buf *out)
{
    for (size_t i = 0; i < COMMAND_OPTIONS && c->options[i].name != NULL; i++)
        buf_addf(out, "--%s ", c->options[i].name);
    buf_adds(out, "--help");
}

static void bash(const struct command *all, size_t count, struct buf *out)
{
    buf_adds(out, "# bash completion for crib\n"
                  "_crib() {\n"
                  "    local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
                  "    COMPREPLY=()\n"
                  "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                  "        COMPREPLY=($(compgen -W '");
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%s%s", i > 0 ? " " : "", all[i].name);
    buf_adds(out, "' -- \"$word\") $(crib list --complete -- \"$word\" 2>/dev/null))\n"
                  "        return\n"
                  "    fi\n"
                  "    case \"${COMP_WORDS[1]} $before\" in\n");
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < COMMAND_OPTIONS && all[i].options[k].name != NULL; k++)
            if (all[i].options[k].choices != NULL)
                buf_addf(out, "    '%s --%s') COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n", all[i].name,
                         all[i].options[k].name, all[i].options[k].choices);
    buf_adds(out, "    esac\n"
                  "    case \"${COMP_WORDS[1]}\" in\n");
    for (size_t i = 0; i < count; i++) {
        struct buf acts = {0};
        command_acts(&all[i], &acts);
        buf_addf(out, "    %s)\n", all[i].name);
        if (acts.len > 0)
            buf_addf(out,
                     "        case \"$COMP_CWORD$word\" in\n"
                     "        2 | 2[!-]*) COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n"
                     "        esac\n",
                     buf_text(&acts));
        buf_free(&acts);
        buf_adds(out, "        case \"$word\" in\n        -*) COMPREPLY=($(compgen -W '");
        bash_options(&all[i], out);
        buf_adds(out, "' -- \"$word\")) ;;\n");
        if (all[i].kind == ARGUMENT_WHAT)
            buf_adds(out, "        *) COMPREPLY=($(crib list --complete -- \"$word\" 2>/dev/null)) ;;\n");
        else if (all[i].kind == ARGUMENT_PATH)
            buf_adds(out, "        *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n");
        else if (all[i].kind == ARGUMENT_DIRECTORY)
            buf_adds(out, "        *) COMPREPLY=($(compgen -d -- \"$word\")) ;;\n");
        else if (all[i].kind == ARGUMENT_COMMAND) {
            buf_adds(out, "        *) COMPREPLY=($(compgen -W '");
            for (size_t k = 0; k < count; k++)
                buf_addf(out, "%s%s", k > 0 ? " " : "", all[k].name);
            buf_adds(out, "' -- \"$word\")) ;;\n");
        }
        buf_adds(out, "        esac ;;\n");
    }
    buf_adds(out, "    esac\n}\ncomplete -o default -F _crib crib\n");
}

/* zsh quotes with '' inside single quotes as bash does; [ ] : are its own. */
static void zsh_quoted(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_adds(out, "'\\''");
        else if (strchr("[]:\\", *text) != NULL)
            buf_addf(out, "\\%c", *text);
        else
            buf_addc(out, *text);
    }
}

static void zsh(const struct command *all, size_t count, struct buf *out)
{
    buf_adds(out, "#compdef crib\n"
                  "_crib_what() {\n"
                  "    local -a ids\n"
                  "    ids=(${(f)\"$(crib list --complete -- \"$PREFIX\" 2>/dev/null)\"})\n"
                  "    compadd -a ids\n"
                  "}\n"
                  "_crib() {\n"
                  "    local -a commands\n"
                  "    commands=(\n");
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "        '%s:", all[i].name);
        zsh_quoted(out, all[i].summary);
        buf_adds(out, "'\n");
    }
    buf_adds(out, "    )\n"
                  "    if (( CURRENT == 2 )); then\n"
                  "        _describe command commands\n"
                  "        _crib_what\n"
                  "        return\n"
                  "    fi\n"
                  "    local command=$words[2]\n"
                  "    shift words\n"
                  "    (( CURRENT-- ))\n"
                  "    case $command in\n");
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "    %s) _arguments", all[i].name);
        for (size_t k = 0; k < COMMAND_OPTIONS && all[i].options[k].name != NULL; k++) {
            const struct option_spec *o = &all[i].options[k];
            buf_addf(out, " '--%s%s[", o->name, o->value != NULL ? "=" : "");
            zsh_quoted(out, o->help);
            buf_addc(out, ']');
            if (o->value != NULL && o->choices != NULL)
                buf_addf(out, ":%s:(%s)", o->value, o->choices);
            else if (o->value != NULL)
                buf_addf(out, ":%s:", o->value);
            buf_addc(out, '\'');
        }
        buf_adds(out, " '--help[explain this command]'");
        struct buf acts = {0};
        command_acts(&all[i], &acts);
        if (acts.len > 0)
            buf_addf(out, " '1:action:(%s)'", buf_text(&acts));
        buf_free(&acts);
        if (all[i].kind == ARGUMENT_WHAT)
            buf_adds(out, " '*:what:_crib_what'");
        else if (all[i].kind == ARGUMENT_PATH)
            buf_adds(out, " '*:file:_files'");
        else if (all[i].kind == ARGUMENT_DIRECTORY)
            buf_adds(out, " '*:directory:_files -/'");
        else if (all[i].kind == ARGUMENT_COMMAND)
            buf_adds(out, " '*:command:->commands' && return; _describe command commands");
        buf_adds(out, " ;;\n");
    }
    buf_adds(out, "    esac\n}\n"
                  "if [ \"$funcstack[1]\" = _crib ]; then _crib \"$@\"; else compdef _crib crib; fi\n");
}

static void fish_quoted(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            buf_addc(out, '\\');
        buf_addc(out, *text);
    }
}

/* What is done comes first, then what it is done with. */
static void fish_arguments(const struct command *c, struct buf *out)
{
    static const char *const kinds[] = {[ARGUMENT_WHAT] = "-a '(crib list --complete -- (commandline -ct) 2>/dev/null)'",
                                        [ARGUMENT_PATH] = "-F",
                                        [ARGUMENT_DIRECTORY] = "-a '(__fish_complete_directories)'",
                                        [ARGUMENT_WORDS] = NULL};
    struct buf acts = {0}, when = {0};
    command_acts(c, &acts);
    buf_addf(&when, "complete -c crib -n '__fish_seen_subcommand_from %s", c->name);
    if (acts.len > 0)
        buf_addf(out, "%s; and not __fish_seen_subcommand_from %s' -a '%s'\n", buf_text(&when), buf_text(&acts), buf_text(&acts));
    if (acts.len > 0)
        buf_addf(&when, "; and __fish_seen_subcommand_from %s", buf_text(&acts));
    if (kinds[c->kind] != NULL)
        buf_addf(out, "%s' %s\n", buf_text(&when), kinds[c->kind]);
    buf_free(&acts);
    buf_free(&when);
}

static void fish(const struct command *all, size_t count, struct buf *out)
{
    buf_adds(out, "# fish completion for crib\n"
                  "complete -c crib -f\n"
                  "complete -c crib -n __fish_use_subcommand -a '(crib list --complete -- (commandline -ct) 2>/dev/null)'\n");
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "complete -c crib -n __fish_use_subcommand -a %s -d '", all[i].name);
        fish_quoted(out, all[i].summary);
        buf_adds(out, "'\n");
        for (size_t k = 0; k < COMMAND_OPTIONS && all[i].options[k].name != NULL; k++) {
            const struct option_spec *o = &all[i].options[k];
            buf_addf(out, "complete -c crib -n '__fish_seen_subcommand_from %s' -l %s", all[i].name, o->name);
            if (o->letter != '\0')
                buf_addf(out, " -s %c", o->letter);
            if (o->value != NULL)
                buf_addf(out, " -x%s%s%s", o->choices != NULL ? " -a '" : "", o->choices != NULL ? o->choices : "",
                         o->choices != NULL ? "'" : "");
            buf_adds(out, " -d '");
            fish_quoted(out, o->help);
            buf_adds(out, "'\n");
        }
        fish_arguments(&all[i], out);
    }
}

bool commands_completion(const char *shell, struct buf *out)
{
    size_t count;
    const struct command *all = commands_all(&count);
    if (strcmp(shell, "bash") == 0)
        bash(all, count, out);
    else if (strcmp(shell, "zsh") == 0)
        zsh(all, count, out);
    else if (strcmp(shell, "fish") == 0)
        fish(all, count, out);
    else
        return false;
    return true;
}
