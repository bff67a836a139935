#include "tui/cli/run.h"

#include <sysexits.h>

static int64_t versions(void *context)
{
    struct app *app = context;
    int64_t version = app->library != NULL ? library_version(app->library) * 1000003 : 0;
    return app->record != NULL ? version + record_version(app->record) : version;
}

int run_screens(struct app *app, run_start *start, void *context)
{
    struct error err = {0};
    struct config *config = app_config(app, &err);
    struct terminal *t = config == NULL ? NULL
                                        : terminal_open(config_text(config, CONFIG_THEME), config_yes(config, CONFIG_MOUSE),
                                                        config_yes(config, CONFIG_ASCII), &err);
    if (t == NULL)
        return app_fail(&err);
    struct screens *s = screens_open(t, versions, app);
    bool ok = s != NULL ? start(s, app, context, &err) : error_memory(&err);
    if (ok) {
        if (terminal_notice(t) != NULL)
            screens_say(s, STYLE_CHANGED, terminal_notice(t));
        screens_run(s);
    }
    screens_close(s);
    terminal_close(t);
    return ok ? EX_OK : app_fail(&err);
}
