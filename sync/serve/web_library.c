#include "sync/serve/web_library.h"

#include "core/base/clock.h"
#include "core/library/attached.h"
#include "core/library/channel.h"
#include "core/library/library.h"
#include "sync/channel/outdir.h"
#include "sync/channel/pack.h"

#include <errno.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 1000, AGAIN_MS = 30000, OPEN_FILES = 16 };

/* Where an archive came from: always the same, so that a channel may be served from another directory next time. */
static const char origin[] = "crib serve";

struct seen {
    struct stat pointer; /* as it was read last */
    int64_t again_ms;    /* when to try again what failed; 0: it did not */
};

struct web_library {
    const struct files *files;
    struct places places;
    char dir[4096];
    bool temporary, started;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake, made;
    bool wanted, built, closing;
    pthread_rwlock_t writing; /* held for writing while the library is */
    struct seen *seen;        /* of each channel; the thread's own */
    _Atomic int64_t looked_ms;
    _Atomic uint64_t generation;
};

/* ---- one channel ---- */

static int compare_entry(const void *left, const void *right)
{
    const struct channel_entry *a = left, *b = right;
    return strcmp(a->path, b->path);
}

/* Sorted; what is linked to from several groups lies in each of them, and counts once. */
static bool join_files(struct channel_entry *items, size_t *count, struct error *err)
{
    size_t kept = 0;
    if (*count > 0)
        qsort(items, *count, sizeof *items, compare_entry);
    for (size_t i = 0; i < *count; i++) {
        bool again = kept > 0 && strcmp(items[kept - 1].path, items[i].path) == 0;
        if (again && !(attached_path_valid(items[i].path) && str_eq(items[kept - 1].bytes, items[i].bytes)))
            return error_set(err, EX_DATAERR, "cannot read a channel", items[i].path, "the file is in two packs", NULL);
        if (!again)
            items[kept++] = items[i];
    }
    *count = kept;
    return true;
}

/* The files of all groups; the catalogue has nothing that they don't have. */
static bool read_groups(struct arena *a, const struct outdir *o, const struct pointer *p, struct channel_archive *archive,
                        struct error *err)
{
    struct pack_files *groups = arena_array(a, p->count, sizeof *groups);
    size_t total = 0, n = 0;
    if (groups == NULL)
        return error_memory(err);
    for (size_t i = 0; i < p->count; i++) {
        struct buf tar = {0};
        if (strcmp(p->groups[i].name, GROUP_CATALOGUE) == 0)
            continue;
        bool ok = outdir_tar(o, &p->groups[i], &tar)
                      ? pack_read(a, (struct str){buf_text(&tar), tar.len}, p->groups[i].name, &groups[i], err)
                      : error_set(err, EX_DATAERR, "cannot read a pack", p->groups[i].name, "it is missing or damaged", NULL);
        buf_free(&tar);
        if (!ok)
            return false;
        total += groups[i].count;
    }
    struct channel_entry *items = arena_array(a, total, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < groups[i].count; k++)
            items[n++] = (struct channel_entry){groups[i].items[k].path, groups[i].items[k].bytes, false};
    if (!join_files(items, &n, err))
        return false;
    *archive = (struct channel_archive){items, n};
    return true;
}

static const struct library_pack *packs_of(struct arena *a, const struct pointer *p)
{
    struct library_pack *packs = arena_array(a, p->count, sizeof *packs);
    for (size_t i = 0; packs != NULL && i < p->count; i++) {
        packs[i].name = p->groups[i].name;
        memcpy(packs[i].hash, p->groups[i].hash, sizeof packs[i].hash);
    }
    return packs;
}

static bool same_packs(const struct library_pack *left, size_t left_count, const struct library_pack *right, size_t count)
{
    if (left_count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < count && strcmp(left[k].name, right[i].name) != 0)
            k++;
        if (k == count || memcmp(left[k].hash, right[i].hash, sizeof right[i].hash) != 0)
            return false;
    }
    return true;
}

static bool install(struct arena *a, struct library *library, const char *id, const char *dir, struct error *err)
{
    struct outdir o;
    struct channel_archive archive;
    struct library_result result;
    struct library_pack *there;
    size_t count;
    if (!outdir_open(&o, a, dir, 1, false, err))
        return false;
    const struct pointer *p = o.count > 0 ? &o.editions[0].pointer : NULL;
    outdir_close(&o);
    if (p == NULL || strcmp(p->id, id) != 0)
        return error_set(err, EX_DATAERR, "cannot read a channel", dir, "it is another channel now", "start the server anew");
    const struct library_pack *packs = packs_of(a, p);
    const struct library_published published = {origin, p->version, p->published_ms, p->expires_ms, packs, p->count};
    if (packs == NULL)
        return error_memory(err);
    if (!library_packs(library, a, id, &there, &count, err))
        return false;
    if (same_packs(there, count, packs, p->count))
        return library_still(library, id, &published, err);
    return read_groups(a, &o, p, &archive, err) &&
           library_install_archive(library, &archive, &published, NULL, NULL, a, &result, err);
}

/* ---- all of them ---- */

static bool changed(struct web_library *l, size_t at)
{
    char path[4200];
    struct stat now;
    int n = snprintf(path, sizeof path, "%s/%s", files_dir(l->files, at), OUTDIR_POINTER);
    if (n < 0 || (size_t)n >= sizeof path || stat(path, &now) != 0)
        return false; /* being published, or out of reach: what there is stays */
    struct seen *seen = &l->seen[at];
    const struct stat *then = &seen->pointer;
    bool same = then->st_ino == now.st_ino && then->st_dev == now.st_dev && then->st_size == now.st_size &&
                then->st_mtim.tv_sec == now.st_mtim.tv_sec && then->st_mtim.tv_nsec == now.st_mtim.tv_nsec;
    bool again = seen->again_ms > 0 && clock_monotonic_ms() >= seen->again_ms;
    *seen = (struct seen){now, same && !again ? seen->again_ms : 0};
    return !same || again;
}

static void complain(const char *id, const struct error *err)
{
    struct error said = *err;
    error_add(&said, id);
    error_print(&said, "crib serve: pages", stderr);
}

static bool served(const struct web_library *l, const char *id)
{
    for (size_t i = 0; i < files_count(l->files); i++)
        if (strcmp(files_id(l->files, i), id) == 0)
            return true;
    return false;
}

/* What an earlier server kept of channels that are not served any more. */
static void drop_others(const struct web_library *l, struct arena *a, struct library *library)
{
    struct library_channel *items;
    size_t count;
    struct error err = {0};
    bool ok = library_channels(library, a, &items, &count, &err);
    for (size_t i = 0; ok && i < count; i++)
        if (!served(l, items[i].id))
            ok = library_remove(library, items[i].id, &err);
    if (!ok)
        complain("all channels", &err);
}

/* library: opened for the first channel that has changed. */
static void bring(struct web_library *l, struct library **library, size_t at)
{
    struct error err = {0};
    struct arena *a = arena_open();
    bool ok = a != NULL || error_memory(&err);
    if (ok && *library == NULL) {
        *library = library_open(&l->places, LIBRARY_WRITE | LIBRARY_ALONE, "", &err);
        ok = *library != NULL;
        if (ok)
            drop_others(l, a, *library);
    }
    if (!ok || !install(a, *library, files_id(l->files, at), files_dir(l->files, at), &err)) {
        complain(files_id(l->files, at), &err);
        l->seen[at].again_ms = clock_monotonic_ms() + AGAIN_MS;
    }
    arena_close(a);
}

static void build(struct web_library *l)
{
    struct library *library = NULL;
    pthread_rwlock_wrlock(&l->writing);
    for (size_t i = 0; i < files_count(l->files); i++)
        if (changed(l, i))
            bring(l, &library, i);
    if (library != NULL)
        atomic_fetch_add(&l->generation, 1);
    library_close(library);
    pthread_rwlock_unlock(&l->writing);
}

static void *build_on(void *cls)
{
    struct web_library *l = cls;
    pthread_mutex_lock(&l->lock);
    while (!l->closing) {
        if (!l->wanted) {
            pthread_cond_wait(&l->wake, &l->lock);
            continue;
        }
        l->wanted = false;
        pthread_mutex_unlock(&l->lock);
        build(l);
        pthread_mutex_lock(&l->lock);
        l->built = true;
        pthread_cond_broadcast(&l->made);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

void web_library_look(struct web_library *l)
{
    int64_t now = clock_monotonic_ms(), before = atomic_load(&l->looked_ms);
    if (now - before < LOOK_MS || !atomic_compare_exchange_strong(&l->looked_ms, &before, now))
        return;
    pthread_mutex_lock(&l->lock);
    l->wanted = true;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
}

bool web_library_wait(struct web_library *l, int64_t wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += wait_ms / 1000;
    pthread_mutex_lock(&l->lock);
    while (!l->built && !l->closing && pthread_cond_timedwait(&l->made, &l->lock, &until) == 0)
        ;
    bool built = l->built;
    pthread_mutex_unlock(&l->lock);
    return built;
}

uint64_t web_library_generation(const struct web_library *l)
{
    return atomic_load(&l->generation);
}

bool web_library_enter(struct web_library *l, bool wait)
{
    return (wait ? pthread_rwlock_rdlock(&l->writing) : pthread_rwlock_tryrdlock(&l->writing)) == 0;
}

void web_library_leave(struct web_library *l)
{
    pthread_rwlock_unlock(&l->writing);
}

const struct places *web_library_places(const struct web_library *l)
{
    return &l->places;
}

/* ---- its place ---- */

static bool make_dir(struct web_library *l, const char *data, struct error *err)
{
    const char *temporary = getenv("TMPDIR");
    int n = data != NULL ? snprintf(l->dir, sizeof l->dir, "%s/pages", data)
                         : snprintf(l->dir, sizeof l->dir, "%s/crib-pages-XXXXXX",
                                    temporary != NULL && temporary[0] == '/' ? temporary : "/tmp");
    if (n < 0 || (size_t)n >= sizeof l->dir)
        return error_set(err, EX_CONFIG, "cannot keep the channels' pages", data, "the path is too long", NULL);
    l->places = (struct places){.data = l->dir, .config = "", .state = "", .system_data = "", .system_config = ""};
    if (data != NULL)
        return file_make_dirs(l->dir, err);
    l->temporary = mkdtemp(l->dir) != NULL;
    return l->temporary || error_errno(err, errno, "cannot keep the channels' pages", l->dir, "set TMPDIR, or give --data DIR");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

struct web_library *web_library_open(const struct files *files, const char *data, struct error *err)
{
    struct web_library *l = calloc(1, sizeof *l);
    if (l == NULL || (l->seen = calloc(files_count(files) + 1, sizeof *l->seen)) == NULL) {
        free(l);
        error_memory(err);
        return NULL;
    }
    l->files = files;
    l->wanted = true;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->wake, NULL);
    pthread_cond_init(&l->made, NULL);
    pthread_rwlock_init(&l->writing, NULL);
    if (make_dir(l, data, err)) {
        l->started = pthread_create(&l->thread, NULL, build_on, l) == 0;
        if (l->started)
            return l;
        error_memory(err);
    }
    web_library_close(l);
    return NULL;
}

void web_library_close(struct web_library *l)
{
    if (l == NULL)
        return;
    pthread_mutex_lock(&l->lock);
    l->closing = true;
    pthread_cond_broadcast(&l->wake);
    pthread_cond_broadcast(&l->made);
    pthread_mutex_unlock(&l->lock);
    if (l->started)
        pthread_join(l->thread, NULL);
    if (l->temporary)
        (void)nftw(l->dir, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->wake);
    pthread_cond_destroy(&l->made);
    pthread_rwlock_destroy(&l->writing);
    free(l->seen);
    free(l);
}
