/* erase: a learner is forgotten: the one exception to "never rewritten".
 *
 * Of each of the learner's events payload and salt go, so that nobody can guess it back from its commitment; commitment and
 * link stay, and the chain verifies as before. Events of their own say which: kind `erased`, payload
 *
 *   {"learner": N, "at": ..., "log": HEX, "ranges": [[first, last], ...]}
 *
 * with at most 256 ranges of seqs in that log, and no word about what stood there. With the payloads go what was derived
 * from them, positions, pinned content that no other event names, and the statements' bytes in the outbox. Statements that
 * left, or may have, become requests to the LRS (below). What is deleted is zeroed in the file (db_zero.h), and its write-ahead
 * log is emptied: no page of either holds what was erased.
 *
 * It goes in steps, so that nobody who answers a quiz meanwhile waits for more than one of them (about a tenth of a second),
 * however large the record is; events are looked for between them, in readings for which nobody waits:
 *
 *   1  who it is and what is derived (but attempts): from here on no reader finds them, and no act is taken for them; the table
 *      `forgetting` says that there is more to do
 *   2  their attempts and answers
 *   3  their events, some hundred at a time, each time with the event that says so
 *   4  contents that nothing names any more, and the row of `forgetting`
 *
 * After each the chain verifies. What a kill or a power cut leaves undone is done by record_erase_finish.
 *
 * Kept until their time is over are the kinds under retention:
 *
 *   signoff.signed, signoff.countersigned    until the day that the payload's `retain_until` names, else ten years
 *
 * Of their events in foreign logs (foreign.h) payload and salt go as well, sign-offs too: those are kept where they were made.
 *
 * A kept event stays whole, with the content that its `content` names; all else about the learner goes, so that it has to
 * say by itself who signed. It goes by record_erase_due when the day has come. */
#ifndef CRIB_RECORD_ERASE_H
#define CRIB_RECORD_ERASE_H

#include "core/record/event.h"
#include "core/record/record.h"

struct erase_count {
    const char *what; /* a kind of event, or an LRS */
    int64_t count;
};

struct erase_kept {
    const char *kind, *module, *title;
    int64_t at, until;
};

struct erase_plan {
    int64_t events; /* that go */
    int64_t foreign; /* of other devices, whose payloads go here, too (foreign.h): there they stay */
    const struct erase_count *kinds; /* of them, by kind */
    size_t kind_count;
    const struct erase_kept *kept;
    size_t kept_count;
    const struct erase_count *sent; /* statements that an LRS holds, or may hold ("": not known which) */
    size_t sent_count;
};

/* What record_erase would do now. */
bool record_erase_plan(struct record *r, struct arena *a, int64_t learner, int64_t now_ms, struct erase_plan *plan,
                       struct error *err);

struct erase_result {
    int64_t events; /* whose payloads were erased */
    int64_t kept;
};

/* Erases, in steps. Once it began it comes to its end, now or by record_erase_finish. A learner of whom nothing is left: true,
 * and nothing is erased. The learner's number is never given again; acts for it fail from now on (EX_NOUSER), also in other
 * processes. The write-ahead log is not emptied yet: record_overwrite. */
bool record_erase(struct record *r, int64_t learner, int64_t now_ms, struct erase_result *result, struct error *err);

/* Ends what was interrupted. Nothing to do, or another crib is at it: true. One look-up as a rule. */
bool record_erase_finish(struct record *r, int64_t now_ms, struct error *err);

/* Is something left of what was begun? */
bool record_erase_begun(struct record *r, bool *begun, struct error *err);

/* How many events there are to look at, in the logs that were made here and in others. Cheap. */
bool record_erase_extent(struct record *r, int64_t *events, struct error *err);

/* Where there are millions of events erasing takes minutes. Who waits is told between its transactions how many of them were
 * looked at, and leaves the rest for later by returning false: record_erase and record_erase_finish fail then (EX_TEMPFAIL), and
 * record_erase_finish goes on with it. NULL: nobody asks any more. */
typedef bool erase_watch(void *context, int64_t looked, int64_t all);
void record_erase_watch(struct record *r, erase_watch *watch, void *context);

/* Erases what was kept and whose time is over, in steps. */
bool record_erase_due(struct record *r, int64_t now_ms, struct erase_result *result, struct error *err);

/* Empties the write-ahead log, if that is still due; else does nothing. A record of a crib that didn't zero what it deleted is
 * written anew first (VACUUM), once: that takes its time, and those who write wait for it. EX_TEMPFAIL where another process reads an older state meanwhile: to be called again later. */
bool record_overwrite(struct record *r, struct error *err);

/* ---- what is to be erased elsewhere ---- */

struct erase_request {
    int64_t position;
    struct uuid id; /* the statement's */
    const char *channel;
    const char *lrs; /* that acknowledged it; "": the one that is accepted for the channel */
};

/* Requests that wait, behind `after`, at most `most`, in the order of positions. */
bool erase_requests(struct record *r, struct arena *a, int64_t after, size_t most, struct erase_request **items,
                    size_t *count, struct error *err);

/* The LRS erased it, or has no way to. One transaction. */
enum erase_outcome { ERASE_DONE, ERASE_IMPOSSIBLE };
bool erase_settle(struct record *r, const struct erase_request *items, size_t count, const char *lrs,
                  enum erase_outcome outcome, struct error *err);

/* Requests by LRS: those that wait, and those that it has no way to fulfil. */
bool erase_waiting(struct record *r, struct arena *a, struct erase_count **rows, size_t *count, struct error *err);
bool erase_impossible(struct record *r, struct arena *a, struct erase_count **rows, size_t *count, struct error *err);

#endif
