/* The statements of a database: kept as they were prepared, bound, run. */
#include "core/base/db_private.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static struct slot *find_slot(struct slot *slots, size_t count, const char *sql)
{
    size_t at = ((uintptr_t)sql >> 3) % count;
    while (slots[at].sql != sql && slots[at].sql != NULL)
        at = (at + 1) % count;
    return &slots[at];
}

/* No statement ever makes room for another: somebody may be reading its rows. */
static bool grow(struct db *d)
{
    size_t wider = d->slot_count * 2;
    struct slot *slots = calloc(wider, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < d->slot_count; i++)
        if (d->slots[i].sql != NULL)
            *find_slot(slots, wider, d->slots[i].sql) = d->slots[i];
    if (d->slots != d->first_slots)
        free(d->slots);
    d->slots = slots;
    d->slot_count = wider;
    return true;
}

/* NULL when memory is out. */
static struct slot *slot_for(struct db *d, const char *sql)
{
    struct slot *s = find_slot(d->slots, d->slot_count, sql);
    if (s->sql != NULL)
        return s;
    if (d->slots_used + d->slots_used / 3 >= d->slot_count && !grow(d))
        return NULL;
    return find_slot(d->slots, d->slot_count, sql);
}

sqlite3_stmt *db_statement(struct db *d, const char *sql, struct error *err)
{
    struct slot *s = slot_for(d, sql);
    if (s == NULL) {
        error_memory(err);
        return NULL;
    }
    if (s->statement == NULL) {
        if (sqlite3_prepare_v3(d->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->statement, NULL) != SQLITE_OK) {
            db_fail(d, err, "cannot ask the database");
            return NULL;
        }
        s->sql = sql;
        d->slots_used++;
        return s->statement;
    }
    sqlite3_reset(s->statement);
    sqlite3_clear_bindings(s->statement);
    return s->statement;
}

static bool bind_list(sqlite3_stmt *s, const char *letters, va_list args)
{
    int at = 0, result = SQLITE_OK;
    for (const char *l = letters; *l != '\0' && result == SQLITE_OK; l++) {
        at++;
        switch (*l) {
        case 'i':
            result = sqlite3_bind_int64(s, at, va_arg(args, int64_t));
            break;
        case 'd':
            result = sqlite3_bind_double(s, at, va_arg(args, double));
            break;
        case 's':
            result = sqlite3_bind_text(s, at, va_arg(args, const char *), -1, SQLITE_STATIC);
            break;
        case 't': {
            struct str t = va_arg(args, struct str);
            result = sqlite3_bind_text64(s, at, t.p, t.n, SQLITE_STATIC, SQLITE_UTF8);
            break;
        }
        case 'b': {
            const void *p = va_arg(args, const void *);
            result = sqlite3_bind_blob64(s, at, p, va_arg(args, size_t), SQLITE_STATIC);
            break;
        }
        default:
            result = sqlite3_bind_null(s, at);
            break;
        }
    }
    return result == SQLITE_OK && at == sqlite3_bind_parameter_count(s);
}

bool db_bind(sqlite3_stmt *s, const char *letters, ...)
{
    va_list args;
    va_start(args, letters);
    bool ok = bind_list(s, letters, args);
    va_end(args);
    return ok;
}

int db_step(struct db *d, sqlite3_stmt *s, struct error *err)
{
    int result = sqlite3_step(s);
    if (result == SQLITE_ROW)
        return 1;
    int done = result == SQLITE_DONE ? 0 : -1;
    if (done < 0)
        db_fail(d, err, "cannot use the database");
    sqlite3_reset(s);
    return done;
}

static sqlite3_stmt *prepared(struct db *d, struct error *err, const char *sql, const char *letters, va_list args)
{
    sqlite3_stmt *s = db_statement(d, sql, err);
    if (s == NULL)
        return NULL;
    if (!bind_list(s, letters, args)) {
        error_set(err, EX_SOFTWARE, "cannot ask the database", d->path, "the parameters do not fit", NULL);
        return NULL;
    }
    return s;
}

bool db_run(struct db *d, struct error *err, const char *sql, const char *letters, ...)
{
    va_list args;
    va_start(args, letters);
    sqlite3_stmt *s = prepared(d, err, sql, letters, args);
    va_end(args);
    if (s == NULL)
        return false;
    int result;
    do
        result = db_step(d, s, err);
    while (result > 0);
    return result == 0;
}

bool db_number(struct db *d, int64_t *value, int64_t missing, struct error *err, const char *sql, const char *letters,
               ...)
{
    *value = missing;
    va_list args;
    va_start(args, letters);
    sqlite3_stmt *s = prepared(d, err, sql, letters, args);
    va_end(args);
    if (s == NULL)
        return false;
    int result = db_step(d, s, err);
    if (result > 0) {
        if (sqlite3_column_type(s, 0) != SQLITE_NULL)
            *value = sqlite3_column_int64(s, 0);
        sqlite3_reset(s);
    }
    return result >= 0;
}

const char *db_text(sqlite3_stmt *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    return text != NULL ? (const char *)text : "";
}

const char *db_value(struct db *d, const char *table, const char *column, int64_t rowid, struct arena *a, size_t *n,
                     struct error *err)
{
    sqlite3_blob *value;
    if (sqlite3_blob_open(d->handle, "main", table, column, rowid, 0, &value) != SQLITE_OK) {
        db_fail(d, err, "cannot ask the database");
        return NULL;
    }
    int bytes = sqlite3_blob_bytes(value);
    *n = bytes > 0 ? (size_t)bytes : 0;
    char *to = arena_alloc(a, *n + 1);
    if (to == NULL)
        error_memory(err);
    else if (sqlite3_blob_read(value, to, bytes, 0) == SQLITE_OK)
        to[*n] = '\0';
    else {
        db_fail(d, err, "cannot ask the database");
        to = NULL;
    }
    (void)sqlite3_blob_close(value); /* nothing was written */
    return to;
}

bool db_begin(struct db *d, struct error *err)
{
    return db_run(d, err, "BEGIN IMMEDIATE", "");
}

bool db_commit(struct db *d, struct error *err)
{
    if (db_run(d, err, "COMMIT", ""))
        return true;
    db_rollback(d);
    return false;
}

void db_rollback(struct db *d)
{
    if (sqlite3_get_autocommit(d->handle) == 0)
        sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
}

int64_t db_version(struct db *d)
{
    int64_t version;
    return db_number(d, &version, 0, NULL, "PRAGMA data_version", "") ? version : 0;
}
