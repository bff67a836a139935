/* leader: as whom somebody leads a session, for a site whose list of learners says who may. */
#ifndef CRIB_SYNC_ROOM_LEADER_H
#define CRIB_SYNC_ROOM_LEADER_H

#include "core/base/arena.h"
#include "core/base/file.h"
#include "core/record/record.h"

struct json;

/* Adds "person", the id that the site's list gave them, and "account", under which what they complete is sent; "" for what
 * they have not. Nothing where the record or the configuration can't be read. */
void leader_say(struct arena *a, const struct places *places, struct record *r, int64_t learner, struct json *j);

#endif
