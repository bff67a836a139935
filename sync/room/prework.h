/* prework: how much of what comes before a session somebody has done, for its trainer. */
#ifndef CRIB_SYNC_ROOM_PREWORK_H
#define CRIB_SYNC_ROOM_PREWORK_H

#include "core/base/file.h"
#include "core/record/room.h"

struct prework;

/* The library is opened at its first use. NULL when memory is out. language is borrowed. */
struct prework *prework_open(const struct places *places, const char *language);
void prework_close(struct prework *p); /* NULL is allowed */

/* Adds to a request of a trainer's whom the programme is for, and what is to be done before its session: "roles", "before"
 * (sync/serve/rooms.h). Nothing where the programme is not on this device. */
struct json;
void prework_plan(struct prework *p, struct arena *a, const struct room *room, struct json *j);

/* *of is -1 where nobody knows: the programme is not on this device. Cheap while neither record nor library changes. */
void prework_count(struct prework *p, struct record *r, const struct room *room, int64_t *done, int64_t *of);

#endif
