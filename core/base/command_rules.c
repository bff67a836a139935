#include "core/base/command_rules.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define FORMS "csv json html plain"
#define HINT_ACTS "init open later never again stats"
#define SERVE_ACTS "list device client revoke learners"

static const struct command_rule table[] = {
    {"open", "save json", RULE_EXCLUDES, "plain stage"},
    {"show", "raw", RULE_EXCLUDES, "json width"},
    {"show", "json", RULE_EXCLUDES, "width"},
    {"list", "programmes", RULE_EXCLUDES, "state format capability pages complete stage +"},
    {"list", "complete", RULE_EXCLUDES, "json state"},
    {"quiz", "list", RULE_EXCLUDES, "missed again sign"},
    {"quiz", "sign", RULE_EXCLUDES, "missed again"},
    {"quiz", "missed", RULE_EXCLUDES, "again"},
    {"quiz", "json", RULE_NEEDS, "list"},
    {"note", "json", RULE_EXCLUDES, "+"},
    {"hint", HINT_ACTS, RULE_EXCLUDES, HINT_ACTS " why status from key +"},
    {"hint", "json", RULE_EXCLUDES, "init open later never again"},
    {"watch", "follow journal pane", RULE_EXCLUDES, "follow journal pane"},
    {"watch", "journal pane", RULE_EXCLUDES, "+"},
    {"watch", "open", RULE_NEEDS, "pane"},
    {"watch", "open", RULE_EXCLUDES, "json events"},
    {"watch", "pane", RULE_EXCLUDES, "json"},
    {"motd", "tmux", RULE_EXCLUDES, "json"},
    {"label", "svg json", RULE_EXCLUDES, "svg json inverse"},
    {"sync", "status check dry-run", RULE_EXCLUDES, "status check dry-run limit-rate"},
    {"sync", "status", RULE_EXCLUDES, "quiet"},
    {"channel", "key credentials ca", RULE_NEEDS, "=add"},
    {"channel", "passphrase-file no-passphrase", RULE_NEEDS, "=key"},
    {"channel", "passphrase-file", RULE_EXCLUDES, "no-passphrase"},
    {"publish", "check", RULE_EXCLUDES, "passphrase-file unreviewed versions expires next-key drop-key dry-run"},
    {"outbox", "json", RULE_NEEDS, "-"},
    {"serve", SERVE_ACTS, RULE_EXCLUDES, SERVE_ACTS " invite init listen cert key origin connections channel pin"},
    {"session", "element here", RULE_NEEDS, "=start"},
    {"session", "plain", RULE_NEEDS, "=start =join =resume"},
    {"session", "json", RULE_NEEDS, "=start =resume =list =show"},
    {"report", FORMS, RULE_EXCLUDES, FORMS},
    {"report", "site", RULE_EXCLUDES, "data"},
    {"report", "credentials", RULE_NEEDS, "site"},
    {"report", "limit", RULE_NEEDS, "=gaps"},
    {"report", "missing lapsing", RULE_NEEDS, "=signoff"},
    {"report", "html plain part site data", RULE_EXCLUDES, "=gaps"},
    {"audit", "module", RULE_NEEDS, "=show =export"},
    {"audit", "learner id whole", RULE_NEEDS, "=export"},
    {"audit", "key", RULE_NEEDS, "=verify"},
    {"audit", "yes dry-run", RULE_NEEDS, "=drop"},
    {"audit", "yes", RULE_EXCLUDES, "dry-run"},
    {"learner", "yes", RULE_NEEDS, "=forget"},
    {"learner", "dry-run", RULE_NEEDS, "=forget =import"},
    {"learner", "yes", RULE_EXCLUDES, "dry-run"},
    {"learner", "all", RULE_NEEDS, "=list"},
    {"learner", "badge roles rights account pin", RULE_NEEDS, "=add"},
    {"learner", "json", RULE_NEEDS, "=export =forget =list =import"},
    {"kiosk", "dry-run apply remove tty root", RULE_NEEDS, "=install"},
    {"kiosk", "apply", RULE_EXCLUDES, "remove dry-run"},
    {"kiosk", "plain", RULE_NEEDS, "-"},
    {"kiosk", "json", RULE_NEEDS, "=status =install"},
    {"backup", "nightly", RULE_EXCLUDES, "+"},
    {"config", "json", RULE_NEEDS, "- =share"},
    {"help", "roff", RULE_EXCLUDES, "json +"},
};

const struct command_rule *command_rules_all(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}

/* The next word of a list into name; false at its end. */
static bool next(const char **list, char name[32])
{
    size_t n = strcspn(*list, " ");
    if (n == 0)
        return false;
    snprintf(name, 32, "%.*s", (int)n, *list);
    *list += n + strspn(*list + n, " ");
    return true;
}

static bool is_given(const struct args *args, const char *name)
{
    if (strcmp(name, "+") == 0)
        return args->count > 0;
    if (strcmp(name, "-") == 0)
        return args->count == 0;
    if (name[0] == '=')
        return args->count > 0 && strcmp(args->words[0], name + 1) == 0;
    return args_flag(args, name);
}

/* As a person types it. */
static void add_typed(const struct command *command, const char *name, struct buf *out)
{
    if (strcmp(name, "-") == 0)
        buf_addf(out, "`crib %s` alone", command->name);
    else if (name[0] == '=')
        buf_addf(out, "`crib %s %s`", command->name, name + 1);
    else
        buf_addf(out, "--%s", name);
}

static bool refuse(const struct args *args, const char *what, const struct buf *why, struct error *err)
{
    char named[40], todo[80];
    snprintf(named, sizeof named, "--%s", what);
    snprintf(todo, sizeof todo, "see `crib %s --help`", args->command->name);
    return error_set(err, EX_USAGE, named, NULL, buf_text(why), todo);
}

static bool excludes(const struct args *args, const char *option, const char *others, struct error *err)
{
    char other[32];
    while (next(&others, other)) {
        if (strcmp(option, other) == 0 || !is_given(args, other))
            continue;
        struct buf why = {0};
        buf_adds(&why, strcmp(other, "+") == 0 ? "it takes no further words" : other[0] == '=' ? "it is not for " : "it excludes ");
        if (strcmp(other, "+") != 0)
            add_typed(args->command, other, &why);
        (void)refuse(args, option, &why, err);
        buf_free(&why);
        return false;
    }
    return true;
}

static bool needs(const struct args *args, const char *option, const char *others, struct error *err)
{
    char other[32];
    for (const char *at = others; next(&at, other);)
        if (is_given(args, other))
            return true;
    struct buf why = {0};
    buf_adds(&why, "it belongs to ");
    for (size_t n = 0; next(&others, other); n++) {
        if (n > 0)
            buf_adds(&why, others[0] != '\0' ? ", " : " or ");
        add_typed(args->command, other, &why);
    }
    (void)refuse(args, option, &why, err);
    buf_free(&why);
    return false;
}

bool command_rules_hold(const struct args *args, struct error *err)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct command_rule *r = &table[i];
        const char *options = r->options;
        char option[32];
        if (strcmp(r->command, args->command->name) != 0)
            continue;
        while (next(&options, option))
            if (args_flag(args, option) &&
                !(r->relation == RULE_EXCLUDES ? excludes : needs)(args, option, r->others, err))
                return false;
    }
    return true;
}

/* ---- for --help ---- */

static void add_other(const struct command *command, const char *name, struct buf *out)
{
    if (strcmp(name, "+") == 0)
        buf_adds(out, "further words");
    else
        add_typed(command, name, out);
}

static bool has(const char *list, const char *name)
{
    char each[32];
    while (next(&list, each))
        if (strcmp(each, name) == 0)
            return true;
    return false;
}

/* Those of the list that are in the other one, or not; how many. */
static size_t add_names(const struct command *command, const char *list, const char *among, bool in, struct buf *out)
{
    char name[32];
    size_t total = 0, n = 0;
    for (const char *at = list; next(&at, name);)
        total += has(among, name) == in;
    while (next(&list, name)) {
        if (has(among, name) != in)
            continue;
        buf_adds(out, n == 0 ? "" : n + 1 == total ? " and " : ", ");
        add_other(command, name, out);
        n++;
    }
    return total;
}

void command_rules_tell(const struct command *command, struct buf *out)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct command_rule *r = &table[i];
        if (r->relation != RULE_EXCLUDES || strcmp(r->command, command->name) != 0)
            continue;
        struct buf options = {0}, others = {0};
        bool each_other = strchr(r->options, ' ') != NULL;
        char name[32];
        for (const char *at = r->options; next(&at, name);)
            each_other = each_other && has(r->others, name);
        size_t count = add_names(command, r->options, "", false, &options);
        size_t further = add_names(command, r->others, r->options, false, &others);
        buf_addf(out, "%s%s exclude%s %s", out->len > 0 ? " " : "", buf_text(&options), count == 1 ? "s" : "", each_other ? "each other" : "");
        if (further > 0)
            buf_addf(out, "%s%s", each_other ? ", and " : "", buf_text(&others));
        buf_addc(out, '.');
        buf_free(&options);
        buf_free(&others);
    }
}
