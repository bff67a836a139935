#include "sync/serve/workers.h"

#include "core/base/clock.h"
#include "sync/serve/notices.h"
#include "sync/serve/people.h"
#include "sync/serve/rate.h"
#include "sync/serve/tidier.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* In one transaction: enough to share a flush, few enough that nobody waits long for the others. */
enum { READERS = 2, GROUP = 2000, WAITING = 20000, STRANGERS_A_SECOND = 1, STRANGERS = 100 };

/* Whoever was told just now asks again at once, mostly: a flush that waits GATHER_NS for as many as there were serves all of
 * them. Who is alone is not kept waiting. */
enum { GATHER_NS = 1000000 };

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct job *first, **end;
    size_t waiting; /* statements, or queries */
    size_t jobs;    /* that wait */
    bool closing;
};

struct hand {
    struct workers *workers;
    struct store *store;
    pthread_t thread;
    bool started;
};

struct workers {
    struct queue writes, reads;
    struct hand writer, readers[READERS];
    struct tidier *tidier;
    pthread_mutex_t clients_lock;
    struct store *clients;
    struct rate *strangers;
    _Atomic int64_t writing_since; /* the first moment that the transaction under way may give; 0: none is */
    atomic_size_t commits;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static size_t weight(const struct job *j)
{
    return j->writes && j->count > 1 ? j->count : 1;
}

static void gather(struct queue *q, size_t expected)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += GATHER_NS;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    while (q->jobs < expected && !q->closing && pthread_cond_timedwait(&q->filled, &q->lock, &until) == 0)
        ;
}

/* All that wait, or the first `most` of them; NULL when the queue is closed and empty. served: how many were told last. */
static struct job *take(struct queue *q, size_t most, size_t served)
{
    pthread_mutex_lock(&q->lock);
    size_t expected = q->jobs + served;
    while (q->first == NULL && !q->closing)
        pthread_cond_wait(&q->filled, &q->lock);
    if (served > 1)
        gather(q, expected);
    struct job *list = q->first, *last = NULL;
    size_t n = 0;
    while (q->first != NULL && (last == NULL || n + weight(q->first) <= most)) {
        last = q->first;
        n += weight(last);
        q->jobs--;
        q->first = last->next;
    }
    if (last != NULL)
        last->next = NULL;
    if (q->first == NULL)
        q->end = &q->first;
    q->waiting -= n;
    pthread_mutex_unlock(&q->lock);
    return list;
}

/* How many were told. */
static size_t tell(struct job *list)
{
    size_t n = 0;
    for (; list != NULL; n++) {
        struct job *next = list->next; /* the job is another's once it was told */
        list->done(list);
        list = next;
    }
    return n;
}

static void fail_all(struct job *list, const struct error *err)
{
    for (struct job *j = list; j != NULL; j = j->next) {
        j->result = JOB_FAILED;
        j->err = *err;
    }
}

static bool enrol(struct store *s, struct job *j, struct error *err)
{
    bool known = false;
    bool ok = store_enrol(s, j->code, j->chosen, j->name, j->token, &known, err);
    if (ok && known && j->box != NULL)
        ok = store_box_set(s, j->name, j->box, err);
    j->result = known ? JOB_DONE : JOB_NOT_FOUND;
    return ok;
}

static bool write_one(struct store *s, struct job *j, int64_t now, bool *erases, struct error *err)
{
    j->result = JOB_DONE;
    if (j->code != NULL)
        return enrol(s, j, err);
    if (j->part != NULL)
        return store_log_put(s, j->part, j->client, &j->log, &j->last, erases, err);
    if (j->erase != NULL) {
        *erases = true;
        return store_erase(s, j->erase, j->count, j->client, &j->erased, err);
    }
    enum store_result r = store_put(s, j->list, j->count, j->client, now, &j->which, err);
    j->result = r == STORE_OK ? JOB_DONE : r == STORE_CONFLICT ? JOB_CONFLICT : JOB_FORBIDDEN;
    return r != STORE_FAILED;
}

/* One transaction for all of them. What fails, fails for all: a full disk spares nobody. */
static size_t write_group(struct workers *w, struct store *s, struct job *list)
{
    struct error err = {0};
    /* Said before the clock is read: who asks meanwhile what is complete must not hear a later moment. */
    atomic_store(&w->writing_since, store_last(s) + 1);
    int64_t now = now_us();
    if (now <= store_last(s))
        now = store_last(s) + 1;
    bool ok = store_begin(s, &err), erases = false;
    for (struct job *j = list; ok && j != NULL; j = j->next)
        ok = write_one(s, j, now, &erases, &err);
    if (ok)
        ok = store_commit(s, &err);
    else
        store_rollback(s);
    atomic_fetch_add(&w->commits, 1);
    atomic_store(&w->writing_since, 0);
    if (ok && erases)
        tidier_overwrite(w->tidier, s);
    notices_stored(ok ? NULL : &err);
    if (!ok)
        fail_all(list, &err);
    return tell(list);
}

static void *write_on(void *cls)
{
    struct hand *h = cls;
    size_t served = 0;
    for (struct job *list; (list = take(&h->workers->writes, GROUP, served)) != NULL;) {
        served = write_group(h->workers, h->store, list);
        tidier_committed(h->workers->tidier, h->store);
    }
    return NULL;
}

static bool passes(struct store *s, struct job *j)
{
    struct arena *a = arena_open();
    bool ok = a != NULL ? people_passes_for(a, s, j->device, j->after, &j->out, &j->err) : error_memory(&j->err);
    arena_close(a);
    return ok;
}

static void *read_on(void *cls)
{
    struct hand *h = cls;
    for (struct job *j; (j = take(&h->workers->reads, 1, 0)) != NULL;) {
        bool found = true;
        bool ok = j->ask != NULL        ? logs_for(h->store, j->device, j->ask, &j->out, &j->told, &j->err)
                  : j->passes           ? passes(h->store, j)
                  : j->query.id != NULL ? store_one(h->store, &j->query, &j->out, &j->stored, &found, &j->err)
                                        : store_many(h->store, &j->query, &j->out, &j->more, &j->err);
        j->result = !ok ? JOB_FAILED : found ? JOB_DONE : JOB_NOT_FOUND;
        (void)tell(j);
    }
    return NULL;
}

static bool start(struct workers *w, struct hand *h, const char *dir, void *(*work)(void *), struct error *err)
{
    h->workers = w;
    h->store = store_open(dir, work == read_on, err);
    if (h->store == NULL)
        return false;
    h->started = pthread_create(&h->thread, NULL, work, h) == 0;
    return h->started || error_memory(err);
}

static bool open_queue(struct queue *q)
{
    q->end = &q->first;
    return pthread_mutex_init(&q->lock, NULL) == 0 && pthread_cond_init(&q->filled, NULL) == 0;
}

struct workers *workers_open(const char *dir, struct error *err)
{
    struct workers *w = calloc(1, sizeof *w);
    if (w == NULL || !open_queue(&w->writes) || !open_queue(&w->reads) || pthread_mutex_init(&w->clients_lock, NULL) != 0) {
        free(w);
        error_memory(err);
        return NULL;
    }
    bool ok = ((w->strangers = rate_open(STRANGERS_A_SECOND, STRANGERS)) != NULL || error_memory(err)) && (w->tidier = tidier_open(dir, err)) != NULL && start(w, &w->writer, dir, write_on, err) &&
              (w->clients = store_open(dir, true, err)) != NULL;
    for (size_t i = 0; ok && i < READERS; i++)
        ok = start(w, &w->readers[i], dir, read_on, err);
    if (ok)
        return w;
    workers_close(w);
    return NULL;
}

static void close_queue(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closing = true;
    pthread_cond_broadcast(&q->filled);
    pthread_mutex_unlock(&q->lock);
}

static void end(struct hand *h)
{
    if (h->started)
        pthread_join(h->thread, NULL);
    h->started = false;
}

void workers_finish(struct workers *w)
{
    close_queue(&w->writes);
    close_queue(&w->reads);
    end(&w->writer);
    tidier_finish(w->tidier);
    for (size_t i = 0; i < READERS; i++)
        end(&w->readers[i]);
}

void workers_close(struct workers *w)
{
    if (w == NULL)
        return;
    workers_finish(w);
    for (size_t i = 0; i < READERS; i++)
        store_close(w->readers[i].store);
    store_close(w->clients);
    rate_close(w->strangers);
    tidier_close(w->tidier);
    store_close(w->writer.store); /* last: what closes last tidies the WAL away */
    struct queue *const queues[] = {&w->writes, &w->reads};
    for (size_t i = 0; i < 2; i++) {
        pthread_mutex_destroy(&queues[i]->lock);
        pthread_cond_destroy(&queues[i]->filled);
    }
    pthread_mutex_destroy(&w->clients_lock);
    free(w);
}

bool workers_add(struct workers *w, struct job *job)
{
    struct queue *q = job->writes ? &w->writes : &w->reads;
    pthread_mutex_lock(&q->lock);
    bool ok = !q->closing && (q->waiting == 0 || q->waiting + weight(job) <= WAITING);
    if (ok) {
        job->next = NULL;
        *q->end = job;
        q->end = &job->next;
        q->waiting += weight(job);
        q->jobs++;
        pthread_cond_signal(&q->filled);
    }
    pthread_mutex_unlock(&q->lock);
    return ok;
}

int64_t workers_consistent(struct workers *w)
{
    int64_t now = now_us(), since = atomic_load(&w->writing_since);
    return since > 0 && since - 1 < now ? since - 1 : now;
}

size_t workers_commits(const struct workers *w)
{
    return atomic_load(&w->commits);
}

bool workers_client(struct workers *w, const char *name, const char *token, struct client *out, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool known = store_client(w->clients, name, token, out, err);
    pthread_mutex_unlock(&w->clients_lock);
    return known;
}

bool workers_stranger(struct workers *w, int64_t address)
{
    return rate_take(w->strangers, address, clock_monotonic_ms());
}

bool workers_known(struct workers *w, const char *name, bool *known, bool *revoked, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = store_known(w->clients, name, known, revoked, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_account(struct workers *w, struct arena *a, const char *name, const char **account, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = store_account(w->clients, a, name, account, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_roles(struct workers *w, struct arena *a, const char *name, struct strings *roles, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = store_roles(w->clients, a, name, roles, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_people_told(struct workers *w, struct arena *a, const char *device, const char **site, const char **badges,
                         struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = people_told(a, w->clients, device, site, badges, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_people_version(struct workers *w, struct arena *a, int64_t *version, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = people_version(a, w->clients, version, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_people_for(struct workers *w, struct arena *a, const char *device, struct buf *out, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = people_for(a, w->clients, device, out, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_people(struct workers *w, struct arena *a, struct site_person **people, size_t *count, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = store_people(w->clients, a, people, count, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_may_lead(struct workers *w, const char *person, const char *account, enum may_lead *may, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = store_may_lead(w->clients, person, account, may, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_account_listed(struct workers *w, const char *person, char *account, size_t size, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = store_account_listed(w->clients, person, account, size, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}

bool workers_expected(struct workers *w, struct arena *a, struct strings roles, struct strings before, size_t most,
                      struct expected **list, size_t *count, struct error *err)
{
    pthread_mutex_lock(&w->clients_lock);
    bool ok = store_expected(w->clients, a, roles, before, most, list, count, err);
    pthread_mutex_unlock(&w->clients_lock);
    return ok;
}
