#include "sync/serve/expected.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/record/room.h"

#include <string.h>

enum { AGAIN_MS = 15000 };

/* Texts of a column, a line each. */
static bool lines_of(struct arena *a, const char *text, struct strings *lines)
{
    size_t most = 1;
    for (const char *c = text; *c != '\0'; c++)
        most += *c == '\n';
    const char **items = arena_array(a, most, sizeof *items);
    *lines = (struct strings){items, 0};
    for (const char *at = text; items != NULL && *at != '\0';) {
        size_t n = strcspn(at, "\n");
        if ((items[lines->count] = arena_copy(a, at, n)) == NULL)
            return false;
        lines->count += n > 0;
        at += n + (at[n] == '\n');
    }
    return items != NULL;
}

struct plan {
    bool due;
    struct strings roles, before;
    const char *leader;
};

static bool read_plan(struct db *db, struct arena *a, const char *session, struct plan *plan, struct error *err)
{
    int64_t now = clock_monotonic_ms();
    *plan = (struct plan){0};
    sqlite3_stmt *s = db_statement(db, "SELECT roles, before, leader FROM room WHERE session = ?1 AND roles IS NOT NULL AND ended = 0"
                                       " AND (counted = 0 OR counted > ?2 OR ?2 - counted > ?3)", err);
    if (s == NULL || !db_bind(s, "sii", session, now, (int64_t)AGAIN_MS))
        return false;
    int got = db_step(db, s, err);
    bool ok = got >= 0;
    if (got > 0) {
        plan->due = true;
        plan->leader = arena_strdup(a, db_text(s, 2));
        ok = (plan->leader != NULL && lines_of(a, db_text(s, 0), &plan->roles) && lines_of(a, db_text(s, 1), &plan->before)) ||
             error_memory(err);
        sqlite3_reset(s);
    }
    return ok;
}

/* Who leads it is not waited for. */
static bool put(struct db *db, const char *session, const char *leader, const struct expected *list, size_t count, struct error *err)
{
    bool ok = db_run(db, err, "DELETE FROM expected WHERE session = ?", "s", session);
    for (size_t i = 0; ok && i < count; i++)
        ok = strcmp(list[i].name, leader) == 0 || strcmp(list[i].account, leader) == 0 ||
             db_run(db, err, "INSERT INTO expected (session, place, name, account, done, of) VALUES (?, ?, ?, ?, ?, ?)", "sissii",
                    session, (int64_t)i, list[i].name, list[i].account, list[i].done, list[i].of);
    return ok && db_run(db, err, "UPDATE room SET counted = ? WHERE session = ?", "is", clock_monotonic_ms(), session);
}

bool expected_count(struct db *db, const struct expecting *from, const char *session, struct error *err)
{
    struct arena *a = arena_open();
    struct plan plan;
    struct expected *list = NULL;
    size_t count = 0;
    bool ok = a != NULL ? read_plan(db, a, session, &plan, err) : error_memory(err);
    if (ok && plan.due)
        ok = from->find(from->context, a, plan.roles, plan.before, ROOM_PEOPLE_MOST, &list, &count, err) &&
             (list == NULL || put(db, session, plan.leader, list, count, err));
    arena_close(a);
    return ok;
}

bool expected_tell(struct db *db, const char *session, struct json *j, struct error *err)
{
    int64_t said = 0;
    if (!db_number(db, &said, 0, err, "SELECT counted FROM room WHERE session = ?", "s", session))
        return false;
    if (said == 0)
        return true;
    sqlite3_stmt *s = db_statement(db, "SELECT name, done, of FROM expected e WHERE session = ?1 AND NOT EXISTS (SELECT 1 FROM person p"
                                       " WHERE p.session = ?1 AND (p.name = e.name COLLATE NOCASE OR (e.account <> ''"
                                       " AND (p.name = e.account COLLATE NOCASE OR p.who = 'account ' || e.account)))) ORDER BY place", err);
    if (s == NULL || !db_bind(s, "s", session))
        return false;
    int got;
    json_open_array(j, "expected");
    while ((got = db_step(db, s, err)) > 0) {
        json_open_object(j, NULL);
        json_string(j, "name", db_text(s, 0));
        json_int(j, "done", sqlite3_column_int64(s, 1));
        json_int(j, "of", sqlite3_column_int64(s, 2));
        json_close_object(j);
    }
    json_close_array(j);
    return got == 0;
}
