/* people: the site's list of learners: taken from a spreadsheet, and given, signed and sealed, to the devices of the site.
 *
 * Badges are hashed with a secret that each enrolled device knows. A device that was revoked knows it still: the next list that
 * is taken (the spreadsheet has the badges, the server only their hashes) is hashed with a new one, and says it to the devices
 * that are left. What the revoked one has can't be taken back: by the list that it took, and the secret of that, badges of
 * those on it can be tried out for ever; later lists, and badges that are given out from then on, are out of its reach.
 *
 * Whoever stays in the list keeps their id, by which devices know them: it is who has the same account, else the same badge,
 * else the same name, where that is plain. (After a new secret, who left the list before it and comes back is known by account
 * alone.) A new version is above all before, and not below the seconds since 1970: a server
 * that was set back to an older copy goes on above what its devices have seen. */
#ifndef CRIB_SERVE_PEOPLE_H
#define CRIB_SERVE_PEOPLE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "sync/serve/store.h"

#include <stdbool.h>

/* Takes the list of the file (core/record/learner_csv.h), all or nothing, and says what it did. renewed: with a new secret of
 * the badges, even where no device was revoked. *roles: all that it names, each once. */
bool people_take(struct arena *a, struct store *s, const char *file, bool renewed, bool as_json, struct strings *roles, struct error *err);

/* The token of that name counts no more; *knew: it belongs to a device that knows the secret of the badges, which are hashed
 * with a new one when the next list is taken. EX_USAGE where there is none of that name. */
bool people_revoke(struct store *s, const char *name, bool *knew, struct error *err);

/* Was a device revoked that knows the secret with which the newest list is hashed? */
bool people_stale(struct arena *a, struct store *s, bool *stale, struct error *err);

/* Sees to it that the site has its keys. */
bool people_ready(struct arena *a, struct store *s, struct error *err);

/* What a device that enrolled is told, both in hexadecimal digits: the site's public key, and the secret of its badges, sealed to
 * the device. NULL in both where the device told no key. */
bool people_told(struct arena *a, struct store *s, const char *device, const char **site, const char **badges, struct error *err);

/* With what the site signs, and seals to the device; *told false: it has no keys, or the device told none. */
bool people_sealing(struct arena *a, struct store *s, const char *device, unsigned char signing[SIGNING_KEY],
                    unsigned char box[BOX_KEY], bool *told, struct error *err);

/* The list's version; 0: there is none yet. */
bool people_version(struct arena *a, struct store *s, int64_t *version, struct error *err);

/* The list sealed to the device, appended to out; nothing where there is none, or the device told no key. */
bool people_for(struct arena *a, struct store *s, const char *device, struct buf *out, struct error *err);

/* What those on the list passed elsewhere than on this device, behind `after`, sealed to it and appended to out; nothing where it
 * told no key. */
bool people_passes_for(struct arena *a, struct store *s, const char *device, int64_t after, struct buf *out, struct error *err);

#endif
