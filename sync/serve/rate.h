/* rate: how many requests each client may make: a bucket that fills with time (token bucket). */
#ifndef CRIB_SERVE_RATE_H
#define CRIB_SERVE_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate;

/* A second lets `a_second` more requests through, `burst` at most at once. NULL when memory is out. */
struct rate *rate_open(unsigned a_second, unsigned burst);
void rate_close(struct rate *r); /* NULL is allowed */

/* May this client make one more request now? Any thread may ask. Clients share a bucket where their numbers leave the same
 * rest by 4,096: no client can make the table grow. */
bool rate_take(struct rate *r, int64_t client, int64_t now_ms);

/* What it was let through for cost as much as so many more: the next ones wait for them, too; for no more than a whole bucket.
 * Below zero: so many are given back. */
void rate_charge(struct rate *r, int64_t client, int64_t count);

#endif
