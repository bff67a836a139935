/* record: record.db, what the learners did here. Precious: never lost, never rewritten.
 *
 * The event chain (event.h) is the truth; all else in the file is derived from it and can be rebuilt. This header
 * opens the record and holds what every act needs; the acts stand by idea:
 *
 *   learner.h   names, badges, roles and rights of the people of a device that many use
 *   learner_site.h  those whom a site lists for all of its devices
 *   elsewhere.h  what those passed on other devices
 *   foreign.h    the logs of other devices
 *   pin.h       their PINs
 *   progress.h  modules opened, sections seen and done, positions, what is new: the state of a module
 *   attempt.h   quizzes: attempts, answers, results
 *   recall.h    what is about to be forgotten
 *   note.h      field notes, fetch requests
 *   gap.h       what was looked for in vain
 *   solved.h    whether a module solved what it was opened for
 *   hint.h      what was offered at the moment of need
 *   attendance.h  who was in a live session
 *   roll.h        who was in one, as it told its trainer
 *   room.h      live sessions at this moment
 *   element.h   where a learner stands with the elements of a programme
 *   share.h     whether that may leave the device
 *   verify.h    walking the chain, checkpoints
 *   signoff.h   signatures under modules that ask for one
 *   erase.h     a learner is forgotten
 *   copy.h      verified copies of it
 *   heal.h      it was damaged
 *   tidy.h      what goes when its time is over
 *
 * Each act that a learner would name is one transaction with one flush: when it returns true it is on disk, when it
 * returns false nothing of it is. Several processes may use one record at once. A record is used by one thread.
 *
 * Results of queries are allocated in the arena that is passed; texts are NUL-terminated, never NULL ("" where there
 * is none). Times are milliseconds since 1970 UTC (0: never), durations milliseconds, hashes and revisions lower-case
 * hexadecimal. A module's address is `channel/module`, a section's `channel/module#anchor`. */
#ifndef CRIB_RECORD_RECORD_H
#define CRIB_RECORD_RECORD_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record;

/* Opens the record, made (mode 0600, with its directory) where there is none. Writes nothing to an existing one. A
 * file that is corrupt, of a newer schema or no database is refused and left as it is. NULL on failure. Programs open it by
 * heal_open, which does so and mends what is damaged. */
struct record *record_open(const char *path, struct error *err);

/* Opens an existing record to read; acts on it fail with EX_NOPERM. One of an older schema is migrated first, where this
 * account may write to it. */
struct record *record_open_read(const char *path, struct error *err);

/* Moves what the write-ahead log holds into the file, then closes. NULL is allowed. */
void record_close(struct record *r);

/* Was damage met in it since it was opened, by this process or another one? Then it is to be closed, and opened by heal_open. */
bool record_damaged(const struct record *r);

/* Changes whenever another process wrote to the record: an open screen asks it and draws again. */
int64_t record_version(struct record *r);

/* Call when nobody waits (the hub is idle): moves the write-ahead log into the file when it has grown. Acts leave
 * that to this call and record_close, so that each stays one flush. Failure is harmless and left for next time. */
void record_rest(struct record *r);

/* The local number of an account (operating-system user, badge, name), made at its first use: event `learner.added`.
 * On a record opened to read an unknown account gives 0 and true. */
bool record_learner(struct record *r, const char *account, int64_t *learner, struct error *err);

/* Circumstances written into each event that follows, until set again. NULL members are left out. Copied. */
struct circumstances {
    const char *stage;     /* of the work */
    const char *asset;     /* tag of the equipment at hand */
    const char *order;     /* work order */
    const char *programme; /* `channel/id` */
    const char *element;   /* of the programme */
    const char *session;   /* live event */
};
bool record_circumstances(struct record *r, const struct circumstances *c, struct error *err);

/* A section as the module's current content has it. */
struct section_ref {
    const char *anchor;
    const char *hash; /* of its text, 64 hexadecimal digits */
};

/* What an act is about: a module (or page) as it is now on this device. Members that are NULL or 0 are left out of the
 * event. Pass the sections, as far as they are known, to each act: the record keeps what the learner met when. */
struct subject {
    const char *module;   /* `channel/module`, required */
    const char *iri;      /* the channel's, for statements */
    const char *title;    /* for statements, once the module is gone from the library */
    const char *language; /* BCP 47 */
    const char *revision; /* hash of the module's source */
    bool has_quiz;        /* then all sections done is not yet passed */
    const struct section_ref *sections;
    size_t section_count;
};

/* Builds everything derived anew from the events, in one transaction. Positions and contents stay. */
bool record_rebuild(struct record *r, struct error *err);

#endif
