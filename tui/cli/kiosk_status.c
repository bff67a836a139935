#include "tui/cli/kiosk.h"

#include "core/base/clock.h"
#include "core/base/output.h"
#include "core/base/syncing.h"
#include "tui/background.h"
#include "tui/kiosk.h"
#include "tui/session.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define NOT_FOLLOWED "nobody can join one here: crib-kiosk-room.service, or `crib session follow`, has to run beside"

/* When the last sync was over, and how; "" where there was none. */
static const char *last_sync(struct arena *a, const struct syncing *known)
{
    char at[20];
    if (known->end_count == 0)
        return "";
    const struct syncing_end *end = &known->ends[known->end_count - 1];
    background_moment(end->ended_ms, at, sizeof at);
    return arena_printf(a, "%s, %s", at,
                        end->result == RESULT_OK        ? "done"
                        : end->result == RESULT_OFFLINE ? "nobody could be reached"
                                                        : "it failed (`crib sync --status`)");
}

/* "somebody is badged in since 09:12": who it is, is nobody else's business. */
static void add_words(const struct kiosk_state *s, struct buf *out)
{
    char began[20], visit[20];
    background_moment(s->began_ms, began, sizeof began);
    background_moment(s->visit_ms, visit, sizeof visit);
    buf_addf(out, "%s: process %ld, since %s\n", s->terminal, s->pid, began);
    if (s->visit_ms != 0)
        buf_addf(out, "  somebody is badged in since %s\n", visit);
    else
        buf_adds(out, "  nobody is badged in\n");
    buf_addf(out, "  sandbox: %s\n", s->sandbox);
    if (s->watchdog_s > 0)
        buf_addf(out, "  watchdog: hears of it within %ld s, or starts it anew\n", s->watchdog_s);
    else
        buf_adds(out, "  watchdog: none (started without systemd)\n");
}

static void add_json(const struct kiosk_state *s, struct json *j)
{
    char at[40];
    json_open_object(j, NULL);
    json_string(j, "terminal", s->terminal);
    json_int(j, "pid", s->pid);
    clock_format(s->began_ms, 0, at, sizeof at);
    json_string(j, "since", at);
    clock_format(s->visit_ms, 0, at, sizeof at);
    json_string(j, "visit_since", s->visit_ms != 0 ? at : NULL);
    json_string(j, "sandbox", s->sandbox);
    json_bool(j, "bounded", s->bounded);
    json_int(j, "watchdog_seconds", s->watchdog_s);
    json_close_object(j);
}

/* What the site says that this device is enrolled at: only where somebody has to do something about it. */
static const char *site_trouble(struct arena *a, const struct syncing *known)
{
    const struct syncing_store *site = &known->site;
    if (site->endpoint[0] == '\0' || site->error[0] == '\0')
        return "";
    return arena_printf(a, site->todo[0] != '\0' ? "%s (%s)" : "%s", site->error, site->todo);
}

static void as_json(struct arena *a, const struct syncing *known, bool followed, const struct kiosk_state *states, size_t count,
                    struct buf *out)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_open_array(&j, "kiosks");
    for (size_t i = 0; i < count; i++)
        add_json(&states[i], &j);
    json_close_array(&j);
    json_bool(&j, "sessions_followed", followed);
    json_string(&j, "last_sync", last_sync(a, known));
    json_string(&j, "site_trouble", site_trouble(a, known));
    json_close_object(&j);
    output_end_json(out);
}

/* Whoever looks after the device asks from an account of their own: then it is the installed kiosk's that is meant. */
static void look_there(struct app *app)
{
    if (access(KIOSK_HOME "/kiosk", R_OK | X_OK) == 0 && access(file_join(app->arena, app->places.state, "kiosk"), F_OK) != 0)
        app->places.data = app->places.state = KIOSK_HOME;
}

int kiosk_status(struct app *app, bool json)
{
    struct error err;
    look_there(app);
    struct kiosk_state *states;
    size_t count;
    struct buf out = {0};
    struct syncing known;
    struct arena *a = app->arena;
    const char *path = syncing_path(a, &app->places);
    if (!kiosk_states(app, a, &states, &count, &err))
        return app_fail(&err);
    if (path == NULL || !syncing_read(a, path, &known)) {
        error_memory(&err);
        return app_fail(&err);
    }
    if (json) {
        as_json(a, &known, session_followed(app), states, count, &out);
    } else {
        for (size_t i = 0; i < count; i++)
            add_words(&states[i], &out);
        if (count == 0)
            buf_addf(&out, "No kiosk runs in %s.\n", app->places.data);
        buf_addf(&out, "Live sessions: %s\n", session_followed(app) ? "they are followed" : NOT_FOLLOWED);
        const char *sync = last_sync(a, &known), *trouble = site_trouble(a, &known);
        buf_addf(&out, "Last sync: %s\n", sync != NULL && sync[0] != '\0' ? sync : "none yet");
        if (trouble != NULL && trouble[0] != '\0')
            buf_addf(&out, "Site: %s\n", trouble);
    }
    if (!output_buf(&out, false, &err))
        return app_fail(&err);
    return count > 0 ? EX_OK : EX_UNAVAILABLE;
}

void look_at_kiosk(struct findings *f, struct app *app)
{
    struct error err;
    struct kiosk_state *states;
    size_t count;
    if (!kiosk_states(app, app->arena, &states, &count, &err))
        return;
    for (size_t i = 0; i < count; i++) {
        const char *found = arena_printf(app->arena, "%s: %s", states[i].terminal, states[i].sandbox);
        bool loose = !states[i].bounded, alone = states[i].watchdog_s == 0;
        say(f, loose || alone ? WORTH_KNOWING : FINE, "kiosk", found != NULL ? found : states[i].terminal,
            loose   ? "a kernel with Landlock and seccomp bounds it whole"
            : alone ? "nothing starts it anew when it hangs: `crib kiosk install` makes it a service"
                    : "");
    }
    if (count > 0 && !session_followed(app))
        say(f, WORTH_KNOWING, "kiosk", "no live session can be joined there", "crib-kiosk-room.service, or `crib session follow`, has to run beside");
}
