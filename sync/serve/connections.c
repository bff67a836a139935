#include "sync/serve/connections.h"

#include "core/base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { TICK_MS = 250, CROWDED_IDLE_MS = 2000 };
#define NEVER INT64_MAX

struct one {
    struct connections *all;
    struct one *before, *after;
    int fd;
    atomic_bool active;
    _Atomic int64_t waiting_since; /* 0 while a request is under way */
    _Atomic int64_t until;         /* the moment by which the body must be here */
};

struct connections {
    pthread_mutex_t lock; /* of the list: a descriptor is only shut down while its connection is in it */
    pthread_cond_t stop;
    pthread_t thread;
    struct one *first;
    size_t count, most;
    int64_t idle_ms;
    bool stopping;
    atomic_size_t active;
    _Atomic int64_t longest_ms; /* that a body may take */
};

static void look(struct connections *all)
{
    int64_t now = clock_monotonic_ms();
    int64_t idle = all->count >= all->most - all->most / 8 ? CROWDED_IDLE_MS : all->idle_ms;
    if (idle > all->idle_ms)
        idle = all->idle_ms;
    for (const struct one *c = all->first; c != NULL; c = c->after) {
        int64_t since = atomic_load(&c->waiting_since);
        if ((since > 0 && now - since > idle) || now > atomic_load(&c->until))
            shutdown(c->fd, SHUT_RDWR); /* libmicrohttpd finds it ended and cleans up */
    }
}

static void *watch(void *cls)
{
    struct connections *all = cls;
    pthread_mutex_lock(&all->lock);
    while (!all->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        (void)pthread_cond_timedwait(&all->stop, &all->lock, &until);
        look(all);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

struct connections *connections_open(size_t most, int64_t idle_ms)
{
    struct connections *all = calloc(1, sizeof *all);
    if (all == NULL)
        return NULL;
    all->most = most;
    all->idle_ms = idle_ms;
    atomic_init(&all->longest_ms, NEVER);
    if (pthread_mutex_init(&all->lock, NULL) != 0) {
        free(all);
        return NULL;
    }
    if (pthread_cond_init(&all->stop, NULL) == 0) {
        if (pthread_create(&all->thread, NULL, watch, all) == 0)
            return all;
        pthread_cond_destroy(&all->stop);
    }
    pthread_mutex_destroy(&all->lock);
    free(all);
    return NULL;
}

void connections_close(struct connections *all)
{
    if (all == NULL)
        return;
    pthread_mutex_lock(&all->lock);
    all->stopping = true;
    pthread_cond_signal(&all->stop);
    pthread_mutex_unlock(&all->lock);
    pthread_join(all->thread, NULL);
    pthread_cond_destroy(&all->stop);
    pthread_mutex_destroy(&all->lock);
    free(all);
}

static void come(struct connections *all, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct one *c = info != NULL ? calloc(1, sizeof *c) : NULL;
    *context = c;
    if (c == NULL)
        return;
    c->all = all;
    c->fd = info->connect_fd;
    atomic_init(&c->active, false);
    atomic_init(&c->waiting_since, clock_monotonic_ms());
    atomic_init(&c->until, NEVER);
    pthread_mutex_lock(&all->lock);
    c->after = all->first;
    if (c->after != NULL)
        c->after->before = c;
    all->first = c;
    all->count++;
    pthread_mutex_unlock(&all->lock);
}

static void go(struct connections *all, struct one *c)
{
    pthread_mutex_lock(&all->lock);
    if (c->before != NULL)
        c->before->after = c->after;
    else
        all->first = c->after;
    if (c->after != NULL)
        c->after->before = c->before;
    all->count--;
    pthread_mutex_unlock(&all->lock);
    if (atomic_load(&c->active))
        atomic_fetch_sub(&all->active, 1);
    free(c);
}

void connections_notify(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        come(cls, connection, context);
    } else if (*context != NULL) {
        go(cls, *context);
        *context = NULL;
    }
}

static struct one *of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

void connections_begin(struct MHD_Connection *connection, int64_t body_ms)
{
    struct one *c = of(connection);
    if (c == NULL)
        return;
    if (!atomic_exchange(&c->active, true))
        atomic_fetch_add(&c->all->active, 1);
    int64_t longest = atomic_load(&c->all->longest_ms);
    atomic_store(&c->until, body_ms > 0 ? clock_monotonic_ms() + (body_ms < longest ? body_ms : longest) : NEVER);
    atomic_store(&c->waiting_since, 0);
}

void connections_hasten(struct connections *all, int64_t body_ms)
{
    atomic_store(&all->longest_ms, body_ms);
    pthread_mutex_lock(&all->lock);
    int64_t until = clock_monotonic_ms() + body_ms;
    for (struct one *c = all->first; c != NULL; c = c->after) {
        int64_t given = atomic_load(&c->until);
        /* Where the body came just now, its own moment stands. */
        if (given != NEVER && given > until)
            (void)atomic_compare_exchange_strong(&c->until, &given, until);
    }
    pthread_mutex_unlock(&all->lock);
}

void connections_received(struct MHD_Connection *connection)
{
    struct one *c = of(connection);
    if (c != NULL)
        atomic_store(&c->until, NEVER);
}

void connections_done(struct MHD_Connection *connection)
{
    struct one *c = of(connection);
    if (c == NULL)
        return;
    if (atomic_exchange(&c->active, false))
        atomic_fetch_sub(&c->all->active, 1);
    atomic_store(&c->until, NEVER);
    atomic_store(&c->waiting_since, clock_monotonic_ms());
}

size_t connections_active(const struct connections *all)
{
    return atomic_load(&all->active);
}
