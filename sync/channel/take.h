/* take: what was pulled becomes what this device has. */
#ifndef CRIB_SYNC_CHANNEL_TAKE_H
#define CRIB_SYNC_CHANNEL_TAKE_H

#include "core/library/library.h"
#include "core/library/trust.h"
#include "sync/channel/pull.h"

#include <stdbool.h>

/* Applies a pull that has not failed: keeps its packs, then what is accepted from now on, then installs all of its groups
 * in one transaction of the library. Killed in between, the library is the old one, and the next sync finds the rest on
 * this device. EX_DATAERR, with nothing changed, when the packs don't make up the channel that was announced. result is
 * zeroed where nothing was to be installed. */
bool take(struct pull *p, struct library *library, struct trust *trust, const struct library_progress *progress,
          struct diags *diags, struct library_result *result, struct error *err);

#endif
