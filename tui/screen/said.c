#include "tui/screen/said.h"

#include "core/base/text.h"
#include "tui/screen/screen.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <string.h>

void said_put(struct said *s, enum style style, const char *text)
{
    *s = (struct said){.style = style};
    snprintf(s->text, sizeof s->text, "%s", text);
}

static void add_failure(const struct error *err, struct buf *line)
{
    error_words(err, line);
    if (err->todo[0] != '\0')
        buf_addf(line, " (%s)", err->todo);
}

void said_fail(struct said *s, const struct error *err, int columns)
{
    struct buf line = {0};
    add_failure(err, &line);
    const char *name = strrchr(err->where, '/');
    if (name != NULL && name[1] != '\0' && text_width(buf_text(&line), line.len) > (size_t)columns) {
        struct error brief = *err;
        snprintf(brief.where, sizeof brief.where, "%s", name + 1);
        buf_clear(&line);
        add_failure(&brief, &line);
    }
    said_put(s, STYLE_ERROR, buf_text(&line));
    buf_free(&line);
}

/* The row below its last one: not over a line that is being typed, nor over what can be touched. */
static int end_row(const struct terminal *t, bool typed)
{
    int rows = terminal_rows(t);
    if (touch_is_on(t) && rows > 2 * screen_footer_rows(t))
        return rows - screen_footer_rows(t);
    return rows - (typed && rows > 2 ? 1 : 0);
}

void said_draw(const struct said *s, struct terminal *t, bool typed)
{
    enum { MOST = 3, ROOM = 12 };
    int rows = terminal_rows(t), columns = terminal_columns(t), end = end_row(t, typed);
    size_t width = columns > 2 ? (size_t)columns - 2 : 1, lines = wrap_count(s->text, strlen(s->text), width);
    int count = rows < ROOM || lines <= 1 ? 1 : lines < MOST ? (int)lines : MOST;
    struct wrap w = wrap_start(s->text, strlen(s->text), width);
    if (!touch_is_on(t) || end == rows || s->asks) /* they are covered, or mean something else now */
        terminal_no_buttons(t);
    for (int i = 0; i < count; i++) {
        char line[sizeof s->text];
        const char *rest = w.text;
        bool last = i == count - 1 || !wrap_next(&w);
        snprintf(line, sizeof line, "%.*s", last ? (int)strlen(rest) : (int)w.length, last ? rest : w.line);
        terminal_fill(t, end - count + i, 0, columns, s->style, " ");
        screen_cut(t, end - count + i, 1, (int)width, s->style, line);
    }
    if (s->asks && touch_is_on(t))
        screen_footer_alone(t, (const struct key_label[]){{"y", "yes"}, {"n", "no"}}, 2);
}
