/* element: where a learner stands with the elements of a programme (core/library/programme.h).
 *
 * What was done counts wherever it was opened from: nobody reads a module twice because of a programme. Two things tell
 * more: an attempt that was begun from an element counts for that one alone; and what comes after a session is done by
 * what happened after it, a retention check by what happened when it was due. */
#ifndef CRIB_RECORD_ELEMENT_H
#define CRIB_RECORD_ELEMENT_H

#include "core/library/programme.h"
#include "core/record/progress.h"
#include "core/record/record.h"

enum element_state {
    ELEMENT_OPEN,
    ELEMENT_BEGUN,  /* a section read, a quiz begun */
    ELEMENT_FAILED, /* the quiz was finished, and not passed yet */
    ELEMENT_DONE,   /* passed, completed; of a session: attended */
};

/* "open", "begun", "failed", "done" */
const char *element_state_name(enum element_state state);

struct element_progress {
    enum element_state state;
    int64_t done_at;    /* 0: it isn't */
    double score;       /* of the last finished quiz that counts; of a module the best passed one; -1: none */
    int64_t attempts;   /* finished ones that count */
    int64_t due_at;     /* of what has after_days: the beginning of its local day; 0 while no session has a time */
    bool due;           /* that day has come, and it is not done */
    int64_t joined_at;  /* of a session */
    bool late;
    const struct progress *progress; /* of its module: for the sections (progress_compare); NULL without one */
};

/* Fills out[i] for elements[i]. channel is the id of the programme's channel. r NULL: there is no record yet. */
bool record_elements(struct record *r, struct arena *a, int64_t learner, const char *channel, const struct programme *p,
                     int64_t now_ms, struct element_progress *out, struct error *err);

#endif
