/* sweep: packs that no channel is made of go, and what came of broken transfers, where none is left to go on. */
#ifndef CRIB_SYNC_CHANNEL_SWEEP_H
#define CRIB_SYNC_CHANNEL_SWEEP_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/library/library.h"
#include "core/library/trust.h"
#include "sync/channel/pull.h"

#include <stdbool.h>
#include <stddef.h>

/* dir: where packs are held. What was pulled just now stays; a channel that failed keeps what it is made of. */
bool sweep_packs(struct arena *a, const char *dir, struct library *library, struct trust *trust, const struct pull *pulls,
                 size_t count, struct error *err);

#endif
