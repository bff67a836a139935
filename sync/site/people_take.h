/* people_take: a device's part of a site's list of learners: its keys, and the list taken at each sync. */
#ifndef CRIB_SYNC_SITE_PEOPLE_TAKE_H
#define CRIB_SYNC_SITE_PEOPLE_TAKE_H

#include "core/base/config.h"
#include "core/base/file.h"
#include "core/record/accepted.h"
#include "sync/channel/fetch.h"
#include "sync/site/people.h"

/* The keys of site.people. make: made, and on disk, where there are none; else box_secret is zero then. EX_DATAERR where the
 * file is something else. */
bool people_keys_read(struct arena *a, const struct places *places, bool make, struct people_keys *keys, struct error *err);

/* What the site told at enrolment: its key, and its badges' secret, sealed; both in hexadecimal digits. EX_DATAERR for what
 * is none. */
bool people_keys_told(struct arena *a, const struct places *places, const char *site, const char *sealed, struct error *err);

/* Does anybody but this account's owner learn here? */
bool people_wanted(struct arena *a, const struct places *places);

/* Asks the site, over f, for its list, and for what those on it passed elsewhere, and what it says of logs (logs_take.h), and takes what is new into the record, where several people share this account, or a
 * kiosk is configured: nobody else needs to know who the others are. Without a network, and without a list, all stays as it
 * is; that is no failure. What changed is said on stderr, unless quiet. */
bool people_ask(struct arena *a, const struct places *places, const struct lrs *site, struct fetch *f, bool quiet,
                struct error *err);

#endif
