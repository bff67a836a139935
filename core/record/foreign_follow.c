/* foreign.h: what follows from events of other devices that were here before it was known whose they are. That may be all of a
 * kiosk's years: it is noted within the transaction that tells whose, and done in steps, so that nobody waits for the record. */
#include "core/base/clock.h"
#include "core/record/fact.h"
#include "core/record/foreign_parts.h"

enum {
    AT_ONCE = 200, /* events in one transaction, */
    HELD_MS = 50,  /* ... or as many as this leaves time for */
};

/* Of whom nobody is here, nothing waits: who comes has it wait then. */
bool foreign_wait(struct record *r, int64_t log, int64_t number, int64_t before, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT INTO foreign_waiting (log, number, next, before) SELECT ?1, ?2, position, ?3 FROM foreign_event"
                  " WHERE whose = ?2 AND position >= ?1 << 40 AND position < ?3 AND EXISTS (SELECT 1 FROM foreign_person p JOIN learner l"
                  " ON l.person = p.person AND l.person <> '' WHERE p.log = ?1 AND p.number = ?2) ORDER BY position LIMIT 1"
                  " ON CONFLICT DO UPDATE SET next = min(next, excluded.next), before = max(before, excluded.before)",
                  "iii", log, number, before);
}

struct waiting {
    int64_t log, number, next, before;
};

static bool find_first(struct record *r, struct waiting *w, struct error *err)
{
    *w = (struct waiting){0};
    sqlite3_stmt *s = db_statement(r->db, "SELECT log, number, next, before FROM foreign_waiting ORDER BY log, number LIMIT 1", err);
    int got = s == NULL ? -1 : db_step(r->db, s, err);
    if (got > 0)
        *w = (struct waiting){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 2), sqlite3_column_int64(s, 3)};
    sqlite3_reset(s);
    return got >= 0;
}

/* The next of its events, and those behind it as far as there is time; w->next 0: there are no more. */
static bool derive_some(struct record *r, struct waiting *w, int64_t until_ms, int *room, struct error *err)
{
    while (w->next != 0 && *room > 0 && clock_monotonic_ms() < until_ms) {
        int64_t position;
        if (!db_number(r->db, &position, 0, err, "SELECT min(position) FROM foreign_event WHERE whose = ? AND position >= ? AND position < ?",
                       "iii", w->number, w->next, w->before))
            return false;
        if (position != 0 && !foreign_derive(r, position, err))
            return false;
        w->next = position != 0 ? position + 1 : 0;
        --*room;
    }
    return w->next != 0 ? db_run(r->db, err, "UPDATE foreign_waiting SET next = ? WHERE log = ? AND number = ?", "iii", w->next, w->log, w->number)
                        : db_run(r->db, err, "DELETE FROM foreign_waiting WHERE log = ? AND number = ?", "ii", w->log, w->number);
}

/* One transaction. *more false: nothing waits any more. */
static bool follow_some(struct record *r, bool *more, struct error *err)
{
    struct waiting w;
    int room = AT_ONCE;
    if (!db_begin(r->db, err))
        return false;
    int64_t until_ms = clock_monotonic_ms() + HELD_MS;
    do {
        if (!find_first(r, &w, err) || (w.log != 0 && !derive_some(r, &w, until_ms, &room, err)))
            return chain_fail(r);
    } while (w.log != 0 && room > 0 && clock_monotonic_ms() < until_ms);
    *more = w.log != 0;
    return chain_commit(r, err);
}

bool record_foreign_follow(struct record *r, struct error *err)
{
    int64_t more;
    if (!db_number(r->db, &more, 0, err, "SELECT EXISTS (SELECT 1 FROM foreign_waiting)", ""))
        return false;
    for (bool on = more != 0; on;) {
        int64_t begun = clock_monotonic_ms();
        if (!follow_some(r, &on, err))
            return false;
        chain_give_way(r, clock_monotonic_ms() - begun);
    }
    return true;
}
