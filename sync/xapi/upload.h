/* upload: what waits in the outbox goes to the learning record stores that are accepted for it.
 *
 * At least once, and in effect once: a statement's bytes are stored before they are sent, every attempt sends the same
 * bytes, and an item leaves the outbox only when the LRS acknowledged it (posting.h; what else it may answer: talk.h). */
#ifndef CRIB_SYNC_XAPI_UPLOAD_H
#define CRIB_SYNC_XAPI_UPLOAD_H

#include "core/base/error.h"
#include "sync/xapi/outgoing.h"
#include "sync/xapi/upload_limits.h"

#include <stdbool.h>
#include <stddef.h>

struct upload_store {
    const char *endpoint;
    struct error err; /* code 0: nothing waits for it any more */
    size_t sent, aside; /* in this run */
};

struct upload_result {
    size_t sent;  /* acknowledged in this run */
    size_t aside; /* refused in this run */
    size_t erased, stay; /* of learners who were forgotten: erased there, or not, since the LRS has no way to (erasures.h) */
    struct upload_store *stores; /* those that were talked to, in the arena */
    size_t store_count;
};

/* Sends to each LRS in turn; one that fails does not keep the others from theirs. Makes no connection where nothing
 * waits. false with the first failure in err; *result says what went well before it. Not for two processes at once: see
 * upload_run. */
bool upload_all(struct outgoing *o, const struct upload_limits *limits, struct upload_result *result, struct error *err);

/* The same for `crib sync`: opens record and configuration, under a lock (another process that is sending already:
 * nothing to do, true). Without a record, or an LRS in the configuration, does nothing. Before, it finishes in the record
 * what forgetting a learner left to do (core/record/erase.h). */
bool upload_run(struct arena *a, const struct places *places, struct upload_result *result, struct error *err);

/* Asks each store that is accepted whether it can be reached and takes the credentials, and changes nothing: what it
 * answered is in result->stores. false when the configuration can't be read. */
bool upload_check(struct arena *a, const struct places *places, struct upload_result *result, struct error *err);

#endif
