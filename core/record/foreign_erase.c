/* foreign.h: who is forgotten, here or on the device that wrote the log. */
#include "core/record/fact.h"
#include "core/record/foreign_parts.h"

#include <string.h>

/* ---- here ---- */

bool foreign_count(struct record *r, int64_t learner, int64_t *events, struct error *err)
{
    return db_number(r->db, events, 0, err,
                     "SELECT count(*) FROM learner l CROSS JOIN foreign_person p ON p.person = l.person CROSS JOIN foreign_event e"
                     " ON e.whose = p.number AND e.position BETWEEN p.log << 40 AND ((p.log + 1) << 40) - 1"
                     " WHERE l.number = ? AND l.person <> ''",
                     "i", learner);
}

/* A person of no name is one who is being forgotten. */
bool foreign_forget(struct record *r, int64_t learner, struct error *err)
{
    return db_run(r->db, err,
                  "UPDATE foreign_person SET person = '' WHERE person = (SELECT person FROM learner WHERE number = ? AND person <> '')",
                  "i", learner) &&
           db_run(r->db, err, "DELETE FROM signoff WHERE learner = ? AND position >> 40 >= 1 << 21", "i", learner);
}

bool foreign_forget_some(struct record *r, size_t most, int64_t *events, struct error *err)
{
    if (!db_run(r->db, err,
                "UPDATE foreign_event SET salt = NULL, payload = NULL, whose = 0 WHERE position IN (SELECT e.position FROM foreign_person p"
                " CROSS JOIN foreign_event e ON e.whose = p.number AND e.position BETWEEN p.log << 40 AND ((p.log + 1) << 40) - 1"
                " WHERE p.person = '' LIMIT ?)",
                "i", (int64_t)most))
        return false;
    *events = sqlite3_changes(db_handle(r->db));
    return *events > 0 || db_run(r->db, err, "DELETE FROM foreign_person WHERE person = ''", "");
}

/* ---- there ---- */

/* What followed from single events goes with them: the rows that say at which position theirs is. Progress stays. */
static bool forget_rows(struct record *r, int64_t log, int64_t learner, struct error *err)
{
#define GONE(table) "learner = ?1 AND position >> 40 = ?2 AND (SELECT payload IS NULL FROM foreign_event e WHERE e.position = " table ".position)"
#define GONE_ANSWER(table)                                                                                                  \
    "DELETE FROM " table " WHERE attempt IN (SELECT id FROM attempt WHERE learner = ?1) AND position >> 40 = ?2"             \
    " AND (SELECT payload IS NULL FROM foreign_event e WHERE e.position = " table ".position)"
    static const char *const of[] = {
        GONE_ANSWER("answer"),
        GONE_ANSWER("answer_other"),
        "DELETE FROM answer WHERE attempt IN (SELECT id FROM attempt WHERE " GONE("attempt") ")",
        "DELETE FROM answer_other WHERE attempt IN (SELECT id FROM attempt WHERE " GONE("attempt") ")",
        "DELETE FROM attempt WHERE " GONE("attempt"),
        "DELETE FROM opening WHERE " GONE("opening"),
        "DELETE FROM shown WHERE " GONE("shown"),
        "DELETE FROM signoff WHERE " GONE("signoff"),
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (!db_run(r->db, err, of[i], "ii", learner, log))
            return false;
    return recall_drop_log(r, learner, log, err);
}

/* The log that the event speaks of: its own, or one that this one goes on from. 0: none that it may speak of. */
static bool find_meant(struct record *r, int64_t log, struct str payload, int64_t *meant, struct error *err)
{
    return db_number(r->db, meant, 0, err,
                     "WITH RECURSIVE line (number, depth) AS (SELECT ?1, 0 UNION ALL SELECT l.number, depth + 1 FROM line"
                     " JOIN foreign_event e ON e.position = (line.number << 40) + 1 AND e.kind = 'log.continued'"
                     " JOIN foreign_log l ON lower(hex(l.id)) = json_extract(e.payload, '$.from.log') WHERE depth < 100)"
                     " SELECT n.number FROM line n JOIN foreign_log l ON l.number = n.number"
                     " WHERE lower(hex(l.id)) = json_extract(?2, '$.log') LIMIT 1",
                     "it", log, payload);
}

struct range {
    int64_t first, last;
};

static bool read_range(struct arena *a, sqlite3_stmt *s, void *row)
{
    (void)a;
    *(struct range *)row = (struct range){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
    return true;
}

static bool erase_ranges(struct record *r, int64_t log, const struct range *ranges, size_t count, int64_t before, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!db_run(r->db, err,
                    "UPDATE foreign_event SET salt = NULL, payload = NULL, whose = 0 WHERE position BETWEEN (?1 << 40) + max(?2, 1)"
                    " AND (?1 << 40) + min(?3, (1 << 40) - 1) AND position <> ?4 AND payload IS NOT NULL"
                    " AND kind NOT IN ('erased', 'log.begun', 'log.continued')",
                    "iiii", log, ranges[i].first, ranges[i].last, before))
            return false;
    return db_run(r->db, err, "UPDATE overwriting SET wanted = 1", "");
}

bool foreign_erased(struct record *r, int64_t position, struct str payload, struct error *err)
{
    int64_t meant, learner, number;
    size_t count = 0;
    if (!find_meant(r, position >> LOG_SHIFT, payload, &meant, err) || meant == 0)
        return meant == 0;
    if (!db_number(r->db, &number, 0, err, "SELECT json_extract(?, '$.learner')", "t", payload) ||
        !fact_person(r, position_of(meant, 0), number, &learner, err))
        return false;
    struct arena *a = arena_open();
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?, '$.ranges')"
                                   " WHERE type = 'array' AND json_array_length(value) = 2",
                                   err);
    const struct range *ranges =
        a != NULL && s != NULL && db_bind(s, "t", payload) ? rows_read(r, a, s, sizeof *ranges, read_range, &count, err) : NULL;
    bool ok = ranges != NULL && erase_ranges(r, meant, ranges, count, position, err) &&
              (learner == 0 || forget_rows(r, meant, learner, err)) &&
              db_run(r->db, err,
                     "DELETE FROM foreign_person WHERE log = ?1 AND number = ?2 AND NOT EXISTS (SELECT 1 FROM foreign_event"
                     " WHERE whose = ?2 AND position BETWEEN ?1 << 40 AND ((?1 + 1) << 40) - 1 AND payload IS NOT NULL)",
                     "ii", meant, number);
    arena_close(a);
    return ok;
}
