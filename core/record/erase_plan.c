#include "core/record/erase_parts.h"

#include "core/base/clock.h"
#include "core/record/foreign_parts.h"
#include "core/record/outbox.h"

#include <string.h>

/* ---- beforehand ---- */

#define OF_LEARNER " FROM event WHERE position > ?1 AND payload IS NOT NULL AND kind <> 'erased' AND " ERASE_LEARNER " = ?2"

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

static bool plan_kinds(struct record *r, struct arena *a, int64_t learner, struct erase_plan *plan, struct erase_count **rows,
                       struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT kind, count(*)" OF_LEARNER " GROUP BY kind ORDER BY kind", err);
    if (s == NULL || !db_bind(s, "ii", INT64_MIN, learner) || !read_counts(r, a, s, rows, &plan->kind_count, err))
        return false;
    plan->kinds = *rows;
    return true;
}

static bool has_kind(const struct erase_plan *plan, const char *kind)
{
    for (size_t i = 0; i < plan->kind_count; i++)
        if (strcmp(plan->kinds[i].what, kind) == 0)
            return true;
    return false;
}

static bool plan_kept(struct record *r, struct arena *a, int64_t learner, int64_t now_ms, struct erase_plan *plan,
                      struct error *err)
{
    struct erase_kept *rows = NULL;
    size_t cap = 0;
    for (size_t i = 0; erase_kept_kinds[i] != NULL; i++) {
        if (!has_kind(plan, erase_kept_kinds[i])) /* each look goes through all events */
            continue;
        sqlite3_stmt *s = db_statement(r->db,
                                       "SELECT kind, json_extract(payload, '$.at'), json_extract(payload, '$.retain_until'),"
                                       " json_extract(payload, '$.module'), json_extract(payload, '$.title')" OF_LEARNER
                                       " AND kind = ?3 ORDER BY position",
                                       err);
        int got = s != NULL && db_bind(s, "iis", INT64_MIN, learner, erase_kept_kinds[i]) ? 1 : -1;
        while (got > 0 && (got = db_step(r->db, s, err)) > 0) {
            struct erase_kept k = {.kind = erase_kept_kinds[i], .module = column_copy(a, s, 3), .title = column_copy(a, s, 4)};
            if (!clock_parse(db_text(s, 1), &k.at))
                k.at = now_ms;
            k.until = erase_kept_until(k.kind, k.at, db_text(s, 2));
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
                                   "SELECT o.lrs, count(*) FROM outbox o CROSS JOIN event e USING (position)"
                                   " WHERE " ERASE_LEARNER " = ?"
                                   " AND (o.state = 1 OR (o.state = 0 AND o.statement IS NOT NULL)) GROUP BY o.lrs"
                                   " ORDER BY o.lrs",
                                   err);
    if (s == NULL || !db_bind(s, "i", learner) || !read_counts(r, a, s, &rows, &plan->sent_count, err))
        return false;
    plan->sent = rows;
    return true;
}

/* What is kept doesn't go. */
static void count_events(struct erase_plan *plan, struct erase_count *kinds)
{
    for (size_t i = 0; i < plan->kind_count; i++) {
        for (size_t k = 0; k < plan->kept_count; k++)
            kinds[i].count -= strcmp(kinds[i].what, plan->kept[k].kind) == 0;
        plan->events += kinds[i].count;
    }
}

bool record_erase_plan(struct record *r, struct arena *a, int64_t learner, int64_t now_ms, struct erase_plan *plan,
                       struct error *err)
{
    struct erase_count *kinds;
    *plan = (struct erase_plan){0};
    if (!plan_kinds(r, a, learner, plan, &kinds, err) || !plan_kept(r, a, learner, now_ms, plan, err))
        return false;
    count_events(plan, kinds);
    return plan_outbox(r, a, learner, plan, err) && foreign_count(r, learner, &plan->foreign, err);
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
