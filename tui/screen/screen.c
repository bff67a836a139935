#include "tui/screen/screen.h"

#include "core/base/clock.h"
#include "tui/screen/menu.h"
#include "tui/screen/said.h"
#include "tui/screen/scan.h"

#include <stdlib.h>
#include <string.h>

enum { SLOW_MS = 5000, TICK_MS = 1000, FRAME_MS = 100, NOTICE_MS = 3000, ANSWER_MS = 700 };

struct screens {
    struct terminal *terminal;
    struct screen *top;
    struct screen *gone; /* popped during this event, linked by below */
    screens_version version;
    screens_chosen chosen;
    screens_turn *turn;
    screens_scanned scanned;
    void *context;
    struct scan scan;
    int64_t waited_ms;            /* for the next key, since the last one */
    int64_t touched_ms;           /* of the monotonic clock: the last key, click or paste */
    int64_t drawn_ms;             /* ... and the last frame */
    screens_leave *leave;
    void *leave_context;
    const struct screen *scan_on; /* the top one at the last key */
    struct screen *opened;        /* what the last scan opened, while it stands */
    screens_opens *opens; /* what stands below the first screen; NULL: nothing, or it is there */
    void *opens_context;
    int64_t seen_version;
    struct said said;
    screens_answer answer; /* to what is said, when that is a question */
    void *answer_context;
    uint32_t answer_key; /* y or n, that may begin a word; 0 for none */
    const struct screen *keyboard_on; /* the top one when its keyboard was drawn last */
    bool other_keyboard;              /* than the one that it asked for */
    bool quit;
    bool still; /* nothing to draw before the next event */
};

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

static void close_gone(struct screens *s)
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
    close_gone(s);
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

static void handle(struct screens *s, const struct input *e)
{
    struct screen *top = s->top;
    switch (e->kind) {
    case INPUT_KEY:
        if (s->said.until == 0 || clock_monotonic_ms() >= s->said.until)
            s->said.text[0] = '\0';
        if (top->ops->key == NULL || !top->ops->key(top, e->key))
            screens_request(s, request_for(e->key, top->ops->place(top)));
        break;
    case INPUT_PASTE:
        if (top->ops->paste != NULL)
            top->ops->paste(top, e->text, e->len);
        break;
    case INPUT_MOUSE:
        if (e->y >= terminal_rows(s->terminal))
            break; /* between the keys of a keyboard */
        if (top->ops->mouse != NULL)
            top->ops->mouse(top, e->y, e->x, e->wheel);
        else if (e->wheel != 0)
            screens_request(s, e->wheel < 0 ? REQ_UP : REQ_DOWN);
        break;
    default:
        break;
    }
}

void screens_still(struct screens *s)
{
    s->still = true;
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
    close_gone(s);
    if (another && !is_calm(s))
        draw(s);
    terminal_watch(s->terminal, fd);
}

static void give_answer(struct screens *s, uint32_t key)
{
    screens_answer answer = s->answer;
    s->said.text[0] = '\0';
    s->answer = NULL;
    s->answer_key = 0;
    answer(s->answer_context, key == 'y');
}

/* Is the key an answer to what was asked, or may it be one? */
static bool answers(struct screens *s, uint32_t key)
{
    uint32_t first = s->answer_key;
    bool typing = (s->top->ops->place(s->top) & PLACE_NOT_TYPING) == 0;
    if (s->answer != NULL && first != 0 && key == K_ENTER)
        give_answer(s, first);
    else if (s->answer != NULL && first == 0 && (key == 'y' || key == 'n') && !typing)
        give_answer(s, key);
    else if (s->answer != NULL && first == 0 && (key == 'y' || key == 'n'))
        s->answer_key = key;
    else
        return false;
    return true;
}

/* It was no answer: the question is let go, and what was kept acts first. */
static void let_question_go(struct screens *s)
{
    uint32_t first = s->answer_key;
    if (s->answer != NULL)
        s->said.text[0] = '\0';
    s->answer = NULL;
    s->answer_key = 0;
    if (first != 0)
        handle(s, &(struct input){.kind = INPUT_KEY, .key = first});
}

/* A tap on a button is its key. */
static struct input pressed(struct screens *s, const struct input *e)
{
    uint32_t key = e->kind == INPUT_MOUSE && e->wheel == 0 ? terminal_button_at(s->terminal, e->y, e->x) : 0;
    if (key == K_OTHER_KEYBOARD)
        s->other_keyboard = !s->other_keyboard;
    return key == K_OTHER_KEYBOARD ? (struct input){.kind = INPUT_NONE}
           : key != 0              ? (struct input){.kind = INPUT_KEY, .key = key}
                                   : *e;
}

static void deliver(struct screens *s, const struct input *came)
{
    struct screen *top = s->top;
    const struct input now = pressed(s, came), *e = &now;
    if (e->kind == INPUT_KEY && answers(s, e->key))
        return;
    if (e->kind == INPUT_KEY || e->kind == INPUT_PASTE || e->kind == INPUT_MOUSE)
        let_question_go(s);
    handle(s, e);
    close_gone(s);
    if (s->top != NULL && s->top != top && s->top->ops->resumed != NULL)
        s->top->ops->resumed(s->top);
}

static void deliver_key(struct screens *s, uint32_t key)
{
    if (s->top != NULL && !s->quit)
        deliver(s, &(struct input){.kind = INPUT_KEY, .key = key});
}

/* What was held was no scan: it acts now. */
static void release(struct screens *s)
{
    struct scan held = s->scan;
    scan_clear(&s->scan);
    for (size_t i = 0; i < held.count; i++)
        deliver_key(s, held.keys[i]);
}

/* A scan is over. Where several follow each other, each takes the place of what the one before opened. */
static bool take_scan(struct screens *s, const char *text)
{
    struct screen *top = s->top, *old = s->opened == top ? top : NULL;
    bool surely = s->scan.prefix_count > 0 || (s->scan.held && s->scan.count >= SCAN_SURELY && strchr(text, ' ') == NULL);
    if (s->scanned == NULL || !s->scanned(s, s->context, text, surely))
        return false;
    for (size_t i = 0; !s->scan.held && i < s->scan.count && top->ops->key != NULL; i++)
        top->ops->key(top, K_BACKSPACE); /* it was text: the box is as it was before */
    if (s->top != top) {
        struct screen *now = s->top;
        if (old != NULL)
            screens_pop(s, old);
        s->opened = now;
    }
    close_gone(s);
    return true;
}

static void end_scan(struct screens *s)
{
    struct buf text = {0};
    struct scan ended = s->scan;
    let_question_go(s);
    scan_text(&ended, &text);
    bool asked = s->top->ops->asks, taken = !asked && buf_ok(&text) && take_scan(s, buf_text(&text));
    scan_clear(&s->scan);
    size_t first = asked ? ended.prefix_count : 0, end = ended.count - (asked ? ended.suffix_count : 0);
    for (size_t i = first; !taken && ended.held && i < end; i++)
        deliver_key(s, ended.keys[i]);
    if (!taken)
        deliver_key(s, K_ENTER);
    buf_free(&text);
}

static void take_key(struct screens *s, const struct input *e)
{
    bool typing = (s->top->ops->place(s->top) & PLACE_NOT_TYPING) == 0;
    if (!s->scan.held && s->scan_on != s->top)
        scan_clear(&s->scan);
    s->scan_on = s->top;
    enum scan_next next = scan_key(&s->scan, e->key, s->waited_ms, typing);
    s->waited_ms = 0;
    if (next == SCAN_PASS)
        deliver(s, e);
    else if (next == SCAN_HOLD)
        s->still = true;
    else if (next == SCAN_RELEASE)
        release(s);
    else
        end_scan(s);
}

static void take(struct screens *s, const struct input *e)
{
    if (e->kind == INPUT_KEY || e->kind == INPUT_PASTE || e->kind == INPUT_MOUSE)
        s->touched_ms = clock_monotonic_ms();
    if (e->kind == INPUT_KEY) {
        take_key(s, e);
        return;
    }
    if (s->answer_key != 0 && e->kind == INPUT_NONE && s->waited_ms >= ANSWER_MS) {
        if (s->answer != NULL)
            give_answer(s, s->answer_key);
        else
            let_question_go(s);
    }
    if (s->scan.held && (e->kind != INPUT_NONE || scan_quiet(&s->scan, s->waited_ms)))
        release(s);
    if (s->top != NULL && e->kind != INPUT_NONE)
        deliver(s, e);
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
    int64_t patience = s->scan.held ? scan_patience(&s->scan) : ANSWER_MS;
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
        take(s, &e);
        if (e.kind == INPUT_NONE && s->top != NULL && !s->scan.held)
            notice_changes(s);
        s->still = s->still || (e.kind == INPUT_NONE && is_calm(s));
    }
    return true;
}
