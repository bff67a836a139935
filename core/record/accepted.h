/* accepted: which learning record stores the configuration accepts, and for which channels.
 *
 *     lrs:
 *       endpoint: https://lrs.example.com/xapi      # for all channels that are not named below
 *       credentials: /etc/crib/lrs                  # a file; without it, ~/.netrc is asked
 *       ca: plant-ca.pem                            # certificates in place of the system's
 *       vendor: no                                  # nothing about this channel leaves
 *       plant:
 *         endpoint: https://other.example.com/xapi
 *         credentials: lrs-plant                    # beside config.yaml
 *
 * Where no endpoint is named for all, the site that this device is enrolled at takes the statements, at URL/xapi (and
 * `endpoint: no` keeps them):
 *
 *     site: {url: https://site.example.com, credentials: site.key}
 *
 * A channel may propose an LRS; nothing here reads that. The file of credentials holds one line: `key:secret` for Basic
 * authentication, or `Bearer TOKEN`; it must be readable by nobody but its owner and group. */
#ifndef CRIB_RECORD_ACCEPTED_H
#define CRIB_RECORD_ACCEPTED_H

#include "core/base/arena.h"
#include "core/base/config.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct lrs {
    const char *channel;     /* "" for all that have no entry of their own */
    const char *endpoint;    /* without a slash at its end; "" where nothing may leave */
    const char *credentials; /* path of the file, "" for ~/.netrc */
    const char *ca;          /* path of a file of certificates, "" for the system's */
};

struct accepted {
    const struct lrs *items;
    size_t count;
};

/* Reads the keys `lrs` and `site`; without them the list is empty. EX_CONFIG, with file and line, for what is not understood: then
 * nothing leaves at all. Texts in the arena. */
bool accepted_read(struct arena *a, const struct config *c, struct accepted *accepted, struct error *err);

/* The site that this device is enrolled at, its URL (without a slash at its end) being the endpoint: "" where it is at none.
 * EX_CONFIG as above. */
bool accepted_site(struct arena *a, const struct config *c, struct lrs *site, struct error *err);

/* Where statements about that channel may go; NULL: nowhere. */
const struct lrs *accepted_for(const struct accepted *accepted, const char *channel);

/* The Authorization header's value for this LRS, into *value; NULL where it has no file of credentials. EX_CONFIG,
 * EX_NOINPUT or EX_NOPERM when the file can't be used. */
bool accepted_authorization(struct arena *a, const struct lrs *lrs, const char **value, struct error *err);

#endif
