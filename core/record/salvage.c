#include "core/record/salvage_parts.h"

#include "core/record/erase.h"
#include "core/record/foreign_parts.h"
#include "core/record/graft.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

struct salvaging {
    struct record *r;
    sqlite3 *from; /* damaged: each read may fail at any row */
    struct salvaged *result;
};

/* ---- reading what is damaged ---- */

sqlite3_stmt *salvage_ask(sqlite3 *from, const char *sql)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(from, sql, -1, &s, NULL) != SQLITE_OK) {
        sqlite3_finalize(s);
        return NULL;
    }
    return s;
}

bool salvage_blob(sqlite3_stmt *s, int column, size_t n)
{
    return sqlite3_column_type(s, column) == SQLITE_BLOB && sqlite3_column_bytes(s, column) == (int)n;
}

static sqlite3 *open_damaged(const char *path)
{
    sqlite3 *from = NULL;
    if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        sqlite3_close(from);
        return NULL;
    }
    sqlite3_busy_timeout(from, 5000);
    /* It is only read: so SQLite may look into a file that is shorter than its first page says. */
    sqlite3_db_config(from, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
    sqlite3_db_config(from, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return from;
}

/* ---- a log ---- */

struct log_row {
    int64_t number;
    unsigned char id[EVENT_LOG], key[EVENT_KEY], secret[EVENT_SECRET];
    bool own;      /* is the one that was appended to */
    bool can_sign; /* ... and its secret key could be read */
};

/* Where the log stands in r: its last event. *known false: r hasn't got it. false in the result: its number is another log's. */
static bool find_end(struct salvaging *g, const struct log_row *log, bool *fits, bool *known, struct error *err)
{
    struct record *r = g->r;
    sqlite3_stmt *s = db_statement(r->db, "SELECT id, public_key FROM log WHERE number = ?", err);
    if (s == NULL || !db_bind(s, "i", log->number))
        return false;
    int got = db_step(r->db, s, err);
    *known = got > 0;
    *fits = got == 0 || (got > 0 && salvage_blob(s, 0, EVENT_LOG) && salvage_blob(s, 1, EVENT_KEY) &&
                         memcmp(sqlite3_column_blob(s, 0), log->id, EVENT_LOG) == 0 &&
                         memcmp(sqlite3_column_blob(s, 1), log->key, EVENT_KEY) == 0);
    sqlite3_reset(s);
    r->seq = 0;
    memset(r->head, 0, sizeof r->head);
    if (got < 0 || !*known || !*fits)
        return got >= 0;
    s = db_statement(r->db, "SELECT position, link FROM event WHERE position BETWEEN ?1 AND ?2 ORDER BY position DESC LIMIT 1", err);
    if (s == NULL || !db_bind(s, "ii", position_of(log->number, 0), position_of(log->number + 1, 0) - 1))
        return false;
    got = db_step(r->db, s, err);
    if (got > 0 && salvage_blob(s, 1, EVENT_HASH)) {
        r->seq = seq_of(sqlite3_column_int64(s, 0));
        memcpy(r->head, sqlite3_column_blob(s, 1), EVENT_HASH);
    }
    sqlite3_reset(s);
    return got >= 0;
}

/* The row as it was read proves itself: columns position, id, kind, commitment, link, salt, payload. */
static bool proves(const struct salvaging *g, const struct log_row *log, sqlite3_stmt *s)
{
    struct uuid id;
    unsigned char commitment[EVENT_HASH], link[EVENT_HASH];
    int64_t position = sqlite3_column_int64(s, 0);
    const char *kind = (const char *)sqlite3_column_text(s, 2);
    bool erased = sqlite3_column_type(s, 5) == SQLITE_NULL && sqlite3_column_type(s, 6) == SQLITE_NULL;
    if (position != position_of(log->number, g->r->seq + 1) || !salvage_blob(s, 1, sizeof id.bytes) || kind == NULL ||
        !salvage_blob(s, 3, EVENT_HASH) || !salvage_blob(s, 4, EVENT_HASH))
        return false;
    if (!erased) {
        const char *payload = (const char *)sqlite3_column_text(s, 6);
        if (!salvage_blob(s, 5, EVENT_SALT) || payload == NULL)
            return false;
        event_commit(sqlite3_column_blob(s, 5), payload, (size_t)sqlite3_column_bytes(s, 6), commitment);
        if (memcmp(commitment, sqlite3_column_blob(s, 3), EVENT_HASH) != 0)
            return false;
    }
    memcpy(id.bytes, sqlite3_column_blob(s, 1), sizeof id.bytes);
    return event_link(log->id, g->r->seq + 1, &id, kind, (size_t)sqlite3_column_bytes(s, 2), sqlite3_column_blob(s, 3), g->r->head,
                      link) &&
           memcmp(link, sqlite3_column_blob(s, 4), EVENT_HASH) == 0;
}

/* The newest log of the record's own is the one that is continued later; in place of its key, what says so (copy.h). */
static bool add_log(struct salvaging *g, const struct log_row *log, struct error *err)
{
    return db_run(g->r->db, err,
                  "INSERT INTO log (number, id, public_key, secret_key, machine, inode, device, boot)"
                  " VALUES (?, ?, ?, iif(?, x'', NULL), '', 0, 0, '')",
                  "ibbi", log->number, log->id, sizeof log->id, log->key, sizeof log->key, (int64_t)log->own);
}

static bool take_event(struct salvaging *g, sqlite3_stmt *s, struct error *err)
{
    static const char sql[] =
        "INSERT INTO event (position, id, kind, commitment, link, salt, payload) VALUES (?, ?, ?, ?, ?, ?, ?)";
    sqlite3_stmt *into = db_statement(g->r->db, sql, err);
    if (into == NULL)
        return false;
    for (int i = 0; i < 7; i++)
        if (sqlite3_bind_value(into, i + 1, sqlite3_column_value(s, i)) != SQLITE_OK)
            return error_memory(err);
    if (db_step(g->r->db, into, err) < 0)
        return false;
    g->r->seq++;
    memcpy(g->r->head, sqlite3_column_blob(s, 4), EVENT_HASH);
    g->result->events++;
    return true;
}

/* Of the log that is continued later, the end: nobody could afterwards, and other devices take what is signed alone. */
static bool sign_end(struct salvaging *g, const struct log_row *log, struct error *err)
{
    struct record *r = g->r;
    unsigned char signature[EVENT_SIGNATURE];
    if (!log->can_sign || r->seq == 0)
        return true;
    event_sign(log->secret, log->id, r->seq, r->head, signature);
    if (!event_signed(log->key, log->id, r->seq, r->head, signature)) /* the key is damaged, too */
        return true;
    r->log_number = log->number;
    memcpy(r->log, log->id, sizeof r->log);
    memcpy(r->secret, log->secret, sizeof r->secret);
    bool ok = chain_sign(r, err);
    sodium_memzero(r->secret, sizeof r->secret);
    return ok;
}

static bool take_log(struct salvaging *g, const struct log_row *log, struct error *err)
{
    bool fits, known;
    if (!find_end(g, log, &fits, &known, err))
        return false;
    sqlite3_stmt *s = fits ? salvage_ask(g->from, "SELECT position, id, kind, commitment, link, salt, payload FROM event"
                                          " WHERE position BETWEEN ?1 AND ?2 ORDER BY position")
                           : NULL;
    if (s == NULL)
        return true;
    sqlite3_bind_int64(s, 1, position_of(log->number, g->r->seq + 1));
    sqlite3_bind_int64(s, 2, position_of(log->number + 1, 0) - 1);
    bool ok = true;
    while (ok && sqlite3_step(s) == SQLITE_ROW && proves(g, log, s)) {
        ok = (known || add_log(g, log, err)) && take_event(g, s, err);
        known = true;
    }
    sqlite3_finalize(s);
    return ok && (!known || sign_end(g, log, err));
}

/* Columns: number, id, public key, secret key. false: it can't be one. */
static bool read_log(sqlite3_stmt *s, struct log_row *log)
{
    *log = (struct log_row){.number = sqlite3_column_int64(s, 0), .own = sqlite3_column_type(s, 3) != SQLITE_NULL};
    if (!salvage_blob(s, 1, EVENT_LOG) || !salvage_blob(s, 2, EVENT_KEY))
        return false;
    memcpy(log->id, sqlite3_column_blob(s, 1), EVENT_LOG);
    memcpy(log->key, sqlite3_column_blob(s, 2), EVENT_KEY);
    log->can_sign = salvage_blob(s, 3, EVENT_SECRET);
    if (log->can_sign)
        memcpy(log->secret, sqlite3_column_blob(s, 3), EVENT_SECRET);
    return true;
}

static bool take_logs(struct salvaging *g, struct error *err)
{
    sqlite3_stmt *s = salvage_ask(g->from, "SELECT number, id, public_key, secret_key FROM log ORDER BY number");
    bool ok = true;
    while (ok && s != NULL && sqlite3_step(s) == SQLITE_ROW) {
        struct log_row log;
        ok = !read_log(s, &log) || take_log(g, &log, err);
        sodium_memzero(log.secret, sizeof log.secret);
    }
    sqlite3_finalize(s);
    return ok;
}

/* ---- what stands beside the events ---- */

/* What is neither event nor derived, with the condition under which a row is of use. What was acknowledged is taken over, so
 * that it is not sent again. */
static const struct {
    const char *read, *write;
} tables[] = {
    {"SELECT position, head, signature FROM checkpoint ORDER BY position",
     "INSERT OR IGNORE INTO checkpoint (position, head, signature) SELECT ?1, ?2, ?3"
     " WHERE EXISTS (SELECT 1 FROM event WHERE position = ?1 AND link = ?2)"},
    {"SELECT position, kind, by, at FROM vouch", "INSERT OR IGNORE INTO vouch (position, kind, by, at) SELECT ?1, ?2, ?3, ?4"
                                                 " WHERE EXISTS (SELECT 1 FROM event WHERE position = ?1)"},
    {"SELECT hash, bytes FROM content", "INSERT OR IGNORE INTO content (hash, bytes) VALUES (?1, ?2)"},
    {"SELECT learner, module, anchor, line FROM position",
     "INSERT OR REPLACE INTO position (learner, module, anchor, line) VALUES (?1, ?2, ?3, ?4)"},
    {"SELECT learner, module, day FROM asked", "INSERT OR REPLACE INTO asked (learner, module, day) VALUES (?1, ?2, ?3)"},
    {"SELECT position, until FROM retained", "INSERT OR REPLACE INTO retained (position, until) SELECT ?1, ?2"
                                             " WHERE EXISTS (SELECT 1 FROM event WHERE position = ?1)"},
    {"SELECT boot, mono, wall, at FROM clock_learnt",
     "INSERT OR REPLACE INTO clock_learnt (boot, mono, wall, at) VALUES (?1, ?2, ?3, ?4)"},
    {"SELECT number, secret FROM badge_secret", "INSERT OR IGNORE INTO badge_secret (number, secret) VALUES (?1, ?2)"},
    {"SELECT learner, hash, wrong, boot, mono FROM pin",
     "INSERT OR REPLACE INTO pin (learner, hash, wrong, boot, mono) VALUES (?1, ?2, ?3, ?4, ?5)"},
    {"SELECT who FROM forgetting", "INSERT OR IGNORE INTO forgetting (who) VALUES (?1)"},
    {"SELECT id FROM foreign_dropped", "INSERT OR IGNORE INTO foreign_dropped (id) VALUES (?1)"},
    {"SELECT id, first, last FROM foreign_gone", "INSERT INTO foreign_gone (id, first, last) VALUES (?1, ?2, ?3)"
                                                 " ON CONFLICT DO UPDATE SET last = max(last, excluded.last)"},
    {"SELECT last FROM learner_last", "UPDATE learner_last SET last = max(last, ?1)"},
};

static const char read_outbox[] = "SELECT position, id, channel, state, statement, at, lrs, answer FROM outbox";
static const char write_outbox[] =
    "INSERT OR REPLACE INTO outbox (position, id, channel, state, statement, at, lrs, answer)"
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ?1 >> 40 >= 4194304 OR EXISTS (SELECT 1 FROM event WHERE position = ?1 AND id = ?2)";
/* Of this record's own logs only as far as their events are here; those of others whole. */
static const char read_taken[] = "SELECT number, id, public_key, through FROM outbox_log";
static const char write_taken[] =
    "INSERT OR REPLACE INTO outbox_log (number, id, public_key, through) SELECT ?1, ?2, ?3,"
    " CASE WHEN ?1 >= 4194304 THEN ?4 ELSE min(?4, coalesce((SELECT max(position) & 1099511627775 FROM event"
    " WHERE position BETWEEN ?1 << 40 AND ((?1 + 1) << 40) - 1), 0)) END"
    " WHERE ?1 >= 4194304 OR EXISTS (SELECT 1 FROM log WHERE number = ?1 AND id = ?2)";

/* Row by row as far as it can be read. A row that doesn't fit is damaged: it is left out. *whole: nothing was. */
static bool take_rows(struct salvaging *g, const char *read, const char *write, bool *whole, struct error *err)
{
    sqlite3_stmt *s = salvage_ask(g->from, read), *into = db_statement(g->r->db, write, err);
    int got = SQLITE_ERROR;
    *whole = s != NULL;
    if (into == NULL) {
        sqlite3_finalize(s);
        return false;
    }
    while (s != NULL && (got = sqlite3_step(s)) == SQLITE_ROW) {
        sqlite3_reset(into);
        for (int i = 0; i < sqlite3_column_count(s); i++)
            sqlite3_bind_value(into, i + 1, sqlite3_column_value(s, i));
        int result = sqlite3_step(into) & 0xFF;
        if (result != SQLITE_DONE && result != SQLITE_CONSTRAINT && result != SQLITE_MISMATCH) {
            sqlite3_reset(into);
            sqlite3_finalize(s);
            return error_set(err, EX_IOERR, "cannot restore the record", g->r->path, sqlite3_errmsg(db_handle(g->r->db)), NULL);
        }
        *whole = *whole && result == SQLITE_DONE;
    }
    sqlite3_reset(into);
    sqlite3_clear_bindings(into);
    *whole = *whole && got == SQLITE_DONE;
    sqlite3_finalize(s);
    return true;
}

/* How far events were taken into the outbox counts only where all of its rows came over: else they are made again, under the
 * same ids, and whoever has them says so. */
static bool take_beside(struct salvaging *g, struct error *err)
{
    bool whole;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (!take_rows(g, tables[i].read, tables[i].write, &whole, err))
            return false;
    if (!take_rows(g, read_outbox, write_outbox, &whole, err))
        return false;
    return !whole || take_rows(g, read_taken, write_taken, &whole, err);
}

/* What was erased in the logs of other devices isn't known any more, but for whose it was. They come back from the site, without that. */
static bool drop_foreign(struct record *r, struct error *err)
{
    return foreign_keep_erased(r, FOREIGN_FIRST, FOREIGN_LAST, err) && db_run(r->db, err, "DELETE FROM foreign_event", "") &&
           db_run(r->db, err, "DELETE FROM foreign_checkpoint", "") && db_run(r->db, err, "DELETE FROM foreign_person", "") &&
           db_run(r->db, err, "DELETE FROM foreign_waiting", "") && db_run(r->db, err, "DELETE FROM foreign_log", "");
}

/* Who is forgotten and isn't on the list of the site again: as foreign_forget. */
static bool forget_foreign(struct record *r, struct error *err)
{
#define NAMED(erased)                                                                                                       \
    "(SELECT coalesce(json_extract(e.payload, '$.person'), '') FROM event e WHERE e.kind = 'learner.site' AND e.payload IS NOT NULL AND " erased \
    " (SELECT 1 FROM erased x WHERE e.position BETWEEN x.first AND x.last))"
    return db_run(r->db, err,
                  "UPDATE foreign_person SET person = '' WHERE person IN " NAMED("EXISTS") " AND person NOT IN " NAMED("NOT EXISTS"), "");
#undef NAMED
}

/* Of whom was forgotten since the copy was made, nothing comes back. */
static bool erase_again(struct record *r, bool marked, struct salvaged *result, struct error *err)
{
    if (!db_begin(r->db, err))
        return false;
    if (!marked && !forget_foreign(r, err))
        return chain_fail(r);
    int64_t before = sqlite3_total_changes(db_handle(r->db));
    if (!db_run(r->db, err,
                "UPDATE event SET salt = NULL, payload = NULL WHERE payload IS NOT NULL AND position IN"
                " (SELECT e.position FROM erased x JOIN event e ON e.position BETWEEN x.first AND x.last)",
                ""))
        return chain_fail(r);
    bool some = sqlite3_total_changes(db_handle(r->db)) != before;
    bool unknown = some && !marked;
    if ((unknown && !drop_foreign(r, err)) || (some && !db_run(r->db, err, "UPDATE overwriting SET wanted = 1", "")))
        return chain_fail(r);
    result->foreign_short = result->foreign_short || unknown;
    return db_commit(r->db, err) && (!some || record_rebuild(r, err));
}

/* Nor what is neither event nor derived. */
static bool forget_again(struct record *r, struct error *err)
{
    static const char *const of[] = {
        "DELETE FROM pin WHERE learner NOT IN (SELECT number FROM learner)",
        "DELETE FROM position WHERE learner NOT IN (SELECT number FROM learner)",
        "DELETE FROM asked WHERE learner NOT IN (SELECT number FROM learner)",
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (!db_run(r->db, err, of[i], ""))
            return false;
    return true;
}

static bool salvage_from(struct record *r, sqlite3 *from, struct salvaged *result, struct error *err)
{
    struct salvaging g = {.r = r, .from = from, .result = result};
    bool marked = false, ok = db_begin(r->db, err);
    ok = ok && ((take_logs(&g, err) && take_beside(&g, err)) || chain_fail(r)) && db_commit(r->db, err) &&
         salvage_foreign(r, g.from, result, &marked, err);
    return ok && record_rebuild(r, err) && erase_again(r, marked, result, err) && forget_again(r, err);
}

static bool has_schema(sqlite3 *from)
{
    sqlite3_stmt *s = salvage_ask(from, "SELECT 1 FROM log");
    bool has = s != NULL && sqlite3_step(s) == SQLITE_ROW;
    sqlite3_finalize(s);
    return has;
}

bool salvage(struct record *r, const char *path, const char *copy, struct salvaged *result, struct error *err)
{
    char graft[GRAFT_PATH];
    sqlite3 *from = open_damaged(path);
    bool grafted = copy != NULL && (from == NULL || !has_schema(from)) && graft_make(path, copy, graft);
    *result = (struct salvaged){0};
    if (grafted) {
        sqlite3_close(from);
        from = open_damaged(graft);
    }
    bool ok = from == NULL || salvage_from(r, from, result, err);
    sqlite3_close(from);
    if (grafted)
        graft_drop(graft);
    return ok;
}

/* ---- who was forgotten ---- */

/* Is it the same person there? Where the two records went apart, numbers were given twice: the event that added them tells. */
static bool same_learner(struct record *r, sqlite3 *from, int64_t learner, bool *same, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT position, id FROM event WHERE kind = 'learner.added'"
                                   " AND json_extract(payload, '$.learner') = ? LIMIT 1",
                                   err);
    int got = s != NULL && db_bind(s, "i", learner) ? db_step(r->db, s, err) : -1;
    *same = false;
    sqlite3_stmt *there = got > 0 ? salvage_ask(from, "SELECT 1 FROM event WHERE position = ?1 AND id = ?2") : NULL;
    if (there != NULL) {
        sqlite3_bind_value(there, 1, sqlite3_column_value(s, 0));
        sqlite3_bind_value(there, 2, sqlite3_column_value(s, 1));
        *same = sqlite3_step(there) == SQLITE_ROW;
    }
    sqlite3_finalize(there);
    sqlite3_reset(s);
    return got >= 0;
}

static bool erase_named(struct record *r, sqlite3 *from, const char *sql, int64_t now_ms, struct error *err)
{
    sqlite3_stmt *s = salvage_ask(from, sql);
    bool ok = true;
    while (ok && s != NULL && sqlite3_step(s) == SQLITE_ROW) {
        int64_t learner = sqlite3_column_int64(s, 0);
        struct erase_result result;
        bool same;
        ok = same_learner(r, from, learner, &same, err) && (!same || record_erase(r, learner, now_ms, &result, err));
    }
    sqlite3_finalize(s);
    return ok;
}

bool salvage_forgotten(struct record *r, const char *path, int64_t now_ms, struct error *err)
{
    static const char *const who[] = {
        "SELECT DISTINCT json_extract(e.payload, '$.learner') FROM erased x JOIN event e ON e.position = x.by",
        "SELECT who FROM forgetting", /* begun, and no event says so yet */
    };
    sqlite3 *from = open_damaged(path);
    bool ok = true;
    for (size_t i = 0; ok && from != NULL && i < sizeof who / sizeof *who; i++)
        ok = erase_named(r, from, who[i], now_ms, err);
    sqlite3_close(from);
    return ok && record_overwrite(r, err);
}
