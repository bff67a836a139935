#include "core/record/erase.h"

#include "core/base/clock.h"
#include "core/record/chain.h"
#include "core/record/fact.h"
#include "core/record/outbox.h"

#include <string.h>
#include <sysexits.h>

enum { AT_ONCE = 500, RANGES = 256 };

static const int64_t day_ms = 86400000;

static const struct {
    const char *kind;
    int64_t days; /* where the event itself says nothing */
} retained[] = {{"signoff.signed", 3652}, {"signoff.countersigned", 3652}};

/* 0: not kept. */
static int64_t kept_until(const char *kind, int64_t at, const char *retain_until)
{
    for (size_t i = 0; i < sizeof retained / sizeof *retained; i++) {
        int64_t until;
        if (strcmp(retained[i].kind, kind) != 0)
            continue;
        return clock_parse(retain_until, &until) ? until : at + retained[i].days * day_ms;
    }
    return 0;
}

#define OF_LEARNER                                                                                             \
    " FROM event WHERE position > ?1 AND payload IS NOT NULL AND kind <> 'erased' AND json_extract(payload," \
    " '$.learner') = ?2"

/* ---- erasing ---- */

struct erasing {
    struct record *r;
    int64_t learner, now;
    int64_t log; /* number, of the ranges */
    int64_t ranges[RANGES][2]; /* seqs */
    size_t count;
    struct erase_result *result;
};

/* Appends the event that says what was erased. */
static bool say_erased(struct erasing *e, struct error *err)
{
    if (e->count == 0)
        return true;
    unsigned char log[EVENT_LOG];
    sqlite3_stmt *s = db_statement(e->r->db, "SELECT id FROM log WHERE number = ?", err);
    if (s == NULL || !db_bind(s, "i", e->log))
        return chain_fail(e->r);
    int got = db_step(e->r->db, s, err);
    bool whole = got > 0 && sqlite3_column_bytes(s, 0) == EVENT_LOG;
    if (whole)
        memcpy(log, sqlite3_column_blob(s, 0), sizeof log);
    sqlite3_reset(s);
    if (!whole) {
        if (got >= 0)
            error_set(err, EX_DATAERR, "cannot erase", e->r->path, "an event belongs to no log", "run `crib audit verify`");
        return chain_fail(e->r);
    }
    struct json *j = chain_event(e->r, "erased", e->learner, NULL, NULL);
    json_hex(j, "log", log, sizeof log);
    json_open_array(j, "ranges");
    for (size_t i = 0; i < e->count; i++) {
        json_open_array(j, NULL);
        json_int(j, NULL, e->ranges[i][0]);
        json_int(j, NULL, e->ranges[i][1]);
        json_close_array(j);
    }
    json_close_array(j);
    e->count = 0;
    return chain_append(e->r, NULL, err);
}

static bool note_erased(struct erasing *e, int64_t position, struct error *err)
{
    int64_t log = position >> LOG_SHIFT, seq = (int64_t)seq_of(position);
    e->result->events++;
    if (e->count > 0 && e->log == log && e->ranges[e->count - 1][1] == seq - 1) {
        e->ranges[e->count - 1][1] = seq;
        return true;
    }
    if ((e->count == RANGES || (e->count > 0 && e->log != log)) && !say_erased(e, err))
        return false;
    e->log = log;
    e->ranges[e->count][0] = e->ranges[e->count][1] = seq;
    e->count++;
    return true;
}

/* What an LRS took, or was perhaps sent to it, is to be erased there; what was refused is given up here. */
static bool erase_one(struct erasing *e, int64_t position, struct error *err)
{
    struct db *db = e->r->db;
    return (db_run(db, err, "UPDATE event SET salt = NULL, payload = NULL WHERE position = ?", "i", position) &&
            db_run(db, err,
                   "UPDATE outbox SET statement = NULL, answer = '', at = ?2,"
                   " state = CASE WHEN state = 1 OR (state = 0 AND statement IS NOT NULL) THEN 4"
                   " WHEN state < 3 THEN 3 ELSE state END WHERE position = ?1",
                   "ii", position, e->now) &&
            db_run(db, err, "DELETE FROM signoff WHERE position = ?", "i", position) &&
            db_run(db, err, "DELETE FROM retained WHERE position = ?", "i", position)) ||
           chain_fail(e->r);
}

struct victim {
    int64_t position, until;
};

/* The next events, in the order of positions. Columns: position, kind, at, retain_until. */
static bool read_victims(struct erasing *e, sqlite3_stmt *s, struct victim list[AT_ONCE], size_t *count, struct error *err)
{
    int got;
    *count = 0;
    while ((got = db_step(e->r->db, s, err)) > 0) {
        struct victim *v = &list[(*count)++];
        int64_t at = 0;
        if (!clock_parse(db_text(s, 2), &at))
            at = e->now;
        v->position = sqlite3_column_int64(s, 0);
        v->until = kept_until(db_text(s, 1), at, db_text(s, 3));
    }
    return got == 0;
}

static bool erase_list(struct erasing *e, const struct victim *list, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].until > e->now) {
            e->result->kept++;
            if (!db_run(e->r->db, err, "INSERT OR REPLACE INTO retained (position, until) VALUES (?, ?)", "ii", list[i].position,
                        list[i].until))
                return chain_fail(e->r);
        } else if (!erase_one(e, list[i].position, err) || !note_erased(e, list[i].position, err)) {
            return chain_fail(e->r);
        }
    }
    return true;
}

/* sql: with ?1 the position to go on behind, ?2 a number, ?3 how many. Some at a time: what is read is changed. */
static bool erase_all(struct erasing *e, const char *sql, int64_t number, struct error *err)
{
    struct victim list[AT_ONCE];
    size_t count = AT_ONCE;
    int64_t after = INT64_MIN;
    while (count == AT_ONCE) {
        sqlite3_stmt *s = db_statement(e->r->db, sql, err);
        if (s == NULL || !db_bind(s, "iii", after, number, (int64_t)AT_ONCE) || !read_victims(e, s, list, &count, err))
            return chain_fail(e->r);
        if (count > 0)
            after = list[count - 1].position;
        if (!erase_list(e, list, count, err))
            return false;
    }
    return say_erased(e, err);
}

static bool erase_derived(struct record *r, int64_t learner, struct error *err)
{
    static const char *const of[] = {
        "DELETE FROM answer WHERE attempt IN (SELECT id FROM attempt WHERE learner = ?)",
        "DELETE FROM attempt WHERE learner = ?",
        "DELETE FROM module WHERE learner = ?",
        "DELETE FROM opening WHERE learner = ?",
        "DELETE FROM section WHERE learner = ?",
        "DELETE FROM pace WHERE learner = ?",
        "DELETE FROM recall WHERE learner = ?",
        "DELETE FROM news WHERE learner = ?",
        "DELETE FROM note WHERE learner = ?",
        "DELETE FROM fetch WHERE learner = ?",
        "DELETE FROM gap WHERE learner = ?",
        "DELETE FROM hint WHERE learner = ?",
        "DELETE FROM solved WHERE learner = ?",
        "DELETE FROM attendance WHERE learner = ?",
        "DELETE FROM room WHERE learner = ?",
        "DELETE FROM share WHERE learner = ?",
        "DELETE FROM shown WHERE learner = ?",
        "DELETE FROM position WHERE learner = ?",
        "DELETE FROM asked WHERE learner = ?",
        "DELETE FROM binding WHERE learner = ?",
        "DELETE FROM pin WHERE learner = ?",
        "DELETE FROM learner WHERE number = ?",
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (!db_run(r->db, err, of[i], "i", learner))
            return chain_fail(r);
    return true;
}

/* Content that no payload names any more; and the file is to be overwritten. */
static bool erase_rest(struct record *r, const struct erase_result *result, struct error *err)
{
    if (result->events == 0)
        return true;
    return (db_run(r->db, err,
                   "DELETE FROM content WHERE hash NOT IN (SELECT json_extract(payload, '$.content') FROM event"
                   " WHERE json_extract(payload, '$.content') IS NOT NULL)",
                   "") &&
            db_run(r->db, err, "UPDATE overwriting SET wanted = 1", "")) ||
           chain_fail(r);
}

/* Where the work is, is nothing that an event about forgetting has to say. */
static bool erase_quietly(struct erasing *e, const char *sql, int64_t number, struct error *err)
{
    size_t said = e->r->circumstances.len;
    e->r->circumstances.len = 0;
    bool ok = erase_all(e, sql, number, err);
    e->r->circumstances.len = said;
    return ok;
}

static bool begin(struct record *r, struct error *err)
{
    sqlite3_exec(db_handle(r->db), "PRAGMA secure_delete=ON", NULL, NULL, NULL);
    return chain_begin(r, err);
}

bool record_erase(struct record *r, int64_t learner, int64_t now_ms, struct erase_result *result, struct error *err)
{
    static const char sql[] = "SELECT position, kind, json_extract(payload, '$.at'), json_extract(payload, '$.retain_until')"
        OF_LEARNER " ORDER BY position LIMIT ?3";
    struct erasing e = {.r = r, .learner = learner, .now = now_ms, .result = result};
    *result = (struct erase_result){0};
    if (learner == 0)
        return true;
    return begin(r, err) && erase_quietly(&e, sql, learner, err) && erase_derived(r, learner, err) && erase_rest(r, result, err) &&
           chain_commit(r, err);
}

bool record_erase_due(struct record *r, int64_t now_ms, struct erase_result *result, struct error *err)
{
    /* From the few that are kept to their events: the other way round it is a walk over all. */
    static const char sql[] = "SELECT e.position, '', '', '' FROM retained k CROSS JOIN event e ON e.position = k.position"
                              " WHERE k.position > ?1 AND k.until <= ?2 ORDER BY k.position LIMIT ?3";
    struct erasing e = {.r = r, .now = now_ms, .result = result};
    int64_t due;
    *result = (struct erase_result){0};
    if (!db_number(r->db, &due, 0, err, "SELECT count(*) FROM retained WHERE until <= ?", "i", now_ms))
        return false;
    return due == 0 || (begin(r, err) && erase_quietly(&e, sql, now_ms, err) && erase_rest(r, result, err) && chain_commit(r, err));
}

bool record_overwrite(struct record *r, struct error *err)
{
    int64_t wanted;
    if (!db_number(r->db, &wanted, 0, err, "SELECT wanted FROM overwriting", ""))
        return false;
    if (wanted == 0)
        return true;
    if (!db_run(r->db, err, "VACUUM", ""))
        return error_add(err, "what was erased is not overwritten yet");
    if (sqlite3_wal_checkpoint_v2(db_handle(r->db), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
        return error_set(err, EX_TEMPFAIL, "what was erased is not overwritten yet", r->path,
                         "another crib has the record open", "end that one; the next `crib sync` tries again");
    return db_run(r->db, err, "UPDATE overwriting SET wanted = 0", "");
}

/* ---- beforehand ---- */

/* Rows of a text and a number. */
static bool read_counts(struct record *r, struct arena *a, sqlite3_stmt *s, struct erase_count **rows, size_t *count,
                        struct error *err)
{
    size_t cap = 0;
    int got;
    *rows = NULL;
    *count = 0;
    while ((got = db_step(r->db, s, err)) > 0) {
        *rows = rows_grown(a, *rows, *count, &cap, sizeof **rows);
        const char *what = column_copy(a, s, 0);
        if (*rows == NULL || what == NULL) {
            sqlite3_reset(s);
            return error_memory(err);
        }
        (*rows)[(*count)++] = (struct erase_count){what, sqlite3_column_int64(s, 1)};
    }
    return got == 0;
}

static bool plan_kinds(struct record *r, struct arena *a, int64_t learner, struct erase_plan *plan, struct error *err)
{
    struct erase_count *rows;
    sqlite3_stmt *s = db_statement(r->db, "SELECT kind, count(*)" OF_LEARNER " GROUP BY kind ORDER BY kind", err);
    if (s == NULL || !db_bind(s, "ii", INT64_MIN, learner) || !read_counts(r, a, s, &rows, &plan->kind_count, err))
        return false;
    plan->kinds = rows;
    for (size_t i = 0; i < plan->kind_count; i++) {
        for (size_t k = 0; k < plan->kept_count; k++)
            rows[i].count -= strcmp(rows[i].what, plan->kept[k].kind) == 0;
        plan->events += rows[i].count;
    }
    return true;
}

static bool plan_kept(struct record *r, struct arena *a, int64_t learner, int64_t now_ms, struct erase_plan *plan,
                      struct error *err)
{
    struct erase_kept *rows = NULL;
    size_t cap = 0;
    for (size_t i = 0; i < sizeof retained / sizeof *retained; i++) {
        sqlite3_stmt *s = db_statement(r->db,
                                       "SELECT kind, json_extract(payload, '$.at'), json_extract(payload, '$.retain_until'),"
                                       " json_extract(payload, '$.module'), json_extract(payload, '$.title')" OF_LEARNER
                                       " AND kind = ?3 ORDER BY position",
                                       err);
        int got = s != NULL && db_bind(s, "iis", INT64_MIN, learner, retained[i].kind) ? 1 : -1;
        while (got > 0 && (got = db_step(r->db, s, err)) > 0) {
            struct erase_kept k = {.kind = retained[i].kind, .module = column_copy(a, s, 3), .title = column_copy(a, s, 4)};
            if (!clock_parse(db_text(s, 1), &k.at))
                k.at = now_ms;
            k.until = kept_until(k.kind, k.at, db_text(s, 2));
            rows = rows_grown(a, rows, plan->kept_count, &cap, sizeof *rows);
            if (rows == NULL || k.module == NULL || k.title == NULL) {
                sqlite3_reset(s);
                return error_memory(err);
            }
            if (k.until > now_ms)
                rows[plan->kept_count++] = k;
        }
        if (got < 0)
            return false;
    }
    plan->kept = rows;
    return true;
}

static bool plan_outbox(struct record *r, struct arena *a, int64_t learner, struct erase_plan *plan, struct error *err)
{
    struct erase_count *rows;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT o.lrs, count(*) FROM event e JOIN outbox o USING (position)"
                                   " WHERE json_extract(e.payload, '$.learner') = ?"
                                   " AND (o.state = 1 OR (o.state = 0 AND o.statement IS NOT NULL)) GROUP BY o.lrs"
                                   " ORDER BY o.lrs",
                                   err);
    if (s == NULL || !db_bind(s, "i", learner) || !read_counts(r, a, s, &rows, &plan->sent_count, err))
        return false;
    plan->sent = rows;
    return true;
}

bool record_erase_plan(struct record *r, struct arena *a, int64_t learner, int64_t now_ms, struct erase_plan *plan,
                       struct error *err)
{
    *plan = (struct erase_plan){0};
    return plan_kept(r, a, learner, now_ms, plan, err) && plan_kinds(r, a, learner, plan, err) &&
           plan_outbox(r, a, learner, plan, err);
}

/* ---- elsewhere ---- */

bool erase_requests(struct record *r, struct arena *a, int64_t after, size_t most, struct erase_request **items,
                    size_t *count, struct error *err)
{
    struct erase_request *rows = NULL;
    size_t cap = 0;
    sqlite3_stmt *s = db_statement(
        r->db, "SELECT position, id, channel, lrs FROM outbox WHERE state = 4 AND position > ? ORDER BY position LIMIT ?", err);
    int got = s != NULL && db_bind(s, "ii", after, (int64_t)most) ? 1 : -1;
    *count = 0;
    while (got > 0 && (got = db_step(r->db, s, err)) > 0) {
        rows = rows_grown(a, rows, *count, &cap, sizeof *rows);
        struct erase_request row = {.position = sqlite3_column_int64(s, 0), .channel = column_copy(a, s, 2), .lrs = column_copy(a, s, 3)};
        if (rows == NULL || row.channel == NULL || row.lrs == NULL) {
            sqlite3_reset(s);
            return error_memory(err);
        }
        if (sqlite3_column_bytes(s, 1) == (int)sizeof row.id.bytes)
            memcpy(row.id.bytes, sqlite3_column_blob(s, 1), sizeof row.id.bytes);
        rows[(*count)++] = row;
    }
    *items = rows;
    return got == 0;
}

bool erase_settle(struct record *r, const struct erase_request *items, size_t count, const char *lrs,
                  enum erase_outcome outcome, struct error *err)
{
    if (!db_begin(r->db, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!db_run(r->db, err, "UPDATE outbox SET state = ?2, at = ?3, lrs = ?4 WHERE position = ?1 AND state = 4", "iiis",
                    items[i].position, (int64_t)(outcome == ERASE_DONE ? OUTBOX_ERASED : OUTBOX_STAYS), clock_wall_ms(), lrs))
            return chain_fail(r);
    return db_commit(r->db, err);
}

bool erase_waiting(struct record *r, struct arena *a, struct erase_count **rows, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT lrs, count(*) FROM outbox WHERE state = 4 GROUP BY lrs ORDER BY lrs", err);
    return s != NULL && read_counts(r, a, s, rows, count, err);
}

bool erase_impossible(struct record *r, struct arena *a, struct erase_count **rows, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT lrs, count(*) FROM outbox WHERE state = 6 GROUP BY lrs ORDER BY lrs", err);
    return s != NULL && read_counts(r, a, s, rows, count, err);
}
