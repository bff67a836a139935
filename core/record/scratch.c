#include "core/record/scratch.h"

#include "core/record/fact.h"
#include "core/record/learner_site.h"

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

bool scratch_begins(const char *kind)
{
    return strcmp(kind, "attempt.started") == 0 || strcmp(kind, "signoff.signed") == 0 || strcmp(kind, "session.joined") == 0;
}

bool scratch_tell(struct record *r, int64_t log, const struct uuid *id, const char *kind, const char *payload, size_t n,
                  struct error *err)
{
    return fact_derive(r, position_of(log, ++r->seq), id, kind, payload, n, err);
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

/* An account is one person's; at which homePage devices have it is theirs. */
bool scratch_listed(struct record *r, const struct site_person *person, struct error *err)
{
    struct buf roles = {0};
    int64_t known = 0;
    for (size_t i = 0; i < person->roles.count; i++)
        buf_addf(&roles, "%s%s", i > 0 ? "," : "", person->roles.items[i]);
    bool ok = (buf_ok(&roles) || error_memory(err)) &&
              db_number(r->db, &known, 0, err, "SELECT count(*) FROM binding WHERE name = ?1 AND ?1 <> ''", "s", person->account);
    if (ok && known == 0)
        ok = db_number(r->db, &known, 0, err, "SELECT 1 + coalesce(max(number), 0) FROM learner", "") &&
             db_run(r->db, err, "INSERT INTO learner (number, account, name, folded, roles) VALUES (?1, 'listed ' || ?1, ?2, ?2, ?3)", "iss",
                    known, person->name, buf_text(&roles)) &&
             (person->account[0] == '\0' ||
              db_run(r->db, err, "INSERT INTO binding (learner, home_page, name) VALUES (?, '', ?)", "is", known, person->account));
    else if (ok)
        ok = db_run(r->db, err, "UPDATE learner SET name = ?1, folded = ?1, roles = ?2 WHERE number IN (SELECT learner FROM binding WHERE name = ?3)",
                    "sss", person->name, buf_text(&roles), person->account);
    buf_free(&roles);
    return ok;
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
