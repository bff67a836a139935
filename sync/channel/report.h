/* report: what `crib sync` and `crib channel add` say of each channel, in words and as JSON. */
#ifndef CRIB_SYNC_CHANNEL_REPORT_H
#define CRIB_SYNC_CHANNEL_REPORT_H

#include "core/base/buf.h"
#include "core/base/diag.h"
#include "core/base/json.h"
#include "core/library/library.h"
#include "sync/channel/remote_sync.h"

/* Of a local directory: "plant: 34 modules, 12 pages (2 added, 1 changed)"; diags may be NULL. */
void report_text(struct buf *out, const struct library_result *r, const char *dir, const struct diags *diags);
void report_json(struct json *j, const struct library_result *r, const struct diags *diags);

/* "3071 bytes", "98 KiB" */
void report_bytes(struct buf *out, size_t bytes);

/* Of a published channel that could be synced; dry: of what a sync would do. */
void report_remote_text(struct buf *out, const struct remote_result *r, bool dry);
void report_remote_json(struct json *j, const struct remote_result *r, bool dry); /* also of one that could not */

/* What somebody has to know of it, in full sentences: that it is out of date, that the clock is wrong. */
void report_remote_warnings(struct buf *out, const struct remote_result *r);

/* "3 modules, 1 page, 1 programme, 2 files"; programmes and what lies in files/ are named where there are any. */
void report_counts(struct buf *out, size_t modules, size_t pages, size_t programmes, size_t files);

#endif
