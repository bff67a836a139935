/* site: the server that this device is enrolled at: what it answers, and what it says of roles.
 *
 * What came is hostile until it was read: bounded texts without control characters, keys that are keys. */
#ifndef CRIB_SYNC_SITE_SITE_H
#define CRIB_SYNC_SITE_SITE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/strings.h"
#include "core/record/accepted.h"
#include "sync/channel/fetch.h"

#include <stdbool.h>
#include <stddef.h>

enum { SITE_ANSWER_MOST = 64 * 1024, SITE_ROLES_MOST = 64, SITE_CHANNELS_MOST = 64, SITE_SESSIONS_MOST = 8 };

struct site_channel {
    const char *id, *key; /* key: base64, "" where the site doesn't know it */
};

/* What a site gives for a code. */
struct enrolment {
    const char *name, *token, *home;
    const char *account; /* whose this device is; NULL: the site does not say */
    struct strings roles;
    const struct site_channel *channels;
    size_t count;
    const char *site, *badges; /* people_keys_told; NULL: an older site */
};

/* Reads the answer to POST /enrol (sync/serve/device.h); EX_DATAERR for what is none. Texts in the arena. */
bool site_read_enrolment(struct arena *a, const char *bytes, size_t n, struct enrolment *e, struct error *err);

/* Reads the answer to GET /roles. */
bool site_read_roles(struct arena *a, const char *bytes, size_t n, struct strings *roles, struct error *err);

/* Which live sessions are on there, by the same answer: their titles, at most SITE_SESSIONS_MOST; none where it says nothing of them. */
bool site_read_sessions(struct arena *a, const char *bytes, size_t n, struct strings *sessions);

/* What became of asking the site. */
struct site_asked {
    struct strings sessions; /* that are on there; */
    bool answered;           /* false: they are as they were */
    const char *url;    /* NULL: it was not asked; "": this device is at none */
    struct error err;   /* code 0: nothing is wrong there; EX_NOPERM: it knows this device no longer */
    struct error away;  /* why it could not be reached, and that is no failure: its last answer stands */
};

/* Asks the site, over f, for this device's roles, and keeps the answer (config_keep_site), unless dry. false where
 * asked->err is filled. */
bool site_ask_roles(struct arena *a, const struct places *places, const struct lrs *site, bool dry, struct fetch *f,
                    struct site_asked *asked);

#endif
