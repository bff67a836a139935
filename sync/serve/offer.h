/* offer: which of the given public keys is a published channel's: the one that a device that enrols pins. */
#ifndef CRIB_SERVE_OFFER_H
#define CRIB_SERVE_OFFER_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "sync/serve/files.h"
#include "sync/serve/lrs.h"

#include <stdbool.h>

/* The key that a word of the command line is (RWQ..., or a file that holds it), as base64 in the arena; NULL on failure. */
const char *offer_key(struct arena *a, const char *word, struct error *err);

/* All channels that are served, each with the key of keys (base64) whose signature it has: channel.json's, or where the
 * keys were changed since, that of the first set that was introduced. A key that signs none of them is an error
 * (EX_DATAERR): no device should be told a wrong one. Texts in the arena, or files'. */
bool offer_channels(struct arena *a, const struct files *files, struct strings keys, struct offered **list, struct error *err);

#endif
