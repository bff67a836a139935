/* build: the packs of a version that is to be published, and the differences by which devices come to it. */
#ifndef CRIB_SYNC_CHANNEL_BUILD_H
#define CRIB_SYNC_CHANNEL_BUILD_H

#include "core/base/error.h"
#include "core/base/strings.h"
#include "sync/channel/gather.h"
#include "sync/channel/outdir.h"
#include "sync/channel/pointer.h"
#include "sync/channel/progress.h"

#include <stdbool.h>
#include <stddef.h>

struct built_delta {
    const unsigned char *from; /* the hash of an edition's tar */
    size_t size;               /* bytes as it travels; 0: none could be made, since that edition's pack is gone */
    bool newest;               /* from the edition before */
};

struct built_group {
    struct pointer_group group;
    const struct gathered_group *gathered;
    bool changed;  /* the edition before has it otherwise, or not at all */
    size_t packed; /* bytes of the pack as it travels */
    struct built_delta *deltas;
    size_t count;
};

struct build {
    const struct outdir *out;
    const struct gathered *gathered;
    struct built_group *groups; /* in the pointer's order */
    size_t count;
    bool changed;     /* something is not as in the edition before */
    size_t written;   /* files */
    size_t deltas;    /* of them, differences */
};

/* Makes the tars, and tells what has changed. Both arguments are borrowed. */
bool build_plan(struct build *b, const struct outdir *o, const struct gathered *g, struct error *err);

/* Makes each pack and each difference that is not in the directory yet, proves that it unpacks to what it should, and
 * writes it, unless dry: then it is measured alone. A pack that is damaged is written anew. */
bool build_run(struct build *b, bool dry, struct progress *progress, struct error *err);

/* The groups as the pointer names them, in the arena; NULL when memory is out. */
struct pointer_group *build_groups(const struct build *b);

/* How many bytes of packs and differences a device with these roles fetches that has that edition; NULL for none. */
size_t build_cost(const struct build *b, const struct edition *from, struct strings roles);

#endif
