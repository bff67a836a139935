/* erase_parts: what erasing is made of. Internal to core/record/erase*.c.
 *
 * The walk looks at all events, log by log, those of other devices too, some thousands in one reading: nobody waits for it, and the write-ahead log can be
 * emptied meanwhile. It finds the events of one learner, and which contents the others name. */
#ifndef CRIB_RECORD_ERASE_PARTS_H
#define CRIB_RECORD_ERASE_PARTS_H

#include "core/record/chain.h"
#include "core/record/erase.h"

/* Whose event it is. Payloads begin with it as a rule (chain.h): then nobody has to read all of them. */
#define ERASE_LEARNER                                                                                             \
    "iif(substr(payload, 1, 11) = '{\"learner\":', CAST(substr(payload, 12, 19) AS INTEGER),"                      \
    " iif(json_valid(payload), json_extract(payload, '$.learner'), NULL))"

/* The kinds that are kept until their time is over; NULL ends them. */
extern const char *const erase_kept_kinds[];

/* Until when the event is kept; 0: not at all. */
int64_t erase_kept_until(const char *kind, int64_t at, const char *retain_until);

struct erase_victim {
    int64_t position;
    int64_t until; /* 0: it goes now */
};

struct erase_walk;

/* Events of this learner (0: of nobody). NULL on failure. */
struct erase_walk *erase_walk_open(struct record *r, int64_t learner, int64_t now_ms, struct error *err);
void erase_walk_close(struct erase_walk *w); /* NULL is allowed */

/* Looks at some more events; *more false: at all that there are by now. */
bool erase_walk_on(struct erase_walk *w, bool *more, struct error *err);

/* How many events it has looked at, and how many there were when it began. */
void erase_walk_seen(const struct erase_walk *w, int64_t *looked, int64_t *all);

/* What was found and not taken yet, in the order of positions. */
const struct erase_victim *erase_walk_found(const struct erase_walk *w, size_t *count);

/* The first `count` of them are done. */
void erase_walk_taken(struct erase_walk *w, size_t count);

/* The next content, of those that were there when the walk began, that no event names which was looked at and stays; each is
 * given once. NULL: there are no more. */
const char *erase_walk_unnamed(struct erase_walk *w);

/* What a rebuild made of events that are still to be erased goes again. In the transaction under way. */
bool erase_rebuilt(struct record *r, struct error *err);

#endif
