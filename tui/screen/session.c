#include "tui/screen/session.h"

#include "core/base/clock.h"
#include "core/record/room.h"
#include "tui/content.h"
#include "tui/programme.h"
#include "tui/screen/ask.h"
#include "tui/screen/badge.h"
#include "tui/screen/quiz.h"
#include "tui/session.h"
#include "tui/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { TICK_MS = 500, ALONE_MS = 4000 };

struct session {
    struct screen screen;
    struct app *app;
    int64_t id, version;
    struct arena *arena; /* of the row */
    const struct room *room;
    struct room_attempt attempt;
    int64_t alone_ms; /* since when nobody follows the sessions of this kiosk, of the monotonic clock; 0: somebody does */
    bool opened; /* the assessment was opened by itself since it is open */
};

/* ---- how it stands ---- */

static bool taking_part(const struct room *r)
{
    return r->phase >= ROOM_WAITING && r->phase <= ROOM_CLOSED;
}

static void reload(struct session *v)
{
    struct error err;
    struct record *record = app_record_if_any(v->app, &err);
    struct arena *a = arena_open();
    const struct room *room = NULL;
    if (a == NULL || record == NULL || !room_get(record, a, v->id, &room, &err) || room == NULL) {
        arena_close(a);
        return;
    }
    v->attempt = (struct room_attempt){.score = -1};
    if (room->module[0] != '\0')
        (void)room_attempt(record, room->learner, room->session, room->module, &v->attempt, &err);
    arena_close(v->arena);
    v->arena = a;
    v->room = room;
}

/* ---- the assessment ---- */

static bool find_module(struct session *v, int64_t *key)
{
    struct error ignored;
    struct target target;
    if (v->room->module[0] == '\0' || !content_target(v->app, v->arena, v->room->module, &target, &ignored))
        return false;
    *key = target.key;
    return true;
}

static void take(struct session *v)
{
    struct error err;
    int64_t key;
    const struct room *r = v->room;
    if (!find_module(v, &key)) {
        screens_say(v->screen.stack, STYLE_DIM, "The assessment is not on this device: it comes with a sync.");
        return;
    }
    enum quiz_way way = !v->attempt.found ? QUIZ_AGAIN : v->attempt.finished ? QUIZ_LAST : QUIZ_TAKE;
    if (!app_within(v->app, r->programme, r->test, r->session, &err) ||
        !quiz_open_taking(v->screen.stack, v->app, taking_assessment(v->app, key, way, v->id, &err), &err))
        screens_fail(v->screen.stack, &err);
}

/* What Enter does now; NULL: nothing. */
static const char *enter_words(const struct session *v)
{
    if (v->room->phase == ROOM_OPEN && !v->attempt.finished)
        return v->attempt.found ? "go on with it" : "begin";
    return v->attempt.found && (v->room->phase == ROOM_CLOSED || v->room->phase == ROOM_ENDED) ? "your answers" : NULL;
}

/* It opens by itself, once: who leaves it comes back by Enter. */
static void open_by_itself(struct session *v)
{
    bool open = v->room->phase == ROOM_OPEN;
    if (!open)
        v->opened = false;
    if (!open || v->opened || v->attempt.finished || v->screen.stack == NULL || screens_top(v->screen.stack) != &v->screen)
        return;
    v->opened = true;
    take(v);
}

/* ---- drawing ---- */

static int put(struct terminal *t, int y, enum style style, const char *text)
{
    return screen_wrapped(t, y, terminal_columns(t) < 40 ? 1 : 4, terminal_rows(t) - 1, style, text);
}

static void add_state(const struct session *v, struct buf *out)
{
    const struct room *r = v->room;
    switch (r->phase) {
    case ROOM_SOUGHT:
        buf_adds(out, "Looking for the session ...");
        break;
    case ROOM_WAITING:
        buf_adds(out, r->module[0] != '\0' ? "You are in. The assessment opens here by itself when the trainer opens it."
                                           : "You are in.");
        break;
    case ROOM_OPEN:
        buf_adds(out, v->attempt.finished ? "Handed in. How it went is told when the trainer closes the assessment."
                 : v->attempt.found  ? "The assessment is open, and you left it half-way: Enter goes on with it."
                                     : "The assessment is open.");
        break;
    case ROOM_CLOSED:
        buf_adds(out, "The assessment is closed.");
        break;
    case ROOM_ENDED:
        buf_adds(out, "The session is over.");
        break;
    case ROOM_REFUSED:
        buf_adds(out, r->trouble);
        break;
    }
    if (v->attempt.finished && (r->phase == ROOM_CLOSED || r->phase == ROOM_ENDED))
        buf_addf(out, " You have %d of 100.", (int)(v->attempt.score + 0.5));
}

static void draw(struct screen *s, struct terminal *t)
{
    const struct session *v = (const struct session *)s;
    const struct room *r = v->room;
    char words[8];
    struct buf line = {0};
    session_code_words(r->code, words);
    screen_header(t, r->title[0] != '\0' ? r->title : "Session", words);
    int y = screen_top(t) + (terminal_rows(t) > 12);
    add_state(v, &line);
    y = put(t, y, r->phase == ROOM_REFUSED ? STYLE_ERROR : STYLE_STRONG, buf_text(&line)) + 1;
    buf_clear(&line);
    if (taking_part(r)) {
        buf_addf(&line, "%lld here.", (long long)r->people);
        if (r->starts_ms != 0 && r->starts_ms <= clock_wall_ms()) {
            char moment[17];
            programme_moment(r->starts_ms, moment);
            buf_addf(&line, " It began at %s.", moment + 11);
        }
        y = put(t, y, STYLE_DIM, buf_text(&line));
        y = put(t, y, STYLE_DIM, r->names ? "The trainer sees your score beside your name."
                                          : "The trainer sees how many answered what, not who.");
        buf_clear(&line);
        buf_addf(&line, "Held by %s.", r->held_by);
        y = put(t, y, STYLE_DIM, buf_text(&line));
    }
    if (r->phase != ROOM_REFUSED && r->trouble[0] != '\0')
        y = put(t, y + 1, STYLE_CHANGED, r->trouble);
    if (v->alone_ms != 0 && clock_monotonic_ms() - v->alone_ms > ALONE_MS)
        put(t, y + 1, STYLE_CHANGED,
            "crib-kiosk-room does not run here, so no live session can be reached. Ask who looks after this device.");
    buf_free(&line);
    struct key_label keys[3];
    size_t n = 0;
    if (enter_words(v) != NULL)
        keys[n++] = (struct key_label){"Enter", enter_words(v)};
    keys[n++] = (struct key_label){"Esc", taking_part(r) ? "leave the session" : "back"};
    screen_footer_labels(t, keys, n, "");
}

/* ---- keys ---- */

static void leave(void *context, bool yes)
{
    struct session *v = context;
    struct error err;
    struct record *record = yes ? app_record(v->app, &err) : NULL;
    if (yes && (record == NULL || !room_at(record, v->id, 0, &err)))
        screens_fail(v->screen.stack, &err);
    else if (yes)
        screens_pop(v->screen.stack, &v->screen);
}

static bool request(struct screen *s, enum request q)
{
    struct session *v = (struct session *)s;
    if (q == REQ_OPEN) {
        if (enter_words(v) != NULL)
            take(v);
        return true;
    }
    if (q != REQ_BACK)
        return false;
    if (taking_part(v->room))
        screens_ask(s->stack, "Leave the session? What you did stays. y/n", leave, v);
    else
        leave(v, true);
    return true;
}

static enum place place(const struct screen *s)
{
    (void)s;
    return PLACE_MENU;
}

static void changed(struct screen *s)
{
    struct session *v = (struct session *)s;
    reload(v);
    open_by_itself(v);
}

/* Back from the assessment: what follows is not of it. */
static void resumed(struct screen *s)
{
    struct session *v = (struct session *)s;
    struct error ignored;
    (void)app_within(v->app, NULL, NULL, NULL, &ignored);
    reload(v);
}

/* The follower may have written between two looks of the loop. */
static void look_again(struct session *v)
{
    if (session_moved(v->app, &v->version))
        reload(v);
    else if (v->alone_ms == 0)
        screens_still(v->screen.stack);
}

/* A kiosk can't start the process that follows sessions; a service has to. */
static void look_for_follower(struct session *v)
{
    if (v->app->kiosk == NULL || v->room->over || v->room->phase >= ROOM_ENDED || session_followed(v->app))
        v->alone_ms = 0;
    else if (v->alone_ms == 0)
        v->alone_ms = clock_monotonic_ms();
}

static int tick(struct screen *s)
{
    struct session *v = (struct session *)s;
    struct error err;
    look_for_follower(v);
    if (!v->room->over && v->room->phase < ROOM_ENDED && !session_follow(v->app, &err))
        screens_fail(s->stack, &err);
    look_again(v);
    open_by_itself(v);
    return TICK_MS;
}

static void close_session(struct screen *s)
{
    struct session *v = (struct session *)s;
    struct error ignored;
    (void)app_within(v->app, NULL, NULL, NULL, &ignored);
    arena_close(v->arena);
    free(v);
}

static const struct screen_ops ops = {
    .name = "session",
    .place = place,
    .draw = draw,
    .request = request,
    .changed = changed,
    .resumed = resumed,
    .tick = tick,
    .close = close_session,
};

/* ---- opening ---- */

static bool join(struct screens *s, struct app *app, const char *code, struct error *err)
{
    int64_t id;
    struct session *v = session_join(app, code, &id, err) ? calloc(1, sizeof *v) : NULL;
    if (v == NULL)
        return err->code != 0 ? false : error_memory(err);
    v->screen.ops = &ops;
    v->app = app;
    v->id = id;
    reload(v);
    if (v->room == NULL) {
        free(v);
        return error_set(err, EX_IOERR, "the session can't be read", NULL, NULL, "`crib session list` names those that are on");
    }
    screens_push(s, &v->screen);
    return true;
}

/* Lives as long as the app: badge_first goes on with it. */
struct joining {
    struct screens *screens;
    struct app *app;
    char code[40];
};

static void join_now(void *context)
{
    const struct joining *j = context;
    struct error err = {0};
    if (!join(j->screens, j->app, j->code, &err))
        screens_fail(j->screens, &err);
}

static struct joining *joining(struct screens *s, struct app *app, const char *code)
{
    struct joining *j = arena_alloc(app->arena, sizeof *j);
    if (j != NULL) {
        *j = (struct joining){.screens = s, .app = app};
        snprintf(j->code, sizeof j->code, "%s", code);
    }
    return j;
}

bool session_open(struct screens *s, struct app *app, const char *code, struct error *err)
{
    *err = (struct error){0};
    if (app->preview != NULL)
        return error_set(err, EX_USAGE, "a preview takes part in no session", NULL, NULL, "open crib itself");
    if (!visit_wanted(app))
        return join(s, app, code, err);
    struct joining *j = joining(s, app, code);
    if (j == NULL)
        return error_memory(err);
    badge_first(s, app, join_now, j);
    return true;
}

static void code_typed(void *context, const char *line)
{
    struct joining *j = context;
    struct error err;
    if (!session_open(j->screens, j->app, line[0] != '\0' ? line : j->code, &err))
        screens_fail(j->screens, &err);
}

/* Who was in one today needs no code for that. */
static void ask_code(struct screens *s, struct joining *j)
{
    char title[200], words[8], question[60];
    if (!session_left(j->app, j->code, title, sizeof title)) {
        ask_open(s, "The session's code:", "", code_typed, NULL, j);
        return;
    }
    session_code_words(j->code, words);
    snprintf(question, sizeof question, "The session's code (Enter: %s):", words);
    ask_open_any(s, question, code_typed, j);
}

void session_ask(struct screens *s, struct app *app)
{
    char code[ROOM_CODE + 1], title[200];
    struct error err;
    struct joining *j = joining(s, app, "");
    if (session_open_here(app, code, title, sizeof title)) {
        if (!session_open(s, app, code, &err))
            screens_fail(s, &err);
    } else if (j != NULL) {
        ask_code(s, j);
    }
}
