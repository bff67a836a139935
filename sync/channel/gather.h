/* gather: a channel's files put into the groups as which they travel. */
#ifndef CRIB_SYNC_CHANNEL_GATHER_H
#define CRIB_SYNC_CHANNEL_GATHER_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/library/channel.h"
#include "sync/channel/pack.h"

#include <stdbool.h>
#include <stddef.h>

struct gathered_group {
    const char *name;
    struct strings roles; /* sorted, none twice */
    struct pack_files files;
    size_t modules, pages, programmes;
};

struct gathered {
    const char *id;
    struct gathered_group *groups; /* sorted by name; `all` and `catalogue` are always among them */
    size_t count;
    size_t modules, pages, programmes; /* of all groups */
    size_t attached;       /* files of files/ that some group has */
    struct strings drafts; /* paths of what stays here */
    struct strings unreviewed; /* paths of modules that nobody has reviewed, or that are in review */
};

/* Groups the files (sorted by path, channel.yaml among them) of the channel with that id. A programme is grouped by
 * its roles as a module is. A translation goes with the module that it is of: into its group, and with a draft nowhere. A file of files/ goes into each group that has a link to it. EX_DATAERR, naming the file, for what no device would
 * take: roles that are no texts, more than 64 MiB or 64 roles in a group, more groups than a channel may have. Borrows the
 * files' bytes; all else lives in the arena. */
bool gather_files(struct arena *a, const char *id, const struct pack_files *source, struct gathered *g,
                  struct error *err);

/* Reads all that a source directory's devices get; what is listed but can't be read is an error. */
bool gather_read(struct arena *a, const struct channel *channel, struct pack_files *files, struct error *err);

#endif
