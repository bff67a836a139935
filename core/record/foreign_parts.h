/* foreign_parts: what the files of foreign.h have in common. Internal to core/record. */
#ifndef CRIB_RECORD_FOREIGN_PARTS_H
#define CRIB_RECORD_FOREIGN_PARTS_H

#include "core/record/chain.h"
#include "core/record/foreign.h"

/* EX_DATAERR: that event of that log does not hold. Returns false. */
bool foreign_refuse(const unsigned char log[EVENT_LOG], uint64_t seq, const char *why, struct error *err);

/* Is the part whole in itself: its chain, its commitments, its signature, and what its payloads and contents are? */
bool foreign_proves(struct record *r, const struct log_part *part, struct error *err);

/* ---- what follows from them (foreign_union.c) ---- */

/* Within the transaction: what the event at that position says counts from now on, as far as it is of somebody who is here.
 * Repeating changes nothing. What nothing can be made of counts for nothing. */
bool foreign_derive(struct record *r, int64_t position, struct error *err);

/* Of all foreign logs; their people are found anew. For record_rebuild. */
bool foreign_derive_all(struct record *r, struct error *err);

/* Of one number of one foreign log, before that position, what is here says something from now on: record_foreign_follow sees to it
 * (foreign_follow.c). */
bool foreign_wait(struct record *r, int64_t log, int64_t number, int64_t before, struct error *err);

/* Takes the event learner.site of a foreign log. *anew: nothing said before whom the number stands for. */
bool foreign_person(struct record *r, int64_t log, struct str payload, int64_t *number, bool *anew, struct error *err);

/* The rest of a log that was made here (see record_foreign_take) has this record's own numbers, as far as they were given
 * before it ended here. */
bool foreign_people_kept(struct record *r, struct error *err);

/* ---- who is forgotten (foreign_erase.c) ---- */

/* How many events of other devices are the learner's. */
bool foreign_count(struct record *r, int64_t learner, int64_t *events, struct error *err);

/* Within the transaction that takes the learner away: their events in foreign logs are nobody's from now on. */
bool foreign_forget(struct record *r, int64_t learner, struct error *err);

/* Within a transaction each, again until *events is 0: the payloads of such events go, some at a time. */
bool foreign_forget_some(struct record *r, size_t most, int64_t *events, struct error *err);

/* Within a transaction: what of the foreign logs of these numbers was erased here is known when they are gone, and does not come
 * back with them. */
bool foreign_keep_erased(struct record *r, int64_t first, int64_t last, struct error *err);

/* Within the transaction: the events `erased` of a part of that foreign log. What its device erased of its own events goes here,
 * too. */
bool foreign_erased(struct record *r, int64_t log, const struct log_part *part, struct error *err);

#endif
