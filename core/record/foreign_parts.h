/* foreign_parts: what the files of foreign.h have in common. Internal to core/record. */
#ifndef CRIB_RECORD_FOREIGN_PARTS_H
#define CRIB_RECORD_FOREIGN_PARTS_H

#include "core/record/chain.h"
#include "core/record/foreign.h"

/* Numbers of foreign logs: behind those of this record's own, before those of outbox_log. */
enum { FOREIGN_FIRST = 1 << 21, FOREIGN_LAST = (1 << 22) - 1 };

/* EX_DATAERR: that event of that log does not hold. Returns false. */
bool foreign_refuse(const unsigned char log[EVENT_LOG], uint64_t seq, const char *why, struct error *err);

/* Is the part whole in itself: its chain, its commitments, its signature, and what its payloads and contents are? */
bool foreign_proves(struct record *r, const struct log_part *part, struct error *err);

#endif
