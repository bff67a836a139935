/* store_logs: the logs that devices hand in for the other devices of the site.
 *
 * A log is its first sender's. Nobody else appends to it, unless that one was revoked: a device that enrols anew, under another
 * name, goes on with its own, which is its own again once it hands in something new, or at once where it kept its key. It is kept as it came; only what `erased` events name goes (store_log_erase.h). */
#ifndef CRIB_SERVE_STORE_LOGS_H
#define CRIB_SERVE_STORE_LOGS_H

#include "core/record/part.h"
#include "sync/serve/store.h"

enum { LOGS_MOST = 2000 /* of one device: each restoring begins one */ };

enum log_result {
    LOG_TAKEN,   /* or here already, the same: then what was not shared before and is now gets its payload */
    LOG_BEHIND,  /* it doesn't follow on what is here: *last says how far that is */
    LOG_UNTOLD,  /* the client told no key when it enrolled: it is no device */
    LOG_OTHERS,  /* it is another client's */
    LOG_TOO_MANY, /* the client handed in LOGS_MOST others */
    LOG_DIFFERS, /* what is here is not what it follows on, or has another key */
};

/* Takes a part that was checked (log_part_check), between store_begin and store_commit. *erases: payloads went, so that
 * store_overwrite is due. false only where the database fails: roll back. */
bool store_log_put(struct store *s, const struct log_part *part, int64_t client, enum log_result *result, uint64_t *last, bool *erases,
                   struct error *err);

/* The newest change of logs that are not this device's; 0: there are none. */
bool store_logs_changed(struct store *s, const char *device, int64_t *changed, struct error *err);

struct kept_log {
    unsigned char id[EVENT_LOG];
    uint64_t last;
    int64_t changed;
    uint64_t before;    /* so far it was here when `after` was its `changed` */
    uint64_t again;     /* from this event on it is to be taken once more: payloads came later; 0: nowhere */
    const char *device; /* whose it is */
};

/* Logs that changed behind `after`, in that order: the device's own, or those of others. Texts in the arena. */
bool store_logs(struct store *s, struct arena *a, const char *device, bool own, int64_t after, struct kept_log **logs, size_t *count,
                struct error *err);

/* What is here of a log behind `after`, in the arena: whole parts, as many as stay within these events and bytes, or the first
 * one alone. count 0: nothing. */
bool store_log_part(struct store *s, struct arena *a, const unsigned char log[EVENT_LOG], uint64_t after, size_t most, size_t bytes,
                    struct log_part *part, struct error *err);

#endif
