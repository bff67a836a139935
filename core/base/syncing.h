/* syncing: what crib-sync tells crib: JSON lines, on a pipe while it works, in a file when it is done.
 *
 * trust.db is crib-sync's own, and crib opens no socket: what crib knows of channels and stores elsewhere, it knows from
 * these lines. They are a cache, and hostile until they are parsed: a line that can't be read is passed over.
 *
 * On the pipe whose descriptor CRIB_PROGRESS_FD names, how far a sync is. Each line is written whole or not at all, and
 * is lost where its reader is slow:
 *
 *   {"channel":"plant","step":"fetch","done":16384,"total":98304}
 *
 * channel is its id, or its URL while the id isn't known, "" for the sync as a whole; step one of enum syncing_step;
 * done and total are bytes (fetch; total 0: not known) or files (install).
 *
 * In STATE/sync.jsonl, replaced as a whole when a sync is over, how things stand: a line for each published channel, for the
 * site that this device is enrolled at, each store that was talked to, and each of the last SYNCING_LOG syncs, the oldest
 * first:
 *
 *   {"channel":"plant","url":"https://...","key":"RWQ...","version":12,"published":MS,"expires":MS,"tried":MS,
 *    "reached":MS,"error":"...","todo":"...","denied":true,"ahead":SECONDS,"changed":MS,"counts":[ADDED,CHANGED,REMOVED],"came":["..."]}
 *   {"site":"https://...","tried":MS,"reached":MS,"error":"...","todo":"...","denied":true,"sessions":["TITLE", ...]}   live ones that are on there
 *   {"store":"https://...","tried":MS,"reached":MS,"error":"...","todo":"...","denied":true}
 *   {"ended":MS,"result":"ok","since":MS,"files":2,"bytes":3071,"sent":3,"aside":0,"error":"..."}
 *
 * denied is there where whoever answered takes no credentials of this device. Times are milliseconds since 1970, 0 for never. */
#ifndef CRIB_BASE_SYNCING_H
#define CRIB_BASE_SYNCING_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/strings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SYNCING_LOG = 50,        /* syncs that are remembered */
    SYNCING_CHANNELS = 200,  /* channels, and stores, that are told of */
    SYNCING_CAME = 20,       /* names of what came last, a channel */
    SYNCING_TEXT = 400,      /* bytes of one text: what is longer is cut */
    SYNCING_LINE = 512,      /* bytes of a line on the pipe, its LF included */
};

enum syncing_step { STEP_ASK, STEP_FETCH, STEP_INSTALL, STEP_SEND, STEP_DONE, STEP_FAILED };

struct syncing_progress {
    const char *channel;
    enum syncing_step step;
    int64_t done, total;
};

struct syncing_channel {
    const char *id;  /* "" while it is not known */
    const char *url;
    const char *key; /* the public key that was pinned when it was added */
    int64_t version, published_ms, expires_ms;
    int64_t tried_ms, reached_ms; /* when it was asked last, and answered last */
    const char *error, *todo;     /* of the last try, "" where it succeeded */
    bool denied;                  /* it answered that these credentials are none */
    int64_t ahead_s;              /* the server's clock against this one's at the last answer; 0 where it doesn't say */
    int64_t changed_ms;           /* when something came last, and what: */
    int64_t added, changed, removed;
    struct strings came; /* titles */
};

struct syncing_store {
    const char *endpoint;
    int64_t tried_ms, reached_ms;
    const char *error, *todo;
    bool denied;
};

enum syncing_result {
    RESULT_OK,
    RESULT_OFFLINE, /* nobody could be reached */
    RESULT_FAILED,  /* something was refused, or is broken: error says what */
};

struct syncing_end {
    int64_t ended_ms;
    enum syncing_result result;
    int64_t since_ms;     /* of the first of an unbroken row of syncs with this result */
    int64_t files, bytes; /* that came */
    int64_t sent, aside;  /* statements taken and refused */
    const char *error;    /* the first failure, "" without */
};

/* How things stand. The newest end is the last one; none: no sync was over yet. */
struct syncing {
    struct syncing_channel *channels;
    size_t channel_count;
    struct syncing_store site; /* its endpoint is the site's URL; "" or NULL: this device is at none */
    struct strings sessions;   /* live ones that were on at the site when it was reached last: titles */
    struct syncing_store *stores;
    size_t store_count;
    struct syncing_end *ends;
    size_t end_count;
};

/* Reads a line of the pipe, without its LF. Texts in a. false for what is none. */
bool syncing_progress_read(struct arena *a, const char *line, size_t n, struct syncing_progress *p);

/* Appends such a line with its LF; nothing when it would be longer than SYNCING_LINE. */
void syncing_progress_write(const struct syncing_progress *p, struct buf *out);

/* The file's path; NULL when memory is out. */
const char *syncing_path(struct arena *a, const struct places *places);

/* Reads the text of the file; what is not understood is passed over, what is too much left out. false when memory is out. */
bool syncing_parse(struct arena *a, const char *text, size_t n, struct syncing *s);

/* The same from disk; empty where there is no file, or none that can be read. */
bool syncing_read(struct arena *a, const char *path, struct syncing *s);

/* Writes what syncing_parse reads; of the ends the last SYNCING_LOG. */
void syncing_text(const struct syncing *s, struct buf *out);

/* Appends the same objects as one array. */
void syncing_json(const struct syncing *s, struct buf *out);

#endif
