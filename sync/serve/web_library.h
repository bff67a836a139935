/* web_library: the text of the modules of the channels that are served, in a library of the server's own.
 *
 * A thread makes it from the channels' packs, and brings it up to date when a channel.json has changed: those who ask
 * meanwhile get what there was before. Of each channel all groups are taken; drafts are in no pack, and are not taken from
 * one either. A channel whose packs can't be read keeps what it had, one line on standard error says so, and it is tried again later. */
#ifndef CRIB_SERVE_WEB_LIBRARY_H
#define CRIB_SERVE_WEB_LIBRARY_H

#include "core/base/error.h"
#include "core/base/file.h"
#include "sync/serve/files.h"

#include <stdbool.h>
#include <stdint.h>

struct web_library;

/* Starts making the library of all channels in files (borrowed): in data/pages, where it stays for the next start, or in a
 * temporary directory where data is NULL. NULL on failure. */
struct web_library *web_library_open(const struct files *files, const char *data, struct error *err);
void web_library_close(struct web_library *l); /* NULL is allowed */

/* For library_open, with LIBRARY_READ and LIBRARY_ALONE. */
const struct places *web_library_places(const struct web_library *l);

/* Has a look whether a channel was published anew, at most once a second. Any thread may call it. */
void web_library_look(struct web_library *l);

/* Waits until all channels were read once; false after wait_ms without. */
bool web_library_wait(struct web_library *l, int64_t wait_ms);

/* Another number after each change. */
uint64_t web_library_generation(const struct web_library *l);

/* Whoever opens handles on the library does it between these two: while it is being written, an opener would take its index
 * for one that was left behind, and mend it. false, without waiting, where that is so now and wait is not set. */
bool web_library_enter(struct web_library *l, bool wait);
void web_library_leave(struct web_library *l);

#endif
