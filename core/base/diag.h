/* diag: what is wrong with content, with file, line and column.
 *
 * Parsers report here instead of failing at the first mistake; `crib lint` prints the list. Texts are copied
 * into the list's own arena. Lines and columns count from 1 (columns in characters); 0 means "the whole file". */
#ifndef CRIB_BASE_DIAG_H
#define CRIB_BASE_DIAG_H

#include "core/base/attribute.h"
#include "core/base/buf.h"

#include <stddef.h>

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct diag {
    const char *file;
    size_t line;
    size_t column;
    enum severity severity;
    const char *text; /* what is wrong */
    const char *todo; /* what to do; "" where nothing can be said */
};

struct diags;

struct diags *diags_open(void); /* NULL when memory is out */
void diags_close(struct diags *d);

/* Appends one; d may be NULL (then nothing is kept). Past 10,000 entries further ones are counted, not kept. */
void diags_add(struct diags *d, enum severity severity, const char *file, size_t line, size_t column, const char *todo,
               const char *format, ...) PRINTF_LIKE(7, 8);

size_t diags_count(const struct diags *d);                            /* entries kept */
size_t diags_errors(const struct diags *d);                           /* errors, those not kept included */
size_t diags_warnings(const struct diags *d);                         /* warnings, those not kept included */
const struct diag *diags_at(const struct diags *d, size_t i);         /* valid until the list grows or closes */
void diags_sort(struct diags *d);                                     /* by file, line, column; stable */

/* Appends one line an entry, safe for a terminal: `file:line:col: error: text (what to do)`. Lines and columns that are
 * 0 are left out. */
void diags_text(const struct diags *d, struct buf *out);

/* Writes an array with an object an entry under the key: file, line, column, severity, text, todo. */
struct json;
void diags_json(const struct diags *d, struct json *j, const char *key);

#endif
