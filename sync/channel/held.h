/* held: the packs that this device keeps, compressed: what its channels are made of, and what differences start from.
 *
 * dir/packs/<64 digits>.zst, by the tar's hash; <name>.part beside them is what came of a transfer that broke. A cache:
 * what is missing or damaged is fetched again. */
#ifndef CRIB_SYNC_CHANNEL_HELD_H
#define CRIB_SYNC_CHANNEL_HELD_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "sync/channel/pointer.h"

#include <stdbool.h>

/* Appends the tar. false when it isn't here as it should be (err untouched; one that is damaged goes away). */
bool held_load(struct arena *a, const char *dir, const unsigned char hash[POINTER_HASH], struct buf *tar);

bool held_there(struct arena *a, const char *dir, const unsigned char hash[POINTER_HASH]);

/* Keeps a tar, on disk when this returns. One that is here already stays. */
bool held_save(struct arena *a, const char *dir, const unsigned char hash[POINTER_HASH], struct str tar,
               struct error *err);

/* Where a transfer of that file keeps its part; the directory is made. NULL (err filled) on failure. */
const char *held_part(struct arena *a, const char *dir, const char *path, struct error *err);

/* Takes away all packs but these, and the parts, unless they are wanted: then those that nobody has touched for a week.
 * Whatever can't be taken away stays. */
void held_keep(const char *dir, const unsigned char (*hashes)[POINTER_HASH], size_t count, bool parts);

#endif
