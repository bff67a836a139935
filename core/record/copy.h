/* copy: the record as a second file, whole and verified.
 *
 * A copy is made by SQLite's own backup while others read and write: one moment of the record, in one file, without a
 * write-ahead log beside it, mode 0600. It holds everything that the record holds (events, pinned content, learners and
 * their PINs, what waits in the outbox) but the secret keys of the logs: two files that sign for one log could tell two
 * stories. The end that the log has in the copy is signed first, so that other devices take all of it from who goes on. Whoever opens a copy to write, therefore begins a new log that names the old one and its head
 * (`log.continued`, reason `restore`), wherever the copy lies by then.
 *
 * It appears under its name only when it is on the disk and was read back: SQLite's integrity_check, then the whole chain
 * (verify.h). Until then what stood there stays. */
#ifndef CRIB_RECORD_COPY_H
#define CRIB_RECORD_COPY_H

#include "core/base/error.h"
#include "core/record/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct copy_found {
    uint64_t events;  /* of all logs that were made here */
    uint64_t erased;  /* of these, payloads that are erased */
    int64_t bytes;    /* of the file */
    size_t logs;
    uint64_t foreign_events; /* of the logs that came from a site (foreign.h) */
    size_t foreign_logs;
    int64_t foreign_bytes;
    bool own;         /* what follows is known: the record has begun a log */
    unsigned char log[EVENT_LOG]; /* that would be continued */
    uint64_t seq;     /* of its newest event */
    unsigned char head[EVENT_HASH];
    int64_t newest_ms; /* when that event was written */
};

/* Makes a copy of the database at from (the record, or a copy of it) at to. EX_DATAERR where what was read is no record, is
 * damaged, or its chain does not hold; EX_NOINPUT where there is none. found: NULL allowed. */
bool copy_make(const char *from, const char *to, struct copy_found *found, struct error *err);

/* Reads a copy through, as copy_make does. It is brought to this crib's schema where it is older and may be written. */
bool copy_check(const char *path, struct copy_found *found, struct error *err);

#endif
