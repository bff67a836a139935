/* learner_site: the people of a site, whom one list gives to each of its devices.
 *
 * The list comes with crib sync (sync/site/people.h). It says all of who somebody is: name, badge, roles, rights, account; and
 * a person's id, by which devices know that it is one person. Who was added on the device before is that person where the
 * account is the same, else the badge (hashed with the site's secret), else the name, if one of the two has no badge. Who was
 * on the list and is not any more is removed, as learner.h has it; who comes back goes on with their own record. Who never was
 * on it stays as they are, without a badge that the list gives to somebody else. PINs are no list's. A list brings the secret of
 * its badges; with a new one, what was hashed with an older one is this device's own alone, and nobody's on a list.
 *
 *   learner.site  {"person": TEXT}   (said again at the beginning of a log that continues another)
 *   site.listed   {"site": HEX, "version": N, "anew": BOOL}   which list it was; anew: somebody came, or got another account */
#ifndef CRIB_RECORD_LEARNER_SITE_H
#define CRIB_RECORD_LEARNER_SITE_H

#include "core/record/learner.h"

enum { SITE_BADGE = 32, SITE_SECRET = 32, SITE_KEY = 32, PERSON_MOST = 64 };

struct site_person {
    const char *id;             /* up to PERSON_MOST bytes */
    const char *name;
    const unsigned char *badge; /* SITE_BADGE bytes: learner_site_badge; NULL: none */
    struct strings roles;
    unsigned rights;
    const char *account;        /* "": none */
    bool gone;                  /* was on it, and is not any more: the server's alone to know */
};

struct site_list {
    unsigned char site[SITE_KEY];      /* its public key */
    int64_t version;
    unsigned char secret[SITE_SECRET]; /* of its badges */
    const struct site_person *people;
    size_t count;
};

/* The keyed hash of a badge, as it stands in a list. EX_DATAERR for what is no badge. */
bool learner_site_badge(const unsigned char secret[SITE_SECRET], const char *badge, unsigned char hash[SITE_BADGE],
                        struct error *err);

/* The version of the site's list that was taken last; 0: none. */
bool learner_site_version(struct record *r, const unsigned char site[SITE_KEY], int64_t *version, struct error *err);

/* Takes the list in one transaction. The version that was taken already changes nothing; an older one is refused
 * (EX_DATAERR), as are two people with one id, badge or account. */
struct site_taken {
    size_t added, changed, removed;
    bool anew; /* somebody came, or has another account */
};
bool learner_site_take(struct record *r, const struct site_list *list, struct site_taken *taken, struct error *err);

#endif
