/* store_log_erase: what a device erased of its logs (core/record/erase.h) goes from the site's copy of them.
 *
 * Of an event that was erased, salt is the empty blob and payload NULL: nothing that is handed in later brings it back. */
#ifndef CRIB_SERVE_STORE_LOG_ERASE_H
#define CRIB_SERVE_STORE_LOG_ERASE_H

#include "core/record/part.h"
#include "sync/serve/store.h"

/* What the events `erased` among these name goes: of that log, before themselves, and of others that are the same client's: a record that
 * went on from a copy erases in its former logs, too. What they say that makes no sense, names nothing. Each event of a log is
 * looked at once, however often it is named. *erases: there was something to erase. In the transaction under way. */
bool store_log_erase(struct store *s, int64_t number, const struct log_event *events, size_t count, bool *erases, struct error *err);

#endif
