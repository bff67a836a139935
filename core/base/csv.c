#include "core/base/csv.h"

#include "core/base/text.h"

#include <inttypes.h>
#include <string.h>

static void part(struct buf *out)
{
    bool first = out->len == 0 || out->data[out->len - 1] == '\n';
    buf_adds(out, first ? "" : ",");
}

void csv_number(struct buf *out, int64_t n)
{
    part(out);
    buf_addf(out, "%" PRId64, n);
}

void csv_cell(struct buf *out, const char *text)
{
    struct buf safe = {0};
    text_safe(&safe, text, strlen(text), TEXT_KEEP_NEWLINES);
    const char *cell = buf_text(&safe);
    bool formula = cell[0] != '\0' && strchr("=+-@\t", cell[0]) != NULL;
    bool quoted = cell[0] == '\0' || strpbrk(cell, ",\"\n") != NULL;
    part(out);
    buf_adds(out, quoted ? "\"" : "");
    buf_adds(out, formula ? "'" : "");
    for (; *cell != '\0'; cell++) {
        if (*cell == '"')
            buf_addc(out, '"');
        buf_addc(out, *cell);
    }
    buf_adds(out, quoted ? "\"" : "");
    out->failed |= !buf_ok(&safe);
    buf_free(&safe);
}

void csv_end(struct buf *out)
{
    buf_adds(out, "\r\n");
}
