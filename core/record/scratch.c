#include "core/record/scratch.h"

#include "core/record/fact.h"

#include <stdlib.h>
#include <string.h>

/* Beside what every record has. */
static const char tables[] =
    "PRAGMA journal_mode = OFF; BEGIN;"
    "CREATE TABLE heard (learner INTEGER NOT NULL, device TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (learner, device))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX binding_account ON binding (name, home_page);"
    "CREATE TABLE device (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

struct record *scratch_open(struct error *err)
{
    struct record *r = record_in_memory(err);
    if (r == NULL)
        return NULL;
    if (sqlite3_exec(db_handle(r->db), tables, NULL, NULL, NULL) == SQLITE_OK)
        return r;
    error_memory(err);
    record_close(r);
    return NULL;
}

bool scratch_tell(struct record *r, const struct uuid *id, const char *kind, const char *payload, size_t n, struct error *err)
{
    return fact_derive(r, (int64_t)++r->seq, id, kind, payload, n, err);
}

bool scratch_person(struct record *r, const char *home_page, const char *name, int64_t *learner, struct error *err)
{
    if (!db_number(r->db, learner, 0, err, "SELECT learner FROM binding WHERE home_page = ? AND name = ?", "ss", home_page, name))
        return false;
    if (*learner != 0)
        return true;
    return db_number(r->db, learner, 0, err, "SELECT 1 + coalesce(max(number), 0) FROM learner", "") &&
           db_run(r->db, err, "INSERT INTO learner (number, account, name, folded) VALUES (?1, ?2 || ' ' || ?3, ?3, ?3)", "iss",
                  *learner, home_page, name) &&
           db_run(r->db, err, "INSERT INTO binding (learner, home_page, name) VALUES (?, ?, ?)", "iss", *learner, home_page, name);
}

bool scratch_heard(struct record *r, int64_t learner, const char *device, int64_t at_ms, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT INTO heard (learner, device, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
                  "isi", learner, device, at_ms);
}

bool scratch_device(struct record *r, const char *device, int64_t at_ms, struct error *err)
{
    return db_run(r->db, err, "INSERT INTO device (name, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)", "si",
                  device, at_ms);
}
