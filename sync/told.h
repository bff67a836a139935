/* told: what a sync leaves for crib to read, in STATE/sync.jsonl (core/base/syncing.h).
 *
 * How the channels stand comes from trust.db, what came of them from the library and the run's results, and the log of
 * earlier syncs from the file itself. It is a cache: where it can't be written, nothing is said of it. */
#ifndef CRIB_SYNC_TOLD_H
#define CRIB_SYNC_TOLD_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/syncing.h"
#include "sync/channel/remote_sync.h"
#include "sync/xapi/upload.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct told {
    int64_t began_ms;
    size_t files;                        /* that were added, changed or removed, of directories and published channels */
    const struct remote_result *results; /* of the published channels that were asked */
    size_t count;
    struct site_asked site;
    struct upload_result sent;
    struct buf json; /* with --json: what became of the channels, an array that is not closed yet; whoever prints it frees it */
    struct error failed; /* the first of a directory's failures, or of a sync that could not begin; code 0: none */
};

/* Replaces the file. over: a sync is over, and goes into its log; else channels were added or removed. */
void told_write(struct arena *a, const struct places *places, const struct told *t, bool over);

/* Is this failure that of the site, which does not know this device, once more: told by the store that it also is? */
bool told_of_site(const struct told *t, const struct error *why);

/* For a run that only asked (results of a dry sync, stores of upload_check): how things stand now, as the file would say it.
 * false when memory is out. */
bool told_found(struct arena *a, const struct places *places, const struct told *t, struct syncing *now);

#endif
