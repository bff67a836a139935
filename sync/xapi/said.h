/* said: what an event's payload says, read for the statement that is made of it. */
#ifndef CRIB_SYNC_XAPI_SAID_H
#define CRIB_SYNC_XAPI_SAID_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The payload's members by their own names (core/record/chain.h); texts are "" and numbers 0 where it has none. */
struct said {
    const char *at, *boot, *module, *anchor, *iri, *title, *language, *revision;
    const char *stage, *asset, *order, *programme, *element, *session;
    const char *attempt, *question, *question_revision, *type, *response, *purpose, *by, *content, *hash;
    const char *about, *text, *note_asset, *query;
    const char *attestation, *method, *valid_until, *signoff, *material;
    int64_t learner, mono, ms, when;
    double fraction, score;
    bool passed, solved, shared, late, countersign;
    int64_t at_ms;       /* of `when`, else of `at`; 0 where it is no time */
    const char *channel; /* the part of module before its slash; "" where there is no module */
};

/* Texts go to the arena. EX_DATAERR when the payload is no JSON object. */
bool said_read(struct arena *a, const char *payload, size_t n, struct said *said, struct error *err);

#endif
