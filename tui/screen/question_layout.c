#include "tui/screen/question_layout.h"

#include "core/base/arena.h"
#include "core/base/text.h"
#include "tui/render/question_lines.h"
#include "tui/screen/spans.h"
#include "tui/widget/wrap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 3, BESIDE_FROM = 28 };

bool layout_open(struct layout *l, struct terminal *t, int left, int columns)
{
    *l = (struct layout){.t = t,
                         .arena = arena_open(),
                         .left = left,
                         .columns = columns > 1 ? columns : 1,
                         .flags = terminal_render(t),
                         .focus_first = SIZE_MAX,
                         .after = SIZE_MAX};
    return l->arena != NULL;
}

void layout_close(struct layout *l)
{
    for (size_t i = 0; i < l->line_count; i++)
        lines_close(l->lines[i]);
    free(l->lines);
    free(l->rows);
    arena_close(l->arena);
    *l = (struct layout){0};
}

struct row *layout_row(struct layout *l)
{
    if (l->count == l->cap) {
        size_t cap = l->cap > 0 ? 2 * l->cap : 64;
        struct row *rows = realloc(l->rows, cap * sizeof *rows);
        if (rows == NULL)
            return NULL;
        l->rows = rows;
        l->cap = cap;
    }
    struct row *row = &l->rows[l->count++];
    *row = (struct row){.option = SIZE_MAX, .right = SIZE_MAX, .style = STYLE_TEXT};
    return row;
}

void layout_text(struct layout *l, enum style style, const char *text)
{
    struct wrap w = wrap_start(text, strlen(text), (size_t)l->columns);
    size_t from = l->count;
    while (wrap_next(&w)) {
        const char *line = arena_copy(l->arena, w.line, w.length);
        struct row *row = line != NULL ? layout_row(l) : NULL;
        if (row == NULL)
            return;
        row->text = line;
        row->style = style;
    }
    if (l->count == from)
        (void)layout_row(l);
}

/* Rendered in so many columns; NULL when memory is out. */
static const struct lines *render(struct layout *l, const struct question_text *text, int columns)
{
    if (l->line_count == l->line_cap) {
        size_t cap = l->line_cap > 0 ? 2 * l->line_cap : 16;
        struct lines **lines = realloc(l->lines, cap * sizeof *lines);
        if (lines == NULL)
            return NULL;
        l->lines = lines;
        l->line_cap = cap;
    }
    struct error err;
    struct render_options options = {.width = columns > 0 ? (size_t)columns : 1, .flags = l->flags};
    struct lines *lines = question_lines(text, &options, &err);
    if (lines != NULL)
        l->lines[l->line_count++] = lines;
    return lines;
}

void layout_lines(struct layout *l, const struct question_text *text, int indent)
{
    const struct lines *lines = render(l, text, l->columns - indent);
    for (size_t i = 0; lines != NULL && i < lines->count; i++) {
        struct row *row = layout_row(l);
        if (row != NULL)
            row->piece[0] = (struct piece){lines, i, l->left + indent, l->columns - indent, "", 0};
    }
}

size_t layout_piece(struct layout *l, size_t from, size_t which, const char *label, int x, int columns,
                    const struct question_text *text)
{
    int wide = (int)text_width(label, strlen(label));
    const struct lines *lines = render(l, text, columns - wide);
    size_t n = lines != NULL && lines->count > 0 ? lines->count : 1;
    for (size_t i = 0; i < n; i++) {
        if (from + i >= l->count && layout_row(l) == NULL)
            return i;
        struct piece *p = &l->rows[from + i].piece[which];
        p->lines = lines != NULL && i < lines->count ? lines : NULL;
        p->line = i;
        p->x = x + wide;
        p->columns = columns - wide;
        p->label_x = x;
        snprintf(p->label, sizeof p->label, "%s", i == 0 ? label : "");
    }
    return n;
}

void layout_labelled(struct layout *l, enum style style, const char *label, const struct question_text *text)
{
    size_t from = l->count;
    if (l->columns < BESIDE_FROM) {
        layout_text(l, style, label);
        layout_lines(l, text, 0);
        return;
    }
    layout_piece(l, from, 0, label, l->left, l->columns, text);
    if (from < l->count)
        l->rows[from].style = style;
}

void layout_own(struct layout *l, size_t from, size_t option, bool selected, bool focus)
{
    for (size_t i = from; i < l->count; i++) {
        l->rows[i].option = option;
        l->rows[i].selected = selected;
    }
    if (focus && l->count > from) {
        l->focus_first = from;
        l->focus_last = l->count - 1;
    }
}

static void draw_piece(const struct layout *l, const struct piece *p, enum style style, bool selected, int y)
{
    if (p->label[0] != '\0')
        terminal_puts(l->t, y, p->label_x, p->x - p->label_x, style, p->label);
    if (p->lines == NULL)
        return;
    const struct line *line = &p->lines->items[p->line];
    if (selected)
        terminal_put(l->t, y, p->x, p->columns, style, p->lines->text + line->offset, line->length);
    else
        spans_draw(l->t, p->lines, p->line, y, p->x, p->columns, SIZE_MAX);
}

void layout_draw_row(const struct layout *l, const struct row *row, const struct prompt *box, int y)
{
    int x = l->left;
    if (row->text != NULL) {
        terminal_puts(l->t, y, x, l->columns, row->selected ? STYLE_SELECTED : row->style, row->text);
        return;
    }
    if (row->box && box != NULL) {
        x += terminal_puts(l->t, y, x, 2, STYLE_KEY, "> ");
        terminal_fill(l->t, y, x, l->columns - 2, STYLE_PROMPT, " ");
        prompt_draw(box, l->t, y, x, l->columns - 2, row->selected);
        return;
    }
    if (row->selected) {
        int end = row->piece[1].lines != NULL ? row->piece[1].label_x - GAP : l->left + l->columns;
        terminal_fill(l->t, y, l->left, end - l->left, STYLE_SELECTED, " ");
    }
    draw_piece(l, &row->piece[0], row->selected ? STYLE_SELECTED : row->style, row->selected, y);
    draw_piece(l, &row->piece[1], STYLE_TEXT, false, y);
    if (row->mark[0] != '\0')
        terminal_puts(l->t, y, l->left, 2, row->mark_style, row->mark);
}
