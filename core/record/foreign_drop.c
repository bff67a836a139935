/* foreign.h: a log of another device goes, to come back whole or not at all. */
#include "core/record/foreign_parts.h"

#include <string.h>
#include <sysexits.h>

static bool find_number(struct record *r, const unsigned char log[EVENT_LOG], int64_t *number, struct error *err)
{
    if (!db_number(r->db, number, 0, err, "SELECT number FROM foreign_log WHERE id = ?", "b", log, (size_t)EVENT_LOG))
        return false;
    return *number != 0 || error_set(err, EX_NOINPUT, "there is no such log", NULL, "no other device's log here has this id", "`crib audit verify` names them");
}

/* Columns: id, position of its last event; none where that doesn't matter. */
static bool read_log(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct own_log *log = row;
    (void)a;
    *log = (struct own_log){.last = sqlite3_column_count(s) > 1 ? seq_of(sqlite3_column_int64(s, 1)) : 0};
    if (sqlite3_column_bytes(s, 0) == EVENT_LOG)
        memcpy(log->id, sqlite3_column_blob(s, 0), EVENT_LOG);
    return true;
}

static bool read_logs(struct record *r, struct arena *a, const char *sql, struct own_log **logs, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, sql, err);
    *count = 0;
    *logs = s != NULL ? rows_read(r, a, s, sizeof **logs, read_log, count, err) : NULL;
    return *logs != NULL;
}

bool record_logs_foreign(struct record *r, struct arena *a, struct own_log **logs, size_t *count, struct error *err)
{
    return read_logs(r, a,
                     "SELECT id, coalesce((SELECT max(position) FROM foreign_event WHERE position BETWEEN number << 40 AND"
                     " ((number + 1) << 40) - 1), 0) FROM foreign_log ORDER BY number",
                     logs, count, err);
}

bool record_foreign_dropped(struct record *r, struct arena *a, struct own_log **logs, size_t *count, struct error *err)
{
    return read_logs(r, a, "SELECT id FROM foreign_dropped ORDER BY id", logs, count, err);
}

bool record_foreign_asked(struct record *r, const unsigned char log[EVENT_LOG], struct error *err)
{
    return db_run(r->db, err, "DELETE FROM foreign_dropped WHERE id = ?", "b", log, (size_t)EVENT_LOG);
}

/* ---- how much it is ---- */

static bool find_bytes(struct record *r, int64_t first, int64_t last, int64_t *bytes, struct error *err)
{
    /* What a row has beside its texts: id, commitment and link, and what SQLite adds. */
    enum { BESIDE = 16 + 2 * EVENT_HASH + 20 };
    return db_number(r->db, bytes, 0, err,
                     "SELECT coalesce(sum(?3 + length(kind) + coalesce(length(salt) + length(CAST(payload AS BLOB)), 0)), 0) FROM foreign_event"
                     " WHERE position BETWEEN ?1 AND ?2",
                     "iii", first, last, (int64_t)BESIDE);
}

bool record_foreign_bytes(struct record *r, int64_t *bytes, struct error *err)
{
    return find_bytes(r, position_of(FOREIGN_FIRST, 0), INT64_MAX, bytes, err);
}

bool record_foreign_held(struct record *r, const unsigned char log[EVENT_LOG], struct foreign_held *held, struct error *err)
{
    int64_t number;
    *held = (struct foreign_held){0};
    if (!find_number(r, log, &number, err))
        return false;
    int64_t first = position_of(number, 0), last = position_of(number + 1, 0) - 1;
    return db_number(r->db, &held->events, 0, err, "SELECT count(*) FROM foreign_event WHERE position BETWEEN ? AND ?", "ii", first, last) &&
           find_bytes(r, first, last, &held->bytes, err) &&
           db_number(r->db, &held->people, 0, err,
                     "SELECT count(DISTINCT l.number) FROM foreign_person p JOIN learner l ON l.person = p.person AND l.person <> ''"
                     " WHERE p.log = ?1 AND EXISTS (SELECT 1 FROM foreign_event e WHERE e.whose = p.number AND e.position BETWEEN ?2 AND ?3"
                     " AND e.kind <> 'learner.site')",
                     "iii", number, first, last) &&
           db_number(r->db, &held->signoffs, 0, err, "SELECT count(*) FROM signoff WHERE position BETWEEN ? AND ?", "ii", first, last);
}

/* ---- what goes ---- */

/* Also of those who are being forgotten: what is left of theirs doesn't come back either. */
bool foreign_keep_erased(struct record *r, int64_t first, int64_t last, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT INTO foreign_gone (id, first, last) SELECT (SELECT id FROM foreign_log WHERE number = least >> 40), least & ?3,"
                  " most & ?3 FROM (SELECT min(position) AS least, max(position) AS most FROM (SELECT position, position - row_number() OVER"
                  " (ORDER BY position) AS run FROM foreign_event WHERE position BETWEEN ?1 << 40 AND ((?2 + 1) << 40) - 1 AND (whose = 0"
                  " OR whose IN (SELECT number FROM foreign_person WHERE log = position >> 40 AND person = ''))) GROUP BY run) WHERE true"
                  " ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
                  "iii", first, last, position_of(1, 0) - 1);
}

static bool delete_log(struct record *r, int64_t number, struct error *err)
{
    static const char *const of[] = {
        "INSERT OR IGNORE INTO foreign_dropped (id) SELECT id FROM foreign_log WHERE number = ?1",
        "DELETE FROM foreign_event WHERE position BETWEEN ?1 << 40 AND ((?1 + 1) << 40) - 1",
        "DELETE FROM foreign_checkpoint WHERE position BETWEEN ?1 << 40 AND ((?1 + 1) << 40) - 1",
        "DELETE FROM foreign_person WHERE log = ?1",
        "DELETE FROM foreign_waiting WHERE log = ?1",
        "DELETE FROM foreign_log WHERE number = ?1",
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (!db_run(r->db, err, of[i], "i", number))
            return false;
    return true;
}

bool record_foreign_drop(struct record *r, const unsigned char log[EVENT_LOG], struct error *err)
{
    int64_t number, last;
    if (!chain_begin(r, err))
        return false;
    if (!find_number(r, log, &number, err) ||
        !db_number(r->db, &last, 0, err, "SELECT max(position) FROM foreign_event WHERE position BETWEEN ? AND ?", "ii",
                   position_of(number, 0), position_of(number + 1, 0) - 1) ||
        !foreign_keep_erased(r, number, number, err) || !delete_log(r, number, err))
        return chain_fail(r);
    struct json *j = chain_event(r, "log.dropped", 0, NULL, NULL);
    json_hex(j, "log", log, EVENT_LOG);
    json_int(j, "through", (int64_t)seq_of(last));
    return chain_append(r, NULL, err) && chain_rebuild(r, err) && chain_commit(r, err);
}
