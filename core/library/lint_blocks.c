#include "core/library/lint_private.h"

#include "core/base/text.h"

#include <string.h>

/* A place in the source that only goes forward, since blocks come in the order of their lines. */
struct cursor {
    const char *at, *end;
    size_t line;
};

/* The source line with that number of the file, at or after the last one asked for. */
static struct str source_line(struct cursor *c, size_t line)
{
    const char *lf = NULL;
    for (; c->line < line && c->at < c->end; c->line++) {
        lf = memchr(c->at, '\n', (size_t)(c->end - c->at));
        c->at = lf != NULL ? lf + 1 : c->end;
    }
    lf = c->at < c->end ? memchr(c->at, '\n', (size_t)(c->end - c->at)) : NULL;
    return (struct str){c->at, (size_t)((lf != NULL ? lf : c->end) - c->at)};
}

/* The row without the marks of quotes and lists before it and without its outer pipes. */
static struct str inner(struct str row)
{
    row = str_trim(row);
    while (row.n > 0 && (row.p[0] == '>' || row.p[0] == ' ' || row.p[0] == '\t')) {
        row.p++;
        row.n--;
    }
    if (row.n > 0 && row.p[0] == '|') {
        row.p++;
        row.n--;
    }
    if (row.n > 0 && row.p[row.n - 1] == '|' && (row.n < 2 || row.p[row.n - 2] != '\\'))
        row.n--;
    return row;
}

static size_t cells(struct str row)
{
    row = inner(row);
    size_t count = 1;
    for (size_t i = 0; i < row.n; i++)
        count += row.p[i] == '|' && (i == 0 || row.p[i - 1] != '\\');
    return count;
}

/* `| --- | :-: |` with at least one pipe and three dashes somewhere. */
static bool is_delimiter_row(struct str row)
{
    bool pipe = memchr(row.p, '|', row.n) != NULL;
    row = inner(row);
    size_t dashes = 0;
    for (size_t i = 0; i < row.n; i++) {
        if (strchr("|:- \t", row.p[i]) == NULL)
            return false;
        dashes += row.p[i] == '-';
    }
    return pipe && dashes >= 3;
}

static void check_paragraph(struct lint *l, const struct lint_file *f, struct cursor *c, const struct node *n)
{
    for (size_t at = n->line; at <= n->last_line; at++)
        if (is_delimiter_row(source_line(c, at))) {
            diags_add(l->diags, SEVERITY_WARNING, f->label, at, 1,
                      "give the line of dashes as many cells as the header above it",
                      "this looks like a table but isn't one");
            return;
        }
}

static void check_table(struct lint *l, const struct lint_file *f, struct cursor *c, const struct node *n)
{
    for (size_t at = n->line; at <= n->last_line; at++) {
        size_t count = cells(source_line(c, at));
        if (count > n->number)
            diags_add(l->diags, SEVERITY_WARNING, f->label, at, 1, "write \\| for a pipe inside a cell",
                      "the row has %zu cells, the table %u columns: the rest is not shown", count, n->number);
    }
}

/* Bytes that terminals act on, and marks that turn text around, are never shown; the author should know. */
static void check_characters(struct lint *l, const struct lint_file *f)
{
    const struct str s = f->module->source;
    size_t line = 1, column = 1, reported = 0;
    for (size_t i = 0; i < s.n && reported < 10;) {
        uint32_t c = (unsigned char)s.p[i];
        size_t k = c < 0x80 ? 1 : text_decode(s.p + i, s.n - i, &c);
        if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E ||
            c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) {
            diags_add(l->diags, SEVERITY_WARNING, f->label, line, column, "take it out",
                      "a control character (U+%04X), never shown", (unsigned)c);
            reported++;
        }
        column = c == '\n' ? 1 : column + 1;
        line += c == '\n';
        i += k;
    }
}

void lint_blocks(struct lint *l, const struct lint_file *f, const struct document *d)
{
    struct cursor c = {d->source, d->source + d->source_len, d->first_line};
    for (uint32_t i = 0; i < d->count; i++) {
        const struct node *n = &d->nodes[i];
        if (n->type == NODE_PARAGRAPH)
            check_paragraph(l, f, &c, n);
        else if (n->type == NODE_TABLE)
            check_table(l, f, &c, n);
    }
    check_characters(l, f);
}
