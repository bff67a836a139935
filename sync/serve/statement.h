/* statement: what a client sent becomes what is kept: one text, and the terms that it is found by.
 *
 * A statement is kept as it was written: its members' own text, with id, stored, authority and version (and timestamp,
 * where it had none) put in front. So numbers keep all their digits, and what is given back is what came. */
#ifndef CRIB_SERVE_STATEMENT_H
#define CRIB_SERVE_STATEMENT_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "sync/serve/statement_check.h"
#include "sync/xapi/same.h"
#include "sync/xapi/value.h"

#include <stdbool.h>
#include <stddef.h>

struct json_t; /* jansson's, whose header and json.h do not go together */

/* What a statement is found by: "v" and a verb's id, "i" an activity's, "r" a registration, "a" an agent's key. */
struct term {
    const char *text;
    bool broad; /* only where related agents or activities are asked for */
};

struct statement {
    char id[37]; /* small letters */
    char *text;  /* what is kept; the two moments below are blanks until statement_stamp */
    size_t length;
    size_t stored_at, timestamp_at; /* where XAPI_TIME_SIZE - 1 bytes belong; timestamp_at 0: it has its own */
    bool voids;
    char target[37]; /* of a StatementRef; "" where it refers to none */
    struct term *terms; /* sorted by text, each once */
    size_t count;
};

/* One statement, or an array of them, in bytes[0..n): parsed, checked, composed; all in the arena. id: of a PUT, else
 * NULL. authority: JSON text. *count statements (0 for an empty array); NULL and err (EX_DATAERR, or EX_OSERR) on failure. */
struct statement *statements_read(struct arena *a, const char *bytes, size_t n, const char *id, enum xapi_version version,
                                  const char *authority, size_t *count, bool *is_array, struct error *err);

/* Writes the moment at which it is stored. */
void statement_stamp(struct statement *s, int64_t stored_us);

/* The terms of a statement that was kept, and whom it refers to; for statements that refer to others. */
bool statement_terms(struct arena *a, const char *text, size_t n, struct statement *out);

/* Is it found by this one? */
bool statement_has_term(const struct statement *s, const char *text);

/* The key of an agent or identified group, with its "a"; NULL where it has no identifier or memory is out. */
const char *statement_agent_key(struct arena *a, const struct json_t *agent);

/* Is the account of this name its actor, and nobody with it? */
bool statement_is_by(const struct statement *s, const char *account);

/* Copies the string member of a JSON object into out; false where there is none, or it does not fit. */
bool statement_text_member(const char *text, size_t n, const char *name, char *out, size_t size);

#endif
