/* roll: who was in a live session that was led from this record, as the session told its trainer.
 *
 * Whoever takes part keeps that in a record of their own (attendance.h), which the trainer's record may never hear of. What
 * the trainer saw stays with them: events `session.held` when the session is over. Of answers they keep what the trainer was
 * shown: a score stands there where the session was held with names. Whose own attendance is in this record too is left out. */
#ifndef CRIB_RECORD_ROLL_H
#define CRIB_RECORD_ROLL_H

#include "core/record/room.h"

/* The session is over: an event for each person whom this record knows, and goes with them when they are forgotten, and one for
 * all others. None where nobody came. Once more for the same session takes the place of what was there. */
bool roll_keep(struct record *r, const struct room *room, struct error *err);

struct roll {
    const char *element, *session;
    int64_t learner; /* 0: the name alone says who */
    const char *name;
    bool came, late;
    int64_t done, of; /* as room.h has them */
    const char *test; /* "": none */
    double score;     /* -1: none that is known */
    int64_t joined_at, left_at; /* 0: not known */
};

/* Of all sessions of a programme, in their order. NULL on failure. */
const struct roll *roll_of(struct record *r, struct arena *a, const char *programme, size_t *count, struct error *err);

#endif
