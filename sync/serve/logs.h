/* logs: the logs of the site's devices over HTTP, for the devices that told a key when they enrolled.
 *
 *   POST /logs         a part of one's own log (sync/site/log_wire.h, with its tag), as application/octet-stream:
 *                      200 {"last": SEQ}: it is on disk, and so far it is here; 409 {"last": SEQ}: it does not follow on that;
 *                      400: it does not hold; 403: the log is another device's
 *   GET /logs/N        which logs of others changed behind that (`changed` of sync/site/log_list.h), and what is new in them,
 *                      sealed to who asks
 *   GET /logs/HEX/SEQ  what is here of that log behind that event: sealed, a part; 204 where there is nothing
 *
 * Whether there is anything to ask for, GET /results says (sync/site/people.h). */
#ifndef CRIB_SERVE_LOGS_H
#define CRIB_SERVE_LOGS_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/record/part.h"
#include "sync/serve/store.h"
#include "sync/site/people.h"

#include <stdbool.h>

/* What a device asks for. */
struct logs_ask {
    bool list;
    unsigned char log[EVENT_LOG];
    int64_t after; /* a list's `changed`; else a seq */
};

/* Reads what stands behind /logs/ in the path; false where it is neither. */
bool logs_ask_read(const char *text, struct logs_ask *ask);

/* A part out of the body of a request; EX_DATAERR where it is none, or does not hold. */
bool logs_read(struct arena *a, const char *bytes, size_t n, struct log_part *part, struct error *err);

/* What the device asked for, sealed to it, appended to out; nothing where there is none. *told: it told a key. */
bool logs_for(struct store *s, const char *device, const struct logs_ask *ask, struct buf *out, bool *told, struct error *err);

/* What results say of logs. */
bool logs_tell(struct store *s, struct arena *a, const char *device, struct people_passes *passes, struct error *err);

#endif
