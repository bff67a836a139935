/* pull: what a published channel offers now, fetched and verified, before anything of it is taken.
 *
 * One conditional request tells whether there is anything new. Then come the signature (and the sets of keys since the
 * one that is here: vouch.h), and for each group that this device takes the difference to what it holds, or the pack where there
 * is none. Several channels are pulled side by side. Nothing on this device changes but the parts of broken transfers. */
#ifndef CRIB_SYNC_CHANNEL_PULL_H
#define CRIB_SYNC_CHANNEL_PULL_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/library/library.h"
#include "core/library/trust.h"
#include "sync/channel/fetch.h"
#include "sync/channel/pack.h"
#include "sync/channel/pointer.h"

#include <stdbool.h>
#include <stddef.h>

/* A group that this device takes. */
struct pulled_group {
    struct pull *pull;
    const struct pointer_group *group;
    struct buf tar, base; /* base: what the difference starts from */
    struct pack_files files;
    bool here; /* files are read */
};

struct pull {
    /* The caller's, borrowed. */
    struct arena *arena;
    struct fetch *fetch;
    const char *dir;                     /* where packs are held */
    const struct trust_channel *channel;
    struct strings roles;                /* of this device */
    struct strings unix_groups;          /* those called as a role count as one; no role at all: all groups are taken */
    struct strings wishes;               /* modules wanted whatever their roles */
    const struct library_pack *installed; /* what the library's modules were made from */
    size_t installed_count;
    bool dry; /* say what is new, without fetching it */

    /* What came of it. */
    bool failed;         /* err says why; all else is void then */
    struct error err;
    struct trust_seen seen; /* to be kept */
    const char *etag;
    struct pointer pointer;
    bool fresh;          /* seen is not what was there before */
    bool changed;        /* the groups are not those that are installed */
    struct pulled_group *groups;
    size_t count, cap;
    size_t received;     /* bytes of files, without headers */
    int64_t ahead_s;     /* the server's clock against this one's; 0 where it doesn't say */

    /* On the way. */
    struct fetch_source source;
    int64_t next_set;      /* of keys, that is asked for next */
    struct str next_bytes; /* of it, while its signature is on its way */
    bool waiting;          /* for the catalogue: it tells which groups hold what is wished for */

    /* The caller's, for what it tells meanwhile. */
    size_t came, announced;
    int64_t told_ms;
};

/* Adds the first request; fetch_run does the rest. The pull must not move until pull_close. */
void pull_start(struct pull *p);
void pull_close(struct pull *p);

/* Do these roles take the group? */
bool pull_takes(struct strings roles, const struct pointer_group *group);

#endif
