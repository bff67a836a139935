#include "core/record/copy.h"

#include "core/base/db_zero.h"
#include "core/base/file.h"
#include "core/record/chain.h"
#include "core/record/foreign.h"
#include "core/record/verify.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_MS = 5000, LOOK_MS = 20 };

static const char damaged_todo[] = "keep the file as it is; `crib doctor` says which copies there are";

static bool fail(sqlite3 *handle, const char *what, const char *path, struct error *err)
{
    int code = handle != NULL ? sqlite3_errcode(handle) & 0xFF : SQLITE_NOMEM;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        return error_set(err, EX_DATAERR, what, path, sqlite3_errmsg(handle), damaged_todo);
    if (code == SQLITE_FULL)
        return error_set(err, EX_IOERR, what, path, sqlite3_errmsg(handle), "free some disk space and try again");
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return error_set(err, EX_TEMPFAIL, what, path, sqlite3_errmsg(handle), "another crib holds it: try again");
    return handle != NULL ? error_set(err, EX_IOERR, what, path, sqlite3_errmsg(handle), "is there room on the disk, and is it sound?") : error_memory(err);
}

/* ---- making ---- */

static bool open_raw(const char *path, int flags, sqlite3 **handle, struct error *err)
{
    if (sqlite3_open_v2(path, handle, flags | SQLITE_OPEN_NOMUTEX, db_zero()) != SQLITE_OK)
        return fail(*handle, "cannot open the database", path, err);
    sqlite3_extended_result_codes(*handle, 0);
    sqlite3_busy_timeout(*handle, BUSY_MS);
    sqlite3_db_config(*handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return true;
}

/* All pages in one step: one moment of the source. In WAL mode nobody waits for it meanwhile. */
static bool take_pages(sqlite3 *from, sqlite3 *to, const char *path, struct error *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (b == NULL)
        return fail(to, "cannot copy the record", path, err);
    int result;
    for (int waited = 0; (result = sqlite3_backup_step(b, -1)) == SQLITE_BUSY || result == SQLITE_LOCKED; waited += LOOK_MS) {
        if (waited >= BUSY_MS)
            break;
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
    }
    if (sqlite3_backup_finish(b) == SQLITE_OK && result == SQLITE_DONE)
        return true;
    /* The destination has the code of whatever went wrong on either side. */
    return fail(to, "cannot copy the record", path, err);
}

static bool not_copied(sqlite3 *handle, const char *path, struct error *err)
{
    if ((sqlite3_errcode(handle) & 0xFF) == SQLITE_ERROR)
        return error_set(err, EX_DATAERR, "cannot copy the record", path, "it is no record of crib's", "name another file");
    return fail(handle, "cannot copy the record", path, err);
}

static bool run(sqlite3 *handle, const char *sql, const char *path, struct error *err)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK || not_copied(handle, path, err);
}

/* The last thing that the log's key does in the copy is to sign the log's end there: whoever goes on from it couldn't, and other
 * devices take what is signed alone. */
static bool sign_end(sqlite3 *to, const char *path, struct error *err)
{
    static const char end[] = "SELECT e.position, l.id, l.secret_key, e.link FROM log l JOIN event e ON e.position = (SELECT max(position)"
                              " FROM event WHERE position BETWEEN l.number << 40 AND ((l.number + 1) << 40) - 1)"
                              " WHERE length(l.id) = 16 AND length(l.secret_key) = 64 AND length(e.link) = 32";
    unsigned char signature[EVENT_SIGNATURE];
    sqlite3_stmt *s = NULL, *into = NULL;
    int got = sqlite3_prepare_v2(to, end, -1, &s, NULL) == SQLITE_OK ? sqlite3_step(s) : SQLITE_ERROR;
    if (got == SQLITE_ROW) {
        int64_t position = sqlite3_column_int64(s, 0);
        event_sign(sqlite3_column_blob(s, 2), sqlite3_column_blob(s, 1), seq_of(position), sqlite3_column_blob(s, 3), signature);
        got = sqlite3_prepare_v2(to, "INSERT OR IGNORE INTO checkpoint (position, head, signature) VALUES (?, ?, ?)", -1, &into, NULL);
        if (got == SQLITE_OK) {
            sqlite3_bind_int64(into, 1, position);
            sqlite3_bind_value(into, 2, sqlite3_column_value(s, 3));
            sqlite3_bind_blob(into, 3, signature, sizeof signature, SQLITE_STATIC);
            got = sqlite3_step(into);
        }
    }
    bool ok = got == SQLITE_DONE || not_copied(to, path, err);
    sqlite3_finalize(s);
    sqlite3_finalize(into);
    return ok;
}

/* One file, and nobody's key in it: not even in what is free in its pages. */
static bool finish_copy(sqlite3 *to, const char *path, struct error *err)
{
    static const char *const steps[] = {
        "PRAGMA journal_mode=DELETE",
        "PRAGMA journal_mode=MEMORY",
        "PRAGMA secure_delete=ON",
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (!run(to, steps[i], path, err))
            return false;
    return sign_end(to, path, err) && run(to, "UPDATE log SET secret_key = x'' WHERE secret_key IS NOT NULL", path, err);
}

static bool fill(const char *from, const char *temporary, struct error *err)
{
    sqlite3 *source = NULL, *to = NULL;
    bool ok = open_raw(from, SQLITE_OPEN_READONLY, &source, err) && open_raw(temporary, SQLITE_OPEN_READWRITE, &to, err) &&
              run(to, "PRAGMA synchronous=FULL", from, err) && take_pages(source, to, from, err) && finish_copy(to, from, err);
    sqlite3_close(source);
    if (sqlite3_close(to) != SQLITE_OK && ok)
        return error_set(err, EX_IOERR, "cannot copy the record", from, "the copy can't be closed", "try again");
    return ok;
}

static bool is_file(const char *path, struct error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return error_errno(err, errno, "cannot read", path, NULL);
    if (S_ISREG(st.st_mode) && st.st_size > 0)
        return true;
    return error_set(err, EX_NOINPUT, "cannot copy the record", path, S_ISREG(st.st_mode) ? "the file is empty" : "not a regular file",
                     "name a record or a copy of one");
}

/* SQLite gives memory and locks of its own to a file; what it left beside one goes. *held: there was something in it. */
static void drop_beside(const struct file_new *f, bool *held)
{
    static const char *const beside[] = {"-shm", "-journal", "-wal"};
    char path[sizeof f->temporary + 16];
    struct stat st;
    *held = false;
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        snprintf(path, sizeof path, "%s%s", f->temporary, beside[i]);
        *held = *held || (i > 0 && stat(path, &st) == 0 && st.st_size > 0);
        unlink(path);
    }
}

static bool drop(struct file_new *f)
{
    bool held;
    drop_beside(f, &held);
    file_new_drop(f);
    return false;
}

bool copy_make(const char *from, const char *to, struct copy_found *found, struct error *err)
{
    struct file_new f;
    bool held;
    if (!is_file(from, err) || !file_new_open(&f, to, err))
        return false;
    if (!fill(from, f.temporary, err) || !copy_check(f.temporary, found, err))
        return drop(&f);
    drop_beside(&f, &held); /* who brought one of an older crib up to date left something */
    if (held) {
        error_set(err, EX_IOERR, "cannot copy the record", from, "the copy can't be closed", "try again");
        return drop(&f);
    }
    return file_new_done(&f, 0600, err);
}

/* ---- reading it through ---- */

static bool whole_pages(struct record *r, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "PRAGMA integrity_check(1)", err);
    int got = s != NULL ? db_step(r->db, s, err) : -1;
    if (got < 0)
        return false;
    bool whole = got > 0 && strcmp(db_text(s, 0), "ok") == 0;
    if (!whole)
        error_set(err, EX_DATAERR, "the database is damaged", r->path, got > 0 ? db_text(s, 0) : "it can't be checked", damaged_todo);
    sqlite3_reset(s);
    return whole;
}

static bool add_log(void *context, const struct log_report *report, bool done)
{
    struct copy_found *found = context;
    if (done && report->foreign) {
        found->foreign_events += report->events;
        found->foreign_logs++;
    } else if (done) {
        found->events += report->events;
        found->erased += report->erased;
        found->logs++;
    }
    return true;
}

static bool find_newest(struct record *r, struct copy_found *found, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT l.id, e.position, e.link, e.id FROM event e JOIN log l ON l.number = e.position >> 40"
                                   " WHERE e.position = (SELECT max(position) FROM event WHERE position >> 40 ="
                                   " (SELECT max(number) FROM log WHERE secret_key IS NOT NULL))",
                                   err);
    int got = s != NULL ? db_step(r->db, s, err) : -1;
    if (got <= 0)
        return got == 0;
    struct uuid id = {{0}};
    found->own = sqlite3_column_bytes(s, 0) == EVENT_LOG && sqlite3_column_bytes(s, 2) == EVENT_HASH &&
                 sqlite3_column_bytes(s, 3) == (int)sizeof id.bytes;
    if (found->own) {
        memcpy(found->log, sqlite3_column_blob(s, 0), EVENT_LOG);
        memcpy(found->head, sqlite3_column_blob(s, 2), EVENT_HASH);
        memcpy(id.bytes, sqlite3_column_blob(s, 3), sizeof id.bytes);
        found->seq = seq_of(sqlite3_column_int64(s, 1));
        found->newest_ms = uuid_ms(&id);
    }
    sqlite3_reset(s);
    return true;
}

bool copy_check(const char *path, struct copy_found *found, struct error *err)
{
    struct copy_found unasked;
    struct stat st;
    if (found == NULL)
        found = &unasked;
    *found = (struct copy_found){0};
    struct record *r = record_open_read(path, err);
    if (r == NULL)
        return false;
    r->copy = true;
    bool ok = whole_pages(r, err) && record_verify(r, add_log, found, err) && find_newest(r, found, err) &&
              (found->foreign_logs == 0 || record_foreign_bytes(r, &found->foreign_bytes, err));
    record_close(r);
    if (ok && stat(path, &st) == 0)
        found->bytes = (int64_t)st.st_size;
    return ok;
}
