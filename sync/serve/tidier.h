/* tidier: the thread that moves what was committed from the store's log into its file, while the writer commits further.
 *
 * Done by a commit that happens to fill the log, it would hold up all who wait for that commit, many times as long as the
 * others. */
#ifndef CRIB_SERVE_TIDIER_H
#define CRIB_SERVE_TIDIER_H

#include "core/base/error.h"
#include "sync/serve/store.h"

struct tidier;

/* Opens the store in dir once more and starts the thread. NULL on failure. */
struct tidier *tidier_open(const char *dir, struct error *err);

/* For the writer, with its own store, when everybody was told of a commit: wakes the tidier when the log is long; helps
 * where little is left, so that the log can begin anew, or where the disk can't follow. */
void tidier_committed(struct tidier *t, struct store *writer);

/* store_overwrite, which must not meet the tidier; where a reader keeps it from that, the tidier goes on trying. */
void tidier_overwrite(struct tidier *t, struct store *writer);

void tidier_finish(struct tidier *t); /* ends the thread; NULL is allowed */
void tidier_close(struct tidier *t);  /* the same, and frees it */

#endif
