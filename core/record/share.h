/* share: may what was offered to a learner, and what came of it, leave the device? Only by their own yes, and only what
 * came after it.
 *
 * The yes is an event, `share.on`, and so is its end, `share.off`: no file of a configuration can say it for them, nor can
 * one person of a shared account for another. Events `hint.*` that come while it holds, and the configuration forbids
 * nothing, are marked `"shared": true` (hint.h). What is marked may leave as long as that same yes holds: none of it does
 * after `share.off`, nor after a new yes. */
#ifndef CRIB_RECORD_SHARE_H
#define CRIB_RECORD_SHARE_H

#include "core/record/record.h"

struct share {
    int64_t since; /* position of the yes; 0: there is none */
    int64_t at;    /* when it was said */
};

/* What the learner says now. Said already: writes no event. After a no, what waited to leave waits no more. */
bool record_share(struct record *r, int64_t learner, bool yes, struct error *err);

/* What the learner said last. */
bool record_shared(struct record *r, int64_t learner, struct share *share, struct error *err);

#endif
