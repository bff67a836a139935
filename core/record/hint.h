/* hint: what was offered at the moment of need, and what came of it. Stays on this device, but for what the learner lets
 * others know (share.h). */
#ifndef CRIB_RECORD_HINT_H
#define CRIB_RECORD_HINT_H

#include "core/record/offer.h"
#include "core/record/record.h"

/* Lines of the spool (offer.h) become events `hint.offered`, `hint.opened`, `hint.later` and `hint.never`, in one
 * transaction. Lines that are in the record already are passed over, so that the same ones may come twice. share: nothing in
 * the configuration forbids that they leave; then those that came after the learner's own yes are marked `"shared": true`. */
bool record_hints(struct record *r, int64_t learner, const struct buf *lines, bool share, struct error *err);

struct hint_count {
    const char *module;
    int64_t offered, opened, later, never;
    int64_t at; /* last offered */
};

/* The learner's, most often offered first. NULL on failure. */
const struct hint_count *record_hint_counts(struct record *r, struct arena *a, int64_t learner, size_t most, size_t *count,
                                            struct error *err);

#endif
