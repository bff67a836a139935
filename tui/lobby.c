#include "tui/lobby.h"

#include "core/base/clock.h"
#include "core/base/syncing.h"
#include "tui/programme.h"
#include "tui/session.h"
#include "tui/visit.h"

#include <stdio.h>
#include <string.h>

enum { LOOK_MS = 1000, READ_MS = 10000 };

/* A number for it. */
static int64_t local_day(void)
{
    int64_t now = clock_wall_ms();
    return (now + (int64_t)clock_offset_minutes(now) * 60000) / 86400000;
}

/* What the last sync left; another process syncs. True where it is another one than before. */
static bool look_at_site(struct lobby *l)
{
    int64_t now = clock_monotonic_ms();
    char before[sizeof l->at_site];
    struct syncing known;
    struct arena *a = l->read_ms == 0 || now - l->read_ms > READ_MS ? arena_open() : NULL;
    const char *path = a != NULL ? syncing_path(a, &l->app->places) : NULL, *title = NULL;
    if (a == NULL)
        return false;
    l->read_ms = now;
    memcpy(before, l->at_site, sizeof before);
    if (path != NULL && syncing_read(a, path, &known))
        title = session_at_site(&known);
    snprintf(l->at_site, sizeof l->at_site, "%s", title != NULL ? title : "");
    arena_close(a);
    return strcmp(before, l->at_site) != 0;
}

void lobby_load(struct lobby *l, struct app *app)
{
    struct error ignored;
    arena_close(l->arena);
    *l = (struct lobby){.app = app, .arena = arena_open(), .looked_ms = l->looked_ms, .day = local_day()};
    struct config *config = app_config(app, &ignored);
    if (config != NULL)
        kiosk_settings(config, &l->settings, NULL);
    l->guests = visit_guests(app);
    if (l->arena == NULL || !whats_new(app, l->arena, &l->news, &l->news_count, &ignored))
        l->news_count = 0;
    if (l->arena == NULL || app->library == NULL ||
        !library_sessions_today(app->library, l->arena, NULL, clock_wall_ms(), &l->today, &l->today_count, &ignored))
        l->today_count = 0;
    if (l->arena == NULL || app->library == NULL || !library_channels(app->library, l->arena, &l->channels, &l->channel_count, &ignored))
        l->channel_count = 0;
    (void)session_open_here(app, l->code, l->session, sizeof l->session);
    (void)look_at_site(l);
}

void lobby_close(struct lobby *l)
{
    arena_close(l->arena);
    *l = (struct lobby){0};
}

/* A session begins while nobody is here, perhaps in a record that was not there before. */
static bool look_for_session(struct lobby *l)
{
    char code[ROOM_CODE + 1];
    int64_t now = clock_monotonic_ms();
    if (now - l->looked_ms < LOOK_MS)
        return false;
    l->looked_ms = now;
    (void)session_open_here(l->app, code, l->session, sizeof l->session);
    bool another = strcmp(code, l->code) != 0;
    memcpy(l->code, code, sizeof l->code);
    return another;
}

bool lobby_turn(struct lobby *l)
{
    if (l->day != local_day()) {
        lobby_load(l, l->app);
        return true;
    }
    bool at_site = look_at_site(l);
    return look_for_session(l) || at_site;
}

void lobby_session_line(const struct lobby *l, struct buf *out)
{
    char words[8];
    if (l->code[0] == '\0' && l->at_site[0] != '\0')
        buf_addf(out, "On now: %s. Badge in, and type the code that its trainer shows.", l->at_site);
    if (l->code[0] == '\0')
        return;
    session_code_words(l->code, words);
    buf_addf(out, "On now: %s, code %s. Badge in to join it.", l->session, words);
}

void lobby_today_line(const struct lobby *l, size_t i, struct buf *out)
{
    const struct element *e = l->today[i].session;
    char moment[17];
    programme_moment(e->starts_ms, moment);
    buf_addf(out, "%s %s%s%s", moment + 11, l->today[i].programme->programme.title, e->title[0] != '\0' ? ": " : "", e->title);
    if (e->where[0] != '\0')
        buf_addf(out, ", %s", e->where);
}

void lobby_channel_line(const struct lobby *l, size_t i, struct buf *out)
{
    const struct library_channel *c = &l->channels[i];
    const struct {
        size_t count;
        const char *one;
    } parts[] = {{c->modules, "module"}, {c->pages, "page"}, {c->programmes, "programme"}};
    buf_adds(out, c->name[0] != '\0' ? c->name : c->id);
    for (size_t k = 0, n = 0; k < sizeof parts / sizeof *parts; k++)
        if (parts[k].count > 0)
            buf_addf(out, "%s%zu %s%s", n++ == 0 ? ": " : ", ", parts[k].count, parts[k].one, parts[k].count == 1 ? "" : "s");
}
