/* foreign.h: who is forgotten, here or on the device that wrote the log. */
#include "core/record/fact.h"
#include "core/record/foreign_parts.h"

#include <stdlib.h>
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

/* What the events of a part name: positions, from the first to the last, and whose they were. */
struct range {
    int64_t first, last;
};

struct owner {
    int64_t log, number, learner;
};

struct named {
    struct arena *a;
    struct range *ranges;
    size_t range_count, range_cap;
    struct owner *owners;
    size_t owner_count, owner_cap;
};

static bool add_range(struct named *n, int64_t log, int64_t first, int64_t last, struct error *err)
{
    const int64_t most = position_of(1, 0) - 1;
    first = first < 1 ? 1 : first;
    last = last > most ? most : last;
    if (first > last)
        return true;
    n->ranges = rows_grown(n->a, n->ranges, n->range_count, &n->range_cap, sizeof *n->ranges);
    if (n->ranges == NULL)
        return error_memory(err);
    n->ranges[n->range_count++] = (struct range){position_of(log, 0) + first, position_of(log, 0) + last};
    return true;
}

static bool add_owner(struct named *n, const struct owner *owner, struct error *err)
{
    for (size_t i = 0; i < n->owner_count; i++)
        if (n->owners[i].log == owner->log && n->owners[i].number == owner->number)
            return true;
    n->owners = rows_grown(n->a, n->owners, n->owner_count, &n->owner_cap, sizeof *n->owners);
    if (n->owners == NULL)
        return error_memory(err);
    n->owners[n->owner_count++] = *owner;
    return true;
}

static bool read_named(struct record *r, int64_t log, struct str payload, struct named *n, struct error *err)
{
    struct owner owner;
    if (!find_meant(r, log, payload, &owner.log, err) || owner.log == 0)
        return owner.log == 0;
    if (!db_number(r->db, &owner.number, 0, err, "SELECT json_extract(?, '$.learner')", "t", payload) ||
        !fact_person(r, position_of(owner.log, 0), owner.number, &owner.learner, err) || !add_owner(n, &owner, err))
        return false;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?, '$.ranges')"
                                   " WHERE type = 'array' AND json_array_length(value) = 2",
                                   err);
    int got = s != NULL && db_bind(s, "t", payload) ? 1 : -1;
    while (got > 0 && (got = db_step(r->db, s, err)) > 0)
        if (!add_range(n, owner.log, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1), err))
            got = -1;
    sqlite3_reset(s);
    return got >= 0;
}

static int by_first(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

/* Each event is looked at once, however often it is named. */
static bool erase_ranges(struct record *r, struct named *n, struct error *err)
{
    if (n->range_count > 0)
        qsort(n->ranges, n->range_count, sizeof *n->ranges, by_first);
    for (size_t i = 0; i < n->range_count;) {
        struct range range = n->ranges[i];
        for (i++; i < n->range_count && n->ranges[i].first <= range.last + 1; i++)
            if (n->ranges[i].last > range.last)
                range.last = n->ranges[i].last;
        if (!db_run(r->db, err,
                    "UPDATE foreign_event SET salt = NULL, payload = NULL, whose = 0 WHERE position BETWEEN ? AND ?"
                    " AND payload IS NOT NULL AND kind NOT IN ('erased', 'log.begun', 'log.continued')",
                    "ii", range.first, range.last))
            return false;
    }
    return true;
}

static bool forget_owners(struct record *r, const struct named *n, struct error *err)
{
    for (size_t i = 0; i < n->owner_count; i++) {
        const struct owner *o = &n->owners[i];
        bool again = o->learner == 0;
        for (size_t k = 0; k < i && !again; k++)
            again = n->owners[k].log == o->log && n->owners[k].learner == o->learner;
        if (!again && !forget_rows(r, o->log, o->learner, err))
            return false;
        if (!db_run(r->db, err,
                    "DELETE FROM foreign_person WHERE log = ?1 AND number = ?2 AND NOT EXISTS (SELECT 1 FROM foreign_event"
                    " WHERE whose = ?2 AND position BETWEEN ?1 << 40 AND ((?1 + 1) << 40) - 1 AND payload IS NOT NULL)",
                    "ii", o->log, o->number))
            return false;
    }
    return true;
}

bool foreign_erased(struct record *r, int64_t log, const struct log_part *part, struct error *err)
{
    struct named n = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < part->count; i++) {
        const struct log_event *e = &part->events[i];
        if (e->payload == NULL || strcmp(e->kind, "erased") != 0)
            continue;
        if (n.a == NULL && (n.a = arena_open()) == NULL)
            return error_memory(err);
        ok = read_named(r, log, (struct str){e->payload, e->payload_len}, &n, err);
    }
    ok = ok && erase_ranges(r, &n, err) && forget_owners(r, &n, err) &&
         (n.owner_count == 0 || db_run(r->db, err, "UPDATE overwriting SET wanted = 1", ""));
    arena_close(n.a);
    return ok;
}
