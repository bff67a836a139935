/* foreign.h: what follows from the events of other devices. It is derived by the same functions as from this record's own
 * (fact.h), which give the same in whatever order events come. */
#include "core/record/fact.h"
#include "core/record/foreign_parts.h"

#include <string.h>
#include <sysexits.h>

/* ---- people ---- */

bool foreign_person(struct record *r, int64_t log, struct str payload, int64_t *number, bool *anew, struct error *err)
{
    if (!db_run(r->db, err,
                "INSERT OR IGNORE INTO foreign_person (log, number, person) SELECT ?1, json_extract(?2, '$.learner'),"
                " json_extract(?2, '$.person') WHERE json_type(?2, '$.learner') = 'integer' AND json_type(?2, '$.person') = 'text'"
                " AND json_extract(?2, '$.person') <> ''",
                "it", log, payload))
        return false;
    *anew = sqlite3_changes(db_handle(r->db)) > 0;
    return db_number(r->db, number, 0, err, "SELECT json_extract(?, '$.learner')", "t", payload);
}

bool foreign_people_kept(struct record *r, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT OR IGNORE INTO foreign_person (log, number, person) SELECT g.number, w.number, w.person FROM foreign_log g"
                  " JOIN log o ON o.id = g.id JOIN learner w ON w.person <> '' WHERE w.number < coalesce((SELECT min(json_extract(payload,"
                  " '$.learner')) FROM event WHERE position >= (o.number + 1) << 40 AND kind = 'learner.added'), 9223372036854775807)",
                  "");
}

bool fact_person(struct record *r, int64_t position, int64_t named, int64_t *learner, struct error *err)
{
    *learner = named;
    return !position_foreign(position) ||
           db_number(r->db, learner, 0, err,
                     "SELECT l.number FROM foreign_person p JOIN learner l ON l.person = p.person AND l.person <> ''"
                     " WHERE p.log = ? AND p.number = ? LIMIT 1",
                     "ii", position >> LOG_SHIFT, named);
}

/* ---- one event ---- */

/* Is it the payload's fault? Then the event counts for nothing, whenever it is looked at; a full disk is no payload's. */
static bool of_payload(const struct error *err)
{
    return err->code == EX_SOFTWARE;
}

static bool derive_apart(struct record *r, int64_t position, const struct uuid *id, const char *kind, struct str payload,
                         int64_t learner, struct error *err)
{
    struct error why = {0};
    if (!db_run(r->db, err, "SAVEPOINT foreign_event", ""))
        return false;
    if (fact_derive_foreign(r, position, id, kind, payload, learner, &why))
        return db_run(r->db, err, "RELEASE foreign_event", "");
    if (of_payload(&why))
        return db_run(r->db, err, "ROLLBACK TO foreign_event", "") && db_run(r->db, err, "RELEASE foreign_event", "");
    if (err != NULL)
        *err = why;
    return false;
}

struct row {
    sqlite3_stmt *s; /* to be reset when it is done with: its texts are the statement's */
    struct uuid id;
    const char *kind;
    struct str payload;
};

/* The event at that position, own or foreign, by the statement of columns id, kind, payload. As db_step: 0 where there is none. */
static int find_row(struct record *r, const char *sql, int64_t position, struct row *row, struct error *err)
{
    *row = (struct row){.s = db_statement(r->db, sql, err)};
    if (row->s == NULL || !db_bind(row->s, "i", position))
        return -1;
    int got = db_step(r->db, row->s, err);
    if (got <= 0)
        return got;
    if (sqlite3_column_bytes(row->s, 0) == (int)sizeof row->id.bytes)
        memcpy(row->id.bytes, sqlite3_column_blob(row->s, 0), sizeof row->id.bytes);
    row->kind = db_text(row->s, 1);
    row->payload = (struct str){db_text(row->s, 2), (size_t)sqlite3_column_bytes(row->s, 2)};
    return got;
}

bool foreign_derive(struct record *r, int64_t position, struct error *err)
{
    struct row row;
    int64_t learner = 0;
    int got = find_row(r, "SELECT id, kind, payload, whose FROM foreign_event WHERE position = ? AND payload IS NOT NULL", position, &row, err);
    if (got <= 0)
        return got == 0;
    bool ok = fact_person(r, position, sqlite3_column_int64(row.s, 3), &learner, err) &&
              (learner == 0 || derive_apart(r, position, &row.id, row.kind, row.payload, learner, err));
    sqlite3_reset(row.s);
    return ok;
}

/* ---- many ---- */

static bool read_position(struct arena *a, sqlite3_stmt *s, void *row)
{
    (void)a;
    *(int64_t *)row = sqlite3_column_int64(s, 0);
    return true;
}

/* Those of the bound statement; what is derived changes other tables alone, but the statements are the same. *last: the last
 * one's position; 0: there was none. */
static bool derive_each(struct record *r, sqlite3_stmt *s, int64_t *last, struct error *err)
{
    size_t count = 0;
    *last = 0;
    struct arena *a = arena_open();
    int64_t *positions = a != NULL ? rows_read(r, a, s, sizeof *positions, read_position, &count, err) : NULL;
    bool ok = positions != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = foreign_derive(r, *last = positions[i], err);
    arena_close(a);
    return ok;
}

bool foreign_derive_all(struct record *r, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT position >> 40, payload FROM foreign_event WHERE kind = 'learner.site' AND payload IS NOT NULL"
                                   " ORDER BY position",
                                   err);
    int got = s == NULL ? -1 : 1;
    while (got > 0 && (got = db_step(r->db, s, err)) > 0) {
        int64_t number;
        bool anew;
        struct str payload = {db_text(s, 1), (size_t)sqlite3_column_bytes(s, 1)};
        if (!foreign_person(r, sqlite3_column_int64(s, 0), payload, &number, &anew, err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    if (got < 0 || !foreign_people_kept(r, err))
        return false;
    int64_t after = 0, last = 1;
    for (; last != 0; after = last) { /* some at a time: there may be millions */
        s = db_statement(r->db, "SELECT position FROM foreign_event WHERE whose IS NOT NULL AND position > ? ORDER BY position LIMIT 10000", err);
        if (s == NULL || !db_bind(s, "i", after) || !derive_each(r, s, &last, err))
            return false;
    }
    return true;
}

/* ---- what an event brings with it ---- */

bool fact_await(struct record *r, const char *about, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "INSERT OR IGNORE INTO awaiting (about, position) VALUES (?, ?)", "si", about, f->position);
}

void fact_here(struct record *r, const char *about)
{
    buf_clear(&r->here);
    buf_adds(&r->here, about);
}

static bool derive_again(struct record *r, int64_t position, struct error *err)
{
    struct row row;
    if (position_foreign(position))
        return foreign_derive(r, position, err);
    int got = find_row(r, "SELECT id, kind, payload FROM event WHERE position = ? AND payload IS NOT NULL", position, &row, err);
    if (got <= 0)
        return got == 0;
    bool ok = fact_derive(r, position, &row.id, row.kind, row.payload.p, row.payload.n, err);
    sqlite3_reset(row.s);
    return ok;
}

static bool follow_awaiting(struct record *r, struct error *err)
{
    if (!buf_ok(&r->here))
        return error_memory(err);
    sqlite3_stmt *s = db_statement(r->db, "SELECT position FROM awaiting WHERE about = ? ORDER BY position", err);
    if (s == NULL || !db_bind(s, "s", buf_text(&r->here)))
        return false;
    int got = db_step(r->db, s, err);
    if (got <= 0) { /* nearly always */
        buf_clear(&r->here);
        return got == 0;
    }
    sqlite3_reset(s);
    size_t count = 0;
    struct arena *a = arena_open();
    int64_t *positions =
        a != NULL && db_bind(s, "s", buf_text(&r->here)) ? rows_read(r, a, s, sizeof *positions, read_position, &count, err) : NULL;
    bool ok = positions != NULL && db_run(r->db, err, "DELETE FROM awaiting WHERE about = ?", "s", buf_text(&r->here));
    buf_clear(&r->here);
    for (size_t i = 0; ok && i < count; i++)
        ok = derive_again(r, positions[i], err);
    arena_close(a);
    return ok;
}

struct numbered {
    int64_t log, number;
};

static bool read_numbered(struct arena *a, sqlite3_stmt *s, void *row)
{
    (void)a;
    *(struct numbered *)row = (struct numbered){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
    return true;
}

/* Who is on the site's list from now on: their events of other devices are here, perhaps. They wait (foreign_follow.c). */
static bool follow_person(struct record *r, int64_t learner, struct error *err)
{
    size_t count = 0;
    int64_t some;
    if (!db_number(r->db, &some, 0, err, "SELECT EXISTS (SELECT 1 FROM foreign_person)", "") || some == 0)
        return some == 0;
    struct arena *a = arena_open();
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT p.log, p.number FROM foreign_person p JOIN learner l ON l.number = ? AND l.person = p.person"
                                   " WHERE l.person <> ''",
                                   err);
    struct numbered *all =
        a != NULL && s != NULL && db_bind(s, "i", learner) ? rows_read(r, a, s, sizeof *all, read_numbered, &count, err) : NULL;
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = foreign_wait(r, all[i].log, all[i].number, position_of(all[i].log + 1, 0), err);
    arena_close(a);
    return ok;
}

bool fact_follow(struct record *r, struct error *err)
{
    int64_t came = r->came;
    r->came = 0;
    return (r->here.len == 0 || follow_awaiting(r, err)) && (came == 0 || follow_person(r, came, err));
}
