#include "tui/cli/cli.h"

#include <sysexits.h>

/* crib-sync reads its own arguments: they are handed over as they came, so that one table says what they mean. */
int cli_sync(struct app *app, const struct args *args)
{
    size_t n = 0;
    const char *argv[8 + COMMAND_OPTIONS + ARGS_EARLIER] = {0};
    argv[n++] = args->command->name;
    for (size_t i = 0; i < args->earlier_count; i++) {
        const char *name = args->command->options[args->earlier[i].option].name;
        argv[n] = arena_printf(app->arena, "--%s=%s", name, args->earlier[i].value);
        if (argv[n++] == NULL)
            return EX_OSERR;
    }
    for (size_t i = 0; i < COMMAND_OPTIONS && args->command->options[i].name != NULL; i++) {
        const struct option_spec *o = &args->command->options[i];
        if (args->values[i] == NULL)
            continue;
        argv[n] = arena_printf(app->arena, o->value != NULL ? "--%s=%s" : "--%s%s", o->name, args->values[i]);
        if (argv[n++] == NULL)
            return EX_OSERR;
    }
    if (args->count > 0)
        argv[n++] = "--";
    for (size_t i = 0; i < args->count && i < 4; i++)
        argv[n++] = args->words[i];
    struct error err;
    app_become_sync(app, argv, &err);
    return app_fail(&err);
}
