#include "tui/screen/countdown.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct countdown {
    struct screen screen;
    int64_t end_ms; /* of the monotonic clock */
    void (*over)(void *context);
    void *context;
};

/* Not a line that is typed: a scan comes whole then, and is told from a key. */
static enum place countdown_place(const struct screen *s)
{
    (void)s;
    return PLACE_MENU;
}

static int seconds_left(const struct countdown *c)
{
    int64_t left = c->end_ms - clock_monotonic_ms();
    return left > 0 ? (int)((left + 999) / 1000) : 0;
}

static void put_middle(struct terminal *t, int y, enum style style, const char *text)
{
    int x = (terminal_columns(t) - (int)text_width(text, strlen(text))) / 2;
    terminal_puts(t, y, x > 0 ? x : 0, terminal_columns(t), style, text);
}

static void countdown_draw(struct screen *s, struct terminal *t)
{
    const struct countdown *c = (const struct countdown *)s;
    char line[80];
    int left = seconds_left(c), y = terminal_rows(t) / 2;
    snprintf(line, sizeof line, "Badging out in %d second%s.", left, left == 1 ? "" : "s");
    put_middle(t, y > 0 ? y - 1 : 0, STYLE_HEADING_1, "Still there?");
    put_middle(t, y, STYLE_TEXT, line);
    put_middle(t, y + 2, STYLE_KEY, "Any key: go on");
}

static bool countdown_key(struct screen *s, uint32_t key)
{
    (void)key;
    screens_pop(s->stack, s);
    return true;
}

static bool countdown_request(struct screen *s, enum request r)
{
    (void)s;
    (void)r;
    return true;
}

static void countdown_paste(struct screen *s, const char *text, size_t len)
{
    (void)text;
    (void)len;
    screens_pop(s->stack, s);
}

static void countdown_mouse(struct screen *s, int y, int x, int wheel)
{
    (void)y;
    (void)x;
    (void)wheel;
    screens_pop(s->stack, s);
}

static int countdown_tick(struct screen *s)
{
    struct countdown *c = (struct countdown *)s;
    int64_t left = c->end_ms - clock_monotonic_ms();
    if (left <= 0) {
        c->over(c->context);
        return 0;
    }
    return left % 1000 > 0 ? (int)(left % 1000) : 1000;
}

static void countdown_close(struct screen *s)
{
    free(s);
}

static const struct screen_ops countdown_ops = {
    .name = "countdown",
    .place = countdown_place,
    .draw = countdown_draw,
    .key = countdown_key,
    .request = countdown_request,
    .paste = countdown_paste,
    .mouse = countdown_mouse,
    .tick = countdown_tick,
    .close = countdown_close,
};

void countdown_stop(struct screens *s)
{
    struct screen *top = screens_top(s);
    if (top != NULL && top->ops == &countdown_ops)
        screens_pop(s, top);
}

bool countdown_open(struct screens *s, int seconds, void (*over)(void *context), void *context)
{
    struct countdown *c = calloc(1, sizeof *c);
    if (c == NULL)
        return false;
    c->screen.ops = &countdown_ops;
    c->end_ms = clock_monotonic_ms() + (int64_t)seconds * 1000;
    c->over = over;
    c->context = context;
    screens_push(s, &c->screen);
    return true;
}
