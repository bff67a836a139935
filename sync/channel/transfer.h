/* transfer: one file on its way, as libcurl brings it: what is asked for, what comes, where it goes on after it broke, and how
 * it ended. fetch.h runs them. */
#ifndef CRIB_SYNC_CHANNEL_TRANSFER_H
#define CRIB_SYNC_CHANNEL_TRANSFER_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "sync/channel/fetch.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ETAG_MOST = 256 };

/* What all transfers of a fetch have in common. */
struct transfers_all {
    int64_t limit_rate;
    uint64_t received;
    fetch_reported *report; /* NULL: nobody wants to know */
    void *report_context;
};

struct transfer {
    struct transfers_all *all;
    const struct fetch_source *source;
    char *url, *part, *given; /* given: the If-None-Match line, or NULL */
    size_t most;
    CURL *easy;
    struct curl_slist *headers;
    char failure[CURL_ERROR_SIZE];
    struct buf bytes;
    int part_fd;
    size_t from; /* where this try goes on */
    bool begun;  /* the answer to this try was looked at */
    bool too_large;
    bool unfit; /* the range that came is not the one that was asked for */
    bool announced; /* it was told how much comes */
    char etag[ETAG_MOST];
    int64_t date_ms;
    int tries;
};

/* `easy` carries `private`. It must not move. Close it however this ends; false when memory is out. */
bool transfer_open(struct transfer *t, struct transfers_all *all, const struct fetch_file *request, void *private);
void transfer_close(struct transfer *t);

/* Sets `easy` up for the next try, which goes on where the last one broke. */
bool transfer_begin(struct transfer *t);

/* A try ended so: shall it be tried again? One that got further has not used its patience up. */
bool transfer_again(struct transfer *t, CURLcode code);

/* It ended so for good: err is filled where it is neither whole nor the same. A part that is of no use any more is removed. */
enum fetch_outcome transfer_end(struct transfer *t, CURLcode code, struct error *err);

#endif
