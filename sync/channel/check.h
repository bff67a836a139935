/* check: is a published directory what devices can take? */
#ifndef CRIB_SYNC_CHANNEL_CHECK_H
#define CRIB_SYNC_CHANNEL_CHECK_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "sync/channel/minisign.h"
#include "sync/channel/pointer.h"

#include <stdbool.h>
#include <stddef.h>

struct checked {
    struct pointer pointer;
    size_t modules, pages, programmes, attached, deltas; /* looked at; attached are files of files/ */
    bool trusted; /* a key was given, and the signature is one that it vouches for */
};

/* Goes through the directory as a device would, and further: the signatures, from that key (NULL: they are left out as far
 * as they can't be judged without) through the sets of keys; every pack; every difference that is there; whether packs,
 * catalogue and pointer agree. Each problem goes to diags, named by its file. false only when there is no channel.json that
 * can be read. */
bool check_published(struct arena *a, const char *dir, const struct public_key *key, struct diags *diags,
                     struct checked *c, struct error *err);

#endif
