/* journal: the entries of systemd's journal as `journalctl -o json` prints them, one a line. Read by SQLite's JSON functions, in
 * memory. */
#ifndef CRIB_BASE_JOURNAL_H
#define CRIB_BASE_JOURNAL_H

#include "core/base/buf.h"
#include "core/base/error.h"

#include <stddef.h>

struct journal;

struct journal *journal_open(struct error *err);
void journal_close(struct journal *j); /* NULL is allowed */

/* Appends the entry as a line, `Nov 28 09:12:03 unit[pid]: message`, in UTC, with all that is no text made harmless and a line
 * feed at the end. A line that is no such entry is appended as it stands, made harmless. */
void journal_line(struct journal *j, const char *entry, size_t n, struct buf *out);

#endif
