/* salvage_parts: what the files of salvage.h have in common. Internal to core/record/salvage*.c. */
#ifndef CRIB_RECORD_SALVAGE_PARTS_H
#define CRIB_RECORD_SALVAGE_PARTS_H

#include "core/record/chain.h"
#include "core/record/salvage.h"

#include <sqlite3.h>

/* A statement on the damaged database; NULL where it can't be asked. */
sqlite3_stmt *salvage_ask(sqlite3 *from, const char *sql);

/* Is the column a blob of n bytes? */
bool salvage_blob(sqlite3_stmt *s, int column, size_t n);

/* The logs of other devices, each up to the last checkpoint to which it can be read and proves itself. Says in *result how many
 * events came, and whether any were left; *marked: whose payloads were erased here was read to its end, and they are erased in r. */
bool salvage_foreign(struct record *r, sqlite3 *from, struct salvaged *result, bool *marked, struct error *err);

#endif
