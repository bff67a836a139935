#include "core/record/walker.h"

#include "core/base/buf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH_ITEMS = 128,
    BATCHES = 8,
    BUSY = 4 /* batches that wait: the walking side doesn't keep up */
};

struct batch {
    struct walk_item items[BATCH_ITEMS];
    size_t lengths[BATCH_ITEMS]; /* of payloads, which stand one after the other */
    struct buf payloads;
    size_t count;
    bool committed; /* its commitments were checked by who read it */
};

struct walker {
    unsigned char log[EVENT_LOG], key[EVENT_KEY];
    struct batch batches[BATCHES];
    pthread_t thread;
    bool threaded, finished;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    size_t filled, walked; /* batches handed over, batches done; the next is at filled % BATCHES */
    bool ended, broken;
    /* the walking side's alone, until it is joined */
    unsigned char last[EVENT_HASH];
    struct walk_result result;
};

/* Is the payload what was committed to? */
static bool commits(const struct walk_item *item, const char *payload, size_t n)
{
    unsigned char hash[EVENT_HASH];
    if (item->erased)
        return true;
    event_commit(item->salt, payload, n, hash);
    return memcmp(hash, item->commitment, EVENT_HASH) == 0;
}

/* What does not hold of this event, given the link before it; leaves its own link in w->last. */
static enum break_kind check(struct walker *w, const struct walk_item *item, const char *payload, size_t n, bool committed)
{
    unsigned char hash[EVENT_HASH];
    if (item->seq != w->result.complete + 1)
        return BREAK_SEQ;
    if (item->bad != BREAK_NONE)
        return item->bad;
    if (!committed && !commits(item, payload, n))
        return BREAK_COMMITMENT;
    if (!event_link(w->log, item->seq, &item->id, item->kind, item->kind_len, item->commitment, w->last, hash) ||
        memcmp(hash, item->link, EVENT_HASH) != 0)
        return BREAK_LINK;
    memcpy(w->last, hash, EVENT_HASH);
    if (!item->checkpoint)
        return BREAK_NONE;
    if (memcmp(item->head, hash, EVENT_HASH) != 0)
        return BREAK_CHECKPOINT;
    return event_signed(w->key, w->log, item->seq, hash, item->signature) ? BREAK_NONE : BREAK_SIGNATURE;
}

static void walk_batch(struct walker *w, const struct batch *b)
{
    size_t at = 0;
    for (size_t i = 0; i < b->count && w->result.broken == BREAK_NONE; at += b->lengths[i], i++) {
        const struct walk_item *item = &b->items[i];
        enum break_kind kind = check(w, item, buf_text(&b->payloads) + at, b->lengths[i], b->committed);
        if (kind != BREAK_NONE) {
            w->result.broken = kind;
            w->result.broken_seq = item->seq;
            return;
        }
        w->result.complete = item->seq;
        if (item->checkpoint)
            w->result.signed_seq = item->seq;
    }
}

static void *walk_all(void *argument)
{
    struct walker *w = argument;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->walked == w->filled && !w->ended)
            pthread_cond_wait(&w->changed, &w->lock);
        if (w->walked == w->filled)
            break;
        const struct batch *b = &w->batches[w->walked % BATCHES];
        pthread_mutex_unlock(&w->lock);
        walk_batch(w, b);
        pthread_mutex_lock(&w->lock);
        w->walked++;
        w->broken = w->result.broken != BREAK_NONE;
        pthread_cond_broadcast(&w->changed);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct walker *walker_open(const unsigned char log[EVENT_LOG], const unsigned char key[EVENT_KEY])
{
    struct walker *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    memcpy(w->log, log, EVENT_LOG);
    memcpy(w->key, key, EVENT_KEY);
    if (pthread_mutex_init(&w->lock, NULL) != 0) {
        free(w);
        return NULL;
    }
    if (pthread_cond_init(&w->changed, NULL) != 0) {
        pthread_mutex_destroy(&w->lock);
        free(w);
        return NULL;
    }
    w->threaded = pthread_create(&w->thread, NULL, walk_all, w) == 0;
    return w;
}

/* Commitments hang on nothing but their event: who reads checks them, too, where it would have to wait otherwise. */
static void commit_batch(struct batch *b)
{
    size_t at = 0;
    for (size_t i = 0; i < b->count; at += b->lengths[i], i++) {
        struct walk_item *item = &b->items[i];
        if (item->bad == BREAK_NONE && !commits(item, buf_text(&b->payloads) + at, b->lengths[i]))
            item->bad = BREAK_COMMITMENT;
    }
    b->committed = true;
}

/* Gives the batch that was filled to the walking side and takes the next, waiting for it to be free. */
static bool hand_over(struct walker *w)
{
    pthread_mutex_lock(&w->lock);
    bool busy = w->threaded && w->filled - w->walked >= BUSY;
    pthread_mutex_unlock(&w->lock);
    if (!w->threaded)
        walk_batch(w, &w->batches[w->filled % BATCHES]);
    else if (busy)
        commit_batch(&w->batches[w->filled % BATCHES]);
    pthread_mutex_lock(&w->lock);
    w->filled++;
    if (!w->threaded) {
        w->walked++;
        w->broken = w->result.broken != BREAK_NONE;
    }
    pthread_cond_broadcast(&w->changed);
    while (w->filled - w->walked == BATCHES)
        pthread_cond_wait(&w->changed, &w->lock);
    bool broken = w->broken;
    pthread_mutex_unlock(&w->lock);
    struct batch *b = &w->batches[w->filled % BATCHES];
    b->count = 0;
    b->committed = false;
    buf_clear(&b->payloads);
    return broken;
}

void walker_behind(struct walker *w, uint64_t seq, const unsigned char link[EVENT_HASH])
{
    w->result.complete = w->result.signed_seq = seq;
    memcpy(w->last, link, EVENT_HASH);
}

struct walk_item *walker_next(struct walker *w)
{
    struct batch *b = &w->batches[w->filled % BATCHES];
    return &b->items[b->count];
}

bool walker_add(struct walker *w, const char *payload, size_t n, bool *broken)
{
    struct batch *b = &w->batches[w->filled % BATCHES];
    *broken = false;
    buf_add(&b->payloads, payload, n);
    if (!buf_ok(&b->payloads))
        return false;
    b->lengths[b->count++] = n;
    if (b->count == BATCH_ITEMS)
        *broken = hand_over(w);
    return true;
}

void walker_finish(struct walker *w, struct walk_result *result)
{
    if (!w->finished) {
        w->finished = true;
        hand_over(w);
        pthread_mutex_lock(&w->lock);
        w->ended = true;
        pthread_cond_broadcast(&w->changed);
        pthread_mutex_unlock(&w->lock);
        if (w->threaded)
            pthread_join(w->thread, NULL);
    }
    *result = w->result;
}

void walker_close(struct walker *w)
{
    if (w == NULL)
        return;
    struct walk_result unused;
    walker_finish(w, &unused);
    for (size_t i = 0; i < BATCHES; i++)
        buf_free(&w->batches[i].payloads);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
