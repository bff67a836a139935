#include "core/base/csv_read.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { FIELDS_MOST = 64 };

struct reader {
    struct arena *a;
    const char *file, *p, *end;
    size_t line;
    char comma;
    struct buf field;
    struct error *err;
};

static bool wrong(struct reader *r, size_t line, const char *why)
{
    char where[320];
    snprintf(where, sizeof where, "%s:%zu", r->file, line);
    return error_set(r->err, EX_DATAERR, "cannot read the list", where, why, NULL);
}

static bool at_end_of_field(const struct reader *r)
{
    return r->p == r->end || *r->p == r->comma || *r->p == '\n' || *r->p == '\r';
}

/* Behind the opening quote. */
static bool read_quoted(struct reader *r)
{
    size_t begun = r->line;
    for (;; r->p++) {
        if (r->p == r->end)
            return wrong(r, begun, "a quote is opened here and never closed");
        if (*r->p == '"' && (++r->p == r->end || *r->p != '"'))
            break;
        r->line += *r->p == '\n';
        buf_addc(&r->field, *r->p);
    }
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t') && *r->p != r->comma)
        r->p++;
    return at_end_of_field(r) || wrong(r, r->line, "text stands behind a closed quote");
}

static bool read_field(struct reader *r, const char **field)
{
    buf_clear(&r->field);
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t') && *r->p != r->comma)
        r->p++;
    struct str s;
    if (r->p < r->end && *r->p == '"') {
        r->p++;
        if (!read_quoted(r))
            return false;
        s = (struct str){buf_text(&r->field), r->field.len};
    } else {
        const char *from = r->p;
        while (!at_end_of_field(r))
            r->p++;
        s = str_trim((struct str){from, (size_t)(r->p - from)});
    }
    *field = buf_ok(&r->field) ? arena_copy(r->a, s.p, s.n) : NULL;
    return *field != NULL || error_memory(r->err);
}

static bool read_row(struct reader *r, struct csv_row *row)
{
    const char *fields[FIELDS_MOST];
    *row = (struct csv_row){.line = r->line};
    do {
        if (row->count == FIELDS_MOST)
            return wrong(r, r->line, "the line has more than 64 fields");
        if (!read_field(r, &fields[row->count++]))
            return false;
    } while (r->p < r->end && *r->p == r->comma && r->p++ != NULL);
    if (r->p < r->end && *r->p == '\r')
        r->p++;
    if (r->p < r->end && *r->p == '\n')
        r->p++;
    r->line++;
    row->fields = arena_array(r->a, row->count, sizeof *row->fields);
    if (row->fields == NULL)
        return error_memory(r->err);
    memcpy(row->fields, fields, row->count * sizeof *fields);
    return true;
}

static bool read_rows(struct reader *r, struct csv *csv)
{
    size_t cap = 0;
    while (r->p < r->end) {
        struct csv_row row;
        if (!read_row(r, &row))
            return false;
        if (row.count == 1 && row.fields[0][0] == '\0')
            continue;
        if (csv->count == cap) {
            cap = cap == 0 ? 64 : cap * 2;
            struct csv_row *wider = arena_array(r->a, cap, sizeof *wider);
            if (wider == NULL)
                return error_memory(r->err);
            if (csv->count > 0)
                memcpy(wider, csv->rows, csv->count * sizeof *wider);
            csv->rows = wider;
        }
        csv->rows[csv->count++] = row;
    }
    return true;
}

static size_t line_of(const char *text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

bool csv_read(struct arena *a, const char *file, const char *text, size_t n, struct csv *csv, struct error *err)
{
    struct reader r = {.a = a, .file = file, .p = text, .end = text + n, .line = 1, .comma = ',', .err = err};
    *csv = (struct csv){0};
    size_t invalid = text_invalid(text, n);
    if (invalid < n)
        return wrong(&r, line_of(text, invalid), "it is not UTF-8: save it as \"CSV UTF-8\"");
    if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        r.p += 3;
    const char *first_end = memchr(r.p, '\n', (size_t)(r.end - r.p));
    size_t first = first_end != NULL ? (size_t)(first_end - r.p) : (size_t)(r.end - r.p);
    if (memchr(r.p, ',', first) == NULL && memchr(r.p, ';', first) != NULL)
        r.comma = ';';
    bool ok = read_rows(&r, csv);
    buf_free(&r.field);
    return ok;
}
