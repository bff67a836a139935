/* graft: a damaged record whose first page is lost, which says where all else is: beside it, a file that has the one of its copy.
 * Internal to core/record.
 *
 * A copy is made page by page (copy.h): until the schema changes, what its first page says holds for the record as well. What is
 * read so proves itself or is left, as with all that is salvaged. */
#ifndef CRIB_RECORD_GRAFT_H
#define CRIB_RECORD_GRAFT_H

#include <stdbool.h>

enum { GRAFT_PATH = 4300 };

/* Writes `damaged`.graft, whose name comes in path. false: it can't be made, and nothing is left of it. */
bool graft_make(const char *damaged, const char *copy, char path[GRAFT_PATH]);

void graft_drop(const char *path);

#endif
