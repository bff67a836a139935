/* outbox: the events that no LRS has acknowledged yet, and what became of those that left.
 *
 * An act of a learner writes nothing here: one flush an answer is enough. Whoever sends takes the events that came
 * since (outbox_fresh), makes a statement of each that is to leave, and stores those bytes (outbox_store) before the
 * first attempt; every later attempt sends the same bytes. An item leaves the state OUTBOX_WAITING by three ways only:
 * its id was acknowledged, an LRS refused it for good (set aside, with its words), or a person dropped it.
 *
 * Items have a position, which orders them by log and seq. Items of other logs (outbox_foreign: handed over as a file)
 * stand beside this record's own, and are sent as they came. */
#ifndef CRIB_RECORD_OUTBOX_H
#define CRIB_RECORD_OUTBOX_H

#include "core/record/event.h"
#include "core/record/record.h"

/* ---- events that may become statements ---- */

struct outbox_event {
    int64_t position;
    unsigned char log[EVENT_LOG];
    uint64_t seq;
    struct uuid id;
    const char *kind;
    unsigned char link[EVENT_HASH];
    const char *payload; /* NULL: erased */
    size_t payload_len;
};

/* At most `most` events of this record's logs that were not taken yet and lie behind `after` (0 at first), in the order
 * of positions. *count 0: there are none. Reads alone, so that a listing can go through all of them. */
bool outbox_fresh(struct record *r, struct arena *a, int64_t after, size_t most, struct outbox_event **events,
                  size_t *count, struct error *err);

/* The same for events that were taken but have no statement yet: something was missing (outbox_store's bytes NULL). */
bool outbox_held(struct record *r, struct arena *a, int64_t after, size_t most, struct outbox_event **events,
                 size_t *count, struct error *err);

struct outbox_made {
    const struct outbox_event *event;
    const char *channel;   /* whose LRS it is for; NULL: the event is nothing that leaves */
    const char *statement; /* the bytes; NULL: they can't be made yet */
    const struct uuid *id; /* of the statement; NULL: the event's own */
};

/* Stores what was made of events, in one transaction, and marks their logs as taken up to the last of them. Bytes that
 * are stored already stay as they are. */
bool outbox_store(struct record *r, const struct outbox_made *made, size_t count, struct error *err);

/* What was to leave by somebody's leave, and may no more: hints (share.h), or what was looked for in vain (gap.h). What waits
 * of it, or was set aside, is dropped; of this learner, or of all (0). In the transaction under way, if there is one. */
enum outbox_leave { OUTBOX_HINTS, OUTBOX_GAPS };
bool outbox_withdraw(struct record *r, enum outbox_leave what, int64_t learner, struct error *err);

/* ---- items ---- */

/* The last three: of a learner who was forgotten (erase.h). The LRS is to erase the statement, did so, or has no way to. */
enum outbox_state {
    OUTBOX_WAITING,
    OUTBOX_ACKNOWLEDGED,
    OUTBOX_ASIDE,
    OUTBOX_DROPPED,
    OUTBOX_ERASING,
    OUTBOX_ERASED,
    OUTBOX_STAYS
};

struct outbox_item {
    int64_t position;
    struct uuid id;
    const char *kind; /* of its event; "" where that one is not here, or was erased */
    const char *channel;
    enum outbox_state state;
    const char *statement; /* NULL while there is none */
    size_t len;
    int64_t at;         /* of the last change of state */
    const char *lrs;    /* who refused it, "" else */
    const char *answer; /* in its own words */
};

/* Waiting items with a statement, of that channel (NULL: of all), behind `after`, at most `most` items and, but for the
 * first, at most bytes together. */
bool outbox_waiting(struct record *r, struct arena *a, const char *channel, int64_t after, size_t most, size_t bytes,
                    struct outbox_item **items, size_t *count, struct error *err);

/* Items that were set aside. */
bool outbox_aside(struct record *r, struct arena *a, struct outbox_item **items, size_t *count, struct error *err);

/* Channels of which items wait that have a statement. */
bool outbox_channels(struct record *r, struct arena *a, const char ***channels, size_t *count, struct error *err);

/* Their ids were acknowledged by that LRS; the bytes are not kept. One transaction. */
bool outbox_acknowledge(struct record *r, const struct outbox_item *items, size_t count, const char *lrs,
                        struct error *err);

/* The LRS will not take it; answer is cut at OUTBOX_ANSWER_MOST bytes. */
enum { OUTBOX_ANSWER_MOST = 1000 };
bool outbox_set_aside(struct record *r, const struct outbox_item *item, const char *lrs, const char *answer,
                      struct error *err);

/* What a person says of an item that was set aside, by its id: OUTBOX_WAITING to try again, OUTBOX_DROPPED to give up.
 * EX_NOINPUT when none such was set aside. */
bool outbox_decide(struct record *r, const struct uuid *id, enum outbox_state state, struct error *err);

/* What waits to leave, for each channel ("": of none, what was looked for in vain): items with a statement and, with_fresh, events that came since and become one. */
struct outbox_channel_count {
    const char *channel;
    int64_t count;
};
bool outbox_channel_counts(struct record *r, struct arena *a, bool with_fresh, struct outbox_channel_count **items,
                           size_t *count, struct error *err);

struct outbox_counts {
    int64_t waiting, held, acknowledged, aside, dropped; /* held: those waiting that have no statement yet */
};
bool outbox_counts(struct record *r, struct outbox_counts *counts, struct error *err);

/* When the event was written whose statement waits longest; 0: none does. */
bool outbox_oldest(struct record *r, int64_t *at_ms, struct error *err);

/* ---- handed over as a file ---- */

/* A statement as another device made it. */
struct outbox_handed {
    unsigned char log[EVENT_LOG], key[EVENT_KEY]; /* its log's, and that one's public key */
    uint64_t seq;
    struct uuid id;
    const char *channel;
    const char *statement;
    size_t len;
    int64_t position; /* where it stands here, of outbox_to_hand's */
};

/* Stores them to be sent from here, in one transaction; *added counts those that are new: (log, seq) is kept once.
 * Refused as a whole (EX_DATAERR) when one of the logs came with another key before. */
bool outbox_foreign(struct record *r, const struct outbox_handed *items, size_t count, size_t *added, struct error *err);

/* Waiting items as they are handed over, at most so many behind that position: those of outbox_waiting with log and key, but
 * for what was looked for in vain: its statement must not say in which log it stands. */
bool outbox_to_hand(struct record *r, struct arena *a, int64_t after, size_t most, struct outbox_handed **items,
                    size_t *count, struct error *err);

/* Signs `crib-outbox-1` 00 and the hash with the current log's key (Ed25519). */
bool outbox_sign(struct record *r, const unsigned char hash[EVENT_HASH], unsigned char key[EVENT_KEY],
                 unsigned char signature[EVENT_SIGNATURE], struct error *err);

/* Is that such a signature by that key? */
bool outbox_signed(const unsigned char hash[EVENT_HASH], const unsigned char key[EVENT_KEY],
                   const unsigned char signature[EVENT_SIGNATURE]);

/* ---- the clock ---- */

/* At one moment of this boot the monotonic clock showed mono, the wall clock wall, and a server said that it was at. */
bool record_clock_learnt(struct record *r, const char *boot, int64_t mono, int64_t wall, int64_t at, struct error *err);

/* The true time of what that boot's clocks saw at mono and wall; 0 where it can't be told: nothing was learnt in that
 * boot, or the two clocks went apart since by more than two seconds (the machine slept, or somebody set the clock). */
bool record_clock_corrected(struct record *r, const char *boot, int64_t mono, int64_t wall, int64_t *at,
                            struct error *err);

/* The newest signature over that log's chain (record_checkpoint makes one), for whom it travels to. */
struct outbox_checkpoint {
    uint64_t seq; /* 0: there is none */
    unsigned char head[EVENT_HASH], signature[EVENT_SIGNATURE], key[EVENT_KEY];
};
bool outbox_checkpoint(struct record *r, const unsigned char log[EVENT_LOG], struct outbox_checkpoint *checkpoint,
                       struct error *err);

#endif
