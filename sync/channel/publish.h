/* publish: a source directory becomes the next version of a published channel, or nothing at all happens to it.
 *
 * The order makes it atomic: packs and differences have names of their own and come first, then the sets of keys, then the
 * signature under the pointer's hash, and channel.json last; each is on disk before the next one begins. Killed at any
 * moment, the directory is the old channel or the new one, and the next publication goes on. The same source, key, clock
 * and directory give the same bytes. */
#ifndef CRIB_SYNC_CHANNEL_PUBLISH_H
#define CRIB_SYNC_CHANNEL_PUBLISH_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "sync/channel/build.h"
#include "sync/channel/gather.h"
#include "sync/channel/minisign.h"
#include "sync/channel/outdir.h"
#include "sync/channel/progress.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PUBLISH_VERSIONS = 20, PUBLISH_VERSIONS_MOST = 1000, PUBLISH_DAYS = 90, PUBLISH_DAYS_MOST = 3650 };

struct publish_options {
    const char *source, *out;
    bool (*unlock)(void *context, struct secret_key *key, struct error *err); /* called when there is something to sign */
    void *context;
    struct strings next, drop; /* keys: keyring.h */
    size_t versions;           /* differences to so many; from 1 */
    int64_t days;              /* until it expires */
    bool unreviewed;           /* send what nobody has reviewed, too */
    bool dry;                  /* measure, and change nothing */
    struct progress *progress;
};

enum publish_outcome {
    PUBLISHED,
    PUBLISHED_KEYS,    /* the content is as before; other keys count */
    PUBLISHED_RENEWAL, /* nothing has changed but the expiry: less than half of its time was left */
    PUBLISHED_NOTHING, /* nothing has changed */
};

struct publication {
    enum publish_outcome outcome; /* dry: what would be */
    const struct channel *channel;
    struct gathered gathered;
    struct outdir out;     /* as it was before */
    struct build build;
    struct edition now;    /* what is published now; dry: would be */
    char key[KEY_TEXT];    /* the public key that signed; "" where nothing was */
    struct strings keys;   /* those that count from now on, where that has changed */
    size_t overhead;       /* bytes of pointer and signature as they travel */
    size_t *sets;          /* bytes of sets of keys that a device walks from editions[i] */
    size_t first_sets;     /* and a new one */
    struct diags *diags;   /* what lint found, sorted; also where it refused */
    size_t errors, warnings; /* of what would be sent */
};

/* Texts live in the arena; publication_close it whatever comes back. EX_DATAERR when lint rejects something that is no
 * draft, and for what is not reviewed; EX_NOPERM for a key that doesn't count. */
bool publish(struct arena *a, const struct publish_options *options, struct publication *p, struct error *err);
void publication_close(struct publication *p);

/* How many bytes a device with these roles fetches to have this version: from so-and-so-many editions ago (0: the one
 * before), or SIZE_MAX for a device that has nothing. */
size_t publication_cost(const struct publication *p, size_t edition, struct strings roles);

/* A channel that is given as its groups, signed and put into place as that edition, whatever was there: what publish ends
 * with, and what tests of devices need. next.pointer has its groups already. */
bool publish_edition(const struct outdir *o, struct edition *next, const struct secret_key *key, size_t *overhead,
                     bool dry, struct error *err);

#endif
