#include "core/base/db_private.h"

#include "core/base/db_place.h"
#include "core/base/db_zero.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_MS = 5000, MIGRATION_MS = 600000 };

static bool moved(const struct db *d, struct error *err)
{
    return error_set(err, EX_TEMPFAIL, "cannot use the database", d->path, "another file took its place meanwhile",
                     "end this crib and start it again");
}

/* SQLite says of none of its files which it was that it could not open. false where each can be read and written. */
static bool not_ours(const struct db *d, const char *what, struct error *err)
{
    static const char *const beside[] = {"-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char path[4200];
        int n = snprintf(path, sizeof path, "%s%s", d->path, beside[i]);
        if (n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0 && access(path, R_OK | W_OK) != 0) {
            error_errno(err, errno, what, path, "give it to the account that the database is of (chown): another one used it");
            return true;
        }
    }
    return false;
}

bool db_fail(struct db *d, struct error *err, const char *what)
{
    int code = sqlite3_extended_errcode(d->handle);
    const char *todo = NULL;
    int exit_code = EX_IOERR;
    switch (code & 0xFF) {
    case SQLITE_FULL:
        todo = "free some disk space and try again";
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        exit_code = EX_TEMPFAIL;
        todo = "another crib holds it: try again";
        break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        if (code == SQLITE_READONLY_DBMOVED)
            return moved(d, err);
        if (not_ours(d, what, err))
            return false;
        exit_code = EX_NOPERM;
        todo = "make the directory writable, or set CRIB_HOME to one that is";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        d->corrupt = true;
        exit_code = EX_DATAERR;
        todo = d->damaged != NULL ? d->damaged : "keep the file as it is, and restore a backup beside it";
        break;
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        exit_code = EX_SOFTWARE; /* what was asked, not the disk */
        break;
    default:
        break;
    }
    return error_set(err, exit_code, what, d->path, sqlite3_errmsg(d->handle), todo);
}

static bool pragma(struct db *d, const char *sql, struct error *err)
{
    if (sqlite3_exec(d->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return db_fail(d, err, "cannot set up the database");
    return true;
}

static bool known_version(struct db *d, const struct db_schema *schema, int64_t *version, struct error *err)
{
    if (!db_number(d, version, 0, err, "PRAGMA user_version", ""))
        return false;
    if (*version >= 0 && (uint64_t)*version <= schema->count)
        return true;
    char why[160];
    snprintf(why, sizeof why, "it was made by a newer crib (schema %" PRId64 ", this one knows %zu)", *version,
             schema->count);
    return error_set(err, EX_DATAERR, "cannot use the database", d->path, why, "install the newer crib");
}

static bool migrate(struct db *d, const struct db_schema *schema, int64_t version, bool read_only, struct error *err)
{
    if (read_only && (uint64_t)version < schema->count)
        return error_set(err, EX_DATAERR, "cannot use the database", d->path, "it is of an older schema and read-only",
                         "let its owner open it once with this crib");
    while ((uint64_t)version < schema->count) {
        /* Another process may be at it, and have migrated when this one has the lock: with millions of rows that takes longer
         * than anybody waits for a statement. */
        sqlite3_busy_timeout(d->handle, MIGRATION_MS);
        bool begun = db_begin(d, err);
        sqlite3_busy_timeout(d->handle, BUSY_MS);
        if (!begun)
            return false;
        int64_t now;
        if (!db_number(d, &now, 0, err, "PRAGMA user_version ", "")) {
            db_rollback(d);
            return false;
        }
        if (now == version) {
            char set[64];
            snprintf(set, sizeof set, "PRAGMA user_version = %" PRId64, version + 1);
            if (sqlite3_exec(d->handle, schema->migrations[version], NULL, NULL, NULL) != SQLITE_OK ||
                sqlite3_exec(d->handle, set, NULL, NULL, NULL) != SQLITE_OK) {
                db_fail(d, err, "cannot migrate the database");
                db_rollback(d);
                return false;
            }
            now++;
        }
        if (!db_commit(d, err))
            return false;
        version = now;
    }
    return true;
}

/* Changing the journal mode needs the file for itself, and SQLite does not wait for that: two programs that open a new
 * file at once would see each other. So this one waits, as long as any statement would. */
static bool set_journal(struct db *d, bool wal, struct error *err)
{
    const struct timespec pause = {0, 10 * 1000000L};
    for (int waited = 0;; waited += 10) {
        const char *sql = wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE";
        int result = sqlite3_exec(d->handle, sql, NULL, NULL, NULL);
        if (result == SQLITE_OK)
            return true;
        if ((result & 0xFF) != SQLITE_BUSY || waited >= BUSY_MS)
            return db_fail(d, err, "cannot set up the database");
        nanosleep(&pause, NULL);
    }
}

/* Another file took this one's place while it was being opened: a write-ahead log beside it is not its own. */
static bool in_place(struct db *d, struct error *err)
{
    int gone = 0;
    return sqlite3_file_control(d->handle, "main", SQLITE_FCNTL_HAS_MOVED, &gone) != SQLITE_OK || gone == 0 || moved(d, err);
}

/* Nothing may be written before the version is known to be one of ours: not even the journal mode, nor what another
 * program left in the WAL. */
static bool set_up(struct db *d, unsigned flags, const struct db_schema *schema, struct error *err)
{
    sqlite3_extended_result_codes(d->handle, 1);
    sqlite3_busy_timeout(d->handle, BUSY_MS);
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    bool read_only = (flags & DB_READ) != 0;
    int64_t version;
    if (!pragma(d, "PRAGMA table_info(t)", err) /* reads the schema: is it whole? */ ||
        !known_version(d, schema, &version, err) || !in_place(d, err))
        return false;
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    if (!read_only && (!set_journal(d, (flags & DB_ROLLBACK) == 0 && !place_on_network(d->path), err) ||
                       !pragma(d, (flags & DB_FULL) != 0 ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", err) ||
                       !pragma(d, "PRAGMA foreign_keys=ON", err) ||
                       ((flags & DB_ZERO) != 0 && !pragma(d, "PRAGMA secure_delete=ON", err))))
        return false;
    return migrate(d, schema, version, read_only, err);
}

/* SQLite would make the file with the umask's mode, but the record is nobody else's business; and it would not say why
 * a file can't be opened. A file that exists is never opened here: closing it would drop the locks that another
 * connection of this process holds on it. */
static bool reachable(const char *path, unsigned flags, struct error *err)
{
    struct stat st;
    bool there = stat(path, &st) == 0;
    if (!there && errno == ENOENT && lstat(path, &st) == 0)
        return error_set(err, EX_NOINPUT, "cannot open the database", path, "it is a link, and what it leads to is not there",
                         "mount the disk that it leads to, or remove the link");
    if (!there && errno == ENOENT && (flags & DB_CREATE) != 0) {
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0) {
            if ((flags & DB_SHARED) != 0)
                (void)fchmod(fd, 0644); /* where that can't be, the next reader says so */
            close(fd);
        }
        there = (fd >= 0 || errno == EEXIST) && stat(path, &st) == 0;
    }
    if (!there || access(path, (flags & DB_READ) != 0 ? R_OK : R_OK | W_OK) != 0) {
        int cause = errno;
        return error_errno(err, cause, "cannot open the database", path,
                           cause == ENOENT && (flags & DB_CREATE) == 0
                               ? "`crib doctor` says where it is looked for"
                               : "make it writable, or set CRIB_HOME to a directory that is");
    }
    if (!S_ISREG(st.st_mode))
        return error_set(err, EX_CANTCREAT, "cannot open the database", path, "not a regular file", "move it away");
    return true;
}

static struct db *open_handle(const char *path, const char *name, int mode, unsigned flags,
                              const struct db_schema *schema, struct error *err)
{
    struct db *d = calloc(1, sizeof *d);
    if (d == NULL || (d->path = strdup(path)) == NULL) {
        free(d);
        error_memory(err);
        return NULL;
    }
    d->damaged = schema->damaged;
    d->slots = d->first_slots;
    d->slot_count = STATEMENT_SLOTS;
    /* SQLite would count the memory it uses under a lock, at each allocation, and nobody asks; and it would touch 80 KB
     * for pages that a short command never reads. Refused once a database was open, which is as well. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
    const char *way = (flags & DB_ZERO) != 0 ? db_zero() : NULL;
    if (sqlite3_open_v2(name, &d->handle, mode | SQLITE_OPEN_NOMUTEX, way) != SQLITE_OK) {
        if (d->handle != NULL)
            db_fail(d, err, "cannot open the database");
        else
            error_memory(err);
        db_close(d);
        return NULL;
    }
    if (!set_up(d, flags, schema, err)) {
        db_close(d);
        return NULL;
    }
    return d;
}

struct db *db_open(const char *path, unsigned flags, const struct db_schema *schema, struct error *err)
{
    struct error why = {0};
    if ((flags & DB_MEMORY) != 0)
        return open_handle(path, ":memory:", SQLITE_OPEN_READWRITE, flags, schema, err);
    if (!reachable(path, flags, err))
        return NULL;
    if ((flags & DB_READ) == 0)
        return open_handle(path, path, SQLITE_OPEN_READWRITE, flags, schema, err);
    struct db *d = open_handle(path, path, SQLITE_OPEN_READONLY, flags, schema, &why);
    const char *way = d != NULL ? NULL : why.code == EX_IOERR ? PLACE_FULL : place_stands_alone(path) ? PLACE_AS_IT_STANDS : NULL;
    if (way != NULL && (why.code == EX_IOERR || why.code == EX_NOPERM)) {
        struct buf uri = {0};
        if (place_uri(path, way, &uri))
            d = open_handle(path, buf_text(&uri), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, flags, schema, NULL);
        buf_free(&uri);
    }
    if (d == NULL && err != NULL)
        *err = why;
    return d;
}

void db_close(struct db *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->slot_count; i++)
        sqlite3_finalize(d->slots[i].statement);
    if (d->slots != d->first_slots)
        free(d->slots);
    sqlite3_close(d->handle);
    free(d->path);
    free(d);
}

bool db_damaged(const struct db *d)
{
    return d->corrupt;
}

void db_patience(struct db *d, int ms)
{
    sqlite3_busy_timeout(d->handle, ms > 0 ? ms : BUSY_MS);
}

const char *db_engine(void)
{
    return sqlite3_libversion();
}

bool db_has_fts5(void)
{
    return sqlite3_compileoption_used("ENABLE_FTS5") == 1;
}

sqlite3 *db_handle(struct db *d)
{
    return d->handle;
}
