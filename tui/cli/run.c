#include "tui/cli/run.h"

#include "core/base/clock.h"
#include "tui/background.h"
#include "tui/kiosk.h"
#include "tui/screen/attract.h"
#include "tui/screen/scanned.h"
#include "tui/screen/sources.h"
#include "tui/session.h"
#include "tui/staging.h"
#include "tui/whatsnew.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct watch {
    struct app *app;
    int64_t next_look; /* at a previewed directory; of the monotonic clock */
    int64_t next_try;  /* of a library that was left out */
    int64_t changes;   /* that those looks brought */
    int64_t library;   /* its version at the last look; 0 before */
    bool came;         /* it has changed since: what is new is to be told */
    int64_t next_session; /* when to look for a live session of this record; of the monotonic clock */
    char session[ROOM_CODE + 1]; /* that was told last */
    uint64_t site_session;       /* the same of one of the site: its title's hash; 0: none */
    int64_t since_ms;  /* what changed before that is no news any more */
};

enum { TRY_MS = 5000, SESSION_MS = 2000 };

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
    int64_t library = app->library != NULL ? library_version(app->library) : 0, version = library * 1000003;
    w->came = w->came || (w->library != 0 && library != 0 && library != w->library);
    w->library = library;
    return w->changes + (app->record != NULL ? version + record_version(app->record) : version);
}

/* One notice, and everybody goes on where they were. */
static void tell_news(struct screens *s, struct watch *w)
{
    struct buf news = {0}, line = {0};
    whats_new_line(w->app, &w->since_ms, &news);
    if (news.len > 0) {
        buf_adds(&line, "What's new");
        const struct screen *top = screens_top(s);
        struct buf keys = {0};
        request_keys(REQ_NEWS, top->ops->place(top), 1, &keys);
        if (keys.len > 0)
            buf_addf(&line, " (%s)", buf_text(&keys));
        buf_addf(&line, ": %s", buf_text(&news));
        screens_notice(s, buf_text(&line));
        buf_free(&keys);
    }
    buf_free(&news);
    buf_free(&line);
}

/* A trainer of this record began one: those at its other terminals are told, once. */
static void tell_session(struct screens *s, struct watch *w)
{
    char code[ROOM_CODE + 1], title[200], words[8];
    struct buf line = {0};
    int64_t now = clock_monotonic_ms();
    if (w->app->kiosk != NULL || w->app->record == NULL || now < w->next_session)
        return;
    w->next_session = now + SESSION_MS;
    if (!session_open_here(w->app, code, title, sizeof title) || strcmp(code, w->session) == 0)
        return;
    memcpy(w->session, code, sizeof w->session);
    session_code_words(code, words);
    buf_addf(&line, "A session is on: %s. Its code %s, typed here, joins it.", title, words);
    screens_notice(s, buf_text(&line));
    buf_free(&line);
}

/* The site said at the last sync that one is on: told once, and not to who is in one. */
static void tell_site_session(struct screens *s, struct watch *w)
{
    const struct syncing *known = background_known(w->app->background);
    const char *title = session_at_site(known);
    uint64_t hash = title != NULL ? text_hash(title, strlen(title)) : 0;
    struct buf line = {0};
    if (hash == w->site_session)
        return;
    w->site_session = hash;
    if (title == NULL || session_is_in_one(w->app))
        return;
    buf_addf(&line, "A session of the site is on: %s (its code, typed here, joins it)", title);
    screens_notice(s, buf_text(&line));
    buf_free(&line);
}

static bool turn(struct screens *s, void *context, int *fd)
{
    struct watch *w = context;
    bool another = w->app->background != NULL && background_turn(w->app->background);
    *fd = w->app->background != NULL ? background_fd(w->app->background) : -1;
    if (w->app->kiosk != NULL)
        another = attract_turn(w->app) || another;
    tell_session(s, w);
    if (w->app->background != NULL && w->app->preview == NULL)
        tell_site_session(s, w);
    if (w->came && w->app->preview == NULL)
        tell_news(s, w);
    another = another || w->came;
    w->came = false;
    return another;
}

static const char *theme_chosen(void *context, const char *theme)
{
    const struct watch *w = context;
    struct error err = {0};
    const char *hint = NULL;
    return app_choose(w->app, CONFIG_THEME, theme, &hint, &err) ? hint : "for now";
}

static bool scanned(struct screens *s, void *context, const char *text, bool surely)
{
    const struct watch *w = context;
    if (w->app->kiosk != NULL && attract_scanned(w->app, text))
        return true;
    return scanned_open(s, w->app, text, surely);
}

static struct terminal *open_terminal(const struct config *config, struct error *err)
{
    const char *slow = config_text(config, CONFIG_SLOW), *delay = config_text(config, CONFIG_ESCAPE_MS);
    return terminal_open(&(struct terminal_options){.theme = config_text(config, CONFIG_THEME),
                                                    .mouse = config_yes(config, CONFIG_MOUSE),
                                                    .ascii = config_yes(config, CONFIG_ASCII),
                                                    .flow = config_yes(config, CONFIG_FLOW_CONTROL),
                                                    .slow = slow[0] == 'y' ? 1 : slow[0] == 'n' ? 0 : -1,
                                                    .escape_ms = delay[0] == 'a' ? -1 : strtol(delay, NULL, 10)},
                         err);
}

int run_screens(struct app *app, run_start *start, void *context)
{
    struct error err = {0};
    struct config *config = app_config(app, &err);
    struct terminal *t = config != NULL ? open_terminal(config, &err) : NULL;
    if (t == NULL)
        return app_fail(&err);
    struct watch watch = {.app = app, .since_ms = clock_wall_ms()};
    struct screens *s = screens_open(t, versions, &watch);
    app->background = s != NULL && app->kiosk == NULL ? background_open(app) : NULL;
    if (s != NULL) {
        screens_on_theme(s, theme_chosen);
        screens_on_scan(s, scanned, config_text(config, CONFIG_SCAN_PREFIX), config_text(config, CONFIG_SCAN_SUFFIX));
    }
    if (app->background != NULL || (s != NULL && app->kiosk != NULL))
        screens_beside(s, turn);
    if (app->kiosk != NULL) {
        terminal_shut(t);
        requests_shut();
        kiosk_bound(app->kiosk, app);
    }
    bool ok = s != NULL ? start(s, app, context, &err) : error_memory(&err);
    if (ok) {
        if (terminal_notice(t) != NULL)
            screens_say(s, STYLE_CHANGED, terminal_notice(t));
        else if (config_unread(config, ORIGIN_USER) != NULL || config_unread(config, ORIGIN_SYSTEM) != NULL)
            screens_say(s, STYLE_CHANGED, "going on without config.yaml, which can't be read: `crib doctor` says why");
        else if (app->record_lost.code == 0 && app->left_out.code == 0 &&
                 (!staging_known(app, app_stage(app), &err) || !staging_own_roles_known(app, &err)))
            screens_fail(s, &err);
        screens_run(s);
    }
    screens_close(s);
    if (app->kiosk != NULL)
        terminal_forget(t);
    terminal_close(t);
    background_close(app->background);
    app->background = NULL;
    if (ok && app->kiosk != NULL && !app->kiosk->left)
        return EX_UNAVAILABLE; /* nobody wanted that: the service manager starts it anew */
    return ok ? EX_OK : app_fail(&err);
}
