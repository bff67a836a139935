/* csv_read: reads tables as spreadsheets save them (RFC 4180): quoted fields with commas, quotes and line ends in them, LF or
 * CRLF, a byte order mark. Where the first line has no comma but semicolons, those part the fields (a spreadsheet in a
 * language that writes 1,5). Blanks around an unquoted field don't count, and empty lines are left out. */
#ifndef CRIB_BASE_CSV_READ_H
#define CRIB_BASE_CSV_READ_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct csv_row {
    size_t line; /* where it begins, from 1 */
    const char **fields;
    size_t count;
};

struct csv {
    struct csv_row *rows; /* the first one names the columns */
    size_t count;
};

/* Everything in the arena. EX_DATAERR, where: file:line, for a quote that is never closed, text behind a closed one, a NUL,
 * and what is no UTF-8. */
bool csv_read(struct arena *a, const char *file, const char *text, size_t n, struct csv *csv, struct error *err);

#endif
