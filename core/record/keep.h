/* keep: the copies of the record that are made every night, and how many of them stay.
 *
 *     backup: {dir: /srv/backup, days: 7, weeks: 4}
 *
 * One copy a day, `record-ACCOUNT-2026-11-28.db`, in that directory (without one: `backups` beside the record). After a copy
 * was made and verified, the newest one of each of the last `days` days that have one stays, and of each of the last `weeks`
 * weeks before; the others go. Days are counted by the copies that there are, never by the clock: a clock that is wrong, or a
 * device that was off for a month, makes nothing go. `days: 0` makes no copies. */
#ifndef CRIB_RECORD_KEEP_H
#define CRIB_RECORD_KEEP_H

#include "core/base/arena.h"
#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/record/copy.h"

#include <stdbool.h>
#include <stddef.h>

struct keep {
    const char *dir;
    const char *account; /* as file names have it */
    long days, weeks;
    bool own_dir; /* the one beside the record */
};

/* Reads the key `backup` (config NULL: as if it were not there). EX_CONFIG, with file and line, for what is not understood. */
bool keep_read(struct arena *a, const struct places *places, const struct config *config, struct keep *keep, struct error *err);

struct kept_copy {
    const char *path;
    const char *day; /* "2026-11-28" */
};

/* The copies that there are, newest first. A directory that is not there holds none. */
bool keep_list(struct arena *a, const struct keep *keep, struct kept_copy **copies, size_t *count, struct error *err);

struct keep_result {
    const char *path; /* of the copy that was made; "" for none */
    struct copy_found found;
    size_t dropped;   /* older copies that went */
};

/* Makes today's copy of the record, in place of one that was made earlier today, and lets older ones go. Where it fails all
 * that were there stay. */
bool keep_make(struct arena *a, const struct keep *keep, const char *record, struct keep_result *result, struct error *err);

/* The same if there is a record and no copy of today yet. */
bool keep_if_due(struct arena *a, const struct keep *keep, const char *record, struct keep_result *result, struct error *err);

#endif
