/* log_list: what a site tells a device of the logs that it keeps (core/record/part.h), sealed to it (sealed.h).
 *
 *   message = "crib-logs-1" 00, JSON, 00, parts one behind the other; the JSON is
 *             {"changed": N, "logs": [{"log": HEX, "last": SEQ, "again": SEQ, "device": TEXT, "part": BYTES}]}
 *
 * changed tells when something came to the site last, over all logs: a device that took everything up to there asks for what is
 * behind it, and gets what is new in most logs at once: part is the length of what log_wire.h has behind its tag, 0 for none.
 * again says from which event on a log is to be taken once more, since more of it is shared than was; 0: nowhere. A site that was set back to an older copy goes on above what its devices have seen. */
#ifndef CRIB_SYNC_SITE_LOG_LIST_H
#define CRIB_SYNC_SITE_LOG_LIST_H

#include "core/record/part.h"
#include "sync/site/people.h"

enum { LOG_DEVICE_MOST = 100 };

struct site_log {
    unsigned char id[EVENT_LOG];
    uint64_t last, again;
    const char *device; /* as the site calls it */
    struct str part;    /* empty: to be asked for */
};

struct site_log_list {
    int64_t changed;
    const struct site_log *items;
    size_t count;
};

bool log_list_seal(const struct site_log_list *list, const unsigned char signing[SIGNING_KEY], const unsigned char box[BOX_KEY],
                   struct buf *out, struct error *err);

/* Texts in the arena. EX_DATAERR for what is none. */
bool log_list_open(struct arena *a, const char *bytes, size_t n, const struct people_keys *keys, struct site_log_list *list,
                   struct error *err);

#endif
