/* prework: how much of what comes before a session somebody has done, for its trainer. */
#ifndef CRIB_SYNC_ROOM_PREWORK_H
#define CRIB_SYNC_ROOM_PREWORK_H

#include "core/base/file.h"
#include "core/record/room.h"

struct prework;

/* The library is opened at its first use. NULL when memory is out. language is borrowed. */
struct prework *prework_open(const struct places *places, const char *language);
void prework_close(struct prework *p); /* NULL is allowed */

/* *of is -1 where nobody knows: the programme is not on this device. Cheap while neither record nor library changes. */
void prework_count(struct prework *p, struct record *r, const struct room *room, int64_t *done, int64_t *of);

#endif
