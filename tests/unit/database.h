/* database: a database file as another program opens it: a test's way to look inside, to damage, and to let time pass. */
#ifndef CRIB_TESTS_DATABASE_H
#define CRIB_TESTS_DATABASE_H

#include <check.h>
#include <sqlite3.h>

enum { DATABASE_PATIENCE_MS = 60000 };

/* The file, open; whoever else is writing into it is waited for, as long as a slow machine may need. The caller closes it. */
static inline sqlite3 *database_open(const char *path)
{
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_busy_timeout(db, DATABASE_PATIENCE_MS), SQLITE_OK);
    return db;
}

#endif
