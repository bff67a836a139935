/* fetch: files of channels, several at once, from web servers (https, http) and directories (file), through libcurl.
 *
 * Made for thin lines: one connection is used for what follows on one another, nothing has a limit on its whole time (a
 * transfer ends when a minute brings less than a byte a second), a transfer that breaks goes on where it broke, now or at
 * the next start. Proxies come from the environment as libcurl reads it (https_proxy, no_proxy). Redirects are followed
 * within https, or from http; credentials stay with the origin that they are for. */
#ifndef CRIB_SYNC_CHANNEL_FETCH_H
#define CRIB_SYNC_CHANNEL_FETCH_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fetch;

/* Where files come from. Borrowed until fetch_run is done. */
struct fetch_source {
    const char *url;           /* ends in a slash */
    const char *authorization; /* the header's value, or NULL for what ~/.netrc has */
    const char *ca;            /* a file of certificates (PEM), "" for the system's */
};

enum fetch_outcome {
    FETCH_WHOLE,
    FETCH_SAME,    /* it still has the ETag that was given */
    FETCH_MISSING, /* the source answers, and has no such file */
    FETCH_FAILED,
};

struct fetch_result {
    enum fetch_outcome outcome;
    struct str bytes;          /* FETCH_WHOLE; gone when the call returns */
    const char *etag;          /* "" where there is none */
    int64_t date_ms;           /* the server's clock; 0 where it doesn't say */
    const struct error *error; /* FETCH_FAILED, FETCH_MISSING */
};

/* Borrowed until fetch_add returns, but for source and context. */
struct fetch_file {
    const struct fetch_source *source;
    const char *path;  /* below url, as it is called there; escaped here */
    const char *etag;  /* of what is here already; NULL or "" to fetch it anyway */
    size_t most;       /* bytes; more is a failure (EX_DATAERR), and no more are taken */
    const char *part;  /* a file that keeps what came of a transfer that breaks; NULL where it isn't worth it */
    void (*done)(void *context, const struct fetch_result *result); /* may add further requests */
    void *context;
};

/* limit_rate: bytes a second for all transfers together, 0 for no limit. NULL when memory is out. */
struct fetch *fetch_open(int64_t limit_rate, struct error *err);
void fetch_close(struct fetch *f); /* NULL is allowed */

/* Lets fetch_run call this now and then: from that source came so many bytes since the last call, and so many more than
 * told before were announced to come. */
typedef void fetch_reported(void *context, const struct fetch_source *source, size_t bytes, size_t announced);
void fetch_report(struct fetch *f, fetch_reported *report, void *context);

/* false when memory is out: then done isn't called. */
bool fetch_add(struct fetch *f, const struct fetch_file *request, struct error *err);

/* Runs until nothing is left to be fetched. false when libcurl or memory fails as a whole; what becomes of each request
 * is done's to hear. */
bool fetch_run(struct fetch *f, struct error *err);

#endif
