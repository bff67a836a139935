#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/screen/request.h"

#include <stdio.h>
#include <sysexits.h>

static int unknown(const char *name)
{
    char todo[120];
    bool later = command_reserved(name);
    const char *near = later ? NULL : command_nearest(name);
    snprintf(todo, sizeof todo, near != NULL ? "did you mean `%s`?" : "`crib help` lists them", near);
    struct error err;
    error_set(&err, EX_USAGE, name, NULL, later ? "this version has no such command" : "no such command", todo);
    return app_fail(&err);
}

int cli_help(struct app *app, const struct args *args)
{
    (void)app;
    struct buf out = {0};
    size_t columns = output_columns() < 100 ? output_columns() : 100;
    struct json j = {.out = &out};
    bool json = args_flag(args, "json");
    if (args_flag(args, "roff")) {
        buf_adds(&out, "@COMMANDS\n");
        commands_roff(&out);
        buf_adds(&out, "@KEYS\n");
        requests_roff(&out);
    } else if (args->count == 0 && json) {
        commands_json(&j);
    } else if (args->count == 0) {
        commands_overview(&out, columns);
    } else {
        const struct command *command = command_find(args->words[0]);
        if (command == NULL)
            return unknown(args->words[0]);
        if (json)
            command_json(command, &j);
        else
            command_help(command, &out, columns);
    }
    if (json)
        output_end_json(&out);
    struct error err;
    bool ok = output_buf(&out, !json && !args_flag(args, "roff"), &err);
    return ok ? EX_OK : app_fail(&err);
}
