#include "sync/serve/tidier.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/* Pages of the log at which they are moved, and at which the writer does it itself: where the disk can't follow, the log has
 * to end somewhere. Few that are left when the tidier has been there are moved by the writer: nobody adds to them meanwhile,
 * and the log begins anew. */
enum { TIDY_PAGES = 4096, TIDY_AT_ONCE = 65536, FEW_PAGES = 1024, OVERWRITE_MS = 200, AGAIN_S = 1 };

struct tidier {
    struct store *store;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool wanted, closing;
    bool due; /* the log still holds what was erased */
    pthread_mutex_t moving; /* by one at a time, or SQLite refuses it */
    atomic_bool few;        /* are left */
};

static size_t tidy(struct tidier *t, struct store *s)
{
    pthread_mutex_lock(&t->moving);
    size_t left = store_tidy(s);
    pthread_mutex_unlock(&t->moving);
    return left;
}

static bool overwrite(struct tidier *t, struct store *s)
{
    pthread_mutex_lock(&t->moving);
    bool done = store_overwrite(s, OVERWRITE_MS);
    pthread_mutex_unlock(&t->moving);
    return done;
}

/* A reader kept the log from being emptied: once more, until none does. Called and returns with the lock held. */
static void overwrite_later(struct tidier *t)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += AGAIN_S;
    if (pthread_cond_timedwait(&t->wake, &t->lock, &at) != ETIMEDOUT || t->closing)
        return;
    pthread_mutex_unlock(&t->lock);
    bool done = overwrite(t, t->store);
    pthread_mutex_lock(&t->lock);
    t->due = t->due && !done;
}

static void *tidy_on(void *cls)
{
    struct tidier *t = cls;
    pthread_mutex_lock(&t->lock);
    while (!t->closing) {
        if (!t->wanted && t->due) {
            overwrite_later(t);
            continue;
        }
        if (!t->wanted) {
            pthread_cond_wait(&t->wake, &t->lock);
            continue;
        }
        pthread_mutex_unlock(&t->lock);
        size_t left = tidy(t, t->store);
        atomic_store(&t->few, left <= FEW_PAGES);
        pthread_mutex_lock(&t->lock);
        t->wanted = false;
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

static bool start(struct tidier *t, const char *dir, struct error *err)
{
    if ((t->store = store_open(dir, false, err)) == NULL)
        return false;
    t->started = pthread_create(&t->thread, NULL, tidy_on, t) == 0;
    return t->started || error_memory(err);
}

struct tidier *tidier_open(const char *dir, struct error *err)
{
    struct tidier *t = calloc(1, sizeof *t);
    if (t == NULL || pthread_mutex_init(&t->lock, NULL) != 0 || pthread_mutex_init(&t->moving, NULL) != 0 ||
        pthread_cond_init(&t->wake, NULL) != 0) {
        free(t);
        error_memory(err);
        return NULL;
    }
    t->due = true; /* a server that was killed may have left it so */
    if (start(t, dir, err))
        return t;
    tidier_close(t);
    return NULL;
}

void tidier_committed(struct tidier *t, struct store *writer)
{
    size_t pages = store_log(writer);
    if (pages < TIDY_PAGES) {
        atomic_store(&t->few, false); /* it has begun anew */
        return;
    }
    if (pages >= TIDY_AT_ONCE || atomic_exchange(&t->few, false)) {
        (void)tidy(t, writer);
        return;
    }
    pthread_mutex_lock(&t->lock);
    t->wanted = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
}

void tidier_overwrite(struct tidier *t, struct store *writer)
{
    if (overwrite(t, writer))
        return;
    pthread_mutex_lock(&t->lock);
    t->due = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
}

void tidier_finish(struct tidier *t)
{
    if (t == NULL || !t->started)
        return;
    pthread_mutex_lock(&t->lock);
    t->closing = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    t->started = false;
}

void tidier_close(struct tidier *t)
{
    if (t == NULL)
        return;
    tidier_finish(t);
    store_close(t->store);
    pthread_mutex_destroy(&t->lock);
    pthread_mutex_destroy(&t->moving);
    pthread_cond_destroy(&t->wake);
    free(t);
}
