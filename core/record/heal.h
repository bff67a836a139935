/* heal: the record was damaged (a failing disk, a file system that lost what it had promised): it is moved aside whole, and
 * the newest good copy takes its place, with all that the damaged file still holds and the chain proves (salvage.h).
 *
 * Only for what SQLite itself calls damaged: a file that is no database, or whose pages do not fit together; and for an empty file
 * where there are copies of a record. Never for one
 * that is busy, of a newer crib, without permission, on a disk that fails to read; and never for a chain that does not hold
 * in a sound file: somebody did that, and `crib audit verify` names the place.
 *
 * The record goes on with a new log, whose first event (`log.continued`, reason `healed`) names the old one and its last
 * event that is here. What was acknowledged is not sent again; what was sent, but is not known here to be acknowledged, is
 * sent again under the same id, and whoever has it says so. What only a server has (statements of events that were lost
 * here) stays there: a statement is no event, and none is made of it. What a site has of the old log itself is taken with the
 * next sync (foreign.h), as is what could not be read of the logs of other devices. */
#ifndef CRIB_RECORD_HEAL_H
#define CRIB_RECORD_HEAL_H

#include "core/base/buf.h"
#include "core/record/keep.h"
#include "core/record/record.h"

struct healing {
    struct buf told; /* one line for people, empty where nothing was to be healed; to be freed */
};

enum heal_flags { HEAL_READ = 1 }; /* open to read, as record_open_read */

/* Is there an empty file in its place, and copies of what it was? */
bool heal_emptied(const char *path, struct arena *a, const struct keep *keep);

/* Opens the record as record_open does, and heals it first where it is damaged. */
struct record *heal_open(const char *path, unsigned flags, struct arena *a, const struct keep *keep, struct healing *healing,
                         struct error *err);

/* Reads all of the record, and heals it where it is damaged somewhere that nobody came by yet. */
bool heal_check(const char *path, struct arena *a, const struct keep *keep, struct healing *healing, struct error *err);

/* `crib restore`: puts a copy, which is verified first, into the record's place; what stands there is moved aside whole.
 * Who was forgotten there since the copy was made does not come back.
 * EX_TEMPFAIL where another crib has the record open. */
struct restored {
    struct copy_found found;
    char aside[4200]; /* where the record went that stood there; "" for none */
};
bool heal_restore(const char *path, const char *copy, struct restored *restored, struct error *err);

/* Is the database damaged in SQLite's own eyes? Reads all of it. why: what it said. false where that can't be told. */
bool heal_damaged(const char *path, bool *damaged, struct buf *why, struct error *err);

#endif
