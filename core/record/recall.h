/* recall: passed questions come back when they are about to be forgotten (fsrs.h).
 *
 * An offer, not a debt: at most RECALL_MOST questions at a time, the most faded first, spread over modules. A question
 * enters when its module is passed; every later answer to it, in a finished attempt or in a recall, is a review. Essays
 * and descriptions never enter: rightness and time say nothing of them.
 *
 * Reviews of several devices (foreign.h) count in the order of their times; those of one log keep their order, and one whose
 * clock went back counts at the latest time that the log's reviews before it showed. Of another device's log the first 500 reviews of a
 * question count, so that no device makes the others count without end. So every device that has the same
 * events finds the same state. The pace is each device's own: how quick somebody is depends on its keys. */
#ifndef CRIB_RECORD_RECALL_H
#define CRIB_RECORD_RECALL_H

#include "core/record/attempt.h"
#include "core/record/record.h"

enum { RECALL_MOST = 6, RECALL_MOST_MS = 120000 };

struct recall_question {
    const char *module;
    const char *question; /* id within the module */
    double retrievability; /* 0..1, at the time asked */
    int64_t reviewed_at;
};

/* Questions whose retrievability fell below 0.9 at now_ms: at most `most`, most faded first, but no module twice before
 * each fading module was taken once. module NULL: of all modules. Ask for more than RECALL_MOST to be able to skip
 * questions that are gone from the content. */
const struct recall_question *record_recall_due(struct record *r, struct arena *a, int64_t learner, const char *module,
                                                int64_t now_ms, size_t most, size_t *count, struct error *err);

/* The modules of which questions are fading, by their address. */
struct recall_module {
    const char *module;
    int64_t questions;
};
const struct recall_module *record_recall_modules(struct record *r, struct arena *a, int64_t learner, int64_t now_ms, size_t *count,
                                                  struct error *err);

/* Event `recall.answered`, one flush. s and content as for an attempt: a recall's answer is pinned too (content may be
 * NULL when it is kept already). */
bool record_recall_answer(struct record *r, int64_t learner, const struct subject *s, const struct given *given,
                          const char *content, size_t content_len, const char *content_hash, struct error *err);

/* Event `recall.retired`: the question is gone from the module's content and is not offered again. */
bool record_recall_retire(struct record *r, int64_t learner, const char *module, const char *question,
                          struct error *err);

/* Wrong (fraction 0) is Again, partly right is Hard, right is Good, right and quicker than median_ms is Easy.
 * median_ms 0: not known, never Easy. Pure. */
enum rating recall_rating(double fraction, int64_t ms, int64_t median_ms);

/* The learner's median time on this device over the last 101 right answers to questions of that type, in finished attempts and in
 * recalls; 0 below 5 of them. */
bool record_median(struct record *r, int64_t learner, const char *type, int64_t *median_ms, struct error *err);

#endif
