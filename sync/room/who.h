/* who: as whom somebody leads a session, or takes part in it, for whoever holds it: a site's list of learners says who may lead, and
 * who joins by a second device is the same person. */
#ifndef CRIB_SYNC_ROOM_WHO_H
#define CRIB_SYNC_ROOM_WHO_H

#include "core/base/arena.h"
#include "core/base/file.h"
#include "core/record/record.h"

/* The id that the site's list gave them, and the account under which what they complete is sent; "" for what they have not, or
 * where the record or the configuration can't be read. */
struct who {
    const char *person, *account;
};
struct who who_is(struct arena *a, const struct places *places, struct record *r, int64_t learner);

#endif
