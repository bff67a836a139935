#include "sync/serve/rate.h"

#include <pthread.h>
#include <stdlib.h>

enum { BUCKETS = 4096 };

struct rate {
    pthread_mutex_t lock;
    unsigned a_second, burst;
    struct {
        int64_t since; /* when it was looked at last; 0: never, it is full */
        int64_t thousandths; /* of a request */
    } buckets[BUCKETS];
};

struct rate *rate_open(unsigned a_second, unsigned burst)
{
    struct rate *r = calloc(1, sizeof *r);
    if (r == NULL || pthread_mutex_init(&r->lock, NULL) != 0) {
        free(r);
        return NULL;
    }
    r->a_second = a_second;
    r->burst = burst;
    return r;
}

void rate_close(struct rate *r)
{
    if (r == NULL)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r);
}

void rate_charge(struct rate *r, int64_t client, int64_t count)
{
    const int64_t most = (int64_t)r->burst;
    pthread_mutex_lock(&r->lock);
    int64_t *left = &r->buckets[(uint64_t)client % BUCKETS].thousandths;
    *left -= (count < most ? count : most) * 1000;
    if (*left < -most * 1000)
        *left = -most * 1000;
    pthread_mutex_unlock(&r->lock);
}

bool rate_take(struct rate *r, int64_t client, int64_t now_ms)
{
    const int64_t most = (int64_t)r->burst * 1000;
    pthread_mutex_lock(&r->lock);
    size_t at = (size_t)((uint64_t)client % BUCKETS);
    int64_t passed = now_ms - r->buckets[at].since;
    int64_t filled = r->buckets[at].thousandths + (passed > 0 && passed < most ? passed * r->a_second : 0);
    if (r->buckets[at].since == 0 || passed >= most || filled > most)
        filled = most;
    bool may = filled >= 1000;
    r->buckets[at].thousandths = may ? filled - 1000 : filled;
    r->buckets[at].since = now_ms;
    pthread_mutex_unlock(&r->lock);
    return may;
}
