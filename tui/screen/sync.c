#include "tui/screen/sync.h"

#include "core/base/arena.h"
#include "tui/background.h"
#include "tui/sync_lines.h"
#include "tui/widget/bar.h"
#include "tui/widget/list.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICK_MS = 1000, BAR_FROM = 14, BAR_MOST = 60 };

struct sync {
    struct screen screen;
    struct app *app;
    struct arena *arena; /* of the lines */
    struct sync_line *lines;
    size_t count;
    struct list rows; /* as they are wrapped: top is the first one on the screen */
};

static void take_lines(struct sync *v)
{
    size_t steps = 0;
    arena_reset(v->arena);
    const struct syncing_progress *told = background_steps(v->app->background, &steps);
    v->lines = sync_lines(v->app, v->arena, background_known(v->app->background), told, steps, &v->count);
    if (v->lines == NULL)
        v->count = 0;
}

/* ---- drawing ---- */

static void add_next(const struct background *b, struct buf *out)
{
    long every = background_every(b), next = background_next(b);
    if (background_running(b))
        background_status(b, out);
    else if (every == 0)
        buf_adds(out, "not by itself");
    else if (next >= 0 && next < 90)
        buf_addf(out, "again in %ld s", next);
    else if (next >= 0)
        buf_addf(out, "again in %ld min", (next + 30) / 60);
}

/* Columns for the line's text: those of its rows that hang are the narrowest. */
static size_t text_columns(const struct terminal *t, const struct sync_line *line)
{
    int columns = terminal_columns(t) - 2 - line->indent - line->hang;
    return (size_t)(columns > 8 ? columns : 8);
}

/* Draws the line's rows from `at` on, as far as they fall within the screen; returns how many it takes. */
static size_t draw_line(const struct sync *v, struct terminal *t, const struct sync_line *line, size_t at)
{
    int columns = terminal_columns(t), height = screen_height(t);
    size_t taken = 0;
    struct wrap w = wrap_start(line->text, strlen(line->text), text_columns(t, line));
    while (wrap_next(&w) || taken == 0) {
        size_t row = at + taken++;
        if (row < v->rows.top || row >= v->rows.top + (size_t)height)
            continue;
        int y = screen_top(t) + (int)(row - v->rows.top), x = 1 + line->indent + (taken > 1 ? line->hang : 0);
        terminal_put(t, y, x, columns - x - 1, line->style, w.line, w.length);
        x += BAR_FROM;
        if (line->bar)
            bar_draw(t, y, x, columns - x - 1 < BAR_MOST ? columns - x - 1 : BAR_MOST, line->done, line->total);
    }
    return taken;
}

static size_t count_rows(const struct sync *v, const struct terminal *t)
{
    size_t rows = 0;
    for (size_t i = 0; i < v->count; i++) {
        size_t n = wrap_count(v->lines[i].text, strlen(v->lines[i].text), text_columns(t, &v->lines[i]));
        rows += n > 0 ? n : 1;
    }
    return rows;
}

static size_t last_top(const struct sync *v, const struct terminal *t)
{
    size_t height = (size_t)screen_height(t);
    return v->rows.count > height ? v->rows.count - height : 0;
}

static void draw(struct screen *s, struct terminal *t)
{
    struct sync *v = (struct sync *)s;
    struct buf next = {0};
    take_lines(v);
    v->rows.count = count_rows(v, t);
    if (v->rows.top > last_top(v, t))
        v->rows.top = last_top(v, t);
    add_next(v->app->background, &next);
    screen_header(t, "Sync", buf_text(&next));
    buf_free(&next);
    size_t at = 0;
    for (size_t i = 0; i < v->count; i++)
        at += draw_line(v, t, &v->lines[i], at);
    const enum request keys[] = {background_running(v->app->background) ? REQ_SYNC_STOP : REQ_SYNC_NOW, REQ_BACK, REQ_HELP,
                                 REQ_PAGE_DOWN};
    char right[120];
    snprintf(right, sizeof right, "%s", background_trouble(v->app->background));
    screen_footer(t, PLACE_SYNC, keys, last_top(v, t) > 0 ? 4 : 3, right);
}

/* ---- keys ---- */

static void scroll(struct sync *v, long by)
{
    size_t last = last_top(v, screens_terminal(v->screen.stack));
    if (by < 0)
        v->rows.top = v->rows.top > (size_t)-by ? v->rows.top - (size_t)-by : 0;
    else
        v->rows.top = last - v->rows.top > (size_t)by ? v->rows.top + (size_t)by : last;
}

static bool moves(struct sync *v, enum request r)
{
    long page = screen_height(screens_terminal(v->screen.stack));
    const struct {
        enum request request;
        long by;
    } steps[] = {{REQ_UP, -1},       {REQ_DOWN, 1},       {REQ_PAGE_UP, -page}, {REQ_PAGE_DOWN, page},
                 {REQ_HALF_UP, -page / 2}, {REQ_HALF_DOWN, page / 2}, {REQ_TOP, -1000000},  {REQ_BOTTOM, 1000000}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].request == r) {
            scroll(v, steps[i].by);
            return true;
        }
    return false;
}

static bool request(struct screen *s, enum request r)
{
    struct sync *v = (struct sync *)s;
    struct error err;
    if (moves(v, r))
        return true;
    switch (r) {
    case REQ_SYNC_NOW:
    case REQ_SYNC:
        if (!background_now(v->app->background, &err))
            screens_fail(s->stack, &err);
        return true;
    case REQ_SYNC_STOP:
        background_stop(v->app->background);
        return true;
    case REQ_BACK:
        screens_pop(s->stack, s);
        return true;
    default:
        return false;
    }
}

static enum place place(const struct screen *s)
{
    (void)s;
    return PLACE_SYNC;
}

static int tick(struct screen *s)
{
    (void)s;
    return TICK_MS;
}

static void close_sync(struct screen *s)
{
    struct sync *v = (struct sync *)s;
    arena_close(v->arena);
    free(v);
}

static const struct screen_ops ops = {
    .name = "sync",
    .place = place,
    .draw = draw,
    .request = request,
    .tick = tick,
    .close = close_sync,
};

void sync_open(struct screens *s, struct app *app)
{
    struct error err;
    struct sync *v = app->background != NULL ? calloc(1, sizeof *v) : NULL;
    if (v == NULL || (v->arena = arena_open()) == NULL) {
        free(v);
        error_memory(&err);
        screens_fail(s, &err);
        return;
    }
    v->screen.ops = &ops;
    v->app = app;
    screens_push(s, &v->screen);
}
