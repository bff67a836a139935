/* follow: the process of crib-sync that keeps the live sessions of one record (core/record/room.h): it tells whoever holds a
 * session who is there and what they answered, and the record how the session stands; attendance is recorded by it. Sessions
 * that a trainer of this record leads on this host are held by it, too (place.h, sync/serve/rooms.h).
 *
 * `crib` starts it when somebody begins or joins a session; it outlives the terminal and ends when nothing is left to be done.
 * One follows a record at a time. In a kiosk, which starts no process, it runs beside: `crib-sync room --stay`. */
#ifndef CRIB_SYNC_ROOM_FOLLOW_H
#define CRIB_SYNC_ROOM_FOLLOW_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/file.h"

#include <stdbool.h>

enum room_follow {
    FOLLOW_WHILE, /* while there is something to follow */
    FOLLOW_STAY,  /* until SIGTERM */
    FOLLOW_ONCE,  /* what waits is delivered, in a turn or two: `crib sync` does so */
};

/* True at once where another one follows the record. It ends, too, when the record's directory is gone. */
bool room_follow(struct arena *a, const struct places *places, enum room_follow how, struct error *err);

#endif
