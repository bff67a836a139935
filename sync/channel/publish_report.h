/* publish_report: what `crib publish` says, in words and as JSON. */
#ifndef CRIB_SYNC_CHANNEL_PUBLISH_REPORT_H
#define CRIB_SYNC_CHANNEL_PUBLISH_REPORT_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "sync/channel/publish.h"

#include <stdbool.h>

/* What became of it. */
void publish_report_text(struct buf *out, const struct publication *p, const char *source, bool dry);

/* The same whole, with what each role would get and what a device at each earlier version would fetch. NULL of ok: it was
 * refused, and this is what lint found. */
void publish_report_json(struct buf *out, const struct publication *p, bool dry, const struct error *refused);

/* Prints the tables of a dry run. */
bool publish_report_tables(const struct publication *p, struct error *err);

#endif
