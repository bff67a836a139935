#include "core/record/signatures.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct item {
    uint64_t seq;
    unsigned char head[EVENT_HASH];
    unsigned char signature[EVENT_SIGNATURE];
};

struct signatures {
    unsigned char log[EVENT_LOG], key[EVENT_KEY];
    pthread_t thread;
    bool threaded;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    struct item *items;
    size_t count, cap;
    bool ended;
    /* the verifying side's alone, until it is joined */
    size_t done;
    uint64_t good, bad;
};

/* Takes the next item; false when there is none and none will come. */
static bool next_item(struct signatures *s, struct item *item)
{
    pthread_mutex_lock(&s->lock);
    while (s->done == s->count && !s->ended)
        pthread_cond_wait(&s->changed, &s->lock);
    bool there = s->done < s->count;
    if (there)
        *item = s->items[s->done++];
    pthread_mutex_unlock(&s->lock);
    return there;
}

static void *verify_all(void *argument)
{
    struct signatures *s = argument;
    struct item item;
    while (s->bad == 0 && next_item(s, &item)) {
        if (event_signed(s->key, s->log, item.seq, item.head, item.signature))
            s->good = item.seq;
        else
            s->bad = item.seq;
    }
    return NULL;
}

struct signatures *signatures_open(const unsigned char log[EVENT_LOG], const unsigned char key[EVENT_KEY])
{
    struct signatures *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    memcpy(s->log, log, EVENT_LOG);
    memcpy(s->key, key, EVENT_KEY);
    if (pthread_mutex_init(&s->lock, NULL) != 0) {
        free(s);
        return NULL;
    }
    if (pthread_cond_init(&s->changed, NULL) != 0) {
        pthread_mutex_destroy(&s->lock);
        free(s);
        return NULL;
    }
    s->threaded = pthread_create(&s->thread, NULL, verify_all, s) == 0;
    return s;
}

bool signatures_add(struct signatures *s, uint64_t seq, const unsigned char head[EVENT_HASH],
                    const unsigned char signature[EVENT_SIGNATURE])
{
    struct item item = {.seq = seq};
    memcpy(item.head, head, EVENT_HASH);
    memcpy(item.signature, signature, EVENT_SIGNATURE);
    pthread_mutex_lock(&s->lock);
    bool ok = true;
    if (s->count == s->cap) {
        size_t wider = s->cap == 0 ? 256 : s->cap * 2;
        struct item *more = wider > SIZE_MAX / sizeof *more ? NULL : realloc(s->items, wider * sizeof *more);
        ok = more != NULL;
        if (ok) {
            s->items = more;
            s->cap = wider;
        }
    }
    if (ok)
        s->items[s->count++] = item;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

void signatures_wait(struct signatures *s, uint64_t *good, uint64_t *bad)
{
    pthread_mutex_lock(&s->lock);
    bool first = !s->ended;
    s->ended = true;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (first && s->threaded)
        pthread_join(s->thread, NULL);
    else if (first)
        verify_all(s);
    *good = s->good;
    *bad = s->bad;
}

void signatures_close(struct signatures *s)
{
    if (s == NULL)
        return;
    uint64_t good, bad;
    signatures_wait(s, &good, &bad);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s->items);
    free(s);
}
