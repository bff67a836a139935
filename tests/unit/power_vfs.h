/* A VFS over SQLite's own that remembers what a power cut would leave: what was synced, and, of what was written since,
 * any part. It counts flushes. For tests of one thread. */
#ifndef CRIB_TESTS_POWER_VFS_H
#define CRIB_TESTS_POWER_VFS_H

#include <check.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POWER_FILES = 24 };

struct power_write {
    struct power_write *next;
    bool truncate; /* to at */
    size_t at, n;
    unsigned char bytes[];
};

struct power_file {
    char name[300];
    unsigned char *durable;
    size_t size;
    struct power_write *first, **last; /* since the last sync, in order */
};

static struct {
    sqlite3_vfs vfs, *real;
    sqlite3_io_methods methods;
    struct power_file files[POWER_FILES];
    long flushes;
    void (*before_write)(void); /* called at each write: a moment at which the power may go */
    void (*synced)(const char *name, bool names); /* ... at each flush of a file; with it of its directory; NULL: only of that */
} power;

struct power_handle {
    sqlite3_file base;
    struct power_file *file; /* NULL: not watched */
    bool fresh;              /* made just now: its directory is flushed with it */
    sqlite3_file *real;
};

static inline struct power_handle *power_of(sqlite3_file *f)
{
    return (struct power_handle *)(void *)f;
}

static inline void power_apply(unsigned char **bytes, size_t *size, const struct power_write *w)
{
    size_t end = w->truncate ? w->at : w->at + w->n;
    if (end > *size || w->truncate) {
        *bytes = realloc(*bytes, end + 1);
        ck_assert_ptr_nonnull(*bytes);
        if (end > *size)
            memset(*bytes + *size, 0, end - *size);
        *size = end;
    }
    if (w->n > 0)
        memcpy(*bytes + w->at, w->bytes, w->n);
}

static inline void power_forget(struct power_file *f)
{
    while (f->first != NULL) {
        struct power_write *next = f->first->next;
        free(f->first);
        f->first = next;
    }
    f->last = &f->first;
}

static inline void power_note(struct power_file *f, bool truncate, size_t at, const void *bytes, size_t n)
{
    if (f == NULL)
        return;
    if (power.before_write != NULL)
        power.before_write();
    struct power_write *w = malloc(sizeof *w + n);
    ck_assert_ptr_nonnull(w);
    *w = (struct power_write){.truncate = truncate, .at = at, .n = n};
    if (n > 0)
        memcpy(w->bytes, bytes, n);
    *f->last = w;
    f->last = &w->next;
}

static inline int power_close(sqlite3_file *f)
{
    struct power_handle *h = power_of(f);
    int result = h->real->pMethods != NULL ? h->real->pMethods->xClose(h->real) : SQLITE_OK;
    free(h->real);
    return result;
}

static inline int power_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return power_of(f)->real->pMethods->xRead(power_of(f)->real, to, n, at);
}

static inline int power_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    power_note(power_of(f)->file, false, (size_t)at, from, (size_t)n);
    return power_of(f)->real->pMethods->xWrite(power_of(f)->real, from, n, at);
}

static inline int power_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    power_note(power_of(f)->file, true, (size_t)size, NULL, 0);
    return power_of(f)->real->pMethods->xTruncate(power_of(f)->real, size);
}

static inline int power_sync(sqlite3_file *f, int flags)
{
    struct power_file *file = power_of(f)->file;
    power.flushes++;
    if (file != NULL) {
        for (const struct power_write *w = file->first; w != NULL; w = w->next)
            power_apply(&file->durable, &file->size, w);
        power_forget(file);
        if (power.synced != NULL)
            power.synced(file->name, power_of(f)->fresh);
        power_of(f)->fresh = false;
    }
    (void)flags; /* the real file needs no flush: the power stays on */
    return SQLITE_OK;
}

static inline int power_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return power_of(f)->real->pMethods->xFileSize(power_of(f)->real, size);
}

static inline int power_lock(sqlite3_file *f, int level)
{
    return power_of(f)->real->pMethods->xLock(power_of(f)->real, level);
}

static inline int power_unlock(sqlite3_file *f, int level)
{
    return power_of(f)->real->pMethods->xUnlock(power_of(f)->real, level);
}

static inline int power_reserved(sqlite3_file *f, int *out)
{
    return power_of(f)->real->pMethods->xCheckReservedLock(power_of(f)->real, out);
}

static inline int power_control(sqlite3_file *f, int op, void *arg)
{
    return power_of(f)->real->pMethods->xFileControl(power_of(f)->real, op, arg);
}

static inline int power_sector(sqlite3_file *f)
{
    return power_of(f)->real->pMethods->xSectorSize(power_of(f)->real);
}

static inline int power_device(sqlite3_file *f)
{
    return power_of(f)->real->pMethods->xDeviceCharacteristics(power_of(f)->real);
}

static inline int power_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return power_of(f)->real->pMethods->xShmMap(power_of(f)->real, page, size, extend, out);
}

static inline int power_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return power_of(f)->real->pMethods->xShmLock(power_of(f)->real, offset, n, flags);
}

static inline void power_barrier(sqlite3_file *f)
{
    power_of(f)->real->pMethods->xShmBarrier(power_of(f)->real);
}

static inline int power_unmap(sqlite3_file *f, int remove)
{
    return power_of(f)->real->pMethods->xShmUnmap(power_of(f)->real, remove);
}

static inline struct power_file *power_find(const char *path, bool make)
{
    const char *name = path != NULL ? strrchr(path, '/') : NULL;
    for (size_t i = 0; name != NULL && i < POWER_FILES; i++) {
        struct power_file *f = &power.files[i];
        if (f->name[0] == '\0' && make) {
            snprintf(f->name, sizeof f->name, "%s", name + 1);
            f->last = &f->first;
        }
        if (strcmp(f->name, name + 1) == 0)
            return f;
    }
    return NULL;
}

static inline int power_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    (void)v;
    struct power_handle *h = power_of(f);
    h->base.pMethods = NULL;
    h->real = calloc(1, (size_t)power.real->szOsFile);
    ck_assert_ptr_nonnull(h->real);
    h->file = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0
                  ? power_find(name, true)
                  : NULL;
    h->fresh = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    int result = power.real->xOpen(power.real, name, h->real, flags, out);
    if (result == SQLITE_OK)
        h->base.pMethods = &power.methods;
    else
        free(h->real);
    return result;
}

/* A deletion is taken as durable at once: SQLite syncs the directory where it matters. */
static inline int power_delete(sqlite3_vfs *v, const char *name, int sync)
{
    (void)v;
    struct power_file *f = power_find(name, false);
    if (power.before_write != NULL && f != NULL)
        power.before_write();
    if (f != NULL) {
        power_forget(f);
        free(f->durable);
        f->durable = NULL;
        f->size = 0;
    }
    int result = power.real->xDelete(power.real, name, sync);
    if (sync != 0 && power.synced != NULL)
        power.synced(NULL, true);
    return result;
}

/* From now on databases are opened through it; power_off ends that and frees what it kept. */
static inline void power_on(void)
{
    memset(&power, 0, sizeof power);
    power.real = sqlite3_vfs_find(NULL);
    power.methods = (sqlite3_io_methods){
        .iVersion = 2,           .xClose = power_close,       .xRead = power_read,
        .xWrite = power_write,   .xTruncate = power_truncate, .xSync = power_sync,
        .xFileSize = power_size, .xLock = power_lock,         .xUnlock = power_unlock,
        .xCheckReservedLock = power_reserved,                 .xFileControl = power_control,
        .xSectorSize = power_sector,                          .xDeviceCharacteristics = power_device,
        .xShmMap = power_map,    .xShmLock = power_shm_lock,  .xShmBarrier = power_barrier,
        .xShmUnmap = power_unmap};
    power.vfs = *power.real;
    power.vfs.pNext = NULL;
    power.vfs.zName = "power";
    power.vfs.szOsFile = (int)sizeof(struct power_handle);
    power.vfs.xOpen = power_open;
    power.vfs.xDelete = power_delete;
    ck_assert_int_eq(sqlite3_vfs_register(&power.vfs, 1), SQLITE_OK);
}

static inline void power_off(void)
{
    sqlite3_vfs_unregister(&power.vfs);
    sqlite3_vfs_register(power.real, 1);
    for (size_t i = 0; i < POWER_FILES; i++) {
        power_forget(&power.files[i]);
        free(power.files[i].durable);
    }
}

/* Writes into dir what is left if the power goes now: all that was synced, and each later write with a chance of one
 * in `chance` (0: none). */
static inline void power_cut(const char *dir, int chance)
{
    for (size_t i = 0; i < POWER_FILES && power.files[i].name[0] != '\0'; i++) {
        struct power_file *f = &power.files[i];
        unsigned char *bytes = malloc(f->size + 1);
        size_t size = f->size;
        ck_assert_ptr_nonnull(bytes);
        if (f->size > 0)
            memcpy(bytes, f->durable, f->size);
        for (const struct power_write *w = f->first; w != NULL; w = w->next)
            if (chance > 0 && rand() % chance == 0)
                power_apply(&bytes, &size, w);
        char path[700];
        snprintf(path, sizeof path, "%s/%s", dir, f->name);
        FILE *out = fopen(path, "wb");
        ck_assert_ptr_nonnull(out);
        ck_assert_uint_eq(fwrite(bytes, 1, size, out), size);
        ck_assert_int_eq(fclose(out), 0);
        free(bytes);
    }
}

#endif
