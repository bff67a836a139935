/* posting: what waits in the outbox for one LRS is posted to it, and settled by what it answers.
 *
 * An item leaves the outbox only when the LRS named its id, or gave the same statement back:
 *
 *   200 with an array of exactly the ids sent   acknowledged
 *   204                                         not an acknowledgement of an id: each is read back
 *   400 and other 4xx                           halved until the one is found that is refused; it is set aside with the
 *                                               LRS's words, the others go on
 *   409                                         halved, then read back: the same is acknowledged, another is set aside
 *   413                                         halved, and smaller batches from then on; one alone is set aside
 *   all else                                    as talk.h says
 *
 * An LRS that refuses twenty one after the other and takes none is left alone: the mistake is likely elsewhere. */
#ifndef CRIB_SYNC_XAPI_POSTING_H
#define CRIB_SYNC_XAPI_POSTING_H

#include "core/base/error.h"
#include "sync/xapi/talk.h"

#include <stdbool.h>
#include <stddef.h>

struct posting {
    struct talk *talk;
    size_t batch;       /* statements a request, after what 413 taught; begins with the limits' */
    size_t sent, aside; /* acknowledged, and refused */
    size_t refused;     /* since the last acknowledgement */
};

/* All that waits of that channel. What was settled before a failure is settled. */
bool posting_channel(struct posting *p, const char *channel, struct error *err);

#endif
