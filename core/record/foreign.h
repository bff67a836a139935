/* foreign: the logs of other devices of the site, stored whole and unchanged beside this record's own, and never appended to.
 *
 * What travels of an event is its seq, id, kind, commitment and link. Salt and payload travel only of those events that are
 * shared: what a reader of the log needs (log.begun, log.continued, learner.site, erased), and of people who are on the list of the
 * site (learner_site.h)
 *
 *   attempt.*   module.opened, .completed   section.*   recall.*   signoff.*   session.*
 *
 * Of all others, and of those whose payload was erased, the commitment alone travels: the chain verifies, and tells nothing.
 * Notes, hints, what was looked for, names, badges, rights and accounts are never shared.
 *
 * The numbers of learners are each device's own. Whom a number stands for, the log's events learner.site say: the first that
 * names the number counts, for all of its events. Events of people who are not here are kept and count once they come.
 *
 * What is derived follows from the union, and is the same on every device that has the same events, in whatever order they came:
 *
 *   sections     as far as anybody of the devices got; begun, completed and passed are the first moments, the score the best
 *   attempts     the first finish counts (by the devices' clocks), whatever else became of the attempt; a pass that another
 *                device's finish of it showed stays a pass of the module. Of answers to one question the newest before that
 *                finish counts; the others are kept (answer_other)
 *   recall       (recall.h)
 *   sessions     come at the first moment, gone at the last unless somebody came again
 *   sign-offs    in the order of their times, those of one log in its own order; the first second signature counts
 *
 * An event that names an attempt or a sign-off names that of the person whom the event is of, and no other's (row_id.h): what a device
 * says of one person touches nobody else.
 *
 * An attempt that is open on one device is offered on each that has its text: going on there writes `attempt.resumed` and answers
 * into that device's own log. Nothing of another device's log reaches the outbox: that device sends it. */
#ifndef CRIB_RECORD_FOREIGN_H
#define CRIB_RECORD_FOREIGN_H

#include "core/record/part.h"
#include "core/record/record.h"

enum {
    FOREIGN_EVENTS_MOST = 1 << 17,   /* of a part */
    FOREIGN_PAYLOAD_MOST = 1 << 20,  /* bytes */
    FOREIGN_CONTENT_MOST = 16 << 20, /* bytes */
};

/* ---- what was made here ---- */

struct own_log {
    unsigned char id[EVENT_LOG];
    uint64_t last; /* up to here it can be handed on; of another device's: up to here it is here */
    bool forked;   /* record_set_back: it is neither handed on nor taken any more */
};

/* The logs made in this record, the oldest first. One that nothing is appended to any more was signed at its end (chain.h, copy.h,
 * salvage.h); where its key was lost with a damaged file, what lies behind its last checkpoint can't be, and stays here. */
bool record_logs_own(struct record *r, struct arena *a, struct own_log **logs, size_t *count, struct error *err);

/* A disk or a machine was put back to an older state, or record.db-wal was lost: then the site has more of the log that is appended to
 * than this record, or something else. The log's own key signed it, which nobody else has: that proves it. part: what the site has of
 * that log. The log ends here, and a new one goes on (log.continued): with the reason `behind` where the site's goes on from here, and
 * is taken as the rest of a former log; with `forked` where something else was written here meanwhile: that counts here, and stays.
 * SET_BACK_NOT: the part shows nothing of the kind, and nothing is changed. */
enum set_back { SET_BACK_NOT, SET_BACK_BEHIND, SET_BACK_FORKED };
bool record_set_back(struct record *r, const struct log_part *part, enum set_back *found, struct error *err);

/* The part of an own log behind `after`, of `most` events at most; more only where no checkpoint lies among so many. One is
 * signed if need be. count 0: there is nothing new. EX_NOINPUT for a log that was not made here. */
bool record_log_part(struct record *r, struct arena *a, const unsigned char log[EVENT_LOG], uint64_t after, size_t most,
                     struct log_part *part, struct error *err);

/* Who comes to the list of the site is perhaps not new here: what they did before is shared from then on. *first: the first event
 * of an own log, up to `after`, which is shared since one behind that said who its learner is; 0: there is none. */
bool record_log_shared_since(struct record *r, const unsigned char log[EVENT_LOG], uint64_t after, uint64_t *first, struct error *err);

/* ---- what was made elsewhere ---- */

/* How far a log is here; 0: not at all. */
bool record_foreign_through(struct record *r, const unsigned char log[EVENT_LOG], uint64_t *seq, struct error *err);

/* Takes a part in one transaction; what follows from earlier events, which it tells whose they are, comes in steps behind it
 * (record_foreign_follow). It begins right behind what is here, or earlier: then what is here has to be the same, and
 * gets the payloads that are shared only now. Each link, each commitment whose payload came, the checkpoint's signature and
 * (seq 1) the key are checked, and that payloads and contents are what they have to be; EX_DATAERR names the log and the seq of
 * the first thing that doesn't hold, and nothing is taken. *taken counts the events that are new.
 *
 * The log that is appended to here is refused. One that was, and ended here when the record went on from a copy
 * (log.continued), may have gone on before that: what the site has of it behind its end here is taken, and read as another
 * device's. So a record is restored from its newest copy, and from what the site has. */
bool record_foreign_take(struct record *r, const struct log_part *part, size_t *taken, struct error *err);

/* ---- letting one go ---- */

/* The logs of other devices that are here, and how far. `rest` of one that was made here among them. */
bool record_logs_foreign(struct record *r, struct arena *a, struct own_log **logs, size_t *count, struct error *err);

/* What dropping the log takes away. */
struct foreign_held {
    int64_t events, bytes;
    int64_t people;   /* who are here, and did something in it */
    int64_t signoffs; /* of theirs */
};
bool record_foreign_held(struct record *r, const unsigned char log[EVENT_LOG], struct foreign_held *held, struct error *err);

/* Of all of them together: what their events take, without what follows from them. Reads them all. */
bool record_foreign_bytes(struct record *r, int64_t *bytes, struct error *err);

/* The log goes from the record, whether it is damaged or nobody wants it, and so does what followed from it: in one transaction with
 * the event `log.dropped` ({"log": HEX, "through": SEQ}) of this record's own log, during which others wait. What was erased of it
 * stays so when it comes back. EX_NOINPUT where there is no such log of another device here. */
bool record_foreign_drop(struct record *r, const unsigned char log[EVENT_LOG], struct error *err);

/* Those that were dropped, and weren't asked for since. */
bool record_foreign_dropped(struct record *r, struct arena *a, struct own_log **logs, size_t *count, struct error *err);

/* It is here again, or the site has it no more. */
bool record_foreign_asked(struct record *r, const unsigned char log[EVENT_LOG], struct error *err);

/* ---- what waits ---- */

/* What follows from events that were here before it was known whose they are: in transactions of some 50 ms, between which others
 * have their turn. Done by record_foreign_take and learner_site_take; what a kill leaves undone is done by the next sync. */
bool record_foreign_follow(struct record *r, struct error *err);

#endif
