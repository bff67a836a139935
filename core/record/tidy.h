/* tidy: what in the record is not precious goes when its time is over. Events, what they pinned, learners, signatures and what
 * became of statements stay for good: this is the list of all that doesn't.
 *
 *   offers of hints             90 days (the newest of each module stays, and what the learner answered to it)
 *   what was looked for in vain two years after it was looked for last
 *   what clocks were learnt     a year
 *   when somebody was asked     a year
 *     whether a module helped
 *   vouchers                    all but the furthest of each voucher for each log
 *   statements that were        a year after that: their bytes went at once
 *     dropped or erased
 *
 * What of these is derived from events, a rebuild brings back, and the next night takes away again. */
#ifndef CRIB_RECORD_TIDY_H
#define CRIB_RECORD_TIDY_H

#include "core/record/record.h"

/* One transaction. *rows: how many went. */
bool record_tidy(struct record *r, int64_t now_ms, int64_t *rows, struct error *err);

#endif
