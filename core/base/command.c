#include "core/base/command.h"

#include "core/base/command_rules.h"
#include "core/base/strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

const struct command *command_find(const char *name)
{
    size_t count;
    const struct command *all = commands_all(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

const char *command_nearest(const char *name)
{
    enum { MOST = 64 };
    const char *names[MOST];
    size_t count;
    const struct command *all = commands_all(&count);
    for (size_t i = 0; i < count && i < MOST; i++)
        names[i] = all[i].name;
    return strings_nearest((struct strings){names, count < MOST ? count : MOST}, name);
}

static bool usage(struct error *err, const struct command *command, const char *what, const char *why)
{
    char todo[120];
    snprintf(todo, sizeof todo, "see `crib %s --help`", command->name);
    return error_set(err, EX_USAGE, what, NULL, why, todo);
}

/* The same of an option, named as it is typed. */
static bool usage_option(struct error *err, const struct command *command, const char *name, const char *why)
{
    char what[40];
    snprintf(what, sizeof what, "--%s", name);
    return usage(err, command, what, why);
}

static bool choice_allowed(const char *choices, const char *value)
{
    size_t n = strlen(value);
    for (const char *at = choices; *at != '\0';) {
        size_t k = strcspn(at, " ");
        if (k == n && strncmp(at, value, n) == 0)
            return true;
        at += k + strspn(at + k, " ");
    }
    return false;
}

static bool keep_value(struct args *args, size_t at, const char *value, struct error *err)
{
    const struct option_spec *o = &args->command->options[at];
    if (o->choices != NULL && !choice_allowed(o->choices, value)) {
        char why[200];
        snprintf(why, sizeof why, "`%s` is none of: %s", value, o->choices);
        return usage_option(err, args->command, o->name, why);
    }
    size_t n = strlen(o->value);
    if (args->values[at] != NULL && n > 3 && strcmp(o->value + n - 3, "...") == 0) {
        if (args->earlier_count == ARGS_EARLIER)
            return usage(err, args->command, o->name, "it is given too often");
        args->earlier[args->earlier_count].option = at;
        args->earlier[args->earlier_count++].value = args->values[at];
    }
    args->values[at] = value;
    return true;
}

static size_t find_option(const struct command *command, const char *name, size_t n, char letter)
{
    size_t i = 0;
    for (; i < COMMAND_OPTIONS && command->options[i].name != NULL; i++) {
        const struct option_spec *o = &command->options[i];
        if (name != NULL ? strlen(o->name) == n && strncmp(o->name, name, n) == 0 : o->letter == letter)
            return i;
    }
    return COMMAND_OPTIONS;
}

/* One `--name[=value]`; *at is its index in argv and moves over a value taken from the next word. */
static bool long_option(struct args *args, int argc, char **argv, int *at, struct error *err)
{
    const char *name = argv[*at] + 2;
    size_t n = strcspn(name, "=");
    if (n == 4 && strncmp(name, "help", 4) == 0) {
        args->help = true;
        return true;
    }
    size_t i = find_option(args->command, name, n, '\0');
    if (i == COMMAND_OPTIONS)
        return usage(err, args->command, argv[*at], "no such option");
    const struct option_spec *o = &args->command->options[i];
    if (o->value == NULL) {
        if (name[n] == '=')
            return usage(err, args->command, argv[*at], "takes no value");
        args->values[i] = "";
        return true;
    }
    if (name[n] == '=')
        return keep_value(args, i, name + n + 1, err);
    if (*at + 1 >= argc)
        return usage(err, args->command, argv[*at], "needs a value");
    return keep_value(args, i, argv[++*at], err);
}

static bool short_options(struct args *args, int argc, char **argv, int *at, struct error *err)
{
    for (const char *l = argv[*at] + 1; *l != '\0'; l++) {
        if (*l == 'h') {
            args->help = true;
            continue;
        }
        size_t i = find_option(args->command, NULL, 0, *l);
        if (i == COMMAND_OPTIONS)
            return usage(err, args->command, argv[*at], "no such option");
        if (args->command->options[i].value == NULL) {
            args->values[i] = "";
            continue;
        }
        if (l[1] != '\0')
            return keep_value(args, i, l + 1, err);
        if (*at + 1 >= argc)
            return usage(err, args->command, argv[*at], "needs a value");
        return keep_value(args, i, argv[++*at], err);
    }
    return true;
}

bool args_parse(struct args *args, const struct command *command, int argc, char **argv, struct error *err)
{
    *args = (struct args){.command = command, .words = (const char *const *)argv};
    bool options = true;
    for (int i = 0; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && strncmp(argv[i], "--", 2) == 0) {
            if (!long_option(args, argc, argv, &i, err))
                return false;
        } else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!short_options(args, argc, argv, &i, err))
                return false;
        } else {
            argv[args->count++] = argv[i]; /* never past i: the words move to the front */
        }
    }
    if (args->help)
        return true;
    if (args->count < command->least) {
        char why[sizeof err->why];
        snprintf(why, sizeof why, "it needs %s", command->arguments);
        return usage(err, command, command->name, why);
    }
    if (args->count > command->most)
        return usage(err, command, args->words[command->most], "one argument too many");
    return command_rules_hold(args, err);
}

const char *args_value(const struct args *args, const char *name)
{
    size_t i = find_option(args->command, name, strlen(name), '\0');
    return i < COMMAND_OPTIONS ? args->values[i] : NULL;
}

void args_set(struct args *args, const char *name, const char *value)
{
    size_t i = find_option(args->command, name, strlen(name), '\0');
    if (i < COMMAND_OPTIONS)
        args->values[i] = value;
}

size_t args_values(const struct args *args, const char *name, const char *values[ARGS_EARLIER + 1])
{
    size_t i = find_option(args->command, name, strlen(name), '\0'), n = 0;
    for (size_t k = 0; k < args->earlier_count; k++)
        if (args->earlier[k].option == i)
            values[n++] = args->earlier[k].value;
    if (i < COMMAND_OPTIONS && args->values[i] != NULL)
        values[n++] = args->values[i];
    return n;
}

bool args_flag(const struct args *args, const char *name)
{
    return args_value(args, name) != NULL;
}

bool args_number(const struct args *args, const char *name, long least, long most, long fallback, long *value,
                 struct error *err)
{
    const char *text = args_value(args, name);
    *value = fallback;
    if (text == NULL)
        return true;
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < least || number > most) {
        char why[120];
        snprintf(why, sizeof why, "`%.40s` is not a whole number from %ld to %ld", text, least, most);
        return usage_option(err, args->command, name, why);
    }
    *value = number;
    return true;
}

void args_join(const struct args *args, struct buf *out)
{
    for (size_t i = 0; i < args->count; i++) {
        if (i > 0)
            buf_addc(out, ' ');
        buf_adds(out, args->words[i]);
    }
}
