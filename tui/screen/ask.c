#include "tui/screen/ask.h"

#include "core/base/text.h"
#include "tui/widget/prompt.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ask {
    struct screen screen;
    char question[120];
    struct prompt prompt;
    ask_done done;
    ask_typed typed;
    void *context;
    bool hidden, any;
};

static enum place ask_place(const struct screen *s)
{
    (void)s;
    return PLACE_PROMPT;
}

static void ask_draw(struct screen *s, struct terminal *t)
{
    struct ask *a = (struct ask *)s;
    if (s->below != NULL)
        s->below->ops->draw(s->below, t);
    int y = terminal_rows(t) - 1, columns = terminal_columns(t);
    terminal_no_buttons(t); /* they are the screen's below */
    for (int i = 0; touch_is_on(t) && i < screen_footer_rows(t); i++)
        terminal_fill(t, y - i, 0, columns, STYLE_PROMPT, " ");
    terminal_fill(t, y, 0, columns, STYLE_PROMPT, " ");
    y -= touch_is_on(t) ? screen_footer_rows(t) / 2 : 0;
    int x = 1 + terminal_puts(t, y, 1, columns / 2, STYLE_KEY, a->question);
    if (!a->hidden) {
        prompt_draw(&a->prompt, t, y, x + 1, columns - x - 2, true);
        return;
    }
    struct prompt stars = {0};
    buf_addn(&stars.text, '*', text_width(buf_text(&a->prompt.text), a->prompt.text.len));
    stars.cursor = stars.text.len;
    prompt_draw(&stars, t, y, x + 1, columns - x - 2, true);
    prompt_free(&stars);
}

static enum keyboard ask_keyboard(const struct screen *s)
{
    return ((const struct ask *)s)->hidden ? KEYBOARD_DIGITS : KEYBOARD_LETTERS;
}

static void tell_typed(struct ask *a)
{
    if (a->typed != NULL)
        a->typed(a->context, buf_text(&a->prompt.text));
}

static bool ask_key(struct screen *s, uint32_t key)
{
    struct ask *a = (struct ask *)s;
    bool changed;
    if (!prompt_key(&a->prompt, key, &changed))
        return false;
    if (changed)
        tell_typed(a);
    return true;
}

static bool ask_request(struct screen *s, enum request r)
{
    struct ask *a = (struct ask *)s;
    if (r == REQ_BACK) {
        screens_pop(s->stack, s);
        return true;
    }
    if (r != REQ_OPEN)
        return r != REQ_QUIT && r != REQ_SUSPEND && r != REQ_REDRAW;
    struct str line = str_trim((struct str){buf_text(&a->prompt.text), a->prompt.text.len});
    struct ask kept = *a; /* the screen goes away, and with it the line */
    char *copy = strndup(line.p, line.n);
    screens_pop(s->stack, s);
    if (copy != NULL && (line.n > 0 || kept.any))
        kept.done(kept.context, copy);
    if (copy != NULL && kept.hidden)
        sodium_memzero(copy, line.n);
    free(copy);
    return true;
}

static void ask_paste(struct screen *s, const char *text, size_t len)
{
    struct ask *a = (struct ask *)s;
    if (prompt_paste(&a->prompt, text, len))
        tell_typed(a);
}

static void ask_close(struct screen *s)
{
    struct ask *a = (struct ask *)s;
    if (a->hidden && a->prompt.text.data != NULL)
        sodium_memzero(a->prompt.text.data, a->prompt.text.cap);
    prompt_free(&a->prompt);
    free(a);
}

static const struct screen_ops ask_ops = {
    .name = "a line",
    .asks = true,
    .keyboard = ask_keyboard,
    .place = ask_place,
    .draw = ask_draw,
    .key = ask_key,
    .request = ask_request,
    .paste = ask_paste,
    .close = ask_close,
};

static struct ask *open_with(struct screens *s, const char *question, const char *initial, ask_done done, void *context)
{
    struct ask *a = calloc(1, sizeof *a);
    if (a == NULL)
        return NULL;
    a->screen.ops = &ask_ops;
    snprintf(a->question, sizeof a->question, "%s", question);
    prompt_set(&a->prompt, initial);
    a->done = done;
    a->context = context;
    screens_push(s, &a->screen);
    return a;
}

bool ask_open(struct screens *s, const char *question, const char *initial, ask_done done, ask_typed typed,
              void *context)
{
    struct ask *a = open_with(s, question, initial, done, context);
    if (a != NULL)
        a->typed = typed;
    return a != NULL;
}

bool ask_hidden(struct screens *s, const char *question, ask_done done, void *context)
{
    struct ask *a = open_with(s, question, "", done, context);
    if (a != NULL)
        a->hidden = true;
    return a != NULL;
}

bool ask_open_any(struct screens *s, const char *question, ask_done done, void *context)
{
    struct ask *a = open_with(s, question, "", done, context);
    if (a != NULL)
        a->any = true;
    return a != NULL;
}
