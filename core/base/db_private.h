/* db_private: what opening a database (db.c) and asking it (db_statement.c) share. */
#ifndef CRIB_BASE_DB_PRIVATE_H
#define CRIB_BASE_DB_PRIVATE_H

#include "core/base/db.h"

#include <stdbool.h>
#include <stddef.h>

enum { STATEMENT_SLOTS = 128 };

struct slot {
    const char *sql;
    sqlite3_stmt *statement;
};

struct db {
    sqlite3 *handle;
    char *path;
    const char *damaged;
    bool corrupt; /* SQLite said so */
    struct slot first_slots[STATEMENT_SLOTS]; /* enough for most */
    struct slot *slots;
    size_t slot_count, slots_used;
};

/* Says in err what SQLite said last of d. Always false. */
bool db_fail(struct db *d, struct error *err, const char *what);

#endif
