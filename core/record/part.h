/* part: a run of a log's events as it goes to the site and to its other devices, and whether it holds.
 *
 * A part ends at a signed checkpoint. Of an event that is not shared, and of one that was erased, salt and payload are left
 * out: its commitment and link stay, so that the chain holds all the same and tells nothing. Pure functions over bytes: the
 * record checks with them what it takes (foreign.h), and the site what devices hand in. */
#ifndef CRIB_RECORD_PART_H
#define CRIB_RECORD_PART_H

#include "core/record/event.h"

struct log_event {
    uint64_t seq;
    struct uuid id;
    const char *kind;
    unsigned char commitment[EVENT_HASH], link[EVENT_HASH];
    const unsigned char *salt; /* EVENT_SALT bytes; NULL, with payload: not shared, or erased */
    const char *payload;       /* exactly the bytes committed to, and a NUL */
    size_t payload_len;
};

/* By its hash, a text that events of the part are pinned to: of attempts that are open, so that they can be gone on with elsewhere,
 * and of sign-offs, so that they can be proved. */
struct log_content {
    const char *hash; /* 64 digits: BLAKE2b-256 over `crib-pin-1` or `crib-signed-1`, NUL, and the bytes */
    const char *bytes;
    size_t len;
};

struct log_part {
    unsigned char log[EVENT_LOG], key[EVENT_KEY];
    unsigned char before[EVENT_HASH]; /* link of the event before the first one; zeros for seq 1 */
    const struct log_event *events;
    size_t count;
    unsigned char signature[EVENT_SIGNATURE]; /* the checkpoint over the last event's link */
    const struct log_content *contents;
    size_t content_count;
};

/* Checks that the seqs follow on one another, each commitment whose payload came, each link, for seq 1 that it names log and
 * key, and the signature. EX_DATAERR names log and event; *bad (NULL allowed) is the seq of the first event that doesn't
 * hold, the last one's where the signature doesn't. */
bool log_part_check(const struct log_part *part, uint64_t *bad, struct error *err);

/* Is the text the one that it is named by? */
bool log_content_fits(const struct log_content *c);

#endif
