/* credentials: who a request is from, by its Authorization header (RFC 7617): a name and a token that are known here. */
#ifndef CRIB_SERVE_CREDENTIALS_H
#define CRIB_SERVE_CREDENTIALS_H

#include "core/base/arena.h"
#include "sync/serve/workers.h"

/* given: the header, NULL allowed. The name goes to a. false where it is nobody, or err was filled. */
bool credentials_read(struct workers *w, struct arena *a, const char *given, struct client *who, const char **name,
                      struct error *err);

#endif
