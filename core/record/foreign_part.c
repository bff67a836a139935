/* foreign.h: what was made here, as it is handed on. */
#include "core/record/erase_parts.h"
#include "core/record/fact.h"
#include "core/record/foreign.h"
#include "core/record/verify.h"

#include <string.h>
#include <sysexits.h>

/* ---- the logs ---- */

static bool read_own(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct own_log *log = row;
    (void)a;
    *log = (struct own_log){.last = seq_of(sqlite3_column_int64(s, 1)), .forked = sqlite3_column_int(s, 2) != 0};
    if (sqlite3_column_bytes(s, 0) == EVENT_LOG)
        memcpy(log->id, sqlite3_column_blob(s, 0), EVENT_LOG);
    return true;
}

bool record_logs_own(struct record *r, struct arena *a, struct own_log **logs, size_t *count, struct error *err)
{
    *logs = NULL;
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT id, coalesce(iif(length(secret_key) > 0,"
                                   " (SELECT max(position) FROM event WHERE position BETWEEN number << 40 AND ((number + 1) << 40) - 1),"
                                   " (SELECT max(position) FROM checkpoint WHERE position BETWEEN number << 40 AND"
                                   " ((number + 1) << 40) - 1)), 0), EXISTS (SELECT 1 FROM event e WHERE e.position = ((log.number + 1) << 40) + 1"
                                   " AND e.kind = 'log.continued' AND json_extract(e.payload, '$.reason') = 'forked') FROM log ORDER BY number",
                                   err);
    if (s == NULL)
        return false;
    *logs = rows_read(r, a, s, sizeof **logs, read_own, count, err);
    return *logs != NULL;
}

/* ---- where a part ends ---- */

struct run {
    int64_t number;
    int64_t after, last; /* positions: behind this one, up to that one */
};

static bool find_log(struct record *r, struct log_part *part, struct run *run, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT number, public_key FROM log WHERE id = ?", err);
    if (s == NULL || !db_bind(s, "b", part->log, sizeof part->log))
        return false;
    int got = db_step(r->db, s, err);
    if (got < 0)
        return false;
    if (got == 0)
        return error_set(err, EX_NOINPUT, "cannot hand on a log", NULL, "it was not made here", NULL);
    run->number = sqlite3_column_int64(s, 0);
    if (sqlite3_column_bytes(s, 1) == EVENT_KEY)
        memcpy(part->key, sqlite3_column_blob(s, 1), EVENT_KEY);
    sqlite3_reset(s);
    return true;
}

/* Signs the log's end where it is the one that is appended to and its end is no checkpoint yet. */
static bool sign_end(struct record *r, int64_t number, struct error *err)
{
    int64_t bare;
    if (!db_number(r->db, &bare, 0, err,
                   "SELECT NOT EXISTS (SELECT 1 FROM checkpoint WHERE position = (SELECT max(position) FROM event WHERE position"
                   " BETWEEN ?1 << 40 AND ((?1 + 1) << 40) - 1)) FROM log WHERE number = ?1 AND length(secret_key) > 0",
                   "i", number))
        return false;
    return bare == 0 || record_checkpoint(r, err);
}

/* The furthest checkpoint within reach, else the next one. *last 0: there is nothing to hand on. */
static bool find_end(struct record *r, struct run *run, size_t most, struct error *err)
{
    int64_t end = position_of(run->number + 1, 0) - 1;
    int64_t reach = most < (size_t)(end - run->after) ? run->after + (int64_t)most : end;
    return sign_end(r, run->number, err) &&
           db_number(r->db, &run->last, 0, err,
                     "SELECT coalesce((SELECT max(position) FROM checkpoint WHERE position > ?1 AND position <= ?2),"
                     " (SELECT min(position) FROM checkpoint WHERE position > ?2 AND position <= ?3), 0)",
                     "iii", run->after, reach, end);
}

/* ---- its events ---- */

static bool take_blob(sqlite3_stmt *s, int column, unsigned char *out, size_t n)
{
    if (sqlite3_column_bytes(s, column) != (int)n)
        return false;
    memcpy(out, sqlite3_column_blob(s, column), n);
    return true;
}

/* Columns: position, id, kind, commitment, link, salt, payload, whether it is of somebody who is on no list. */
static bool read_event(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct log_event *e = row;
    const char *salt = sqlite3_column_blob(s, 5);
    *e = (struct log_event){.seq = seq_of(sqlite3_column_int64(s, 0)), .kind = column_copy(a, s, 2)};
    /* A row that is damaged does not prove itself elsewhere, and is named there. */
    (void)take_blob(s, 1, e->id.bytes, sizeof e->id.bytes);
    (void)take_blob(s, 3, e->commitment, sizeof e->commitment);
    (void)take_blob(s, 4, e->link, sizeof e->link);
    if (e->kind == NULL)
        return false;
    if (!fact_shared(e->kind) || sqlite3_column_int(s, 7) != 0 || sqlite3_column_bytes(s, 5) != EVENT_SALT)
        return true;
    e->payload_len = (size_t)sqlite3_column_bytes(s, 6);
    e->salt = (const unsigned char *)arena_copy(a, salt, EVENT_SALT);
    e->payload = arena_copy(a, db_text(s, 6), e->payload_len);
    return e->salt != NULL && e->payload != NULL;
}

static bool read_events(struct record *r, struct arena *a, const struct run *run, struct log_part *part, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT position, id, kind, commitment, link, salt, payload, kind <> 'erased'"
                                   " AND json_extract(payload, '$.learner') IS NOT NULL AND json_extract(payload, '$.learner') NOT IN"
                                   " (SELECT number FROM learner WHERE person <> '' AND removed = 0)"
                                   " FROM event WHERE position > ? AND position <= ? ORDER BY position",
                                   err);
    if (s == NULL || !db_bind(s, "ii", run->after, run->last))
        return false;
    struct log_event *events = rows_read(r, a, s, sizeof *events, read_event, &part->count, err);
    part->events = events;
    return events != NULL;
}

static bool read_ends(struct record *r, const struct run *run, struct log_part *part, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT c.signature, (SELECT link FROM event WHERE position = ?2) FROM checkpoint c"
                                   " WHERE c.position = ?1",
                                   err);
    if (s == NULL || !db_bind(s, "ii", run->last, run->after) || db_step(r->db, s, err) < 0)
        return false;
    (void)take_blob(s, 0, part->signature, sizeof part->signature);
    (void)take_blob(s, 1, part->before, sizeof part->before);
    sqlite3_reset(s);
    return true;
}

/* ---- its contents ---- */

static bool read_content(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct log_content *c = row;
    *c = (struct log_content){.hash = column_copy(a, s, 0), .len = (size_t)sqlite3_column_bytes(s, 1)};
    c->bytes = arena_copy(a, c->len > 0 ? sqlite3_column_blob(s, 1) : "", c->len);
    return c->hash != NULL && c->bytes != NULL;
}

/* Of what is shared alone: nobody else's attempt tells of itself by its text. */
static bool read_contents(struct record *r, struct arena *a, const struct run *run, struct log_part *part, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT hash, bytes FROM content WHERE length(hash) = 64 AND hash IN"
                                   " (SELECT t.content FROM attempt t JOIN learner l ON l.number = t.learner"
                                   "  WHERE t.state = 0 AND t.position > ?1 AND t.position <= ?2 AND l.person <> '' AND l.removed = 0"
                                   " UNION SELECT g.content FROM signoff g JOIN learner l ON l.number = g.learner"
                                   "  WHERE g.position > ?1 AND g.position <= ?2 AND l.person <> '' AND l.removed = 0) ORDER BY hash",
                                   err);
    if (s == NULL || !db_bind(s, "ii", run->after, run->last))
        return false;
    struct log_content *contents = rows_read(r, a, s, sizeof *contents, read_content, &part->content_count, err);
    part->contents = contents;
    return contents != NULL;
}

bool record_log_part(struct record *r, struct arena *a, const unsigned char log[EVENT_LOG], uint64_t after, size_t most,
                     struct log_part *part, struct error *err)
{
    struct run run = {0};
    *part = (struct log_part){0};
    memcpy(part->log, log, sizeof part->log);
    if (!find_log(r, part, &run, err))
        return false;
    if (after >> LOG_SHIFT != 0)
        return true;
    run.after = position_of(run.number, after);
    if (!find_end(r, &run, most, err))
        return false;
    return run.last == 0 || (read_ends(r, &run, part, err) && read_events(r, a, &run, part, err) && read_contents(r, a, &run, part, err));
}

/* ---- what is shared later ---- */

static bool find_shared(struct record *r, int64_t from, int64_t to, int64_t end, uint64_t *first, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT position, kind FROM event WHERE position > ?1 AND position <= ?2 AND payload IS NOT NULL AND"
                                   " " ERASE_LEARNER " IN (SELECT json_extract(payload, '$.learner') FROM event WHERE position > ?2"
                                   " AND position <= ?3 AND kind = 'learner.site' AND payload IS NOT NULL) ORDER BY position",
                                   err);
    int got = s != NULL && db_bind(s, "iii", from, to, end) ? 1 : -1;
    while (got > 0 && *first == 0 && (got = db_step(r->db, s, err)) > 0)
        if (fact_shared(db_text(s, 1)))
            *first = seq_of(sqlite3_column_int64(s, 0));
    sqlite3_reset(s);
    return got >= 0;
}

bool record_log_shared_since(struct record *r, const unsigned char log[EVENT_LOG], uint64_t after, uint64_t *first, struct error *err)
{
    int64_t number, named;
    *first = 0;
    if (!db_number(r->db, &number, 0, err, "SELECT number FROM log WHERE id = ?", "b", log, (size_t)EVENT_LOG))
        return false;
    if (number == 0 || after >> LOG_SHIFT != 0)
        return true;
    int64_t from = position_of(number, 0), to = position_of(number, after), end = position_of(number + 1, 0) - 1;
    if (!db_number(r->db, &named, 0, err, "SELECT EXISTS (SELECT 1 FROM event WHERE position > ? AND position <= ? AND kind = 'learner.site')",
                   "ii", to, end))
        return false;
    return named == 0 || find_shared(r, from, to, end, first, err);
}
