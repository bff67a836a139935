/* verify: walks the chain and says how far it holds, and who vouches for it.
 *
 * A chain that holds proves that nothing in it was changed without making all that follows anew. Whoever owns the file
 * and its key can do just that; what nothing outside vouches for is therefore said to be so. */
#ifndef CRIB_RECORD_VERIFY_H
#define CRIB_RECORD_VERIFY_H

#include "core/record/event.h"
#include "core/record/record.h"

enum break_kind {
    BREAK_NONE,
    BREAK_SEQ,        /* an entry is missing, or stands where none belongs */
    BREAK_COMMITMENT, /* the payload isn't what was committed to */
    BREAK_ERASED,     /* the payload is gone, and no event says that it was erased */
    BREAK_LINK,       /* id, kind, commitment or the link before differ from what was linked */
    BREAK_CHECKPOINT, /* a signed head differs from the chain, or lies beyond its end */
    BREAK_SIGNATURE,  /* a checkpoint's signature is not the log's */
    BREAK_KEY,        /* the log's key is not the one in its first event */
    BREAK_UNSIGNED    /* an event of another device's log that no checkpoint is over */
};

/* One line for people: "the payload differs from its commitment". */
const char *break_text(enum break_kind kind);

struct vouched {
    uint64_t seq;     /* up to here */
    const char *kind; /* "server", "supervisor", "export" */
    const char *by;   /* name */
    int64_t at;
};

/* What was found of one log. */
struct log_report {
    unsigned char log[EVENT_LOG];
    unsigned char key[EVENT_KEY]; /* public */
    bool own;               /* is the one that is appended to */
    bool foreign;           /* another device's (foreign.h); else it was made in this record, or in one that this was restored from */
    bool rest;              /* ... but of one that was made here: what lies behind its end here */
    uint64_t events;        /* walked */
    uint64_t complete;      /* the chain holds up to this seq */
    uint64_t erased;        /* payloads erased, or of a foreign log not shared; their links still hold */
    uint64_t signed_seq;    /* newest good checkpoint */
    enum break_kind broken; /* the first thing that does not hold, at broken_seq */
    uint64_t broken_seq;
    struct vouched vouched; /* the furthest voucher from outside; seq 0: none */
};

/* Called for each log when it is walked, and about every 100,000 events before that with *done false (progress; only
 * log and events are filled). Returning false ends the walk. */
typedef bool verify_callback(void *context, const struct log_report *report, bool done);

/* true when all logs hold, or those walked when the callback ended it; false with err (EX_DATAERR) naming the first break, or for other failures. */
bool record_verify(struct record *r, verify_callback *callback, void *context, struct error *err);

/* Signs (seq, head) of the current log now. Nothing to sign: true. */
bool record_checkpoint(struct record *r, struct error *err);

/* Keeps what somebody outside said: that the log had this head at seq. Refused (EX_DATAERR) when it differs. */
bool record_vouch(struct record *r, const unsigned char log[EVENT_LOG], uint64_t seq,
                  const unsigned char head[EVENT_HASH], const char *kind, const char *by, struct error *err);

#endif
