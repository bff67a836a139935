/* attendance: who was in a live session (design 2: a session is a live event only). */
#ifndef CRIB_RECORD_ATTENDANCE_H
#define CRIB_RECORD_ATTENDANCE_H

#include "core/record/record.h"

/* The session that somebody joins. */
struct attending {
    const char *programme; /* `channel/id` */
    const char *element;   /* of the programme: which of its sessions */
    const char *session;   /* this one occasion of it: what tells it from the same session another time */
    const char *iri;       /* the channel's, for statements */
    const char *title;     /* of the session, for statements */
};

/* Event `session.joined`: the attendance. Whoever comes back joins again; the first moment counts, and whether that was
 * late. */
bool record_session_joined(struct record *r, int64_t learner, const struct attending *s, bool late, struct error *err);

/* Event `session.left`. */
bool record_session_left(struct record *r, int64_t learner, const struct attending *s, struct error *err);

struct attendance {
    const char *programme, *element, *session;
    int64_t learner;
    int64_t joined_at; /* first */
    int64_t left_at;   /* last; 0: still there, or nobody said so */
    bool late;
};

/* Who was in the sessions of a programme, by moment; learner 0: everybody; session NULL: all occasions. */
bool record_attendance(struct record *r, struct arena *a, const char *programme, const char *session, int64_t learner,
                       struct attendance **items, size_t *count, struct error *err);

#endif
