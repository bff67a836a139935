#include "tui/screen/lead.h"

#include "core/record/room.h"
#include "tui/screen/lead_bars.h"
#include "tui/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { TICK_MS = 500 };

struct lead {
    struct screen screen;
    struct app *app;
    int64_t id, version;
    struct arena *arena;
    const struct room *room;
    struct room_person *people;
    struct room_question *questions;
    struct room_choice *choices;
    size_t people_count, question_count, choice_count, top;
    size_t one; /* the question whose choices are shown; 0: none */
    bool wished; /* what the last key wished stands at the bottom, until the session is in another phase than then */
    enum room_phase wished_in;
};

static void reload(struct lead *v)
{
    struct error err;
    struct record *record = app_record_if_any(v->app, &err);
    struct arena *a = arena_open();
    const struct room *room = NULL;
    struct room_person *people;
    struct room_question *questions;
    struct room_choice *choices;
    size_t people_count, question_count, choice_count;
    if (a == NULL || record == NULL || !room_get(record, a, v->id, &room, &err) || room == NULL ||
        !room_people(record, a, v->id, &people, &people_count, &err) ||
        !room_questions(record, a, v->id, &questions, &question_count, &err) ||
        !room_choices(record, a, v->id, &choices, &choice_count, &err)) {
        arena_close(a);
        return;
    }
    arena_close(v->arena);
    v->arena = a;
    v->room = room;
    v->people = people;
    v->people_count = people_count;
    v->questions = questions;
    v->question_count = question_count;
    v->choices = choices;
    v->choice_count = choice_count;
}

/* ---- drawing ---- */

static size_t count_state(const struct lead *v, enum room_person_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < v->people_count; i++)
        n += v->people[i].state == state;
    return n;
}

/* Those who have answered everything. */
static size_t count_done(const struct lead *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->people_count; i++)
        n += v->people[i].state != ROOM_EXPECTED && v->people[i].answered >= (int64_t)v->question_count;
    return n;
}

static bool under_way(const struct room *r)
{
    return r->phase >= ROOM_WAITING && r->phase <= ROOM_CLOSED;
}

static int draw_head(const struct lead *v, struct terminal *t, int y)
{
    struct buf line = {0};
    const struct room *r = v->room;
    size_t here = count_state(v, ROOM_HERE), gone = count_state(v, ROOM_GONE), expected = count_state(v, ROOM_EXPECTED);
    bool over = r->phase == ROOM_ENDED;
    buf_addf(&line, over ? "%zu came" : "%zu here", over ? here + gone : here);
    if (gone > 0 && !over)
        buf_addf(&line, ", %zu gone", gone);
    if (expected > 0)
        buf_addf(&line, over ? ", %zu did not come" : ", %zu not here yet", expected);
    if (r->phase == ROOM_SOUGHT || r->phase == ROOM_REFUSED)
        buf_adds(&line, r->phase == ROOM_SOUGHT ? " \xC2\xB7 the session is being opened" : " \xC2\xB7 it was not opened");
    else if (r->module[0] == '\0')
        buf_adds(&line, over ? " \xC2\xB7 over" : " \xC2\xB7 the programme has no assessment");
    else
        buf_addf(&line, " \xC2\xB7 %s", session_phase_words(r->phase));
    if (r->phase >= ROOM_OPEN && r->phase <= ROOM_ENDED && v->question_count > 0)
        buf_addf(&line, " \xC2\xB7 %zu of %zu done", count_done(v), here + gone);
    terminal_put(t, y++, 1, terminal_columns(t) - 2, STYLE_STRONG, buf_text(&line), line.len);
    buf_free(&line);
    if (r->trouble[0] != '\0')
        terminal_puts(t, y++, 1, terminal_columns(t) - 2, STYLE_CHANGED, r->trouble);
    return y;
}

static struct lead_bars bars_of(const struct lead *v)
{
    return (struct lead_bars){.room = v->room,
                              .questions = v->questions,
                              .question_count = v->question_count,
                              .choices = v->choices,
                              .choice_count = v->choice_count,
                              .people = count_state(v, ROOM_HERE) + count_state(v, ROOM_GONE)};
}

static void add_person(const struct lead *v, const struct room_person *p, struct buf *out)
{
    bool asked = v->room->phase >= ROOM_OPEN && v->question_count > 0 && p->state != ROOM_EXPECTED;
    buf_adds(out, session_person_words(v->room, p));
    if (p->of > 0)
        buf_addf(out, " \xC2\xB7 pre-work %lld of %lld", (long long)p->done, (long long)p->of);
    else if (p->of < 0 && p->state != ROOM_EXPECTED)
        buf_adds(out, " \xC2\xB7 pre-work unknown");
    if (asked)
        buf_addf(out, " \xC2\xB7 %lld of %zu answered", (long long)p->answered, v->question_count);
    if (p->score >= 0)
        buf_addf(out, " \xC2\xB7 %d of 100", (int)(p->score + 0.5));
}

static const char *person_mark(const struct room_person *p)
{
    return p->state == ROOM_HERE ? "\xE2\x9C\x93" : p->state == ROOM_GONE ? "-" : " ";
}

/* Where what is known of people begins: names have what it leaves, and a third at least. */
static int detail_column(const struct lead *v, int columns)
{
    size_t names = 0, details = 0;
    for (size_t i = 0; i < v->people_count; i++) {
        struct buf line = {0};
        add_person(v, &v->people[i], &line);
        size_t name = text_width(v->people[i].name, strlen(v->people[i].name)), detail = text_width(buf_text(&line), line.len);
        names = name > names ? name : names;
        details = detail > details ? detail : details;
        buf_free(&line);
    }
    int wanted = (int)names + 5, left = columns - (int)details - 1, third = columns / 3;
    wanted = wanted < left ? wanted : left;
    return wanted > third ? wanted : third;
}

static void draw_people(struct lead *v, struct terminal *t, int y)
{
    int columns = terminal_columns(t), room = screen_top(t) + screen_height(t) - y, at = detail_column(v, columns);
    size_t most = room > 0 ? (size_t)room : 0, last = v->people_count > most ? v->people_count - most : 0;
    if (v->top > last)
        v->top = last;
    if (v->top < last && most > 1) {
        char more[60];
        most--;
        snprintf(more, sizeof more, "and %zu more: Down", v->people_count - v->top - most);
        terminal_puts(t, y + (int)most, 3, columns - 4, STYLE_DIM, more);
    }
    for (size_t i = v->top; i < v->people_count && i < v->top + most; i++, y++) {
        const struct room_person *p = &v->people[i];
        struct buf line = {0};
        enum style style = p->state == ROOM_HERE ? STYLE_TEXT : STYLE_DIM;
        add_person(v, p, &line);
        terminal_puts(t, y, 1, 1, p->state == ROOM_HERE ? STYLE_DONE : style, person_mark(p));
        screen_cut(t, y, 3, at - 4, style, p->name);
        terminal_put(t, y, at, columns - at - 1, style, buf_text(&line), line.len);
        buf_free(&line);
    }
}

static void draw_footer(const struct lead *v, struct terminal *t)
{
    const struct room *r = v->room;
    struct key_label keys[5];
    size_t n = 0;
    if (r->phase == ROOM_OPEN)
        keys[n++] = (struct key_label){"c", "close the assessment"};
    else if (under_way(r) && r->module[0] != '\0')
        keys[n++] = (struct key_label){"o", r->phase == ROOM_CLOSED ? "open it again" : "open the assessment"};
    if (under_way(r))
        keys[n++] = (struct key_label){"e", "end"};
    if (r->phase >= ROOM_OPEN && r->phase <= ROOM_ENDED && v->choice_count > 0)
        keys[n++] = (struct key_label){"Right", v->one == 0 ? "what they chose" : "next question"};
    keys[n++] = (struct key_label){"Esc", "back"};
    screen_footer_labels(t, keys, n, r->names ? "names are shown" : "");
}

static void draw(struct screen *s, struct terminal *t)
{
    struct lead *v = (struct lead *)s;
    char code[40], words[8];
    session_code_words(v->room->code, words);
    snprintf(code, sizeof code, v->room->code[0] != '\0' ? "Code: %s" : "%s", words);
    screen_header(t, v->room->title, code);
    int y = draw_head(v, t, screen_top(t)) + 1;
    const struct lead_bars bars = bars_of(v);
    if (v->room->phase >= ROOM_OPEN && v->room->phase <= ROOM_ENDED)
        y = lead_bars_draw(&bars, v->one, t, y) + 1;
    if (count_state(v, ROOM_EXPECTED) == v->people_count && v->room->code[0] != '\0') {
        struct buf line = {0};
        buf_addf(&line, "Nobody yet. They type the code where crib looks for words, or `crib session join %s`.", v->room->code);
        y = screen_wrapped(t, y, 1, screen_top(t) + screen_height(t), STYLE_DIM, buf_text(&line)) + 1;
        buf_free(&line);
    }
    draw_people(v, t, y);
    draw_footer(v, t);
}

/* ---- keys ---- */

static void wish(struct lead *v, enum room_wish w, const char *said)
{
    struct error err;
    struct record *record = app_record(v->app, &err);
    if (record == NULL || !room_wish(record, v->id, w, &err))
        screens_fail(v->screen.stack, &err);
    else
        screens_say(v->screen.stack, STYLE_DIM, said);
    v->wished = true;
    v->wished_in = v->room->phase;
}

static void end(void *context, bool yes)
{
    if (yes)
        wish(context, ROOM_WISH_END, "The session ends.");
}

/* Where a key has nothing to do, it does nothing. */
static bool acts(struct lead *v, enum request q)
{
    const struct room *r = v->room;
    if (q == REQ_TEST_OPEN && under_way(r) && r->phase != ROOM_OPEN && r->module[0] != '\0')
        wish(v, ROOM_WISH_OPEN, "The assessment opens for everybody.");
    else if (q == REQ_TEST_CLOSE && r->phase == ROOM_OPEN)
        wish(v, ROOM_WISH_CLOSE, "The assessment closes: everybody sees how it went.");
    else if (q == REQ_SESSION_END && under_way(r))
        screens_ask(v->screen.stack, "End the session for everybody? y/n", end, v);
    return q == REQ_TEST_OPEN || q == REQ_TEST_CLOSE || q == REQ_SESSION_END;
}

static bool request(struct screen *s, enum request q)
{
    struct lead *v = (struct lead *)s;
    size_t page = (size_t)screen_height(screens_terminal(s->stack)) / 2 + 1;
    v->wished = false;
    switch (q) {
    case REQ_UP:
        v->top -= v->top > 0;
        return true;
    case REQ_DOWN:
        v->top++;
        return true;
    case REQ_PAGE_UP:
        v->top = v->top > page ? v->top - page : 0;
        return true;
    case REQ_PAGE_DOWN:
        v->top += page;
        return true;
    case REQ_LEFT:
    case REQ_RIGHT: {
        const struct lead_bars bars = bars_of(v);
        v->one = lead_bars_next(&bars, v->one, q == REQ_RIGHT ? 1 : -1);
        return true;
    }
    case REQ_BACK:
        if (v->one != 0)
            v->one = 0;
        else
            screens_pop(s->stack, s);
        return true;
    default:
        return acts(v, q);
    }
}

static enum place place(const struct screen *s)
{
    (void)s;
    return PLACE_LEAD;
}

static void changed(struct screen *s)
{
    reload((struct lead *)s);
}

/* The follower may have written between two looks of the loop. */
static void look_again(struct lead *v)
{
    if (session_moved(v->app, &v->version))
        reload(v);
    else
        screens_still(v->screen.stack);
    if (v->wished && v->room->phase != v->wished_in) {
        screens_say(v->screen.stack, STYLE_DIM, ""); /* the keys are wanted again */
        v->wished = false;
    }
}

static int tick(struct screen *s)
{
    struct lead *v = (struct lead *)s;
    struct error err;
    if (!v->room->over && !session_follow(v->app, &err))
        screens_fail(s->stack, &err);
    look_again(v);
    return TICK_MS;
}

static void close_lead(struct screen *s)
{
    struct lead *v = (struct lead *)s;
    arena_close(v->arena);
    free(v);
}

static const struct screen_ops ops = {
    .name = "session",
    .place = place,
    .draw = draw,
    .request = request,
    .changed = changed,
    .tick = tick,
    .close = close_lead,
};

bool lead_open(struct screens *s, struct app *app, int64_t id, struct error *err)
{
    struct lead *v = calloc(1, sizeof *v);
    if (v == NULL)
        return error_memory(err);
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
