/* walker: recomputes a log's commitments, links and signatures beside whoever reads its rows. Internal to core/record.
 *
 * Hashing a row costs more than reading it from SQLite, so it has a thread of its own, fed with batches; where that one falls
 * behind, who reads checks commitments instead of waiting. The thread touches no database; where none can be made, batches are
 * walked as they are handed over. */
#ifndef CRIB_RECORD_WALKER_H
#define CRIB_RECORD_WALKER_H

#include "core/record/event.h"
#include "core/record/verify.h"

/* One event as it was read. The reader fills what the row holds; `bad` where the row already shows a break. */
struct walk_item {
    uint64_t seq;
    struct uuid id;
    enum break_kind bad;
    bool erased;     /* no salt, no payload: the commitment is taken as it stands */
    bool checkpoint; /* head and signature are given */
    unsigned char kind_len;
    char kind[EVENT_KIND_MOST];
    unsigned char commitment[EVENT_HASH], link[EVENT_HASH], salt[EVENT_SALT];
    unsigned char head[EVENT_HASH], signature[EVENT_SIGNATURE];
};

struct walk_result {
    uint64_t complete;   /* the chain holds up to here */
    uint64_t signed_seq; /* newest good checkpoint */
    enum break_kind broken;
    uint64_t broken_seq;
};

struct walker;

/* For this log and key (copied), from its first event. NULL when memory is out. */
struct walker *walker_open(const unsigned char log[EVENT_LOG], const unsigned char key[EVENT_KEY]);

/* Before any: it begins behind this event, whose link that is. */
void walker_behind(struct walker *w, uint64_t seq, const unsigned char link[EVENT_HASH]);

/* Where the next event goes, in the order of reading, all of it unset. walker_add hands it over. */
struct walk_item *walker_next(struct walker *w);

/* The event at walker_next was filled; payload is copied. *broken tells that a break was found: reading on is of no
 * use. false when memory is out. */
bool walker_add(struct walker *w, const char *payload, size_t n, bool *broken);

/* Walks what was added to its end. */
void walker_finish(struct walker *w, struct walk_result *result);

void walker_close(struct walker *w); /* NULL is allowed */

#endif
