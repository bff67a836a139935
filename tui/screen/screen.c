#include "tui/screen/screen.h"

#include "core/base/clock.h"
#include "tui/screen/menu.h"
#include "tui/screen/screen_state.h"
#include "tui/screen/screen_take.h"

#include <stdio.h>
#include <stdlib.h>

enum { SLOW_MS = 5000, TICK_MS = 1000, FRAME_MS = 100, NOTICE_MS = 3000 };

struct screens *screens_open(struct terminal *t, screens_version version, void *context)
{
    struct screens *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->terminal = t;
    s->version = version;
    s->context = context;
    s->touched_ms = clock_monotonic_ms();
    return s;
}

void screens_on_theme(struct screens *s, screens_chosen chosen)
{
    s->chosen = chosen;
}

void screens_beside(struct screens *s, screens_turn *turn)
{
    s->turn = turn;
}

void screens_on_leave(struct screens *s, screens_leave *leave, void *context)
{
    s->leave = leave;
    s->leave_context = context;
}

int64_t screens_idle_ms(const struct screens *s)
{
    return clock_monotonic_ms() - s->touched_ms;
}

void screens_on_scan(struct screens *s, screens_scanned scanned, const char *prefix, const char *suffix)
{
    s->scanned = scanned;
    scan_set(&s->scan, prefix, suffix);
}

void screens_close_gone(struct screens *s)
{
    while (s->gone != NULL) {
        struct screen *next = s->gone->below;
        s->gone->ops->close(s->gone);
        s->gone = next;
    }
}

void screens_close(struct screens *s)
{
    if (s == NULL)
        return;
    screens_close_gone(s);
    while (s->top != NULL) {
        struct screen *below = s->top->below;
        s->top->ops->close(s->top);
        s->top = below;
    }
    free(s);
}

struct terminal *screens_terminal(struct screens *s)
{
    return s->terminal;
}

void screens_push(struct screens *s, struct screen *top)
{
    top->stack = s;
    top->below = s->top;
    s->top = top;
}

void screens_below(struct screens *s, screens_opens *opens, void *context)
{
    s->opens = opens;
    s->opens_context = context;
}

static bool open_below(struct screens *s)
{
    struct error err;
    if (!s->opens(s, s->opens_context, &err)) {
        screens_fail(s, &err);
        return false;
    }
    s->opens = NULL;
    if (s->version != NULL) /* what it opened has not changed */
        s->seen_version = s->version(s->context);
    return true;
}

void screens_pop(struct screens *s, struct screen *gone)
{
    if (s->opens != NULL && gone == s->top && gone->below == NULL && !open_below(s))
        return;
    for (struct screen **at = &s->top; *at != NULL; at = &(*at)->below)
        if (*at == gone) {
            *at = gone->below;
            s->opened = s->opened == gone ? NULL : s->opened;
            gone->below = s->gone;
            s->gone = gone;
            return;
        }
}

void screens_clear(struct screens *s, struct screen *bottom)
{
    while (s->top != NULL && s->top != bottom)
        screens_pop(s, s->top);
    said_put(&s->said, STYLE_DIM, "");
    s->answer = NULL;
    s->answer_key = 0;
    s->still = false;
    scan_clear(&s->scan);
}

struct screen *screens_top(struct screens *s)
{
    return s->top;
}

void screens_quit(struct screens *s)
{
    s->quit = true;
}

void screens_say(struct screens *s, enum style style, const char *text)
{
    said_put(&s->said, style, text);
    s->answer = NULL;
}

void screens_ask(struct screens *s, const char *question, screens_answer answer, void *context)
{
    screens_say(s, STYLE_CHANGED, question);
    s->answer = answer;
    s->answer_context = context;
    s->said.asks = true;
}

void screens_notice(struct screens *s, const char *text)
{
    screens_say(s, STYLE_CHANGED, text);
    s->said.until = clock_monotonic_ms() + NOTICE_MS;
}

void screens_fail(struct screens *s, const struct error *err)
{
    said_fail(&s->said, err, terminal_columns(s->terminal));
    s->answer = NULL;
}

static void next_theme(struct screens *s)
{
    size_t count;
    const struct theme *all = themes_all(&count);
    const struct theme *now = terminal_theme(s->terminal);
    for (size_t i = 1; i <= count; i++) {
        const struct theme *next = &all[((size_t)(now - all) + i) % count];
        terminal_set_theme(s->terminal, next->name);
        if (terminal_theme(s->terminal) == next)
            break; /* this terminal can show it */
    }
    const char *name = terminal_theme(s->terminal)->name, *hint = NULL;
    if (terminal_theme(s->terminal) == now)
        hint = "the only one that this terminal shows";
    else if (s->chosen != NULL)
        hint = s->chosen(s->context, name);
    char said[400];
    snprintf(said, sizeof said, hint != NULL ? "theme: %s (%s)" : "theme: %s", name, hint);
    screens_say(s, STYLE_DIM, said);
}

/* What all screens understand alike. */
static void common_request(struct screens *s, enum request r)
{
    switch (r) {
    case REQ_HELP:
        menu_open_help(s, s->top);
        break;
    case REQ_PALETTE:
        if (!menu_is_palette(s->top)) /* of itself it has nothing to say */
            menu_open_palette(s, s->top);
        break;
    case REQ_THEME:
        next_theme(s);
        break;
    case REQ_MOUSE:
        terminal_set_mouse(s->terminal, !terminal_mouse(s->terminal));
        screens_say(s, STYLE_DIM, terminal_mouse(s->terminal) ? "mouse on" : "mouse off: the terminal's own copying works");
        break;
    case REQ_REDRAW:
        terminal_redraw(s->terminal);
        break;
    case REQ_SUSPEND:
        terminal_suspend(s->terminal);
        break;
    case REQ_QUIT:
        s->quit = s->leave == NULL || !s->leave(s, s->leave_context);
        break;
    default:
        break;
    }
}

void screens_request(struct screens *s, enum request r)
{
    if (s->top != NULL && r != REQ_NONE && !request_is_shut(r) && !s->top->ops->request(s->top, r))
        common_request(s, r);
}

void screens_still(struct screens *s)
{
    s->still = true;
}

void screens_draw_now(struct screens *s)
{
    s->drawn_ms = clock_monotonic_ms() - SLOW_MS;
}

void screens_changed(struct screens *s)
{
    s->still = false;
    for (struct screen *at = s->top; at != NULL; at = at->below)
        if (at->ops->changed != NULL)
            at->ops->changed(at);
}

static void notice_changes(struct screens *s)
{
    if (s->version == NULL)
        return;
    int64_t now = s->version(s->context);
    if (now == s->seen_version)
        return;
    s->seen_version = now;
    screens_changed(s);
}

static enum keyboard keyboard_for(struct screens *s)
{
    const struct screen *top = s->top;
    if (s->keyboard_on != top)
        s->other_keyboard = false;
    s->keyboard_on = top;
    enum keyboard wanted = top->ops->keyboard != NULL                   ? top->ops->keyboard(top)
                           : top->ops->place(top) == PLACE_PROMPT ? KEYBOARD_LETTERS
                                                                  : KEYBOARD_NONE;
    if (wanted == KEYBOARD_NONE || !s->other_keyboard)
        return wanted;
    return wanted == KEYBOARD_DIGITS ? KEYBOARD_LETTERS : KEYBOARD_DIGITS;
}

static void draw(struct screens *s)
{
    struct terminal *t = s->terminal;
    s->drawn_ms = clock_monotonic_ms();
    touch_keyboard(t, keyboard_for(s));
    terminal_clear(t);
    s->top->ops->draw(s->top, t);
    if (s->said.text[0] != '\0')
        said_draw(&s->said, t, s->top->ops->place(s->top) == PLACE_PROMPT);
    touch_keyboard_draw(t);
}

/* On a thin line nothing moves by itself, but for what is new every few seconds. */
static bool is_calm(const struct screens *s)
{
    return terminal_slow(s->terminal) && !s->scan.held && s->answer_key == 0 &&
           clock_monotonic_ms() - s->drawn_ms < SLOW_MS;
}

static void take_turn(struct screens *s)
{
    int fd = -1;
    if (s->turn == NULL)
        return;
    terminal_show(s->terminal);
    bool another = s->turn(s, s->context, &fd);
    screens_close_gone(s);
    if (another && !is_calm(s))
        draw(s);
    terminal_watch(s->terminal, fd);
}

static void wait_for_input(struct screens *s, int wait, struct input *e)
{
    int64_t began = clock_monotonic_ms();
    terminal_wait(s->terminal, wait, e);
    s->waited_ms += clock_monotonic_ms() - began;
}

/* Of keys that come quicker than frames can go out, only some get one: a paste without marks may be a megabyte. */
static bool take_waiting(struct screens *s, struct input *e)
{
    return clock_monotonic_ms() - s->drawn_ms < FRAME_MS && terminal_take(s->terminal, e);
}

/* Sleeps no longer than the screen, or a key that is held, allows. */
static int longest_wait(struct screens *s)
{
    int64_t patience = s->scan.held ? scan_patience(&s->scan) : SCREENS_ANSWER_MS;
    if (s->scan.held || s->answer_key != 0)
        return s->waited_ms < patience ? (int)(patience - s->waited_ms) : 0;
    return s->top->ops->tick != NULL ? s->top->ops->tick(s->top) : TICK_MS;
}

bool screens_run(struct screens *s)
{
    /* The first screen has opened what it reads: asked before, each database would seem changed a second later. */
    if (s->version != NULL)
        s->seen_version = s->version(s->context);
    bool key = false;
    while (s->top != NULL && !s->quit) {
        struct input e;
        if (!key || !take_waiting(s, &e)) {
            if (!s->still)
                draw(s);
            s->still = false;
            int wait = longest_wait(s);
            take_turn(s);
            wait_for_input(s, wait, &e);
        }
        if (e.kind == INPUT_END)
            return false;
        s->still = s->still && e.kind == INPUT_NONE;
        key = e.kind == INPUT_KEY;
        screens_take(s, &e);
        if (e.kind == INPUT_NONE && s->top != NULL && !s->scan.held)
            notice_changes(s);
        s->still = s->still || (e.kind == INPUT_NONE && is_calm(s));
    }
    return true;
}
