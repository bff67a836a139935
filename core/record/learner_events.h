/* learner_events: the events of learner.h, each appended within a transaction. Internal to core/record. */
#ifndef CRIB_RECORD_LEARNER_EVENTS_H
#define CRIB_RECORD_LEARNER_EVENTS_H

#include "core/record/badge.h"
#include "core/record/learner.h"

bool say_named(struct record *r, int64_t number, const char *name, int64_t by, struct error *err);
bool say_badge(struct record *r, int64_t number, const unsigned char *hash, int64_t by, struct error *err); /* NULL: none */
bool say_roles(struct record *r, int64_t number, struct strings roles, int64_t by, struct error *err);
bool say_rights(struct record *r, int64_t number, unsigned rights, int64_t by, struct error *err);
bool say_account(struct record *r, int64_t number, const char *account, int64_t by, struct error *err); /* "": none */

bool say_person(struct record *r, int64_t number, const char *person, struct error *err);
bool say_removed(struct record *r, int64_t number, int64_t by, struct error *err); /* the PIN goes, too */

/* EX_DATAERR where it is no account, or another learner's. */
bool account_fits(struct record *r, int64_t number, const char *account, struct error *err);

/* A new learner, who has no name yet. */
bool learner_new(struct record *r, int64_t *number, struct error *err);

/* Do the lists say the same, in the same order? */
bool learner_same_strings(struct strings a, struct strings b);

/* The badge's hash under the newest secret, for this learner: EX_DATAERR where another one wears it. */
bool badge_take(struct record *r, int64_t number, const char *badge, unsigned char hash[BADGE_HASH], struct error *err);

#endif
