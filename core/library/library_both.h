/* library_both: rows of both libraries, the user's and the system-wide one, in one order. */
#ifndef CRIB_LIBRARY_LIBRARY_BOTH_H
#define CRIB_LIBRARY_LIBRARY_BOTH_H

#include "core/library/library_private.h"

/* How many rows a SELECT gives, of which so many are wanted: where some may be of a hidden channel, all. */
int64_t both_limit(const struct library *l, int part, size_t most);

/* Two lists in order, [0, half) and [half, count), become one; of equals the first one's come first. */
bool both_merge(struct arena *a, void **list, size_t half, size_t count, size_t size,
                bool (*first)(const void *left, const void *right), struct error *err);

#endif
