#include "tui/screen/screen_take.h"

#include "core/base/clock.h"
#include "tui/screen/screen_state.h"

#include <string.h>

/* ---- to the screen on top ---- */

/* What was said was read, since somebody goes on; a notice stands for its time. */
static void let_said_go(struct screens *s)
{
    if (s->said.until == 0 || clock_monotonic_ms() >= s->said.until)
        s->said.text[0] = '\0';
}

static void handle(struct screens *s, const struct input *e)
{
    struct screen *top = s->top;
    switch (e->kind) {
    case INPUT_KEY:
        let_said_go(s);
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

/* ---- what was asked, and buttons ---- */

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
    screens_close_gone(s);
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
    screens_close_gone(s);
    return true;
}

static void end_scan(struct screens *s)
{
    struct buf text = {0};
    struct scan ended = s->scan;
    let_question_go(s);
    let_said_go(s);
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
    if (scan_floods(&s->scan, e->key, s->waited_ms)) {
        s->waited_ms = 0;
        scan_clear(&s->scan);
        let_question_go(s);
        screens_say(s, STYLE_CHANGED, "So many lines at once are no scan: they were let go.");
        return;
    }
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

void screens_take(struct screens *s, const struct input *e)
{
    if (e->kind == INPUT_KEY || e->kind == INPUT_PASTE || e->kind == INPUT_MOUSE)
        s->touched_ms = clock_monotonic_ms();
    if (e->kind == INPUT_KEY) {
        take_key(s, e);
        return;
    }
    if (s->answer_key != 0 && e->kind == INPUT_NONE && s->waited_ms >= SCREENS_ANSWER_MS) {
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
