#include "tui/cli/run.h"

#include "core/base/clock.h"
#include "tui/screen/sources.h"

#include <sysexits.h>

struct watch {
    struct app *app;
    int64_t next_look; /* at a previewed directory; of the monotonic clock */
    int64_t next_try;  /* of a library that was left out */
    int64_t changes;   /* that those looks brought */
};

enum { TRY_MS = 5000 };

/* A library that was left out has no version that could be asked for: whoever mended it tells nobody. */
static void look_at_left_out(struct watch *w)
{
    int64_t now = clock_monotonic_ms();
    if (now < w->next_try)
        return;
    w->next_try = now + TRY_MS;
    if (app_take_again(w->app))
        w->changes++;
}

/* An author's editor stands beside the preview. A look costs some microseconds a file: the larger the directory, the
 * rarer, so that they never take more than a hundredth of the time. */
static void look_at_preview(struct watch *w)
{
    int64_t now = clock_monotonic_ms();
    if (now < w->next_look)
        return;
    if (source_refresh(w->app))
        w->changes++;
    int64_t done = clock_monotonic_ms(), pause = (done - now) * 100;
    w->next_look = done + (pause > 900 ? pause : 900);
}

static int64_t versions(void *context)
{
    struct watch *w = context;
    struct app *app = w->app;
    if (app->preview != NULL)
        look_at_preview(w);
    else if (app->left_out.code != 0)
        look_at_left_out(w);
    int64_t version = app->library != NULL ? library_version(app->library) * 1000003 : 0;
    return w->changes + (app->record != NULL ? version + record_version(app->record) : version);
}

static const char *theme_chosen(void *context, const char *theme)
{
    const struct watch *w = context;
    struct error err = {0};
    const char *hint = NULL;
    return app_choose(w->app, CONFIG_THEME, theme, &hint, &err) ? hint : "for now";
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
    struct watch watch = {.app = app};
    struct screens *s = screens_open(t, versions, &watch);
    if (s != NULL)
        screens_on_theme(s, theme_chosen);
    bool ok = s != NULL ? start(s, app, context, &err) : error_memory(&err);
    if (ok) {
        if (terminal_notice(t) != NULL)
            screens_say(s, STYLE_CHANGED, terminal_notice(t));
        else if (config_unread(config, ORIGIN_USER) != NULL || config_unread(config, ORIGIN_SYSTEM) != NULL)
            screens_say(s, STYLE_CHANGED, "going on without config.yaml, which can't be read: `crib doctor` says why");
        screens_run(s);
    }
    screens_close(s);
    terminal_close(t);
    return ok ? EX_OK : app_fail(&err);
}
