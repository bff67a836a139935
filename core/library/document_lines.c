#include "core/library/document_lines.h"

#include <string.h>

const char *line_end(const char *p, const char *end, bool has_cr, const char **next)
{
    const char *stop = p;
    if (has_cr) {
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
    } else {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        stop = lf != NULL ? lf : end;
    }
    bool crlf = end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n';
    *next = stop == end ? end : stop + (crlf ? 2 : 1);
    return stop;
}

bool lines_index(struct line_index *index, struct arena *arena, const char *text, size_t len)
{
    bool has_cr = memchr(text, '\r', len) != NULL;
    const char *end = text + len, *next;
    size_t count = 0;
    for (const char *p = text; p < end; p = next, count++)
        (void)line_end(p, end, has_cr, &next);
    *index = (struct line_index){text, arena_array(arena, count + 1, sizeof(size_t)), count};
    if (index->starts == NULL)
        return false;
    size_t i = 0;
    for (const char *p = text; p < end; p = next) {
        index->starts[i++] = (size_t)(p - text);
        (void)line_end(p, end, has_cr, &next);
    }
    index->starts[i] = len;
    return true;
}

struct str line_at(const struct line_index *index, size_t number)
{
    if (number < 1 || number > index->count)
        return STR("");
    size_t from = index->starts[number - 1], to = index->starts[number];
    while (to > from && (index->text[to - 1] == '\n' || index->text[to - 1] == '\r'))
        to--;
    return (struct str){index->text + from, to - from};
}

/* The column (from 1) where what an item or quote holds starts. */
static int content_column(cmark_node *n)
{
    int own = cmark_node_get_start_column(n);
    if (cmark_node_get_type(n) == CMARK_NODE_DOCUMENT)
        return 1;
    cmark_node *child = cmark_node_first_child(n);
    if (cmark_node_get_type(n) == CMARK_NODE_ITEM && child != NULL &&
        cmark_node_get_start_line(child) == cmark_node_get_start_line(n))
        return cmark_node_get_start_column(child);
    return own + 2;
}

struct line_containers line_containers(cmark_node *paragraph)
{
    struct line_containers c = {.count = 0};
    cmark_node *chain[DOCUMENT_DEPTH];
    size_t n = 0;
    for (cmark_node *p = cmark_node_parent(paragraph); p != NULL; p = cmark_node_parent(p)) {
        cmark_node_type type = cmark_node_get_type(p);
        if (type != CMARK_NODE_BLOCK_QUOTE && type != CMARK_NODE_ITEM)
            continue;
        if (n == DOCUMENT_DEPTH) {
            c.too_deep = true;
            return c;
        }
        chain[n++] = p;
    }
    int before = 1;
    for (; n > 0; n--) {
        int column = content_column(chain[n - 1]);
        c.at[c.count].quote = cmark_node_get_type(chain[n - 1]) == CMARK_NODE_BLOCK_QUOTE;
        c.at[c.count++].indent = column > before ? (size_t)(column - before) : 0;
        before = column;
    }
    return c;
}

struct line_content line_content(const struct line_index *index, const struct line_containers *c, size_t number,
                                 size_t first_column)
{
    struct str s = line_at(index, number);
    const char *start = s.p;
    struct line_content content = {.text = {s.p, 0}};
    if (first_column > 0) {
        size_t skip = first_column - 1 < s.n ? first_column - 1 : s.n;
        s.p += skip;
        s.n -= skip;
    }
    for (size_t i = 0; first_column == 0 && i < c->count; i++) {
        size_t blanks = 0, at = 0;
        size_t most = c->at[i].quote ? 3 : c->at[i].indent;
        while (at < s.n && blanks < most && line_blank(s.p[at]))
            blanks += s.p[at++] == '\t' ? 4 : 1;
        if (c->at[i].quote ? at == s.n || s.p[at] != '>' : blanks < most)
            content.lazy = true;
        else if (c->at[i].quote)
            at += at + 1 < s.n && line_blank(s.p[at + 1]) ? 2 : 1;
        s.p += at;
        s.n -= at;
        if (content.lazy)
            break;
    }
    while (s.n > 0 && line_blank(s.p[0])) {
        content.indent += s.p[0] == '\t' ? 4 : 1;
        s.p++;
        s.n--;
    }
    while (s.n > 0 && line_blank(s.p[s.n - 1]))
        s.n--;
    content.text = s;
    content.column = (size_t)(s.p - start) + 1;
    return content;
}
