#include "tui/cli/cli.h"

#include "core/base/output.h"
#include "tui/cli/run.h"
#include "tui/content.h"
#include "tui/missed.h"
#include "tui/screen/hub.h"
#include "tui/screen/reader.h"

#include <stdio.h>
#include <sysexits.h>

struct opening {
    const char *what;
    struct target target;
};

static bool open_hub(struct screens *s, void *context, struct error *err)
{
    return hub_open(s, context, NULL, err);
}

/* The hub stands below the reader, so that Back leads somewhere. */
static bool start(struct screens *s, struct app *app, void *context, struct error *err)
{
    const struct opening *o = context;
    screens_below(s, open_hub, app);
    return reader_open(s, app, o->target.key, o->target.anchor, NULL, err);
}

/* One thing opens; several are a choice in the hub; words that only search finds open the best hit. */
static int open_what(struct app *app, const struct args *args, const char *what)
{
    struct error err;
    struct library *library = app_library(app, &err);
    struct target *targets;
    size_t count;
    if (library == NULL || !library_resolve(library, app->arena, what, &targets, &count, &err))
        return app_fail(&err);
    if (count == 0) {
        char todo[160];
        const char *near = args->count == 1 ? command_nearest(args->words[0]) : NULL;
        snprintf(todo, sizeof todo, near != NULL ? "did you mean the command `crib %s`?" : "`crib find` with other words",
                 near);
        if (near == NULL)
            missed(app, GAP_SEARCH, what);
        error_set(&err, EX_NOINPUT, "nothing fits", what, NULL, todo);
        return app_fail(&err);
    }
    const char *stage = args_value(args, "stage");
    if (targets[0].stage[0] != '\0' && stage == NULL)
        stage = targets[0].stage;
    if (stage != NULL && !config_override(app->config, CONFIG_STAGE, stage, "--stage", &err))
        return app_fail(&err);
    if (!output_has_screen() || args_flag(args, "plain")) {
        struct args show = {.command = command_find("show"), .words = args->words, .count = args->count};
        if (args_flag(args, "plain"))
            args_set(&show, "plain", "");
        return cli_show(app, &show);
    }
    if (count > 1)
        return cli_hub(app, what);
    struct opening o = {.what = what, .target = targets[0]};
    return run_screens(app, start, &o);
}

int cli_open(struct app *app, const struct args *args)
{
    struct buf what = {0};
    struct error err;
    args_join(args, &what);
    int status = buf_ok(&what) ? open_what(app, args, buf_text(&what)) : (error_memory(&err), app_fail(&err));
    buf_free(&what);
    return status;
}
