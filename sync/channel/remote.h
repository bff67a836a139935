/* remote: the channels of this device that are published elsewhere: adding, syncing, listing, removing them.
 *
 * A device that is enrolled at a site asks it for its roles first, over the same connection. One process syncs at a time
 * (sync.lock). What the hub queued in the record is fetched with the next sync, and
 * stays from then on. */
#ifndef CRIB_SYNC_CHANNEL_REMOTE_H
#define CRIB_SYNC_CHANNEL_REMOTE_H

#include "core/base/arena.h"
#include "core/base/command.h"
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

/* Are there any channels from elsewhere? Cheap, and makes nothing. */
bool remote_any(const struct places *places);

/* Syncs them side by side. false when it can't begin at all (EX_TEMPFAIL: another crib is syncing); one channel's failure is
 * its result's, and the site's (EX_NOPERM: to be said by the caller) that of *asked. */
bool remote_sync(struct arena *a, const struct places *places, struct library *library,
                 const struct remote_options *options, struct remote_result **results, size_t *count,
                 struct site_asked *asked, struct error *err);

/* The URL that a word of the command line stands for: a URL with a slash at its end, or the file URL of a directory that
 * holds a published channel; *url is NULL for anything else. */
bool remote_url(struct arena *a, const char *word, const char **url, struct error *err);

/* Adds it: key is the public key, or a file that holds it; credentials and ca are files or NULL. */
bool remote_add(struct arena *a, const struct places *places, const char *url, const char *key, const char *credentials,
                const char *ca, struct error *err);

/* Forgets it, and takes away its packs; *removed is false where there is none of that URL or id. What the library has of
 * it stays there. */
bool remote_remove(struct arena *a, const struct places *places, struct library *library, const char *what,
                   bool *removed, struct error *err);

/* All of them; none where there are none. */
bool remote_list(struct arena *a, const struct places *places, struct trust_channel **items, size_t *count,
                 struct error *err);

#endif
