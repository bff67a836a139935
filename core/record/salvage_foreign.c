/* salvage.h: the logs of other devices, taken as from a site (foreign.h): each part proves itself, or is left. */
#include "core/record/salvage_parts.h"

#include "core/record/foreign.h"

#include <string.h>
#include <sysexits.h>

struct from_log {
    int64_t number; /* in the damaged database */
    unsigned char id[EVENT_LOG], key[EVENT_KEY];
};

/* ---- one part ---- */

/* Columns: id, kind, commitment, link, salt, payload. Texts in the arena. *whole false: the row is damaged. */
static bool read_event(struct arena *a, sqlite3_stmt *s, uint64_t seq, struct log_event *e, bool *whole)
{
    *e = (struct log_event){.seq = seq, .kind = column_copy(a, s, 1)};
    bool shared = sqlite3_column_type(s, 5) != SQLITE_NULL;
    *whole = salvage_blob(s, 0, sizeof e->id.bytes) && salvage_blob(s, 2, EVENT_HASH) && salvage_blob(s, 3, EVENT_HASH) &&
             (!shared || salvage_blob(s, 4, EVENT_SALT));
    if (e->kind == NULL || !*whole)
        return e->kind != NULL;
    memcpy(e->id.bytes, sqlite3_column_blob(s, 0), sizeof e->id.bytes);
    memcpy(e->commitment, sqlite3_column_blob(s, 2), EVENT_HASH);
    memcpy(e->link, sqlite3_column_blob(s, 3), EVENT_HASH);
    if (!shared)
        return true;
    e->salt = (const unsigned char *)arena_copy(a, sqlite3_column_blob(s, 4), EVENT_SALT);
    e->payload = column_copy(a, s, 5);
    e->payload_len = (size_t)sqlite3_column_bytes(s, 5);
    return e->salt != NULL && e->payload != NULL;
}

/* Of those behind `after`, so many; *whole false: not all can be read. */
static bool read_events(sqlite3 *from, struct arena *a, const struct from_log *log, uint64_t after, size_t count, struct log_part *part,
                        bool *whole, struct error *err)
{
    struct log_event *events = arena_array(a, count, sizeof *events);
    sqlite3_stmt *s = salvage_ask(from, "SELECT id, kind, commitment, link, salt, payload, position FROM foreign_event WHERE position > ?1"
                                        " ORDER BY position LIMIT ?2");
    size_t n = 0;
    bool ok = events != NULL;
    *whole = s != NULL;
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, position_of(log->number, after));
        sqlite3_bind_int64(s, 2, (int64_t)count);
    }
    while (ok && *whole && n < count && sqlite3_step(s) == SQLITE_ROW) {
        ok = read_event(a, s, seq_of(sqlite3_column_int64(s, 6)), &events[n], whole);
        n++;
    }
    sqlite3_finalize(s);
    *whole = *whole && n == count;
    part->events = events;
    part->count = n;
    return ok || error_memory(err);
}

/* The link of the last event that r has of it. */
static bool read_before(struct record *r, struct log_part *part, uint64_t after, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT e.link FROM foreign_log l JOIN foreign_event e ON e.position = (l.number << 40) + ?2 WHERE l.id = ?1"
                                   " UNION ALL SELECT e.link FROM log l JOIN event e ON e.position = (l.number << 40) + ?2 WHERE l.id = ?1"
                                   " LIMIT 1",
                                   err);
    int got = s != NULL && db_bind(s, "bi", part->log, sizeof part->log, (int64_t)after) ? db_step(r->db, s, err) : -1;
    if (got > 0 && salvage_blob(s, 0, EVENT_HASH))
        memcpy(part->before, sqlite3_column_blob(s, 0), EVENT_HASH);
    sqlite3_reset(s);
    return got >= 0;
}

/* Behind `after`, up to the checkpoint at `last`. *held false: it can't be read, or does not hold. */
static bool take_part(struct record *r, sqlite3 *from, const struct from_log *log, uint64_t after, uint64_t last, const void *signature,
                      struct salvaged *result, bool *held, struct error *err)
{
    struct log_part part = {0};
    struct error why = {0};
    size_t taken = 0;
    *held = last > after && last - after <= FOREIGN_EVENTS_MOST;
    if (!*held)
        return true;
    struct arena *a = arena_open();
    memcpy(part.log, log->id, sizeof part.log);
    memcpy(part.key, log->key, sizeof part.key);
    memcpy(part.signature, signature, sizeof part.signature);
    bool ok = a != NULL ? read_before(r, &part, after, err) && read_events(from, a, log, after, (size_t)(last - after), &part, held, err)
                        : error_memory(err);
    if (ok && *held) {
        *held = record_foreign_take(r, &part, &taken, &why);
        ok = *held || why.code == EX_DATAERR;
    }
    arena_close(a);
    result->foreign += (int64_t)taken;
    if (!ok && why.code != 0 && err != NULL)
        *err = why;
    return ok;
}

/* ---- one log ---- */

static bool take_parts(struct record *r, sqlite3 *from, const struct from_log *log, struct salvaged *result, struct error *err)
{
    uint64_t after;
    int got = SQLITE_ERROR;
    bool held = true, ok = record_foreign_through(r, log->id, &after, err);
    sqlite3_stmt *s = ok ? salvage_ask(from, "SELECT position, signature FROM foreign_checkpoint WHERE position > ?1 AND position <= ?2"
                                             " ORDER BY position")
                         : NULL;
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, position_of(log->number, after));
        sqlite3_bind_int64(s, 2, position_of(log->number + 1, 0) - 1);
    }
    while (ok && held && s != NULL && (got = sqlite3_step(s)) == SQLITE_ROW) {
        uint64_t last = seq_of(sqlite3_column_int64(s, 0));
        held = salvage_blob(s, 1, EVENT_SIGNATURE);
        ok = !held || take_part(r, from, log, after, last, sqlite3_column_blob(s, 1), result, &held, err);
        after = last;
    }
    sqlite3_finalize(s);
    result->foreign_short = result->foreign_short || !held || got != SQLITE_DONE;
    return ok;
}

/* Row by row: a number in that log. *whole false: not read to their end. */
static bool mark_each(struct record *r, sqlite3 *from, const struct from_log *log, const char *read, const char *write, bool *whole,
                      struct error *err)
{
    sqlite3_stmt *s = salvage_ask(from, read);
    int got = SQLITE_ERROR;
    bool ok = true;
    if (s != NULL)
        sqlite3_bind_int64(s, 1, log->number);
    while (ok && s != NULL && (got = sqlite3_step(s)) == SQLITE_ROW)
        ok = db_run(r->db, err, write, "bi", log->id, sizeof log->id, sqlite3_column_int64(s, 0));
    sqlite3_finalize(s);
    *whole = *whole && got == SQLITE_DONE;
    return ok;
}

/* What was erased there of people who were forgotten is erased here, and who was about to be still is. Of what didn't come, it is
 * known: the site has it with its payloads. */
static bool mark_erased(struct record *r, sqlite3 *from, const struct from_log *log, bool *whole, struct error *err)
{
    static const char erased[] = "SELECT position & 1099511627775 FROM foreign_event WHERE whose = 0 AND position BETWEEN ?1 << 40 AND"
                                 " ((?1 + 1) << 40) - 1 ORDER BY position";
    if (!db_begin(r->db, err))
        return false;
    return (mark_each(r, from, log, erased,
                      "UPDATE foreign_event SET salt = NULL, payload = NULL, whose = 0 WHERE position ="
                      " (SELECT number << 40 FROM foreign_log WHERE id = ?1) + ?2",
                      whole, err) &&
            mark_each(r, from, log, erased,
                      "INSERT INTO foreign_gone (id, first, last) SELECT ?1, coalesce((SELECT first FROM foreign_gone WHERE id = ?1"
                      " AND last = ?2 - 1), ?2), ?2 WHERE NOT EXISTS (SELECT 1 FROM foreign_log l JOIN foreign_event e"
                      " ON e.position = (l.number << 40) + ?2 WHERE l.id = ?1) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
                      whole, err) &&
            mark_each(r, from, log, "SELECT number FROM foreign_person WHERE log = ?1 AND person = ''",
                      "INSERT OR REPLACE INTO foreign_person (log, number, person) SELECT number, ?2, '' FROM foreign_log WHERE id = ?1",
                      whole, err) &&
            chain_commit(r, err)) ||
           chain_fail(r);
}

/* ---- all of them ---- */

bool salvage_foreign(struct record *r, sqlite3 *from, struct salvaged *result, bool *marked, struct error *err)
{
    int got = SQLITE_ERROR;
    bool ok = true;
    sqlite3_stmt *s = salvage_ask(from, "SELECT number, id, public_key FROM foreign_log ORDER BY number");
    *marked = true;
    chain_wait(r, false); /* what is made is on the disk when it takes the record's place */
    while (ok && s != NULL && (got = sqlite3_step(s)) == SQLITE_ROW) {
        struct from_log log = {.number = sqlite3_column_int64(s, 0)};
        if (!salvage_blob(s, 1, EVENT_LOG) || !salvage_blob(s, 2, EVENT_KEY)) {
            *marked = false;
            continue;
        }
        memcpy(log.id, sqlite3_column_blob(s, 1), EVENT_LOG);
        memcpy(log.key, sqlite3_column_blob(s, 2), EVENT_KEY);
        ok = take_parts(r, from, &log, result, err) && mark_erased(r, from, &log, marked, err);
    }
    sqlite3_finalize(s);
    chain_wait(r, true);
    *marked = *marked && got == SQLITE_DONE;
    result->foreign_short = result->foreign_short || (got != SQLITE_DONE && s != NULL);
    return ok;
}
