/* remote_sync: what is published elsewhere comes to this device.
 *
 * A device that is enrolled at a site asks it for its roles first, over the same connection. What the hub queued in the record
 * is fetched with the next sync, and stays from then on (wishes.h). */
#ifndef CRIB_SYNC_CHANNEL_REMOTE_SYNC_H
#define CRIB_SYNC_CHANNEL_REMOTE_SYNC_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/library/library.h"
#include "core/library/trust.h"
#include "sync/channel/progress.h"
#include "sync/site/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct remote_options {
    const char *only;    /* a URL: this channel alone; NULL: all */
    bool dry;            /* tell what is new, and change nothing */
    int64_t limit_rate;  /* bytes a second, 0 for no limit */
    struct progress *progress;
    bool quiet;          /* a person is told nothing but what is wrong */
};

/* What became of one channel. */
struct remote_result {
    const struct trust_channel *channel; /* as it was before */
    struct error err;                    /* code 0: it succeeded */
    const char *id;
    int64_t version;
    int64_t published_ms, expires_ms;
    bool changed;     /* something was installed (dry: would be) */
    bool stale;       /* its expiry has passed */
    bool clock_wrong; /* this machine's clock is before the day on which it was published */
    size_t received;  /* bytes of files */
    int64_t ahead_s;  /* the server's clock against this one's; 0 where it doesn't say */
    struct library_result library;
    struct diags *diags; /* close with diags_close; NULL where nothing was installed */
};

/* Syncs them side by side. false when it can't begin at all (EX_TEMPFAIL: another crib is syncing); one channel's failure is
 * its result's, and the site's (EX_NOPERM: to be said by the caller) that of *asked. */
bool remote_sync(struct arena *a, const struct places *places, struct library *library,
                 const struct remote_options *options, struct remote_result **results, size_t *count,
                 struct site_asked *asked, struct error *err);

#endif
