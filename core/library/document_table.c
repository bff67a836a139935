#include "core/library/document_table.h"

#include "core/library/document_lines.h"

#include <stdlib.h>
#include <string.h>

/* Whether a line, behind the marks of the blocks around it, might be a delimiter row: the cheap first look. */
static bool may_be_delimiter(const char *p, const char *end)
{
    while (p < end && (line_blank(*p) || *p == '>'))
        p++;
    if (p == end || (*p != '|' && *p != '-' && *p != ':'))
        return false;
    bool dash = false, other = false;
    for (; p < end; p++) {
        if (*p == '-')
            dash = true;
        else if (*p == '|' || *p == ':')
            other = true;
        else if (!line_blank(*p))
            return false;
    }
    return dash && other;
}

static bool any_delimiter(const char *text, size_t len)
{
    bool has_cr = memchr(text, '\r', len) != NULL;
    for (const char *p = text, *end = text + len, *next; p < end; p = next)
        if (may_be_delimiter(p, line_end(p, end, has_cr, &next)))
            return true;
    return false;
}

/* The next cell of a row: from *at to the pipe that is not escaped, or to the end. False when none is left. */
static bool next_cell(struct str row, size_t *at, struct str *cell)
{
    if (*at == 0 && row.n > 0 && row.p[0] == '|')
        *at = 1;
    if (*at >= row.n)
        return false;
    size_t from = *at, i = from;
    while (i < row.n && (row.p[i] != '|' || (i > from && row.p[i - 1] == '\\')))
        i++;
    *at = i + 1;
    *cell = str_trim((struct str){row.p + from, i - from});
    return i < row.n || cell->n > 0;
}

static size_t count_cells(struct str row)
{
    size_t n = 0, at = 0;
    struct str cell;
    while (next_cell(row, &at, &cell))
        n++;
    return n;
}

/* The alignment that a cell of a delimiter row states, or -1 when it is none. */
static int delimiter_align(struct str cell)
{
    bool left = cell.n > 0 && cell.p[0] == ':';
    bool right = cell.n > 1 && cell.p[cell.n - 1] == ':';
    size_t dashes = cell.n - (size_t)left - (size_t)right;
    if (cell.n == 0 || dashes == 0)
        return -1;
    for (size_t i = 0; i < dashes; i++)
        if (cell.p[i + (size_t)left] != '-')
            return -1;
    return left && right ? ALIGN_CENTRE : left ? ALIGN_LEFT : right ? ALIGN_RIGHT : ALIGN_NONE;
}

static bool is_delimiter(struct str row)
{
    size_t at = 0, n = 0;
    struct str cell;
    for (; next_cell(row, &at, &cell); n++)
        if (delimiter_align(cell) < 0)
            return false;
    return n > 0 && (memchr(row.p, '|', row.n) != NULL || memchr(row.p, ':', row.n) != NULL);
}

/* Three or more of one of * - _ with blanks between. */
static bool is_thematic_break(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == s.p[0])
            n++;
        else if (!line_blank(s.p[i]))
            return false;
    }
    return n >= 3 && (s.p[0] == '*' || s.p[0] == '-' || s.p[0] == '_');
}

static bool is_list_marker(struct str s)
{
    size_t i = 0;
    if (s.p[0] == '-' || s.p[0] == '+' || s.p[0] == '*') {
        i = 1;
    } else {
        while (i < s.n && i < 9 && s.p[i] >= '0' && s.p[i] <= '9')
            i++;
        if (i == 0 || i == s.n || (s.p[i] != '.' && s.p[i] != ')'))
            return false;
        i++;
    }
    return i == s.n || line_blank(s.p[i]);
}

/* Whether a line ends the table above it. A paragraph ends at most of these anyhow; those that can't interrupt a
 * paragraph, but follow a table, are what matters here. */
static bool ends_table(const struct line_content *c)
{
    struct str s = c->text;
    if (s.n == 0 || c->lazy || c->indent >= 4 || (s.n == 1 && s.p[0] == '|'))
        return true;
    if (s.p[0] == '<')
        return s.n > 1 && (s.p[1] == '/' || s.p[1] == '!' || s.p[1] == '?' || (s.p[1] | 32) >= 'a') &&
               s.p[s.n - 1] == '>';
    return s.p[0] == '>' || is_thematic_break(s) || is_list_marker(s);
}

static struct fragment *fragment_open(struct tables *t, size_t line)
{
    if (t->count == t->cap) {
        size_t cap = t->cap * 2 + 16;
        struct fragment **list = realloc(t->list, cap * sizeof *list);
        if (list == NULL)
            return NULL;
        t->list = list;
        t->cap = cap;
    }
    struct fragment *f = arena_alloc(t->arena, sizeof *f);
    if (f == NULL)
        return NULL;
    f->at = t->fragment_lines + 1;
    f->line = line;
    t->list[t->count++] = f;
    return f;
}

static void fragment_line(struct tables *t, struct fragment *f, const char *guard, struct str s)
{
    buf_adds(&t->fragments, guard);
    buf_add(&t->fragments, s.p, s.n);
    buf_addc(&t->fragments, '\n');
    f->lines++;
    t->fragment_lines++;
}

static void fragment_close(struct tables *t)
{
    buf_addc(&t->fragments, '\n');
    t->fragment_lines++;
}

/* cmark's special characters: a cell without any of them is its text. */
static bool has_markup(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '\0': case '\\': case '`': case '*': case '_': case '[': case ']': case '<': case '&': case '!':
            return true;
        default:
            break;
        }
    }
    return false;
}

static bool cell_fill(struct tables *t, struct table_cell *cell, struct str raw, size_t line, size_t column)
{
    cell->column = column;
    char *copy = arena_copy(t->arena, raw.p, raw.n);
    if (copy == NULL)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++)
        if (raw.p[i] != '\\' || i + 1 == raw.n || raw.p[i + 1] != '|')
            copy[n++] = raw.p[i];
    copy[n] = '\0';
    cell->text = copy;
    cell->len = n;
    if (!has_markup((struct str){copy, n}))
        return true;
    cell->fragment = fragment_open(t, line);
    if (cell->fragment == NULL)
        return false;
    fragment_line(t, cell->fragment, TABLE_GUARD, (struct str){copy, n});
    fragment_close(t);
    return true;
}

static struct table_row *row_fill(struct tables *t, const struct line_content *c, size_t line, size_t columns)
{
    struct table_row *row = arena_alloc(t->arena, sizeof *row);
    size_t count = count_cells(c->text);
    if (count > columns)
        count = columns;
    struct table_cell *cells = row != NULL ? arena_array(t->arena, count, sizeof *cells) : NULL;
    if (cells == NULL)
        return NULL;
    *row = (struct table_row){.line = line, .count = count, .cells = cells};
    size_t at = 0;
    struct str raw;
    for (size_t i = 0; i < count && next_cell(c->text, &at, &raw); i++)
        if (!cell_fill(t, &cells[i], raw, line, c->column + (size_t)(raw.p - c->text.p)))
            return NULL;
    return row;
}

static uint8_t *aligns_of(struct arena *arena, struct str row, size_t columns)
{
    uint8_t *aligns = arena_alloc(arena, columns + 1);
    size_t at = 0;
    struct str cell;
    for (size_t i = 0; aligns != NULL && i < columns && next_cell(row, &at, &cell); i++)
        aligns[i] = (uint8_t)delimiter_align(cell);
    return aligns;
}

/* A paragraph's lines while it is searched. */
struct search {
    struct tables *t;
    const struct line_index *index;
    struct line_containers around;
    size_t first, last; /* lines */
    size_t column;      /* of the first line's content */
};

static struct line_content search_line(const struct search *s, size_t line)
{
    return line_content(s->index, &s->around, line, line == s->first ? s->column : 0);
}

/* Copies lines into a fragment of their own. */
static struct fragment *lines_fragment(const struct search *s, size_t from, size_t to)
{
    struct fragment *f = fragment_open(s->t, from);
    if (f == NULL)
        return NULL;
    for (size_t i = from; i <= to; i++) {
        struct line_content c = search_line(s, i);
        fragment_line(s->t, f, c.indent >= 4 && !c.lazy ? "    " : "", c.text);
    }
    fragment_close(s->t);
    return f;
}

/* The table whose delimiter row is the given line, or NULL when memory is out. */
static struct table *table_at(const struct search *s, size_t delimiter, size_t columns)
{
    struct tables *t = s->t;
    struct table *table = arena_alloc(t->arena, sizeof *table);
    if (table == NULL)
        return NULL;
    table->columns = columns;
    table->line = delimiter - 1;
    table->last_line = delimiter;
    table->aligns = aligns_of(t->arena, search_line(s, delimiter).text, columns);
    if (table->aligns == NULL)
        return NULL;
    if (delimiter - 1 > s->first && (table->before = lines_fragment(s, s->first, delimiter - 2)) == NULL)
        return NULL;
    struct table_row **end = &table->rows;
    size_t line = delimiter - 1;
    for (; line <= s->last; line++) {
        if (line == delimiter)
            continue;
        struct line_content c = search_line(s, line);
        if (line > delimiter && ends_table(&c))
            break;
        if ((*end = row_fill(t, &c, line, columns)) == NULL)
            return NULL;
        end = &(*end)->next;
        table->last_line = line > delimiter ? line : delimiter;
    }
    while (line <= s->last && search_line(s, line).text.n == 0)
        line++;
    if (line <= s->last && (table->after = lines_fragment(s, line, s->last)) == NULL)
        return NULL;
    return table;
}

/* A line that makes the paragraph above it a setext heading. */
static bool is_underline(struct str s)
{
    size_t i = 0;
    while (i < s.n && s.p[i] == s.p[0])
        i++;
    return s.n > 0 && i == s.n && (s.p[0] == '=' || s.p[0] == '-');
}

/* Whether one of the lines may be a delimiter row; all there is to know of most paragraphs. */
static bool any_candidate(const struct line_index *index, size_t first, size_t last)
{
    for (size_t i = first; i <= last && i <= index->count; i++) {
        struct str line = line_at(index, i);
        if (may_be_delimiter(line.p, line.p + line.n))
            return true;
    }
    return false;
}

/* Looks for a table in a paragraph or setext heading. False when memory is out. */
static bool search_block(struct tables *t, const struct line_index *index, cmark_node *block)
{
    struct search s = {.t = t, .index = index};
    s.first = (size_t)cmark_node_get_start_line(block);
    s.last = (size_t)cmark_node_get_end_line(block);
    if (s.last <= s.first || s.last > index->count || !any_candidate(index, s.first + 1, s.last))
        return true;
    s.around = line_containers(block);
    if (s.around.too_deep)
        return true;
    s.column = (size_t)cmark_node_get_start_column(block);
    bool heading = cmark_node_get_type(block) == CMARK_NODE_HEADING;
    for (size_t i = s.first + 1; i <= s.last; i++) {
        struct line_content c = search_line(&s, i), header = search_line(&s, i - 1);
        if (c.lazy || header.lazy || c.indent >= 4 || !is_delimiter(c.text))
            continue;
        size_t columns = count_cells(c.text);
        if (columns != count_cells(header.text))
            continue;
        /* cmark's end of a setext heading may lie behind its underline. */
        for (size_t k = i + 1; heading && k <= s.last; k++) {
            struct line_content under = search_line(&s, k);
            if (!under.lazy && is_underline(under.text))
                s.last = k;
        }
        struct table *table = table_at(&s, i, columns);
        return table != NULL && cmark_node_set_user_data(block, table) == 1;
    }
    return true;
}

/* Whether the text may define link references: then fragments are parsed with the text behind them. */
static bool may_define_references(const char *text, size_t len)
{
    const char *p = text, *end = text + len;
    while (p < end && (p = memchr(p, ']', (size_t)(end - p))) != NULL) {
        p++;
        if (p < end && *p == ':')
            return true;
    }
    return false;
}

/* Parses the fragments and finds each one's blocks. */
static bool parse_fragments(struct tables *t, const char *text, size_t len)
{
    if (may_define_references(text, len))
        buf_add(&t->fragments, text, len);
    if (!buf_ok(&t->fragments) || t->fragments.len > 2 * (size_t)DOCUMENT_SIZE_MAX ||
        !markdown_parse(&t->second, buf_text(&t->fragments), t->fragments.len))
        return false;
    cmark_node *n = cmark_node_first_child(t->second.root);
    for (size_t i = 0; i < t->count; i++) {
        struct fragment *f = t->list[i];
        while (n != NULL && (size_t)cmark_node_get_start_line(n) < f->at + f->lines) {
            f->first = f->count == 0 ? n : f->first;
            f->count++;
            n = cmark_node_next(n);
        }
    }
    return true;
}

/* The next block that may hold paragraphs or is one, in document order; inlines are left aside. */
static cmark_node *next_block(cmark_node *n)
{
    cmark_node *child = cmark_node_get_type(n) <= CMARK_NODE_ITEM ? cmark_node_first_child(n) : NULL;
    if (child != NULL)
        return child;
    while (n != NULL && cmark_node_next(n) == NULL)
        n = cmark_node_parent(n);
    return n != NULL ? cmark_node_next(n) : NULL;
}

bool tables_find(struct tables *t, cmark_node *root, const char *text, size_t len)
{
    if (!any_delimiter(text, len))
        return true;
    t->arena = arena_open();
    struct line_index index;
    if (t->arena == NULL || !lines_index(&index, t->arena, text, len))
        return false;
    for (cmark_node *n = root; n != NULL; n = next_block(n)) {
        cmark_node_type type = cmark_node_get_type(n);
        if ((type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING) && !search_block(t, &index, n))
            return false;
    }
    return t->count == 0 || parse_fragments(t, text, len);
}

void tables_free(struct tables *t)
{
    markdown_free(&t->second);
    buf_free(&t->fragments);
    free(t->list);
    arena_close(t->arena);
    *t = (struct tables){0};
}
