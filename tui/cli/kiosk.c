#include "tui/cli/kiosk.h"

#include "tui/cli/cli.h"
#include "tui/cli/kiosk_plain.h"
#include "tui/cli/run.h"
#include "tui/kiosk.h"
#include "tui/screen/attract.h"

#include <string.h>
#include <sysexits.h>

static bool start(struct screens *s, struct app *app, void *context, struct error *err)
{
    (void)context;
    return attract_open(s, app, err);
}

static int run(struct app *app, bool plain)
{
    struct error err;
    struct kiosk kiosk;
    struct kiosk_settings settings;
    struct config *config = app_config(app, &err);
    if (config == NULL || !kiosk_open(&kiosk, app, &err))
        return app_fail(&err);
    kiosk_settings(config, &settings, NULL);
    int status = plain || settings.plain ? kiosk_plain(app) : run_screens(app, start, NULL);
    kiosk_close(&kiosk, app, status);
    return status;
}

int cli_kiosk(struct app *app, const struct args *args)
{
    struct error err;
    const char *what = args->count > 0 ? args->words[0] : "";
    if (what[0] == '\0')
        return run(app, args_flag(args, "plain"));
    if (strcmp(what, "status") == 0)
        return kiosk_status(app, args_flag(args, "json"));
    if (strcmp(what, "install") == 0)
        return kiosk_install(app, args);
    error_set(&err, EX_USAGE, "no such part of kiosk", what, NULL, "`crib help kiosk` lists them");
    return app_fail(&err);
}
