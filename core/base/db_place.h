/* db_place: what the place where a database lies allows. Reading in WAL mode takes memory that all processes share, a file beside
 * the database, and what people read must be there where no such file can be made. Internal to core/base. */
#ifndef CRIB_BASE_DB_PLACE_H
#define CRIB_BASE_DB_PLACE_H

#include "core/base/buf.h"

#include <stdbool.h>

/* That memory is not shared across machines. */
bool place_on_network(const char *path);

/* Nothing can be written in its directory, and nothing waits in its WAL: nobody here changes it, the file alone is the whole. */
bool place_stands_alone(const char *path);

/* What is said to SQLite behind a file's name. */
#define PLACE_AS_IT_STANDS "?immutable=1" /* nobody changes it */
#define PLACE_FULL "?readonly_shm=1"      /* the file beside it can be made, but not be written: its index is kept in this process */

/* Appends the URI of the file at path, with one of these. */
bool place_uri(const char *path, const char *way, struct buf *uri);

#endif
