/* signatures: a log's checkpoints verified beside the walk that computes its links. Internal to core/record.
 *
 * An Ed25519 verification costs as much as walking some sixty events; in a thread of its own it costs the walk nothing
 * where there is a second processor. The thread touches no database. Where none can be made, the signatures are
 * verified when they are asked for. */
#ifndef CRIB_RECORD_SIGNATURES_H
#define CRIB_RECORD_SIGNATURES_H

#include "core/record/event.h"

struct signatures;

/* For this log and key (copied). NULL when memory is out. */
struct signatures *signatures_open(const unsigned char log[EVENT_LOG], const unsigned char key[EVENT_KEY]);

/* One more to verify, in the order of seq; copied. false when memory is out. */
bool signatures_add(struct signatures *s, uint64_t seq, const unsigned char head[EVENT_HASH],
                    const unsigned char signature[EVENT_SIGNATURE]);

/* Waits for all: the newest seq before the first bad one (0: none), and the first bad one (0: none). */
void signatures_wait(struct signatures *s, uint64_t *good, uint64_t *bad);

void signatures_close(struct signatures *s); /* NULL is allowed */

#endif
