/* lrs_query: the parameters of GET Statements (xAPI 1.0.3, Part Three, 2.1.3). */
#ifndef CRIB_SERVE_LRS_QUERY_H
#define CRIB_SERVE_LRS_QUERY_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "sync/serve/store.h"

#include <stdbool.h>
#include <stddef.h>

struct parameter {
    const char *name, *value;
};

struct asked {
    struct query query; /* texts in the arena */
    bool ids; /* format=ids; otherwise exact */
    bool attachments;
};

/* Reads them; false (EX_DATAERR) for an unknown, repeated, ill-formed or unfitting one. Where results were cut, the rest
 * is asked for with the same parameters and `from`. */
bool lrs_query(struct arena *a, const struct parameter *list, size_t count, struct asked *out, struct error *err);

/* Appends a query string that asks for the same, but for `from`. */
void lrs_query_text(struct buf *out, const struct parameter *list, size_t count);

/* The same, and asks for what follows the one stored at that moment. */
void lrs_query_more(struct buf *out, const struct parameter *list, size_t count, int64_t stored);

#endif
