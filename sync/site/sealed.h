/* sealed: what a site says to one of its devices alone.
 *
 *   sealed = libsodium's crypto_box_seal, to the device's key, of: the site's Ed25519 signature over message (64 bytes), message
 *
 * A message begins with a tag and its NUL, so that nothing which the site signed can be taken for something else. */
#ifndef CRIB_SYNC_SITE_SEALED_H
#define CRIB_SYNC_SITE_SEALED_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/record/learner_site.h"

enum { BOX_KEY = 32, SIGNING_KEY = 64 };

/* Begins a message in plain (empty before): with room for the signature, and the tag. */
void sealed_begin(struct buf *plain, const char *tag);

/* Signs what was begun, and appends it, sealed, to out. */
bool sealed_end(struct buf *plain, const unsigned char signing[SIGNING_KEY], const unsigned char box[BOX_KEY], struct buf *out,
                struct error *err);

struct people_keys;

/* What stands behind the tag, in the arena. EX_DATAERR where it is not sealed to this device, not signed by its site, or has
 * another tag. */
bool sealed_open(struct arena *a, const char *bytes, size_t n, const struct people_keys *keys, const char *tag, struct str *message,
                 struct error *err);

#endif
