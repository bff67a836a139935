/* trust: what this device holds of the channels that it takes from elsewhere, in trust.db: where they are, whose
 * signature counts, and how new the newest thing was that they gave.
 *
 * It stands apart from the library, which is a cache and may be deleted: a device that forgot the highest version could
 * be given an older one again. crib-sync alone opens it. Taking a channel out forgets all of it: that is the way to a new
 * key when the old one is lost.
 *
 * Times are milliseconds since 1970. Texts live in the arena that the caller gives. */
#ifndef CRIB_LIBRARY_TRUST_H
#define CRIB_LIBRARY_TRUST_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trust;

/* What was accepted last. */
struct trust_seen {
    const char *id;      /* the channel's own; "" while nothing was accepted */
    int64_t key_set;     /* 0: the pinned key alone counts */
    struct strings keys; /* the valid ones, base64; the pinned key alone in set 0 */
    int64_t version, published_ms, expires_ms;
    struct str pointer;  /* channel.json as it came */
};

struct trust_channel {
    int64_t number;
    const char *url;         /* ends in a slash */
    const char *pinned;      /* base64 */
    const char *credentials; /* path of a file as accepted_authorization reads it; "" for ~/.netrc */
    const char *ca;          /* path of a file of certificates; "" for the system's */
    const char *etag;        /* of pointer; "" without */
    struct trust_seen seen;
    int64_t tried_ms, synced_ms; /* 0: never */
    const char *error;           /* one line, of the last try; "" where it succeeded */
};

/* Opens dir/trust.db, made where there is none (mode 0600). NULL on failure. */
struct trust *trust_open(const char *dir, struct error *err);
void trust_close(struct trust *t); /* NULL is allowed */

/* A channel to take from now on: of c, url, pinned, credentials and ca count. One that is there already keeps what was
 * accepted, and takes credentials and ca anew; EX_NOPERM when it is there with another key: neither the one that it was
 * added with nor one that was introduced since. */
bool trust_add(struct trust *t, const struct trust_channel *c, struct error *err);

/* By url or, where it is known, id. NULL with EX_NOINPUT where there is none. */
struct trust_channel *trust_find(struct trust *t, struct arena *a, const char *url_or_id, struct error *err);

/* In the order in which they were added. */
bool trust_channels(struct trust *t, struct arena *a, struct trust_channel **items, size_t *count, struct error *err);

/* Keeps what is accepted from now on. Refused, whatever the caller checked before: a version or a key set lower than the
 * one that stands (EX_NOPERM, another process may have been quicker), another id than before, and the id of another
 * channel (EX_DATAERR). */
bool trust_accept(struct trust *t, int64_t number, const struct trust_seen *seen, const char *etag, struct error *err);

/* Keeps how a try ended: error is NULL where it succeeded. */
bool trust_tried(struct trust *t, int64_t number, int64_t now_ms, const char *error, struct error *err);

/* Forgets the channel. */
bool trust_remove(struct trust *t, int64_t number, struct error *err);

/* A module that is wanted although it is outside of the roles; its channel's id need not be known yet. */
bool trust_wish(struct trust *t, int64_t number, const char *module, struct error *err);
bool trust_wishes(struct trust *t, struct arena *a, int64_t number, struct strings *modules, struct error *err);

#endif
