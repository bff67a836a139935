#include "core/base/text.h"
#include "tui/render/paint.h"

#include <string.h>

enum {
    GAP = 2,         /* columns between two columns of a table */
    LEAST_CELL = 4,  /* a column is never narrower, unless all of it is */
    WORD_CELL = 16,  /* longer words may be cut to make a table fit */
    MOST_COLUMNS = 64,
    LABEL = 40,      /* columns of a header beside each cell of a record */
    LABEL_ROOM = 256 /* places in the text for it: its bytes, whatever they are */
};

struct column {
    size_t natural; /* the widest cell */
    size_t least;   /* the longest word, within bounds */
    size_t width;
};

/* Measures the columns; false when the table has too many. */
static bool measure(struct paint *p, uint32_t table, struct column *columns, size_t count)
{
    for (uint32_t row = table + 1; row < p->nodes[table].end; row = p->nodes[row].end) {
        size_t k = 0;
        for (uint32_t cell = row + 1; cell < p->nodes[row].end && k < count; cell = p->nodes[cell].end, k++) {
            size_t widest, longest;
            render_measure(p, cell, &widest, &longest);
            longest = longest > WORD_CELL ? WORD_CELL : longest;
            if (widest > columns[k].natural)
                columns[k].natural = widest;
            if (longest > columns[k].least)
                columns[k].least = longest;
        }
    }
    return !p->failed;
}

/* Bounds the columns and sums them up. */
static void sum_up(struct column *columns, size_t count, size_t *natural, size_t *least)
{
    *natural = *least = 0;
    for (size_t i = 0; i < count; i++) {
        struct column *c = &columns[i];
        c->natural = c->natural < 1 ? 1 : c->natural;
        c->least = c->least < LEAST_CELL ? LEAST_CELL : c->least;
        c->least = c->least < c->natural ? c->least : c->natural;
        c->width = c->least;
        *natural += c->natural;
        *least += c->least;
    }
}

/* Gives each column its width: its least, and then what it lacks, in equal shares: who lacks less than a share gets
 * all of it, and what is left over goes to the others. False when not even the least fits. */
static bool share_room(struct column *columns, size_t count, size_t room)
{
    size_t natural, least, gaps = (count - 1) * GAP;
    sum_up(columns, count, &natural, &least);
    if (least + gaps > room)
        return false;
    size_t spare = room - gaps - least;
    for (size_t lacking = count; lacking > 0 && spare > 0;) {
        size_t share = spare / lacking > 0 ? spare / lacking : 1;
        lacking = 0;
        for (size_t i = 0; i < count && spare > 0; i++) {
            size_t lacks = columns[i].natural - columns[i].width;
            size_t given = lacks < share ? lacks : share;
            given = given < spare ? given : spare;
            columns[i].width += given;
            spare -= given;
            lacking += lacks > given;
        }
    }
    return true;
}

static bool is_rtl(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t c;
        i += text_decode(s + i, n - i, &c);
        if ((c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFF) ||
            (c >= 0x10800 && c <= 0x10FFF) || (c >= 0x1E800 && c <= 0x1EFFF))
            return true;
    }
    return false;
}

/* Puts one painted line of a cell, aligned in its column. */
static void put_cell_line(struct paint *p, const struct paint *side, const struct line *line, size_t width,
                          unsigned align, bool last)
{
    const char *text = side->text + line->offset;
    size_t columns = text_width(text, line->length);
    size_t spare = width > columns ? width - columns : 0;
    size_t before = align == ALIGN_RIGHT ? spare : align == ALIGN_CENTRE ? spare / 2 : 0;
    bool isolate = (p->flags & RENDER_ASCII) == 0 && is_rtl(text, line->length);
    paint_spaces(p, before);
    if (isolate)
        paint_raw(p, "\xE2\x81\xA8", 3, 0); /* U+2068 */
    size_t at = 0, done = 0;
    for (size_t i = 0; i < line->spans; i++) {
        const struct span *r = &side->spans[line->first_span + i];
        paint_raw(p, text + at, r->offset - at, 0);
        paint_style(p, r->style, r->link);
        paint_raw(p, text + r->offset, r->length, 0);
        paint_style(p, STYLE_TEXT, 0);
        at = r->offset + r->length;
    }
    done = at;
    paint_raw(p, text + done, line->length - done, columns);
    if (isolate)
        paint_raw(p, "\xE2\x81\xA9", 3, 0); /* U+2069 */
    if (!last)
        paint_spaces(p, spare - before + GAP);
}

/* Where each cell's lines are among those painted aside. */
struct cell_lines {
    size_t first, count;
};

/* How much text nodes [from, to) hold, for places: at the least one for each, so that a row's lines have room. */
static uint32_t text_of(const struct paint *p, uint32_t from, uint32_t to)
{
    uint32_t sum = 0;
    for (uint32_t i = from; i < to; i++)
        sum += p->nodes[i].len + (p->nodes[i].type == NODE_CELL ? LABEL_ROOM : 1);
    return sum;
}

/* One row: each cell is painted aside in its column's width, then the lines are put beside each other. */
static void put_row(struct paint *p, struct paint *side, uint32_t row, const struct column *columns, size_t count)
{
    struct cell_lines at[MOST_COLUMNS] = {0};
    uint8_t aligns[MOST_COLUMNS] = {0};
    size_t cells = 0, height = 0;
    paint_clear(side);
    uint16_t base = (p->nodes[row].flags & NODE_HEADER) != 0 ? STYLE_TABLE_HEAD : STYLE_TEXT;
    side->links = p->links; /* lent: links are numbered through */
    side->link_count = p->link_count;
    side->link_cap = p->link_cap;
    for (uint32_t cell = row + 1; cell < p->nodes[row].end && cells < count; cell = p->nodes[cell].end, cells++) {
        side->right = columns[cells].width;
        aligns[cells] = p->nodes[cell].level;
        at[cells].first = side->line_count;
        render_inlines(side, cell, base);
        paint_end(side);
        at[cells].count = side->line_count - at[cells].first;
        height = at[cells].count > height ? at[cells].count : height;
    }
    p->links = side->links;
    p->link_count = side->link_count;
    p->link_cap = side->link_cap;
    p->failed |= side->failed;
    p->source = p->nodes[row].line;
    paint_flush_blank(p);
    uint32_t start = p->at, text = text_of(p, row, p->nodes[row].end);
    for (size_t k = 0; k < (height > 0 ? height : 1) && !p->failed; k++) {
        p->at = start + (k < text ? (uint32_t)k : text - 1);
        paint_open(p);
        for (size_t i = 0; i < cells; i++) {
            if (k < at[i].count)
                put_cell_line(p, side, &side->lines[at[i].first + k], columns[i].width, aligns[i], i + 1 == cells);
            else if (i + 1 < cells)
                paint_spaces(p, columns[i].width + GAP);
        }
        paint_end(p);
    }
    p->at = start + text;
}

static void put_rule(struct paint *p, const struct column *columns, size_t count)
{
    paint_open(p);
    for (size_t i = 0; i < count; i++) {
        paint_style(p, STYLE_RULE, 0);
        for (size_t k = 0; k < columns[i].width; k++)
            paint_rule(p);
        paint_style(p, STYLE_TEXT, 0);
        if (i + 1 < count)
            paint_spaces(p, GAP);
    }
    paint_end(p);
}

/* Puts a header as a label: its plain text, cut where it is long. Returns whether it was cut. */
static bool put_label(struct paint *p, uint32_t cell, bool dry)
{
    struct buf plain = {0};
    struct buf safe = {0};
    document_plain(p->document, cell, &plain);
    text_safe(&safe, buf_text(&plain), plain.len, render_text_flags(p->flags));
    p->failed |= !buf_ok(&plain) || !buf_ok(&safe);
    size_t fit = text_fit(buf_text(&safe), safe.len, LABEL, NULL);
    bool cut = fit < safe.len;
    if (!dry && fit > 0) {
        paint_style(p, STYLE_TABLE_HEAD, 0);
        paint_text(p, buf_text(&safe), fit, false);
        paint_text(p, cut ? "...: " : ": ", cut ? 5 : 2, true);
        paint_style(p, STYLE_TEXT, 0);
    }
    buf_free(&plain);
    buf_free(&safe);
    return cut;
}

/* The headers in full, where records show them cut, or where there is no record at all. */
static void put_headers(struct paint *p, uint32_t header)
{
    for (uint32_t cell = header + 1; cell < p->nodes[header].end && !p->failed; cell = p->nodes[cell].end) {
        render_inlines(p, cell, STYLE_TABLE_HEAD);
        paint_end(p);
    }
}

/* Header: cell, one a line; an empty line between rows. */
static void put_records(struct paint *p, uint32_t table)
{
    uint32_t header = table + 1, end = p->nodes[table].end;
    bool whole = p->nodes[header].end == end;
    for (uint32_t cell = header + 1; cell < p->nodes[header].end && !whole; cell = p->nodes[cell].end)
        whole = put_label(p, cell, true);
    p->source = p->nodes[header].line;
    uint32_t start = p->at + p->blank; /* an empty line takes one */
    if (whole)
        put_headers(p, header);
    for (uint32_t row = p->nodes[header].end; row < end && !p->failed; row = p->nodes[row].end) {
        if (whole || row != p->nodes[header].end)
            paint_blank(p);
        uint32_t label = header + 1;
        p->source = p->nodes[row].line;
        p->at = start + text_of(p, header, row) - p->blank; /* as in a grid */
        for (uint32_t cell = row + 1; cell < p->nodes[row].end && !p->failed; cell = p->nodes[cell].end) {
            if (p->nodes[cell].end > cell + 1) {
                paint_push(p, STR(""), 0, STR("  "), 2, STYLE_TEXT);
                paint_flush_blank(p);
                uint32_t at = p->at;
                (void)put_label(p, label, false);
                p->at = at + LABEL_ROOM - 1;
                render_inlines(p, cell, STYLE_TEXT);
                paint_end(p);
                paint_pop(p);
            }
            label = p->nodes[label].end;
        }
    }
    p->at = start + text_of(p, header, end);
}

static bool put_grid(struct paint *p, uint32_t table)
{
    size_t count = p->nodes[table].number;
    struct column columns[MOST_COLUMNS] = {{0}};
    if ((p->flags & RENDER_PLAIN) != 0 || count > MOST_COLUMNS || !measure(p, table, columns, count) ||
        !share_room(columns, count, paint_room(p)))
        return false;
    struct paint *side = paint_new(p->document, p->options);
    if (side == NULL) {
        p->failed = true;
        return true;
    }
    side->first_size = 0;
    side->cell = true;
    for (uint32_t row = table + 1; row < p->nodes[table].end && !p->failed; row = p->nodes[row].end) {
        put_row(p, side, row, columns, count);
        if ((p->nodes[row].flags & NODE_HEADER) != 0) {
            p->at--; /* the rule belongs to the header above */
            put_rule(p, columns, count);
            p->at++;
        }
    }
    side->links = NULL; /* the lender's */
    paint_close(side);
    return true;
}

void render_table(struct paint *p, uint32_t i)
{
    if (p->nodes[i].end == i + 1 || put_grid(p, i) || p->failed)
        return;
    put_records(p, i);
}
