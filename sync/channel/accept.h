/* accept: may what a channel says of itself now replace what it said before? */
#ifndef CRIB_SYNC_CHANNEL_ACCEPT_H
#define CRIB_SYNC_CHANNEL_ACCEPT_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/library/trust.h"
#include "sync/channel/pointer.h"

#include <stdbool.h>

/* Judges a pointer whose signature is good; bytes are the file's. Refused: another id than before (EX_DATAERR); a lower
 * version, an earlier day, an older set of keys, and other content under the same version (EX_NOPERM). The words say which
 * it is, and what it may mean. */
bool accept_pointer(const struct trust_seen *seen, const struct pointer *pointer, struct str bytes, struct error *err);

#endif
