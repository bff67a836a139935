#include "tui/screen/sign.h"

#include "tui/hints.h"
#include "tui/screen/ask.h"
#include "tui/screen/badge.h"
#include "tui/screen/countersign.h"
#include "tui/screen/quiz.h"
#include "tui/screen/reader.h"
#include "tui/signing.h"
#include "tui/visit.h"
#include "tui/widget/list.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 92, QUESTION = 120 };

struct sign {
    struct screen screen;
    struct app *app;
    int64_t key;
    struct signing *signing;
    struct list list; /* what is missing */
    int list_y, each; /* its first row at the last drawing, and how many one takes */
};

/* Nothing to sign now: it is signed. One that lapses soon is renewed before it does. */
static bool holds(const struct sign *g, enum signoff_state *state)
{
    if (!signing_holds(g->signing, state))
        return false;
    return *state == SIGNOFF_WAITING || (*state == SIGNOFF_CURRENT && signing_missing(g->signing) > 0);
}

static size_t missing(const struct sign *g)
{
    enum signoff_state state;
    return holds(g, &state) ? 0 : signing_missing(g->signing);
}

static void look_again(struct sign *g)
{
    struct error err;
    struct signing *fresh = signing_open(g->app, g->key, &err);
    if (fresh == NULL) {
        screens_fail(g->screen.stack, &err);
        return;
    }
    fresh->proved = g->signing->proved;
    signing_close(g->signing);
    g->signing = fresh;
    list_resize(&g->list, missing(g));
}

/* ---- signing ---- */

/* The disk may be slow: nothing is confirmed before it is there. */
static void say_saving(struct sign *g)
{
    struct terminal *t = screens_terminal(g->screen.stack);
    terminal_fill(t, terminal_rows(t) - 1, 0, terminal_columns(t), STYLE_DIM, " ");
    terminal_puts(t, terminal_rows(t) - 1, 1, terminal_columns(t) - 1, STYLE_DIM, "saving ...");
    terminal_show(t);
}

static void signed_off(struct sign *g)
{
    struct buf line = {0};
    bool twice = g->signing->text->countersign;
    hints_move(g->app);
    look_again(g);
    buf_adds(&line, twice ? "Signed. Now a supervisor signs, too: Enter." : "Signed off.");
    screens_say(g->screen.stack, STYLE_RIGHT, buf_text(&line));
    buf_free(&line);
}

static void name_given(void *context, const char *name)
{
    struct sign *g = context;
    struct error err;
    struct uuid id;
    say_saving(g);
    if (signing_by_name(g->signing, name, &id, &err))
        signed_off(g);
    else
        screens_fail(g->screen.stack, &err);
}

static void pin_given(void *context, const char *pin)
{
    struct sign *g = context;
    struct error err;
    struct uuid id;
    struct pin_result result;
    say_saving(g);
    if (!signing_by_pin(g->signing, pin, &result, &id, &err)) {
        screens_fail(g->screen.stack, &err);
    } else if (result.state == PIN_RIGHT) {
        signed_off(g);
    } else {
        char words[QUESTION];
        visit_pin_words(&result, words, sizeof words);
        screens_say(g->screen.stack, STYLE_WRONG, words);
    }
}

static bool narrow(const struct sign *g)
{
    return terminal_columns(screens_terminal(g->screen.stack)) < 40;
}

static void ask_pin(struct sign *g)
{
    char question[QUESTION];
    snprintf(question, sizeof question, "To sign, PIN of %s:", g->signing->person);
    ask_hidden(g->screen.stack, narrow(g) ? "PIN:" : question, pin_given, g);
}

static void badge_given(void *context, const char *said)
{
    struct sign *g = context;
    struct error err;
    if (signing_badge(g->signing, said, &err))
        ask_pin(g);
    else
        screens_fail(g->screen.stack, &err);
}

static void ask_signature(struct sign *g)
{
    struct screens *s = g->screen.stack;
    if (g->signing->method == SIGNOFF_NAME)
        ask_open(s, narrow(g) ? "Full name:" : "To sign, type your full name:", "", name_given, NULL, g);
    else if (g->signing->badge)
        ask_open(s, narrow(g) ? "Your badge:" : signing_badge_question(g->signing), "", badge_given, NULL, g);
    else
        ask_pin(g);
}

/* To what is missing. */
static void go_there(struct sign *g)
{
    struct error err;
    struct screens *s = g->screen.stack;
    size_t at = signing_missing_at(g->signing, g->list.selected);
    bool ok = at == SIZE_MAX ? quiz_open(s, g->app, g->key, QUIZ_TAKE, &err)
                             : reader_open(s, g->app, g->key, g->signing->content->sections->items[at].anchor, NULL, &err);
    if (!ok)
        screens_fail(s, &err);
}

static void enter(struct sign *g)
{
    enum signoff_state state;
    if (holds(g, &state)) {
        if (state == SIGNOFF_WAITING)
            countersign_ask(g->screen.stack, g->app, &g->signing->standing->last->id);
        else
            screens_say(g->screen.stack, STYLE_DIM, "It is signed off. To sign anew, read it and take its quiz again.");
    } else if (missing(g) > 0) {
        go_there(g);
    } else {
        ask_signature(g);
    }
}

/* ---- drawing ---- */

struct area {
    struct terminal *t;
    int y, x, columns, end;
};

static void put(struct area *a, enum style style, const char *text)
{
    struct wrap w = wrap_start(text, strlen(text), (size_t)(a->columns > 1 ? a->columns : 1));
    while (a->y < a->end && wrap_next(&w))
        terminal_put(a->t, a->y++, a->x, a->columns, style, w.line, w.length);
}

static void put_words(struct area *a, enum style style, const struct signing *s, void (*words)(const struct signing *, struct buf *))
{
    struct buf line = {0};
    words(s, &line);
    if (line.len > 0)
        put(a, style, buf_text(&line));
    buf_free(&line);
}

static void draw_missing(struct sign *g, struct area *a)
{
    put(a, STYLE_STRONG, "Before you can sign:");
    g->list_y = a->y;
    g->each = touch_rows(a->t);
    size_t height = a->end > a->y + g->each ? (size_t)((a->end - a->y) / g->each) : 1;
    list_scroll(&g->list, height);
    a->y += g->each / 2;
    for (size_t i = g->list.top; i < g->list.count && a->y < a->end; i++, a->y += g->each) {
        struct buf line = {0};
        enum style style = i == g->list.selected ? STYLE_SELECTED : STYLE_TEXT;
        buf_adds(&line, i == g->list.selected ? "> " : "  ");
        signing_missing_words(g->signing, i, &line);
        terminal_fill(a->t, a->y, a->x, a->columns, style, " ");
        terminal_puts(a->t, a->y, a->x, a->columns, style, buf_text(&line));
        buf_free(&line);
    }
}

static void draw_attestation(const struct sign *g, struct area *a)
{
    const struct signing *s = g->signing;
    put(a, STYLE_DIM, "You sign this:");
    put(a, STYLE_STRONG, s->text->attestation);
    a->y += a->end - a->y > 6;
    put_words(a, STYLE_TEXT, s, signing_text_line);
    put_words(a, STYLE_TEXT, s, signing_valid_line);
    struct buf line = {0};
    if (s->method == SIGNOFF_PIN)
        buf_addf(&line, "Name: %s", s->person);
    else
        buf_adds(&line, "Name: you type it");
    put(a, STYLE_TEXT, buf_text(&line));
    buf_free(&line);
    if (s->text->countersign)
        put(a, STYLE_TEXT, "A supervisor signs, too, now or later.");
}

static void sign_draw(struct screen *screen, struct terminal *t)
{
    struct sign *g = (struct sign *)screen;
    struct key_label keys[4];
    size_t n = 0;
    enum signoff_state state;
    int columns = terminal_columns(t), x = columns > 40 ? 2 : columns > 29, wide = columns - 2 * x;
    struct area a = {t, screen_top(t), x, wide > WIDEST ? WIDEST : wide, screen_top(t) + screen_height(t)};
    screen_header(t, g->signing->content->module->facts.title, "sign-off");
    put_words(&a, STYLE_TEXT, g->signing, signing_last_line);
    a.y += g->signing->standing->last != NULL && a.end - a.y > 6;
    bool good = holds(g, &state);
    if (good && state == SIGNOFF_WAITING)
        put(&a, STYLE_STRONG, "Enter: the supervisor's badge and PIN. It can wait, too.");
    else if (!good && missing(g) > 0)
        draw_missing(g, &a);
    else if (!good)
        draw_attestation(g, &a);
    if (!good || state == SIGNOFF_WAITING)
        keys[n++] = (struct key_label){"Enter", good ? "countersign" : missing(g) > 0 ? "go there" : "sign"};
    keys[n++] = (struct key_label){"Esc", "back"};
    keys[n++] = (struct key_label){"?", "help"};
    screen_footer_labels(t, keys, n, "");
}

/* ---- requests ---- */

static bool sign_request(struct screen *screen, enum request q)
{
    struct sign *g = (struct sign *)screen;
    if (q == REQ_OPEN || q == REQ_SIGN) {
        enter(g);
        return true;
    }
    if (q == REQ_BACK) {
        screens_pop(screen->stack, screen);
        return true;
    }
    return list_request(&g->list, q, 1);
}

static void sign_changed(struct screen *screen)
{
    look_again((struct sign *)screen);
}

static void sign_mouse(struct screen *screen, int y, int x, int wheel)
{
    struct sign *g = (struct sign *)screen;
    (void)x;
    size_t row = g->list.top + (size_t)(y > g->list_y && g->each > 0 ? (y - g->list_y) / g->each : 0);
    if (wheel != 0)
        (void)list_request(&g->list, wheel > 0 ? REQ_DOWN : REQ_UP, 1);
    else if (y >= g->list_y && row < g->list.count)
        g->list.selected = row;
}

static enum place sign_place(const struct screen *screen)
{
    (void)screen;
    return PLACE_MENU;
}

static void sign_close(struct screen *screen)
{
    struct sign *g = (struct sign *)screen;
    signing_close(g->signing);
    free(g);
}

static const struct screen_ops sign_ops = {
    .name = "sign-off",
    .place = sign_place,
    .draw = sign_draw,
    .request = sign_request,
    .mouse = sign_mouse,
    .changed = sign_changed,
    .resumed = sign_changed,
    .close = sign_close,
};

/* ---- opening ---- */

struct wish {
    struct screens *screens;
    struct app *app;
    int64_t key;
};

static void open_now(void *context)
{
    const struct wish *w = context;
    struct error err;
    struct signing *signing = signing_open(w->app, w->key, &err);
    struct sign *g = signing != NULL ? calloc(1, sizeof *g) : NULL;
    if (g == NULL) {
        if (signing != NULL)
            error_memory(&err);
        signing_close(signing);
        screens_fail(w->screens, &err);
        return;
    }
    g->screen.ops = &sign_ops;
    g->app = w->app;
    g->key = w->key;
    g->signing = signing;
    screens_push(w->screens, &g->screen);
    list_resize(&g->list, missing(g));
}

void sign_open(struct screens *s, struct app *app, int64_t key)
{
    struct wish *w = arena_alloc(app->arena, sizeof *w); /* rare, and outlives the question */
    if (w == NULL)
        return;
    *w = (struct wish){s, app, key};
    badge_first(s, app, open_now, w);
}
