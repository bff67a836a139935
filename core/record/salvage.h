/* salvage: what a damaged record still holds beyond a copy of it. Internal to core/record.
 *
 * The chain tells what can be trusted: an event is taken when its payload fits its commitment, and its link the one before,
 * from the copy's last event on; the first that does not ends its log there. A log of another device ends at the last checkpoint up
 * to which it holds. So no damaged byte gets into the record, and
 * nothing that can still be read and proved is lost. */
#ifndef CRIB_RECORD_SALVAGE_H
#define CRIB_RECORD_SALVAGE_H

#include "core/record/record.h"

struct salvaged {
    int64_t events;     /* that the copy didn't have */
    int64_t foreign;    /* of other devices' logs, the same */
    bool foreign_short; /* not all that was there of these: the site has it */
};

/* Adds to r, a copy that nothing was appended to yet (or an empty record), what can be read of the database at path, which is
 * only read. What was erased there since is erased in r. Being able to read nothing is no failure. copy (NULL allowed): the file that
 * r was made of, whose first page does for one that is lost (graft.h). */
bool salvage(struct record *r, const char *path, const char *copy, struct salvaged *result, struct error *err);

/* Erases in r, a copy, who was forgotten since in the record at path that the copy was made of. */
bool salvage_forgotten(struct record *r, const char *path, int64_t now_ms, struct error *err);

#endif
