/* vouch: whose signature counts, from the key that a person was given to the set of keys that a channel names now.
 *
 * Each set is signed by a key of the one before. Who begins with a key that came in later skips the sets before the first
 * one that this key has signed: it vouches for that one, and what came before is others' business. */
#ifndef CRIB_SYNC_CHANNEL_VOUCH_H
#define CRIB_SYNC_CHANNEL_VOUCH_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "sync/channel/minisign.h"

#include <stdbool.h>
#include <stdint.h>

struct vouch {
    int64_t number;      /* of the set that counts; 0: the key that was given */
    struct strings keys; /* base64 */
    bool believe;        /* no key was given: the first set is believed */
};

/* From a key; NULL: from nothing, to see whether the rest fits. false when memory is out. */
bool vouch_from(struct vouch *v, struct arena *a, const struct public_key *key);

/* Takes set n, of `last`, as its two files say it; or skips it, while only the key that was given counts. EX_NOPERM and
 * EX_DATAERR for a set that nobody vouches for, and for the last one if all of them were skipped. */
bool vouch_set(struct vouch *v, struct arena *a, int64_t n, int64_t last, struct str set, struct str signature,
               const char *where, struct error *err);

/* Is this the signature of the bytes by a key that counts? */
bool vouch_bytes(const struct vouch *v, struct str bytes, struct str signature, const char *where, struct error *err);

#endif
