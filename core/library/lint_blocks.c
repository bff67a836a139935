#include "core/library/lint_private.h"

#include "core/base/text.h"

#include <string.h>
#include <strings.h>

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

/* `##Title`: the blank that makes a heading is missing. A single # may well begin a number or a tag. */
static bool is_heading_slip(struct str line)
{
    line = str_trim(line);
    size_t level = 0;
    while (level < line.n && line.p[level] == '#')
        level++;
    return level >= 2 && level <= 6 && level < line.n && line.p[level] != ' ' && line.p[level] != '\t';
}

static void check_paragraph(struct lint *l, const struct lint_file *f, struct cursor *c, const struct node *n)
{
    for (size_t at = n->line; at <= n->last_line; at++) {
        struct str line = source_line(c, at);
        if (is_heading_slip(line)) {
            diags_add(l->diags, SEVERITY_WARNING, f->label, at, 1, "put a blank after the #",
                      "this looks like a heading but isn't one");
            return;
        }
        if (is_delimiter_row(line)) {
            diags_add(l->diags, SEVERITY_WARNING, f->label, at, 1,
                      "give the line of dashes as many cells as the header above it",
                      "this looks like a table but isn't one");
            return;
        }
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

static void check_heading(struct lint *l, const struct lint_file *f, const struct document *d, uint32_t at)
{
    const struct node *n = &d->nodes[at];
    struct buf words = {0};
    document_plain(d, at, &words);
    const struct str text = str_trim((struct str){buf_text(&words), words.len});
    if (text.n == 0)
        diags_add(l->diags, SEVERITY_WARNING, f->label, n->line, 1, "say what the section is about, or take the # out",
                  "a heading without words");
    else if (text.p[text.n - 1] == '}' && strstr(buf_text(&words), "{#") != NULL)
        diags_add(l->diags, SEVERITY_WARNING, f->label, n->line, 1, "an id has letters, digits and dashes: {#bleed-it}",
                  "what stands in {#...} at the heading's end is no id");
    buf_free(&words);
}

/* A fence that its author takes for a quiz: shown as code, asked by nobody. */
static void check_code(struct lint *l, const struct lint_file *f, const struct node *n)
{
    static const char *const slips[] = {"gift", "gifts", "gitf", "gfit", "moodle", "quiz"};
    const char *info = n->extra != NULL ? n->extra : "";
    bool slip = info[0] == '\0' && strncmp(n->text, "::", 2) == 0 && strchr(n->text, '{') != NULL;
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
        slip = slip || strcasecmp(info, slips[i]) == 0;
    if (slip)
        diags_add(l->diags, SEVERITY_WARNING, f->label, n->line, 1, "begin the block with ```gift",
                  "these look like questions that nobody is asked");
}

/* A quote that begins with a strong word is nearly a call-out: one letter off, and it warns nobody. */
static void check_quote(struct lint *l, const struct lint_file *f, const struct document *d, uint32_t at)
{
    enum { LEAST_LETTERS = 5 }; /* shorter ones are too near to words that are meant */
    const char *names[CALL_OUT_TIP + 1];
    for (int k = 0; k <= CALL_OUT_TIP; k++)
        names[k] = call_out_name((enum call_out)k);
    const struct node *n = &d->nodes[at];
    if (at + 3 >= n->end || n[1].type != NODE_PARAGRAPH || n[2].type != NODE_STRONG || n[3].type != NODE_TEXT ||
        n[2].end != at + 4)
        return;
    size_t len = n[3].len;
    while (len > 0 && (n[3].text[len - 1] == ':' || n[3].text[len - 1] == ' '))
        len--;
    const char *word = arena_copy(l->arena, n[3].text, len);
    const char *nearest =
        word != NULL && len >= LEAST_LETTERS ? strings_nearest((struct strings){names, CALL_OUT_TIP + 1}, word) : NULL;
    if (nearest != NULL)
        diags_add(l->diags, SEVERITY_WARNING, f->label, n->line, 1,
                  arena_printf(l->arena, "did you mean `> **%c%s**`?", nearest[0] - 'a' + 'A', nearest + 1),
                  "`%.40s` makes no call-out: this is shown as a quote", word);
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
        else if (n->type == NODE_HEADING)
            check_heading(l, f, d, i);
        else if (n->type == NODE_CODE_BLOCK)
            check_code(l, f, n);
        else if (n->type == NODE_QUOTE)
            check_quote(l, f, d, i);
    }
    check_characters(l, f);
}
