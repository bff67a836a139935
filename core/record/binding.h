/* binding: under which account a learner's statements leave the device.
 *
 * A learner in the record is a local number; nothing of theirs is sent while it is bound to no account. The learner of an
 * operating-system account that nobody shares is bound to what the configuration says. Of a shared one's people each has an
 * account of their own (learner.h: sent_as), at the configured homepage; who has none, who added themselves by a name, and
 * who was removed before they had one, stays unbound. Of guests there is nothing to bind. */
#ifndef CRIB_RECORD_BINDING_H
#define CRIB_RECORD_BINDING_H

#include "core/record/record.h"

/* As xAPI's Agent has it (1.0.3, Data, 2.4.2.4). */
struct binding {
    const char *home_page; /* IRI; "" while unbound */
    const char *name;
};

/* Event `learner.bound`. Bound to that account already: writes nothing. */
bool record_bind(struct record *r, int64_t learner, const struct binding *account, struct error *err);

/* The learner's account now; both texts are "" while unbound. */
bool record_binding(struct record *r, struct arena *a, int64_t learner, struct binding *account, struct error *err);

/* Binds everybody who has an account of their own to it, at this homepage, in one transaction. Nobody to bind: writes nothing. */
bool record_bind_people(struct record *r, const char *home_page, struct error *err);

/* The name of the learner's own account; "" where there is none. */
bool record_own_account(struct record *r, struct arena *a, int64_t learner, const char **name, struct error *err);

/* The number of a learner that the record has under this account of the operating system, 0 where it has none: unlike
 * record_learner it adds nobody. */
bool record_learner_known(struct record *r, const char *account, int64_t *learner, struct error *err);

#endif
