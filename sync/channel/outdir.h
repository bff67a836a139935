/* outdir: the directory that a channel is published into, as its publisher sees it.
 *
 * Beside what devices take it holds `.publish/`, which no device needs: <version>.json, the channel.json of each earlier
 * version, and the lock. The earlier versions' packs stay in pack/: a device may be in the middle of taking them, and they
 * are what differences start from. Without `.publish/` a channel loses its differences to all versions but the last one, and
 * nothing else. */
#ifndef CRIB_SYNC_CHANNEL_OUTDIR_H
#define CRIB_SYNC_CHANNEL_OUTDIR_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "sync/channel/pointer.h"

#include <stdbool.h>
#include <stddef.h>

#define OUTDIR_POINTER "channel.json"
#define OUTDIR_SIGNATURE "channel.json.minisig"

/* A version that was published. */
struct edition {
    struct str bytes; /* of its channel.json */
    struct pointer pointer;
};

struct outdir {
    struct arena *arena; /* borrowed */
    const char *dir;
    int lock;            /* -1: opened for reading */
    struct edition *editions; /* newest first: the first one is what channel.json is now; none before the first */
    size_t count;
};

/* Opens dir and reads what was published into it, at most `versions` of it. To write: one process at a time (EX_TEMPFAIL),
 * and the directory is made where there is none. EX_DATAERR for one that holds other things than a published channel. */
bool outdir_open(struct outdir *o, struct arena *a, const char *dir, size_t versions, bool write, struct error *err);
void outdir_close(struct outdir *o);

/* Appends the file's bytes; false where it can't be read (err NULL allowed). */
bool outdir_read(const struct outdir *o, const char *path, size_t most, struct buf *out, struct error *err);

/* Writes the file whole, on disk when this returns; its directory is made. */
bool outdir_write(const struct outdir *o, const char *path, struct str bytes, struct error *err);

/* The size of the file; 0 where there is none. */
size_t outdir_size(const struct outdir *o, const char *path);

/* Appends the tar of a group of some edition. false when its pack is missing or damaged. */
bool outdir_tar(const struct outdir *o, const struct pointer_group *group, struct buf *tar);

/* Replaces the pointer, last of all: keeps the one that stands among the earlier ones, then writes the signature by hash,
 * the one for people, and channel.json. */
bool outdir_point(const struct outdir *o, const struct edition *next, struct str signature, struct error *err);

/* What channel.json's signature for people should be, where a kill came between the two. */
bool outdir_mend(const struct outdir *o, struct error *err);

/* Takes away what neither `now` nor the editions need, and what was left half-written. Whatever can't be taken away stays. */
void outdir_tidy(const struct outdir *o, const struct edition *now);

#endif
