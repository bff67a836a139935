#include "tui/screen/ask.h"

#include "core/base/text.h"
#include "tui/widget/prompt.h"

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
    terminal_fill(t, y, 0, columns, STYLE_PROMPT, " ");
    int x = 1 + terminal_puts(t, y, 1, columns / 2, STYLE_KEY, a->question);
    prompt_draw(&a->prompt, t, y, x + 1, columns - x - 2, true);
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
    screens_pop(s->stack, s);
    if (line.n == 0)
        return true;
    char *kept = strndup(line.p, line.n); /* the prompt goes away with the screen */
    if (kept != NULL)
        a->done(a->context, kept);
    free(kept);
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
    prompt_free(&a->prompt);
    free(a);
}

static const struct screen_ops ask_ops = {
    .name = "a line",
    .asks = true,
    .place = ask_place,
    .draw = ask_draw,
    .key = ask_key,
    .request = ask_request,
    .paste = ask_paste,
    .close = ask_close,
};

bool ask_open(struct screens *s, const char *question, const char *initial, ask_done done, ask_typed typed,
              void *context)
{
    struct ask *a = calloc(1, sizeof *a);
    if (a == NULL)
        return false;
    a->screen.ops = &ask_ops;
    snprintf(a->question, sizeof a->question, "%s", question);
    prompt_set(&a->prompt, initial);
    a->done = done;
    a->typed = typed;
    a->context = context;
    screens_push(s, &a->screen);
    return true;
}
