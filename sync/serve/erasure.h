/* erasure: a device has what it sent erased: POST /xapi/erasures, {"statements": ["UUID", ...]}, at most ERASURE_MOST at a
 * time, answered with {"erased": N, "unknown": M} when it is on disk.
 *
 * No part of xAPI, whose voiding keeps everything; the About resource says that it is here, by the extension
 * ERASURE_EXTENSION. Of a statement its id, its moment and who sent it stay, so that the order and what was given out remain
 * what they were; its content and the words by which it was found go. Whoever asks has its own statements erased and nobody
 * else's: others' ids are unknown to it. Asking twice does no more than asking once, and a statement that comes again is
 * taken for one that is here. */
#ifndef CRIB_SERVE_ERASURE_H
#define CRIB_SERVE_ERASURE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/record/event.h"

#include <stdbool.h>
#include <stddef.h>

#define ERASURE_EXTENSION "urn:crib:xapi:erasures"

enum { ERASURE_MOST = 10000 };

/* The ids that a request's body names, in the arena. EX_DATAERR for what is no such request. */
bool erasure_read(struct arena *a, const char *bytes, size_t n, struct uuid **ids, size_t *count, struct error *err);

/* Appends the answer. */
void erasure_answer(struct buf *out, size_t erased, size_t asked);

#endif
