/* erasures: the statements of learners who were forgotten here (core/record/erase.h) are to be erased where they were sent.
 *
 * xAPI has nothing for that. crib's own server has (sync/serve/erasure.h), and says so in its About resource: it is asked, by
 * the statements' ids. Of another LRS crib asks nothing: to void a statement keeps all of it there, and would send one more
 * that names the learner. What lies there is said, for the learner to ask who runs it. */
#ifndef CRIB_SYNC_XAPI_ERASURES_H
#define CRIB_SYNC_XAPI_ERASURES_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "sync/xapi/outgoing.h"

#include <stdbool.h>
#include <stddef.h>

/* Is there anything to be erased at this LRS, or may there be? */
bool erasures_wait(struct outgoing *o, const struct lrs *lrs, bool *wait, struct error *err);

/* Does the About resource (JSON) say that the LRS erases? */
bool erasures_offered(const char *about, size_t n);

/* Posts the body to that path below the endpoint; true when the answer was 200, which it appends to answer. */
typedef bool erasures_post(void *context, const char *path, const char *body, size_t len, struct buf *answer, struct error *err);

/* Asks for all that is to be erased at this LRS, if it is one that does, and notes what became of it. The counts are added
 * to. */
bool erasures_send(struct outgoing *o, const struct lrs *lrs, bool offered, erasures_post *post, void *context, size_t *erased,
                   size_t *stay, struct error *err);

#endif
