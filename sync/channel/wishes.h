/* wishes: modules that are fetched whatever the device's roles: what the hub queued in the record, and from then on (trust.h)
 * what came of it before. */
#ifndef CRIB_SYNC_CHANNEL_WISHES_H
#define CRIB_SYNC_CHANNEL_WISHES_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/strings.h"
#include "core/library/library.h"
#include "core/library/trust.h"
#include "core/record/note.h"
#include "core/record/record.h"

#include <stdbool.h>
#include <stddef.h>

struct wishes {
    struct record *record; /* NULL where nothing is queued, or nothing is to be settled */
    const struct fetch_request *queued;
    size_t count;
};

/* A queue that can't be read keeps nobody from what is published: then nothing is queued. */
void wishes_open(struct wishes *w, struct arena *a, const struct places *places, bool settles);
void wishes_close(struct wishes *w);

/* The ids of that channel's modules that are queued, and of those that were fetched for somebody before. */
bool wishes_of(const struct wishes *w, struct arena *a, struct trust *trust, const struct trust_channel *c, struct strings *ids,
               struct error *err);

/* What came is queued no longer. What the channel doesn't have stays queued: it may come back. */
bool wishes_settle(const struct wishes *w, struct arena *a, struct trust *trust, struct library *library,
                   const struct trust_channel *c, struct strings ids, struct error *err);

#endif
