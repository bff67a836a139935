/* statement_ids: the format `ids` of GET Statements (xAPI 1.0.3, Part Three, 2.1.3): of agents, groups, verbs and activities
 * only what identifies them. */
#ifndef CRIB_SERVE_STATEMENT_IDS_H
#define CRIB_SERVE_STATEMENT_IDS_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the statements in text[0..n), parted by commas, so reduced. false when memory is out. Numbers are written anew: the
 * same values, perhaps with other digits. */
bool statement_ids(struct buf *out, const char *text, size_t n);

#endif
