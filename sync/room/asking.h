/* asking: what a learner's device says to whoever holds a session: the bodies of its requests (sync/serve/rooms.h). */
#ifndef CRIB_SYNC_ROOM_ASKING_H
#define CRIB_SYNC_ROOM_ASKING_H

#include "core/base/buf.h"
#include "core/record/room.h"
#include "sync/room/who.h"

struct asking_here {
    bool present;
    const struct who *who; /* NULL: it was said */
    int64_t done, of; /* of what comes before the session; of -1: nobody knows */
    const struct room_answer *answers;
    size_t count;
    double score; /* -1: not finished */
};

/* /room/here and /room/look, appended. */
void asking_here(const struct room *room, const struct asking_here *as, struct buf *body);
void asking_look(const struct room *room, struct buf *body);

#endif
