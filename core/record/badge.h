/* badge: what a scanner reads becomes a keyed hash. Internal to core/record.
 *
 * A badge is whatever a scanner or a card reader types: folded (text_fold) and without blanks, so that `ab 12` on the
 * card, `AB12` from one scanner and full-width letters from another are one badge. Kept is BLAKE2b-256 of that, keyed with
 * a secret of 32 random bytes that is made with the first badge and lies in the record (mode 0600): a list of hashes
 * alone gives no badge away, not even the short numbers that most badges hold. Whoever owns the record owns the secret. */
#ifndef CRIB_RECORD_BADGE_H
#define CRIB_RECORD_BADGE_H

#include "core/record/chain.h"

enum { BADGE_HASH = 32, BADGE_SECRET = 32 };

/* Appends the badge as it is hashed. */
void badge_normal(struct buf *out, const char *badge);

void badge_hash(const unsigned char secret[BADGE_SECRET], struct str normal, unsigned char hash[BADGE_HASH]);

/* The newest secret, made where there is none: within a transaction. */
bool badge_secret(struct record *r, unsigned char secret[BADGE_SECRET], struct error *err);

/* Who wears the badge and was not removed: 0 for nobody. Looked for under each secret that the record has, so that badges
 * stay good when the site's own takes the place of the local one. */
bool badge_holder(struct record *r, const char *badge, int64_t *learner, struct error *err);

#endif
