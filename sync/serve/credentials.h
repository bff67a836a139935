/* credentials: who a request is from, by its Authorization header (RFC 7617): a name and a token that are known here.
 *
 * Of those who are not, so many from one address are told so at once and then one a second; the others are told to come later.
 * Whoever is known is let in all the same, however many others share the address with them. */
#ifndef CRIB_SERVE_CREDENTIALS_H
#define CRIB_SERVE_CREDENTIALS_H

#include "core/base/arena.h"
#include "sync/serve/workers.h"

#include <microhttpd.h>

/* 0: it is *who, their name is in a. Else how the request is refused, and *why: 401, 429 (with Retry-After), 503. */
unsigned credentials_read(struct workers *w, struct arena *a, struct MHD_Connection *c, struct client *who, const char **name,
                          const char **why);

#endif
