/* csv: tables for spreadsheets (RFC 4180): commas, lines that end in CR LF, quotes where a cell needs them.
 *
 *     csv_cell(&out, "times"); csv_cell(&out, "last"); csv_end(&out); */
#ifndef CRIB_BASE_CSV_H
#define CRIB_BASE_CSV_H

#include "core/base/buf.h"

#include <stdint.h>

/* Appends a cell of the row under way, made safe (text_safe); it must not end in a line feed. Text that a spreadsheet would
 * take for a formula (it begins with = + - @ or a tab) gets an apostrophe before it: what a stranger typed must not run where
 * it is read. */
void csv_cell(struct buf *out, const char *text);

/* Appends a number as it is: a sign is no formula. */
void csv_number(struct buf *out, int64_t n);

/* Ends the row. */
void csv_end(struct buf *out);

#endif
