#include "tui/render/paint.h"

#include "core/base/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_ROOM = 10 }; /* columns that prefixes leave to content */

void *paint_grow(struct paint *p, void *array, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return array;
    size_t want = *cap + *cap / 2 + 64;
    void *grown = want < UINT32_MAX / 2 ? realloc(array, want * size) : NULL;
    if (grown == NULL)
        p->failed = true;
    else
        *cap = want;
    return grown;
}

/* Room for n bytes of text; false when memory is out. */
static bool reserve(struct paint *p, size_t n)
{
    if (p->cap - p->len >= n)
        return true;
    size_t cap = (p->cap == 0 ? p->first_size : p->cap + p->cap / 2) + n + 512;
    char *text = cap < UINT32_MAX / 2 ? realloc(p->text, cap) : NULL;
    if (text == NULL) {
        p->failed = true;
        return false;
    }
    p->text = text;
    p->cap = cap;
    return true;
}

static void append(struct paint *p, const char *s, size_t n)
{
    if (n == 0 || !reserve(p, n))
        return;
    memcpy(p->text + p->len, s, n);
    p->len += n;
}

/* Puts text of the document. */
static void put(struct paint *p, const char *s, size_t n)
{
    append(p, s, n);
    p->at += (uint32_t)n;
}

void paint_keep(struct paint *p, const char *s, size_t n)
{
    append(p, s, n);
}

static void add_span(struct paint *p, size_t from, size_t to, uint16_t style, uint32_t link)
{
    if (to <= from || (style == STYLE_TEXT && link == 0))
        return;
    struct span *spans = paint_grow(p, p->spans, p->span_count, &p->span_cap, sizeof *p->spans);
    if (spans == NULL)
        return;
    p->spans = spans;
    struct span *last = p->span_count > p->first_span ? &p->spans[p->span_count - 1] : NULL;
    if (last != NULL && last->style == style && last->link == link && p->start + last->offset + last->length == from) {
        last->length += (uint32_t)(to - from);
        return;
    }
    p->spans[p->span_count++] =
        (struct span){.offset = (uint32_t)(from - p->start), .length = (uint32_t)(to - from), .style = style, .link = link};
}

/* Closes the span at hand; the next one starts here. */
static void close_span(struct paint *p)
{
    if (p->open)
        add_span(p, p->span_start, p->len, p->style, p->link);
    p->span_start = p->len;
}

void paint_style(struct paint *p, uint16_t style, uint32_t link)
{
    if (style == p->style && link == p->link)
        return;
    close_span(p);
    p->style = style;
    p->link = link;
}

static void begin_line(struct paint *p)
{
    p->start = p->len;
    p->first_span = p->span_count;
    p->col = 0;
    p->line_at = p->at;
    p->open = true;
}

/* Gives the links that start in this line their place. */
static void place_links(struct paint *p, const struct line *line)
{
    const char *text = p->text + line->offset;
    for (size_t i = 0; i < line->spans; i++) {
        const struct span *r = &p->spans[line->first_span + i];
        struct line_link *link = r->link != 0 ? &p->links[r->link - 1] : NULL;
        if (link == NULL || (link->width != 0 && link->line != p->line_count))
            continue;
        size_t column = text_width(text, r->offset), width = text_width(text + r->offset, r->length);
        if (link->width == 0)
            *link = (struct line_link){link->target, (uint32_t)p->line_count, (uint32_t)column, (uint32_t)width};
        else
            link->width = (uint32_t)(column + width) - link->column;
    }
}

static void finish_line(struct paint *p)
{
    size_t end = p->len;
    while (end > p->start && p->text[end - 1] == ' ')
        end--;
    while (p->span_count > p->first_span) {
        struct span *last = &p->spans[p->span_count - 1];
        if (p->start + last->offset + last->length <= end)
            break;
        if (p->start + last->offset < end) {
            last->length = (uint32_t)(end - p->start) - last->offset;
            break;
        }
        p->span_count--;
    }
    p->col -= p->len - end < p->col ? p->len - end : p->col;
    p->len = end;
    p->open = false;
    if (p->col > p->widest)
        p->widest = p->col;
    struct line *lines = paint_grow(p, p->lines, p->line_count, &p->line_cap, sizeof *p->lines);
    if (lines == NULL)
        return;
    p->lines = lines;
    struct line line = {(uint32_t)p->start,     (uint32_t)(p->len - p->start),
                        (uint32_t)p->first_span, (uint32_t)(p->span_count - p->first_span),
                        p->section,             p->line_source, p->line_at};
    if (!p->cell && p->link_count > 0 && line.spans > 0)
        place_links(p, &line);
    p->lines[p->line_count++] = line;
}

static void put_prefix(struct paint *p, const struct prefix *x, bool first)
{
    size_t from = p->len;
    append(p, first ? x->first : x->rest, first ? x->first_len : x->rest_len);
    p->col += first ? x->first_columns : x->columns;
    if (x->style != STYLE_TEXT && (first || x->style != STYLE_MARKER))
        add_span(p, from, p->len, x->style, 0);
}

/* The further lines' prefixes of the outermost `depth` blocks. */
static void put_rest(struct paint *p, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        put_prefix(p, &p->prefixes[i], false);
}

/* The prefixes of the line just begun. Where too many blocks begin in one line, bars are left out, and a list marker
 * goes on in a line of its own, under fewer prefixes if need be. */
static void put_prefixes(struct paint *p)
{
    for (size_t i = 0; i < p->depth; i++) {
        struct prefix *x = &p->prefixes[i];
        bool first = !x->used;
        x->used = true;
        bool full = first && i > 1 && p->col + x->first_columns + LEAST_ROOM > p->right;
        if (full && x->style != STYLE_MARKER)
            continue;
        if (full) {
            finish_line(p);
            begin_line(p);
            put_rest(p, p->indent + x->first_columns <= p->right ? i : 1);
        }
        put_prefix(p, x, first);
    }
}

void paint_flush_blank(struct paint *p)
{
    if (!p->blank || p->open)
        return;
    p->blank = false;
    begin_line(p);
    p->line_source = p->source;
    put_rest(p, p->blank_depth);
    finish_line(p);
    p->at++;
}

void paint_blank(struct paint *p)
{
    if (p->line_count == 0)
        return;
    p->blank = true;
    p->blank_depth = p->depth;
}

void paint_open(struct paint *p)
{
    if (p->open)
        return;
    if (p->blank)
        paint_flush_blank(p);
    begin_line(p);
    p->line_source = p->source;
    put_prefixes(p);
    p->content = p->span_start = p->len;
}

void paint_end(struct paint *p)
{
    if (!p->open)
        return;
    close_span(p);
    finish_line(p);
}

size_t paint_room(const struct paint *p)
{
    return p->right > p->indent ? p->right - p->indent : 1;
}

void paint_push(struct paint *p, struct str first, size_t first_columns, struct str rest, size_t columns,
                uint16_t style)
{
    if (p->depth == PREFIX_DEPTH || first.n > PREFIX_BYTES || rest.n > PREFIX_BYTES)
        return;
    bool fits = p->indent + columns + LEAST_ROOM <= p->right || p->depth == 0;
    struct prefix *x = &p->prefixes[p->depth++];
    x->style = style;
    x->used = false;
    x->first_len = (uint8_t)first.n;
    x->rest_len = (uint8_t)(fits ? rest.n : 0);
    memcpy(x->first, first.p, x->first_len);
    memcpy(x->rest, rest.p, x->rest_len);
    x->first_columns = (uint8_t)first_columns;
    x->columns = (uint8_t)(fits ? columns : 0);
    p->indent += x->columns;
}

void paint_pop(struct paint *p)
{
    if (p->depth == 0)
        return;
    p->indent -= p->prefixes[--p->depth].columns;
    if (p->blank_depth > p->depth)
        p->blank_depth = p->depth;
}

void paint_raw(struct paint *p, const char *s, size_t n, size_t columns)
{
    paint_open(p);
    append(p, s, n);
    p->col += columns;
}

void paint_rule(struct paint *p)
{
    bool ascii = (p->flags & RENDER_ASCII) != 0 && (p->flags & RENDER_LINES) == 0;
    paint_raw(p, ascii ? "-" : "\xE2\x94\x80", ascii ? 1 : 3, 1);
}

void paint_spaces(struct paint *p, size_t n)
{
    paint_open(p);
    if (n == 0 || !reserve(p, n))
        return;
    memset(p->text + p->len, ' ', n);
    p->len += n;
    p->col += n;
}

/* The spans of the open line that lie behind `from`, put again behind the text that was carried over. */
static void carry_spans(struct paint *p, const struct span *spans, size_t count, size_t from)
{
    for (size_t i = 0; i < count; i++) {
        size_t start = spans[i].offset, end = start + spans[i].length;
        start = start > from ? start - from : 0;
        end = end > from ? end - from : 0;
        add_span(p, p->content + start, p->content + end, spans[i].style, spans[i].link);
    }
}

/* Ends the line at its last blank and takes what follows over to the next one. False when it has no blank. */
static bool carry_over(struct paint *p)
{
    size_t at = p->len;
    while (at > p->content && p->text[at - 1] != ' ')
        at--;
    if (at == p->content)
        return false;
    size_t tail = p->len - at;
    close_span(p);
    if (tail == 0) {
        finish_line(p);
        return true;
    }
    enum { MOST = 16 };
    struct span spans[MOST];
    size_t from = at - p->start, first = p->span_count;
    while (first > p->first_span && p->spans[first - 1].offset + p->spans[first - 1].length > from &&
           p->span_count - first < MOST)
        first--;
    size_t count = p->span_count - first;
    if (count > 0)
        memcpy(spans, p->spans + first, count * sizeof *spans);
    buf_clear(&p->carry);
    buf_add(&p->carry, p->text + at, tail);
    if (!buf_ok(&p->carry)) {
        p->failed = true;
        return false;
    }
    p->len = at;
    finish_line(p);
    p->at -= (uint32_t)tail;
    paint_open(p);
    put(p, p->carry.data, tail);
    p->col += text_width(p->carry.data, tail);
    carry_spans(p, spans, count, from);
    p->span_start = p->len;
    return true;
}

/* What to do when s[0..n) doesn't fit: after `fit` bytes the line is full, and `at` (SIZE_MAX: nowhere) is the place
 * where s may be cut. Returns the bytes put. */
static size_t overflow(struct paint *p, const char *s, size_t fit, size_t used, size_t at)
{
    if (at != SIZE_MAX && (at > 0 || p->len > p->content)) {
        put(p, s, at);
        p->col += at < fit ? text_width(s, at) : used;
        paint_end(p);
        return at;
    }
    if (carry_over(p))
        return 0;
    if (fit == 0 && p->len > p->content) {
        paint_end(p);
        return 0;
    }
    put(p, s, fit);
    p->col += used;
    paint_end(p);
    return fit;
}

static void put_ascii(struct paint *p, const char *s, size_t n)
{
    while (n > 0 && !p->failed) {
        if (!p->open) {
            while (n > 0 && *s == ' ') {
                s++;
                n--;
                p->at++;
            }
            if (n == 0)
                return;
            paint_open(p);
        }
        size_t room = p->right > p->col ? p->right - p->col : 0;
        if (n <= room) {
            put(p, s, n);
            p->col += n;
            return;
        }
        size_t at = room;
        while (at > 0 && s[at] != ' ')
            at--;
        if (s[at] != ' ')
            at = SIZE_MAX;
        size_t fit = room == 0 && p->len == p->content ? 1 : room;
        size_t put = overflow(p, s, fit, fit, at);
        s += put;
        n -= put;
    }
}

/* Where s may be cut so that at most `fit` bytes stand before: at a blank, or beside a wide character. */
static size_t wide_break(const char *s, size_t n, size_t fit)
{
    for (size_t at = fit;; at--) {
        while (at > 0 && at < n && ((unsigned char)s[at] & 0xC0) == 0x80)
            at--;
        int columns;
        if (at < n && s[at] == ' ')
            return at;
        if (at < n && (unsigned char)s[at] >= 0xE1 && text_cluster(s + at, n - at, &columns) > 0 && columns == 2)
            return at;
        if (at == 0)
            return SIZE_MAX;
    }
}

static void put_wide(struct paint *p, const char *s, size_t n)
{
    while (n > 0 && !p->failed) {
        if (!p->open && *s == ' ') {
            s++;
            n--;
            p->at++;
            continue;
        }
        paint_open(p);
        size_t used, room = p->right > p->col ? p->right - p->col : 0;
        size_t fit = text_fit(s, n, room, &used);
        if (fit == n) {
            put(p, s, n);
            p->col += used;
            return;
        }
        size_t at = wide_break(s, n, fit);
        if (fit == 0 && p->len == p->content) {
            int columns;
            fit = text_cluster(s, n, &columns);
            used = (size_t)columns;
        }
        size_t put = overflow(p, s, fit, used, at);
        s += put;
        n -= put;
    }
}

void paint_text(struct paint *p, const char *s, size_t n, bool ascii)
{
    if (ascii) {
        put_ascii(p, s, n);
        return;
    }
    while (n > 0) {
        size_t k = text_printable_length(s, n);
        if (k == n) {
            put_ascii(p, s, n);
            return;
        }
        if (k > 1) /* the last one may carry combining marks */
            put_ascii(p, s, k - 1);
        size_t from = k > 1 ? k - 1 : 0, to = k;
        while (to < n && (unsigned char)(s[to] - 0x20) >= 0x5F)
            to++;
        buf_clear(&p->scratch);
        text_safe(&p->scratch, s + from, to - from, render_text_flags(p->flags));
        if (!buf_ok(&p->scratch))
            p->failed = true;
        else if (p->scratch.len > 0)
            put_wide(p, p->scratch.data, p->scratch.len);
        s += to;
        n -= to;
    }
}

uint32_t paint_link(struct paint *p, const char *target)
{
    struct line_link *links = paint_grow(p, p->links, p->link_count, &p->link_cap, sizeof *p->links);
    if (links == NULL)
        return 0;
    p->links = links;
    p->links[p->link_count++] = (struct line_link){.target = target};
    return (uint32_t)p->link_count;
}

void paint_clear(struct paint *p)
{
    p->len = p->line_count = p->span_count = p->first_span = p->span_start = 0;
    p->open = p->blank = false;
    p->widest = 0;
}

struct paint *paint_new(const struct document *d, const struct render_options *options)
{
    struct paint *p = malloc(sizeof *p);
    if (p == NULL)
        return NULL;
    memset(p, 0, offsetof(struct paint, prefixes));
    p->nodes = d->nodes;
    p->document = d;
    p->flags = options->flags;
    p->options = options;
    p->first_size = d->source_len + d->source_len / 4;
    return p;
}

void paint_close(struct paint *p)
{
    if (p == NULL)
        return;
    free(p->text);
    free(p->lines);
    free(p->spans);
    free(p->links);
    free(p->headings);
    buf_free(&p->scratch);
    buf_free(&p->carry);
    free(p);
}
