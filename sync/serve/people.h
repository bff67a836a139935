/* people: the site's list of learners: taken from a spreadsheet, and given, signed and sealed, to the devices of the site.
 *
 * Whoever stays in the list keeps their id, by which devices know them: it is who has the same account, else the same badge,
 * else the same name, where that is plain. A new version is above all before, and not below the seconds since 1970: a server
 * that was set back to an older copy goes on above what its devices have seen. */
#ifndef CRIB_SERVE_PEOPLE_H
#define CRIB_SERVE_PEOPLE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "sync/serve/store.h"

#include <stdbool.h>

/* Takes the list of the file (core/record/learner_csv.h), all or nothing, and says what it did. */
bool people_take(struct arena *a, struct store *s, const char *file, bool as_json, struct error *err);

/* Sees to it that the site has its keys. */
bool people_ready(struct arena *a, struct store *s, struct error *err);

/* What a device that enrolled is told, both in hexadecimal digits: the site's public key, and the secret of its badges, sealed to
 * the device. NULL in both where the device told no key. */
bool people_told(struct arena *a, struct store *s, const char *device, const char **site, const char **badges, struct error *err);

/* The list's version; 0: there is none yet. */
bool people_version(struct arena *a, struct store *s, int64_t *version, struct error *err);

/* The list sealed to the device, appended to out; nothing where there is none, or the device told no key. */
bool people_for(struct arena *a, struct store *s, const char *device, struct buf *out, struct error *err);

/* What those on the list passed elsewhere than on this device, behind `after`, sealed to it and appended to out; nothing where it
 * told no key. */
bool people_passes_for(struct arena *a, struct store *s, const char *device, int64_t after, struct buf *out, struct error *err);

#endif
