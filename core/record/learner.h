/* learner: the people of a device that many use: names, badges, roles and rights.
 *
 * Everybody in the record is a learner with a local number (record_learner). An operating-system account needs nothing
 * more. Who shares a terminal has a display name and, as the site wants it, a badge (badge.h) and a PIN (pin.h), content
 * roles, and rights. Who typed a name at a shared account before there were badges is a learner of that name too.
 *
 * The events are the truth; each names its learner and, in `by`, who did it (left out: the account the record is of):
 *
 *   learner.named    {"name": TEXT}             is here (again) under this name
 *   learner.badge    {"badge": HEX or null}     the keyed hash, never the badge
 *   learner.roles    {"roles": [TEXT, ...]}     none: the configuration's hold
 *   learner.rights   {"rights": [TEXT, ...]}
 *   learner.account  {"account": TEXT or null}   the name that statements of theirs leave under (binding.h)
 *   learner.removed  {}                         stays in the record, can't badge in, the badge is free
 *   learner.site     {"person": TEXT}           (learner_site.h)
 *   learner.pin      (pin.h)
 *
 * Names are compared folded: case, accents and blanks make no other person. Two people may have one name if at most one
 * of them has no badge. A badge is worn by one person. */
#ifndef CRIB_RECORD_LEARNER_H
#define CRIB_RECORD_LEARNER_H

#include "core/base/strings.h"
#include "core/record/record.h"

enum {
    LEARNER_NAME_MOST = 100,  /* bytes */
    LEARNER_BADGE_MOST = 200, /* bytes */
    LEARNER_ACCOUNT_MOST = 200, /* bytes */
};

/* What a person may do: rights, never roles. */
enum right {
    RIGHT_LEARNER = 1,
    RIGHT_TRAINER = 2,
    RIGHT_SUPERVISOR = 4,
    RIGHT_AUTHOR = 8,
    RIGHT_ADMINISTRATOR = 16,
};

struct learner {
    int64_t number;       /* 0: there is none */
    const char *name;     /* as shown: the display name, or an account's */
    const char *account;  /* as record_learner knows it */
    const char *sent_as;  /* the name that statements of theirs leave under, at the configured homepage; "" for none: nothing leaves */
    const char *person;   /* who it is on the site's list (learner_site.h); "": is not on one */
    struct strings roles; /* none: the configuration's hold */
    unsigned rights;      /* enum right */
    bool badge, pin;      /* has one? */
    bool removed;
    bool site;            /* has a display name; false: an operating-system account */
};

/* ---- reading ---- */

/* A number of nobody gives number 0. */
bool learner_get(struct record *r, struct arena *a, int64_t number, struct learner *who, struct error *err);

/* In the order of names. */
enum { LEARNERS_REMOVED = 1, LEARNERS_ACCOUNTS = 2 }; /* those too */
bool learner_list(struct record *r, struct arena *a, unsigned flags, struct learner **rows, size_t *count,
                  struct error *err);

/* Who wears the badge; 0 for nobody, and for who was removed. */
bool learner_by_badge(struct record *r, const char *badge, int64_t *number, struct error *err);

/* Who has the name; *count how many have it, *number one of them (0: none). The removed don't count. */
bool learner_by_name(struct record *r, const char *name, int64_t *number, int64_t *count, struct error *err);

/* What was scanned or typed: a badge, else (where names are taken) a whole name. */
enum learner_found { LEARNER_NOBODY, LEARNER_BADGE, LEARNER_NAME, LEARNER_SEVERAL };
bool learner_find(struct record *r, const char *said, bool names, enum learner_found *found, int64_t *number,
                  struct error *err);

/* How many have all of these rights and, where asked for, a PIN. The removed don't count. */
bool learner_count(struct record *r, unsigned rights, bool with_pin, int64_t *count, struct error *err);

/* ---- writing: each is one transaction; by: who does it, 0 for the account that the record is of ---- */

struct learner_row {
    const char *name;     /* required */
    const char *badge;    /* NULL, "": none; leaves the one that is there */
    struct strings roles; /* items NULL: leaves those that are there */
    unsigned rights;      /* 0: leaves those that are there, a learner's for who is new */
    const char *account;  /* that statements leave under; NULL, "": leaves the one that is there */
};

/* Adds one. EX_DATAERR where the badge is worn or the name without badge is taken; who added themselves by that name
 * before, or was removed and comes back, goes on with their own record. */
bool learner_add(struct record *r, const struct learner_row *row, int64_t by, int64_t *number, struct error *err);

/* A whole list in one transaction; what is there as the list says it writes nothing, so that a list can be taken again. A
 * row is who wears its badge, else who has its name and no badge; else it is new; nobody may be in it twice. The first row that can't be taken
 * ends it with nothing done: *bad is its index (count: none of them). dry: says what would be done, and undoes it. */
struct learner_taken {
    size_t added, changed, same;
};
bool learner_take(struct record *r, const struct learner_row *rows, size_t count, int64_t by, bool dry,
                  struct learner_taken *taken, size_t *bad, struct error *err);

bool learner_name_set(struct record *r, int64_t number, const char *name, int64_t by, struct error *err);
bool learner_badge_set(struct record *r, int64_t number, const char *badge, int64_t by, struct error *err); /* "": none */
bool learner_roles_set(struct record *r, int64_t number, struct strings roles, int64_t by, struct error *err);
bool learner_rights_set(struct record *r, int64_t number, unsigned rights, int64_t by, struct error *err);

/* Under which name, at the configured homepage, what they complete is sent from now on, and what of it was not sent yet; "":
 * nothing is. EX_DATAERR where it is somebody else's. */
bool learner_account_set(struct record *r, int64_t number, const char *account, int64_t by, struct error *err);

/* The PIN goes, too. */
bool learner_remove(struct record *r, int64_t number, int64_t by, struct error *err);

/* The learner of a display name who added themselves at a shared account: found, or added. */
bool learner_self(struct record *r, const char *name, int64_t *number, struct error *err);

/* ---- words ---- */

/* The name as it is kept: in NFC, with single blanks. NULL (EX_USAGE) where nobody can have it. */
const char *learner_name_fits(struct arena *a, const char *said, struct error *err);

/* "trainer, supervisor"; a learner's right is said only where it is the only one. */
const char *rights_text(struct arena *a, unsigned rights);

/* The other way round; a learner's is always among them. EX_USAGE with the nearest for an unknown one. */
bool rights_parse(struct strings words, unsigned *rights, struct error *err);

#endif
