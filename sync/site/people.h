/* people: a site's list of learners on its way: written, signed and sealed (sealed.h) by crib serve, opened by a device of the site.
 *
 *   message = "crib-learners-1" 00, then JSON:
 *             {"version": N, "secret": HEX, "learners": [{"id", "name", "badge": HEX or null, "roles": [...], "rights": [...], "account"}]}
 *
 * What those people passed on other devices goes the same way:
 *
 *   message = "crib-results-1" 00, then JSON:
 *             {"through": N, "more": BOOL, "passed": [{"person", "home", "activity", "at": MS, "revision", "score", "device"}],
 *              "logs": N, "own": [[HEX, SEQ], ...]}
 *
 * device is the name, at the site, of the one that handed the statement in: what it says of anybody is taken on its word.
 * logs and own say how things stand with logs (log_list.h), so that nobody has to ask: the newest change of those of other
 * devices, and how far the site has this one's own. An older site says nothing of them.
 *
 * The device made its key when it enrolled, and got the site's public key and the secret of its badges then, the secret sealed
 * as well; a list says the secret of its own badges, which may be a newer one (without "secret", as earlier sites wrote it, it
 * is the one of the enrolment). A list opens on that device alone, and is the site's alone; a badge can't be guessed from it
 * without the secret. */
#ifndef CRIB_SYNC_SITE_PEOPLE_H
#define CRIB_SYNC_SITE_PEOPLE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/record/event.h"
#include "core/record/learner_site.h"
#include "sync/site/sealed.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    SECRET_SEALED = SITE_SECRET + 48,
    PEOPLE_BYTES = 16 << 20 /* a sealed list */
};

/* version, secret and people of the list; appends the sealed bytes. */
bool people_seal(const struct site_list *list, const unsigned char signing[SIGNING_KEY], const unsigned char box[BOX_KEY],
                 struct buf *out, struct error *err);

/* What a device keeps of its site (site.people, beside config.yaml). */
struct people_keys {
    unsigned char box[BOX_KEY], box_secret[BOX_KEY]; /* the device's own */
    bool enrolled;                                   /* the site told what follows */
    unsigned char site[SITE_KEY], badges[SITE_SECRET];
};

/* Opens what came from the site, into the list: texts in the arena. EX_DATAERR for what is not sealed to this device, not
 * signed by its site, or no list. */
bool people_open(struct arena *a, const char *bytes, size_t n, const struct people_keys *keys, struct site_list *list,
                 struct error *err);

/* What somebody passed, as a statement says it. */
struct people_pass {
    int64_t through; /* where it stands among the site's statements */
    const char *person, *home_page, *activity, *revision;
    int64_t at;
    double score;
    const char *device; /* "" where an earlier site did not say it */
};

struct people_log {
    unsigned char id[EVENT_LOG];
    uint64_t last;
};

struct people_passes {
    int64_t through; /* all up to here was looked through */
    bool more;       /* ... and others follow */
    const struct people_pass *items;
    size_t count;
    bool logs_told; /* the site keeps logs, and says of them: */
    int64_t logs;
    const struct people_log *own;
    size_t own_count;
};

bool people_seal_passes(const struct people_passes *passes, const unsigned char signing[SIGNING_KEY],
                        const unsigned char box[BOX_KEY], struct buf *out, struct error *err);
bool people_open_passes(struct arena *a, const char *bytes, size_t n, const struct people_keys *keys, struct people_passes *passes,
                        struct error *err);

#endif
