/* db: SQLite as both databases use it: opening, migrating, statements that are prepared once, transactions.
 *
 * SQL stands in the module that owns the table; this file holds none but pragmas. A database is used by one
 * thread. Other processes may have it open at the same time: statements wait up to five seconds for them. */
#ifndef CRIB_BASE_DB_H
#define CRIB_BASE_DB_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum db_flags {
    DB_CREATE = 1,   /* make the file (mode 0600) where there is none */
    DB_SHARED = 16,  /* ... with mode 0644: others may read it */
    DB_READ = 2,     /* read only */
    DB_FULL = 4,     /* synchronous=FULL: a commit is on disk when it returns; otherwise NORMAL */
    DB_MEMORY = 32,  /* no file at all: gone when it is closed; path is its name in messages */
    DB_ZERO = 64,    /* what is deleted is zeroed, wherever SQLite left it in the file (db_zero.h) */
    DB_ROLLBACK = 8, /* rollback journal instead of WAL: a system-wide library, a network file system */
};

/* One step of a schema: SQL that brings user_version from its index to its index + 1. */
struct db_schema {
    const char *name;              /* "record", for messages */
    const char *const *migrations; /* texts; each runs in a transaction together with the version's change */
    size_t count;
    const char *damaged;           /* what to do with a file that can't be read; NULL: keep it, restore a backup */
};

/* Opens path and migrates it to the schema's newest version, or waits for who is at it. Refuses, without touching it, a file
 * that is not a database, is corrupt, or has a newer user_version than is known (EX_DATAERR, with what to do). Foreign keys
 * are on, defensive mode is on, WAL falls back to a rollback journal on a network file system. In a directory where nothing can
 * be written it is read as it stands, unless something waits in its WAL; on a full disk it is read, too. NULL on failure. */
struct db *db_open(const char *path, unsigned flags, const struct db_schema *schema, struct error *err);
void db_close(struct db *d); /* finalises all statements; NULL is allowed */

/* Was the file found damaged since it was opened? */
bool db_damaged(const struct db *d);

/* For how long statements wait for others; 0: as at first. */
void db_patience(struct db *d, int ms);

const char *db_engine(void); /* SQLite's version, "3.40.1" */
bool db_has_fts5(void);      /* was SQLite built with its full-text search? */

sqlite3 *db_handle(struct db *d); /* for sqlite3's own functions */

/* The prepared statement of this SQL text, reset and with its bindings cleared; compiled once per distinct text
 * pointer (so pass string literals). NULL on failure. Owned by d. */
sqlite3_stmt *db_statement(struct db *d, const char *sql, struct error *err);

/* Binds the values in order by their letters: i = int64_t, d = double, s = const char * (NULL binds NULL),
 * t = struct str, b = const void * and size_t (a blob), n = NULL. Texts and blobs must live until the statement is
 * stepped to its end. false only for a count of parameters that does not fit. */
bool db_bind(sqlite3_stmt *s, const char *letters, ...);

/* Steps: 1 a row, 0 done, -1 failed (err filled: disk full, busy, corrupt, read only, each with its remedy; EX_SOFTWARE where
 * what is asked or bound does not fit). A
 * statement that is done or failed is reset. */
int db_step(struct db *d, sqlite3_stmt *s, struct error *err);

/* Prepare, bind and step to the end, for statements that give no rows. */
bool db_run(struct db *d, struct error *err, const char *sql, const char *letters, ...);

/* One number of the first row; missing is given where there is no row. */
bool db_number(struct db *d, int64_t *value, int64_t missing, struct error *err, const char *sql, const char *letters,
               ...);

/* The column's text, or "" for NULL; valid until the next step. */
const char *db_text(sqlite3_stmt *s, int column);

/* A whole text or blob of one row, copied once, into a, with a NUL behind it: SQLite itself would copy a long one as part of
 * a row. While a statement is under way it is of the same moment. NULL on failure, also where there is no such row. */
const char *db_value(struct db *d, const char *table, const char *column, int64_t rowid, struct arena *a, size_t *n,
                     struct error *err);

/* BEGIN IMMEDIATE / COMMIT / ROLLBACK. db_commit rolls back when it fails. db_begin inside a transaction fails. */
bool db_begin(struct db *d, struct error *err);
bool db_commit(struct db *d, struct error *err);
void db_rollback(struct db *d); /* harmless outside a transaction */

/* Changes whenever another connection committed (PRAGMA data_version); 0 on failure. */
int64_t db_version(struct db *d);

#endif
