#include "tui/screen/reader.h"

#include "core/base/clock.h"
#include "tui/screen/problems.h"
#include "tui/screen/reader_draw.h"
#include "tui/screen/reader_find.h"
#include "tui/screen/reader_place.h"
#include "tui/screen/reader_record.h"
#include "tui/screen/reader_request.h"
#include "tui/screen/reader_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOON_MS = 2, TICK_MS = 1000 };

static bool request(struct screen *s, enum request q)
{
    struct reader *r = (struct reader *)s;
    return r->page != NULL && reader_request(r, q);
}

static void changed(struct screen *s)
{
    reader_text_renew((struct reader *)s);
}

static void reader_resumed(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    reader_find_left(r);
    if (reader_signed_since(r)) /* what was read before the signature counts for that alone */
        reader_text_reread(r);
    reader_take_progress(r);
    r->laid_width = 0;
}

static void draw(struct screen *s, struct terminal *t)
{
    struct reader *r = (struct reader *)s;
    if (!reader_lay_out(r, t))
        return;
    reader_show_place(r);
    reader_draw(r, t);
}

/* What can wait until the first screen stands: the whole of a long page, and the record. */
static int reader_tick(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    struct terminal *t = screens_terminal(s->stack);
    if (r->content->beginning) {
        if (r->whole == NULL) {
            terminal_show(t);
            r->whole = reader_whole_start(r->content, (size_t)reader_text_width(t), terminal_render(t));
        }
        if (r->whole != NULL && !reader_whole_ready(r->whole)) {
            screens_still(s->stack);
            return SOON_MS;
        }
        return reader_text_finish(r) ? SOON_MS : TICK_MS;
    }
    if (!r->told) {
        terminal_show(t);
        reader_tell_opened(r);
        return SOON_MS;
    }
    reader_note_read(r);
    return TICK_MS;
}

static enum place reader_place(const struct screen *s)
{
    (void)s;
    return PLACE_READER;
}

static void reader_mouse(struct screen *s, int y, int x, int wheel)
{
    struct reader *r = (struct reader *)s;
    if (r->page == NULL || !reader_text_finish(r))
        return;
    if (wheel != 0) {
        reader_go_to(r, wheel > 0 ? r->top + 3 : r->top > 3 ? r->top - 3 : 0);
        return;
    }
    size_t section = reader_outline_at(r, y, x);
    if (section != SIZE_MAX)
        reader_go_to_section(r, section);
    size_t link = section == SIZE_MAX ? reader_link_at(r, y, x) : SIZE_MAX;
    if (link == SIZE_MAX)
        return;
    r->focus = link;
    reader_follow(r);
    if (touch_is_on(screens_terminal(s->stack)))
        r->focus = SIZE_MAX; /* a finger goes back from the page, not from the link */
}

static void reader_close(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    if (r->whole != NULL || (r->page != NULL && r->content->first_section > 0))
        reader_text_finish(r);
    if (r->content != NULL && r->reading != NULL) {
        if (r->page != NULL && !r->told && !r->content->beginning)
            reader_tell_opened(r);
        if (r->page != NULL && r->screen.stack != NULL)
            reading_shows(r->reading, 0, 0, clock_monotonic_ms());
        reader_note_read(r);
        reader_keep_position(r);
    }
    lines_close(r->made);
    reader_find_forget(r);
    page_close(r->page);
    reading_close(r->reading);
    content_close(r->content);
    arena_close(r->marks_arena);
    free(r->anchor);
    free(r->saving);
    free(r->meanwhile);
    free(r->shown);
    free(r);
}

static const struct screen_ops reader_ops = {
    .name = "reader",
    .place = reader_place,
    .draw = draw,
    .request = request,
    .mouse = reader_mouse,
    .changed = changed,
    .resumed = reader_resumed,
    .tick = reader_tick,
    .close = reader_close,
};

static bool prepare(struct reader *r, const struct terminal *t, const char *anchor, struct error *err)
{
    r->marks_arena = arena_open();
    r->anchor = strdup(anchor != NULL ? anchor : "");
    if (r->marks_arena == NULL || r->anchor == NULL)
        return error_memory(err);
    return reader_text_open(r, t, err);
}

bool reader_open(struct screens *s, struct app *app, int64_t key, const char *anchor, const char *words,
                 struct error *err)
{
    struct reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_memory(err);
    r->screen.ops = &reader_ops;
    r->app = app;
    r->key = key;
    r->focus = r->match = r->aim = SIZE_MAX;
    if (!prepare(r, screens_terminal(s), anchor, err)) {
        reader_close(&r->screen);
        return false;
    }
    snprintf(r->found, sizeof r->found, "%s", words != NULL ? words : "");
    screens_push(s, &r->screen);
    reader_take_progress(r);
    if (app->preview != NULL)
        problems_say(s, r->content->module->facts.path, "x", false);
    return true;
}

void reader_found_by(struct screens *s, enum found_by by)
{
    struct screen *top = screens_top(s);
    if (top->ops == &reader_ops)
        ((struct reader *)top)->by = by;
}
