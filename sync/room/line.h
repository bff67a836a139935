/* line: the lines to whoever holds sessions: one for each socket of this host, and one to the site. */
#ifndef CRIB_SYNC_ROOM_LINE_H
#define CRIB_SYNC_ROOM_LINE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/config.h"
#include "core/base/error.h"

#include <stdbool.h>

struct lines;

/* config is borrowed. NULL when memory is out. */
struct lines *room_lines_open(const struct config *config, struct error *err);
void room_lines_close(struct lines *l); /* NULL is allowed */

/* The site that this device is enrolled at, as a place: its URL; "" for none. */
const char *room_lines_site(struct lines *l);

/* Posts the JSON there: a socket's path, or the site's URL. *status is 0 where nobody answered: why says so. answer is emptied
 * first. A place that could not be reached is left alone for a moment, and one that answered 429 or 503 as long as it said
 * (Retry-After): until then the status is that one, and the answer empty. false when memory is out, or the site's credentials
 * can't be used. */
struct line_answer {
    long status;
    struct buf body;
    char why[200];
};
bool room_lines_post(struct lines *l, const char *place, const char *path, const struct buf *json, struct line_answer *answer,
                     struct error *err);

#endif
