#include "core/base/db_zero.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_LEAST = 512,
    PAGE_MOST = 65536,
    FIRST_HEADER = 100, /* of the database, in its first page */
    MORE_MOST = 1024    /* room for the file below, whichever way to the disk that is */
};

/* A page of rows begins with 2, 5, 10 or 13; one that goes on with a long row begins with the number of the next, whose first
 * byte is 0 as long as there are fewer pages than this. */
static const sqlite3_int64 pages_most = 0x2000000;

struct file {
    sqlite3_file base;
    unsigned char *page; /* a copy, to be written */
    int room;
    sqlite3_file *real;
};

/* ---- a page ---- */

static int two(const unsigned char *at)
{
    return at[0] << 8 | at[1];
}

/* The unused room of a page of n bytes; false where it is no page of rows, or has none. */
static int unused(const unsigned char *page, int n, int header, int *from, int *to)
{
    int kind = page[header];
    if (kind != 2 && kind != 5 && kind != 10 && kind != 13)
        return 0;
    *from = header + (kind == 2 || kind == 5 ? 12 : 8) + 2 * two(page + header + 3);
    *to = two(page + header + 5);
    if (*to == 0)
        *to = PAGE_MOST;
    return *from < *to && *to <= n;
}

/* ---- the file ---- */

static struct file *of(sqlite3_file *f)
{
    return (struct file *)(void *)f;
}

static sqlite3_file *real(sqlite3_file *f)
{
    return of(f)->real;
}

static int do_close(sqlite3_file *f)
{
    free(of(f)->page);
    of(f)->page = NULL;
    return real(f)->pMethods->xClose(real(f));
}

static int do_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return real(f)->pMethods->xRead(real(f), to, n, at);
}

/* NULL when memory is out. */
static unsigned char *room_for(struct file *f, int n)
{
    if (f->room < n) {
        free(f->page);
        f->page = malloc((size_t)n);
        f->room = f->page != NULL ? n : 0;
    }
    return f->page;
}

static int do_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    sqlite3_int64 size;
    int from, to, result = real(f)->pMethods->xFileSize(real(f), &size);
    if (result != SQLITE_OK)
        return result;
    if (n < PAGE_LEAST || n > PAGE_MOST || at % n != 0 || size / n >= pages_most ||
        !unused(bytes, n, at == 0 ? FIRST_HEADER : 0, &from, &to))
        return real(f)->pMethods->xWrite(real(f), bytes, n, at);
    unsigned char *page = room_for(of(f), n);
    if (page == NULL)
        return SQLITE_IOERR_NOMEM;
    memcpy(page, bytes, (size_t)n);
    memset(page + from, 0, (size_t)(to - from));
    return real(f)->pMethods->xWrite(real(f), page, n, at);
}

static int do_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return real(f)->pMethods->xTruncate(real(f), size);
}

static int do_sync(sqlite3_file *f, int flags)
{
    return real(f)->pMethods->xSync(real(f), flags);
}

static int do_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real(f)->pMethods->xFileSize(real(f), size);
}

static int do_lock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xLock(real(f), level);
}

static int do_unlock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xUnlock(real(f), level);
}

static int do_reserved(sqlite3_file *f, int *out)
{
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int do_control(sqlite3_file *f, int op, void *arg)
{
    return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int do_sector(sqlite3_file *f)
{
    return real(f)->pMethods->xSectorSize(real(f));
}

static int do_device(sqlite3_file *f)
{
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int do_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
    return real(f)->pMethods->xShmMap(real(f), region, size, extend, out);
}

static int do_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void do_barrier(sqlite3_file *f)
{
    real(f)->pMethods->xShmBarrier(real(f));
}

static int do_unmap(sqlite3_file *f, int delete_it)
{
    return real(f)->pMethods->xShmUnmap(real(f), delete_it);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* no mapped pages: they would be written past this */
    .xClose = do_close,
    .xRead = do_read,
    .xWrite = do_write,
    .xTruncate = do_truncate,
    .xSync = do_sync,
    .xFileSize = do_size,
    .xLock = do_lock,
    .xUnlock = do_unlock,
    .xCheckReservedLock = do_reserved,
    .xFileControl = do_control,
    .xSectorSize = do_sector,
    .xDeviceCharacteristics = do_device,
    .xShmMap = do_map,
    .xShmLock = do_shm_lock,
    .xShmBarrier = do_barrier,
    .xShmUnmap = do_unmap,
};

/* ---- the way to the disk ---- */

static sqlite3_vfs *usual(void)
{
    return sqlite3_vfs_find(NULL);
}

/* Logs and journals go the usual way. */
static int do_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    sqlite3_vfs *below = usual();
    struct file *file = of(f);
    f->pMethods = NULL;
    if (below->szOsFile > MORE_MOST || below == v)
        return SQLITE_CANTOPEN;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return below->xOpen(below, name, f, flags, out);
    *file = (struct file){.real = (sqlite3_file *)(void *)(file + 1)};
    int result = below->xOpen(below, name, file->real, flags, out);
    if (result == SQLITE_OK)
        f->pMethods = &methods;
    else if (file->real->pMethods != NULL)
        file->real->pMethods->xClose(file->real);
    return result;
}

static int do_delete(sqlite3_vfs *v, const char *name, int sync)
{
    (void)v;
    return usual()->xDelete(usual(), name, sync);
}

static int do_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
    (void)v;
    return usual()->xAccess(usual(), name, flags, out);
}

static int do_full(sqlite3_vfs *v, const char *name, int n, char *out)
{
    (void)v;
    return usual()->xFullPathname(usual(), name, n, out);
}

static sqlite3_vfs vfs;
static bool made;

static void make(void)
{
    if (sqlite3_initialize() != SQLITE_OK || usual() == NULL)
        return;
    vfs = *usual(); /* clocks and the like are the usual ones */
    vfs.pNext = NULL;
    vfs.zName = "crib-zero";
    vfs.szOsFile = (int)sizeof(struct file) + MORE_MOST;
    vfs.xOpen = do_open;
    vfs.xDelete = do_delete;
    vfs.xAccess = do_access;
    vfs.xFullPathname = do_full;
    made = sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

const char *db_zero(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    return pthread_once(&once, make) == 0 && made ? vfs.zName : NULL;
}
