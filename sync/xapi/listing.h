/* listing: the outbox in words and as statements. */
#ifndef CRIB_SYNC_XAPI_LISTING_H
#define CRIB_SYNC_XAPI_LISTING_H

#include "core/base/error.h"
#include "sync/site/logs_take.h"
#include "sync/xapi/outgoing.h"

#include <stdbool.h>

/* Prints what would leave now, what stays here and why, and what was refused. logs: what goes beside the statements. Nothing is
 * stored. */
bool listing_text(struct outgoing *o, const struct logs_waiting *logs, struct error *err);

/* Prints an array of the statements that would leave now, byte for byte as they would be sent (those that are stored)
 * or made (the others); and, where events go to the site's other devices, {"site": URL, "events": N}. */
bool listing_json(struct outgoing *o, const struct logs_waiting *logs, struct error *err);

#endif
