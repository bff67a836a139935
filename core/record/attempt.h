/* attempt: a quiz as it is taken: started, answered, finished, or left and resumed.
 *
 * An attempt is pinned to the content that it was started on: the bytes are kept in the record, by hash, from the
 * transaction that starts it. Its id is that of its `attempt.started` event (xAPI's registration), here as well unless another
 * person's events claimed it first (row_id.h).
 *
 * Several devices may have a hand in one (foreign.h): it is open on each of them until one ended it and the others know. */
#ifndef CRIB_RECORD_ATTEMPT_H
#define CRIB_RECORD_ATTEMPT_H

#include "core/record/event.h"
#include "core/record/record.h"

enum attempt_purpose {
    ATTEMPT_QUIZ,  /* the whole quiz: can pass the module */
    ATTEMPT_RETRY, /* the missed ones again: practice, can't pass */
};

struct attempt_start {
    enum attempt_purpose purpose;
    const char *content; /* the module's source, that content_hash is over */
    size_t content_len;
    const char *content_hash;  /* the key under which it is kept; required where content is given */
    const char *quiz_revision; /* hash of the quiz' questions */
    const char *feedback;      /* shown on the way: "answer", "end", "none"; NULL leaves it out */
    uint64_t seed;             /* of the order and the shuffling */
    int64_t pass_mark;         /* 0..100 */
    const char *const *questions; /* ids in the order in which they are asked */
    size_t question_count;
};

/* Event `attempt.started`. *attempt is its id. An unfinished attempt of the learner at the same module is abandoned in
 * the same transaction (`attempt.abandoned`). */
bool record_attempt_start(struct record *r, int64_t learner, const struct subject *s, const struct attempt_start *start,
                          struct uuid *attempt, struct error *err);

enum rating { RATING_AGAIN = 1, RATING_HARD, RATING_GOOD, RATING_EASY }; /* FSRS' numbers */

struct given {
    const char *question;          /* id within the module */
    const char *question_revision; /* hash of the question's source */
    const char *type;              /* "choice", "matching", ...: as core/quiz names it */
    const char *response;          /* in core/quiz' form, from which interaction and xAPI response are computed */
    double fraction;               /* 0..1 */
    int64_t ms;                    /* from shown to answered */
};

/* Event `attempt.answered`, one flush: confirm it on the screen when this returned true. The rating follows from
 * fraction and time (recall.h) and stands in the event. A question answered again within the attempt replaces the
 * answer before; both events stay. Fails (EX_USAGE) for an attempt that is not open. */
bool record_answer(struct record *r, const struct uuid *attempt, const struct given *given, struct error *err);

/* Event `attempt.finished`: score 0..100. passed is the caller's judgement (score against the pass mark); an
 * ATTEMPT_QUIZ that passed makes the module passed, its questions recallable, and completes it (`module.completed`). It
 * says nothing of sections: what changed under the learner stays marked until it is read ("passed, 2 new").
 * s: the module as it is now. */
bool record_attempt_finish(struct record *r, const struct uuid *attempt, const struct subject *s, double score,
                           bool passed, struct error *err);

/* Event `attempt.abandoned`. s: the module as it is now, for its title. */
bool record_attempt_abandon(struct record *r, const struct uuid *attempt, const struct subject *s, struct error *err);

/* Event `attempt.resumed`: call when an unfinished attempt is taken up again. */
bool record_attempt_resume(struct record *r, const struct uuid *attempt, const struct subject *s, struct error *err);

struct attempt_answer {
    const char *question;
    const char *question_revision;
    const char *response;
    double fraction;
    int64_t ms;
    enum rating rating;
    int64_t at;
};

enum attempt_state { ATTEMPT_OPEN, ATTEMPT_FINISHED, ATTEMPT_ABANDONED };

struct attempt {
    struct uuid id;
    const char *module;
    const char *revision;
    const char *content_hash;
    const char *quiz_revision;
    enum attempt_purpose purpose;
    enum attempt_state state;
    uint64_t seed;
    int64_t pass_mark;
    const char *const *questions; /* in the order in which they are asked */
    size_t question_count;
    const struct attempt_answer *answers; /* in the order in which they were given */
    size_t answer_count;
    int64_t started_at, ended_at;
    double score; /* -1 until finished */
    bool passed;
    bool elsewhere; /* begun on another device of the site (foreign.h) */
    const char *session; /* the live session within which it was begun; "" for none */
};

/* The learner's unfinished attempt at the module with its answers; *attempt is NULL where there is none. */
bool record_attempt_unfinished(struct record *r, struct arena *a, int64_t learner, const char *module,
                               const struct attempt **attempt, struct error *err);

/* The learner's unfinished attempt at any module, with an answer at least, that was started last before that moment; *attempt is
 * NULL where there is none. */
bool record_attempt_left(struct record *r, int64_t learner, int64_t before, struct arena *a, const struct attempt **attempt,
                         struct error *err);

/* The learner's last finished attempt at the module, retries included; *attempt is NULL where there is none. */
bool record_attempt_last(struct record *r, struct arena *a, int64_t learner, const char *module,
                         const struct attempt **attempt, struct error *err);

/* The learner's attempt that events call so; *attempt is NULL where there is none. */
bool record_attempt(struct record *r, struct arena *a, int64_t learner, const struct uuid *said, const struct attempt **attempt,
                    struct error *err);

/* The pinned content of that hash; *bytes is NULL where it isn't kept. */
bool record_content(struct record *r, struct arena *a, const char *hash, const char **bytes, size_t *len,
                    struct error *err);

#endif
