/* remote: the channels of this device that are published elsewhere: adding, listing, removing them. remote_sync.h syncs them. */
#ifndef CRIB_SYNC_CHANNEL_REMOTE_H
#define CRIB_SYNC_CHANNEL_REMOTE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/library/library.h"
#include "core/library/trust.h"

#include <stdbool.h>
#include <stddef.h>

/* Are there any channels from elsewhere? Cheap, and makes nothing. */
bool remote_any(const struct places *places);

/* One process syncs or removes at a time (sync.lock): to be closed; -1 on failure (EX_TEMPFAIL: another crib is syncing). */
int remote_lock(struct arena *a, const struct places *places, struct error *err);

/* Adds it: key is the public key, or a file that holds it; credentials and ca are files or NULL. */
bool remote_add(struct arena *a, const struct places *places, const char *url, const char *key, const char *credentials,
                const char *ca, struct error *err);

/* Forgets it, and takes away its packs; *removed is false where there is none of that URL or id. What the library has of
 * it stays there. */
bool remote_remove(struct arena *a, const struct places *places, struct library *library, const char *what,
                   bool *removed, struct error *err);

/* All of them; none where there are none. */
bool remote_list(struct arena *a, const struct places *places, struct trust_channel **items, size_t *count,
                 struct error *err);

#endif
