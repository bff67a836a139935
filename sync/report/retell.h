/* retell: what a statement (sync/xapi/statement.h) says of an event, told back to a scratch record. Statements that crib
 * didn't write, and those of other channels, say nothing. */
#ifndef CRIB_REPORT_RETELL_H
#define CRIB_REPORT_RETELL_H

#include "core/base/arena.h"
#include "core/library/library.h"
#include "core/record/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_t;

struct retold {
    struct uuid id;
    const char *kind;
    const char *home_page, *name; /* the actor's account */
    const char *device;           /* whose authority it is; "" where that has no name */
    int64_t stored_ms;
    const char *log;              /* and where in it */
    int64_t seq;
    const char *said;             /* members of the payload behind the learner: `"at":"...", ...` */
    const char *question, *text;  /* what a question asks; NULL where it is none */
    const char *authority;        /* as JSON, to ask for what else came from there */
};

/* In the arena; *known is false for a statement that says nothing. false when memory is out. */
bool retell(struct arena *a, const struct json_t *statement, const struct library_channel *channels, size_t count,
            struct retold *out, bool *known);

#endif
