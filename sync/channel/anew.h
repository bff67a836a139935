/* anew: a library is a cache: one that is damaged is made anew from the channels that trust.db knows. */
#ifndef CRIB_SYNC_CHANNEL_ANEW_H
#define CRIB_SYNC_CHANNEL_ANEW_H

#include "core/base/arena.h"
#include "core/base/file.h"

/* The library could not be opened (EX_DATAERR): was it damaged, it is gone now, which is said. false: it is of a newer crib, or can't
 * be removed. */
bool anew_drop(struct arena *a, const struct places *places);

#endif
