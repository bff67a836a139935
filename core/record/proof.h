/* proof: sign-offs as a file that stands by itself: what an auditor checks on any other machine.
 *
 * JSON, at most PROOF_MOST bytes:
 *
 *   {"crib-proof": 1,
 *    "made": TIME,
 *    "readable": [LINE, ...],                     the same for people; checked against the rest
 *    "logs": [{"log": HEX, "key": HEX, "segments": [
 *       {"from": SEQ, "before": HEX,              the link of the event before the first one
 *        "events": [[SEQ, ID, KIND, COMMITMENT, LINK], ...],
 *        "signature": HEX or null}]}],            the log's, a checkpoint over the last event's link; null: none was made
 *    "payloads": [{"log": HEX, "seq": SEQ, "salt": HEX, "payload": TEXT}, ...],
 *    "contents": [{"key": HEX, "source": TEXT}, ...],
 *    "key": HEX, "by": LOG, "signature": HEX}     Ed25519 by that log's key over `crib-proof-1`, NUL, and BLAKE2b-256 of
 *                                                 all bytes of the file before `,"signature"` of this last line
 *
 * The logs are this record's own, and those of other devices (foreign.h) in which something of it stands.
 *
 * Payloads are those of the sign-offs asked for, and of what each rests on: sections shown, the attempt and its answers,
 * the second signature. Of the other events between them only commitments are there, which tell nothing. A segment begins
 * behind a checkpoint and ends with one; the whole log is one segment. */
#ifndef CRIB_RECORD_PROOF_H
#define CRIB_RECORD_PROOF_H

#include "core/base/buf.h"
#include "core/base/strings.h"
#include "core/record/event.h"
#include "core/record/record.h"

enum { PROOF_MOST = 64 * 1024 * 1024 };

struct proof_wanted {
    int64_t learner;            /* 0: everybody's */
    const char *module;         /* NULL: of all */
    const struct uuid *signoff; /* NULL: all */
    bool whole;                 /* the logs whole, from their first events on */
};

/* Writes the file's bytes. EX_NOINPUT where there is no such sign-off, EX_DATAERR where it would be larger than PROOF_MOST
 * or the record's own chain does not hold there. Signs a checkpoint first. */
bool proof_write(struct record *r, const struct proof_wanted *wanted, struct buf *out, size_t *signoffs, struct error *err);

struct proof_found {
    size_t signoffs;
    uint64_t events;         /* in all segments */
    struct strings readable; /* what the file says, for people; made anew from what was checked */
    struct strings keys;     /* of its logs, 64 digits each, the one it is signed by first */
};

/* Checks a file's bytes, all of it. EX_DATAERR names the first thing that does not hold, and its place. key (NULL allowed):
 * 64 digits that the file has to be signed by. */
bool proof_check(const char *bytes, size_t n, const char *key, struct arena *a, struct proof_found *found, struct error *err);

#endif
