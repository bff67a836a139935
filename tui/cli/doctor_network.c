#include "tui/cli/doctor.h"

#include "core/base/hex.h"
#include "core/base/syncing.h"
#include "core/record/accepted.h"
#include "core/record/site_logs.h"
#include "tui/background.h"
#include "tui/sync_lines.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { ANSWER_MOST = 1 << 20 };

/* ---- asking ---- */

/* All that crib-sync writes until it ends. */
static void read_all(int fd, struct buf *out)
{
    char bytes[4096];
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    while (out->len < ANSWER_MOST && (poll(&wait, 1, -1) > 0 || errno == EINTR)) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            break;
        if (n > 0)
            buf_add(out, bytes, (size_t)n);
    }
}

/* crib opens no socket: crib-sync asks. */
static bool ask_now(struct app *app, struct syncing *now, struct error *err)
{
    pid_t child;
    int fd, status = 0;
    struct buf text = {0};
    if (!app_start_sync(app, (const char *[]){"sync", "--check", "--quiet", NULL}, &child, &fd, err))
        return false;
    read_all(fd, &text);
    close(fd);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    bool ok = syncing_parse(app->arena, buf_text(&text), text.len, now) || error_memory(err);
    bool nothing = text.len == 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == EX_OK);
    buf_free(&text);
    return ok && (!nothing || error_set(err, EX_UNAVAILABLE, "crib-sync gave no answer", NULL, NULL,
                                        "`crib sync --check` says why"));
}

/* ---- what was found ---- */

/* Not to be reached is normal; to be turned away (denied) is not, and does not pass by itself. */
static void say_reached(struct findings *f, struct app *app, const char *what, const char *name, int64_t reached_ms,
                        int64_t tried_ms, const char *error, const char *todo, bool denied)
{
    char reached[16] = "never", tried[16] = "";
    if (reached_ms > 0)
        background_moment(reached_ms, reached, sizeof reached);
    background_moment(tried_ms, tried, sizeof tried);
    const char *found = error[0] != '\0' ? arena_printf(app->arena, "%s: tried %s: %s; reached %s", name, tried, error, reached)
                                        : arena_printf(app->arena, "%s: reached %s", name, reached);
    say(f, denied ? BROKEN : error[0] != '\0' ? WORTH_KNOWING : FINE, what, found != NULL ? found : name,
        error[0] == '\0' ? "" : todo[0] != '\0' ? todo : "crib sync");
}

static void look_at_channel(struct findings *f, struct app *app, const struct syncing_channel *c)
{
    const char *name = c->id[0] != '\0' ? c->id : c->url;
    if (c->tried_ms > 0)
        say_reached(f, app, "reached", name, c->reached_ms, c->tried_ms, c->error, c->todo, c->denied);
    const char *key = arena_printf(app->arena, "%s: taken with the key %s", name, c->key);
    if (c->key[0] != '\0')
        say(f, FINE, "key", key != NULL ? key : c->key, "");
    const char *apart = sync_clock_apart(app->arena, c->ahead_s);
    if (apart != NULL && apart[0] != '\0')
        say(f, WORTH_KNOWING, "clock", apart, "set this machine's clock, or tell who runs the server");
}

static void look_at_credentials(struct findings *f, struct app *app, const struct lrs *lrs)
{
    struct error err = {0};
    const char *value;
    if (!accepted_authorization(app->arena, lrs, &value, &err))
        say_error(f, "credentials", &err);
    else if (value != NULL)
        say(f, FINE, "credentials", lrs->credentials, "");
}

static void look_at_stores(struct findings *f, struct app *app, const struct syncing *known)
{
    struct accepted accepted = {0};
    struct error err = {0};
    if (app_config(app, &err) == NULL || !accepted_read(app->arena, app->config, &accepted, &err))
        say_error(f, "lrs", &err);
    for (size_t i = 0; i < accepted.count; i++)
        if (accepted.items[i].endpoint[0] != '\0')
            look_at_credentials(f, app, &accepted.items[i]);
    for (size_t i = 0; i < known->store_count; i++) {
        const struct syncing_store *s = &known->stores[i];
        say_reached(f, app, "lrs", s->endpoint, s->reached_ms, s->tried_ms, s->error, s->todo, s->denied);
    }
}

static void look_at_site(struct findings *f, struct app *app, const struct syncing_store *site)
{
    if (site->endpoint != NULL && site->endpoint[0] != '\0' && site->tried_ms > 0)
        say_reached(f, app, "site", site->endpoint, site->reached_ms, site->tried_ms, site->error, site->todo, site->denied);
}

/* What was let go here, and wasn't asked for since. */
static void look_at_dropped(struct findings *f, struct app *app)
{
    struct error err = {0};
    struct own_log *logs = NULL;
    size_t count = 0;
    struct record *r = app_record_if_any(app, &err);
    if (r == NULL || !record_foreign_dropped(r, app->arena, &logs, &count, &err))
        count = 0; /* look_at_record says why */
    for (size_t i = 0; i < count; i++) {
        const char *id = hex_text(app->arena, logs[i].id, EVENT_LOG);
        const char *found = arena_printf(app->arena, "log %.8s of another device was dropped here, and isn't here again", id != NULL ? id : "");
        say(f, WORTH_KNOWING, "logs", found != NULL ? found : "", "crib sync brings it anew, where the site still has it");
    }
}

/* Logs of the site's devices that don't hold, or that it doesn't take. */
static void look_at_logs(struct findings *f, struct app *app)
{
    struct error err = {0};
    struct site_logs logs;
    if (!site_logs_read(app->arena, &app->places, NULL, &logs, &err))
        say_error(f, "logs", &err);
    for (size_t i = 0; i < logs.refused_count; i++)
        say(f, WORTH_KNOWING, "logs", logs.refused[i].words, "whoever looks after the site has to see to it");
    look_at_dropped(f, app);
}

void look_at_network(struct findings *f, struct app *app, bool ask)
{
    struct error err = {0};
    struct syncing known = {0};
    const char *path = syncing_path(app->arena, &app->places);
    bool ok = ask ? ask_now(app, &known, &err) : (path != NULL && syncing_read(app->arena, path, &known)) || error_memory(&err);
    if (!ok)
        say_error(f, "network", &err);
    for (size_t i = 0; ok && i < known.channel_count; i++)
        look_at_channel(f, app, &known.channels[i]);
    look_at_site(f, app, &known.site);
    look_at_logs(f, app);
    look_at_stores(f, app, &known);
}
