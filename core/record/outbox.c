#include "core/record/outbox.h"

#include "core/base/clock.h"
#include "core/record/chain.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

enum { HANDED_FIRST = 1 << 22 }; /* numbers of logs whose events are not here */

/* ---- events ---- */

static bool take_blob(sqlite3_stmt *s, int column, unsigned char *out, size_t n)
{
    if (sqlite3_column_bytes(s, column) != (int)n)
        return false;
    memcpy(out, sqlite3_column_blob(s, column), n);
    return true;
}

#define EVENT_COLUMNS "SELECT e.position, l.id, e.id, e.kind, e.link, e.payload FROM event e JOIN log l"

/* Columns as EVENT_COLUMNS has them; a row that is damaged has no kind. */
static bool read_event(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct outbox_event *e = row;
    e->position = sqlite3_column_int64(s, 0);
    e->seq = seq_of(e->position);
    bool whole = take_blob(s, 1, e->log, sizeof e->log) && take_blob(s, 2, e->id.bytes, sizeof e->id.bytes) &&
                 take_blob(s, 4, e->link, sizeof e->link);
    e->kind = whole ? column_copy(a, s, 3) : "";
    e->payload_len = (size_t)sqlite3_column_bytes(s, 5);
    if (sqlite3_column_type(s, 5) != SQLITE_NULL)
        e->payload = arena_copy(a, db_text(s, 5), e->payload_len);
    return e->kind != NULL && (e->payload != NULL || sqlite3_column_type(s, 5) == SQLITE_NULL);
}

/* Steps the statement to its end; each row is an event. */
static bool read_events(struct record *r, struct arena *a, sqlite3_stmt *s, struct outbox_event **events, size_t *count,
                        struct error *err)
{
    struct outbox_event *rows = rows_read(r, a, s, sizeof *rows, read_event, count, err);
    for (size_t i = 0; rows != NULL && i < *count; i++)
        if (rows[i].kind[0] == '\0')
            return error_set(err, EX_DATAERR, "cannot read an event", NULL, "its row is damaged", "run `crib audit verify`");
    *events = rows;
    return rows != NULL;
}

/* The logs in order, and how far each was taken. */
struct taken {
    int64_t number, through;
};

static bool read_log(struct arena *a, sqlite3_stmt *s, void *row)
{
    (void)a;
    *(struct taken *)row = (struct taken){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
    return true;
}

static bool read_taken(struct record *r, struct arena *a, struct taken **logs, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT l.number, coalesce(o.through, 0) FROM log l LEFT JOIN outbox_log o"
                                   " USING (number) ORDER BY l.number",
                                   err);
    *logs = s != NULL ? rows_read(r, a, s, sizeof **logs, read_log, count, err) : NULL;
    return *logs != NULL;
}

/* One log at a time: in the order of the event table's own key, whatever its size. */
bool outbox_fresh(struct record *r, struct arena *a, int64_t after, size_t most, struct outbox_event **events,
                  size_t *count, struct error *err)
{
    struct taken *logs;
    size_t log_count;
    *count = 0;
    if (!read_taken(r, a, &logs, &log_count, err))
        return false;
    for (size_t i = 0; i < log_count && *count == 0; i++) {
        int64_t from = position_of(logs[i].number, (uint64_t)logs[i].through);
        sqlite3_stmt *s = db_statement(r->db,
                                       EVENT_COLUMNS " ON l.number = ?1 WHERE e.position > ?2 AND e.position < ?3"
                                                     " ORDER BY e.position LIMIT ?4",
                                       err);
        if (s == NULL || !db_bind(s, "iiii", logs[i].number, from > after ? from : after,
                                  position_of(logs[i].number + 1, 0), (int64_t)most) ||
            !read_events(r, a, s, events, count, err))
            return false;
    }
    return true;
}

bool outbox_held(struct record *r, struct arena *a, int64_t after, size_t most, struct outbox_event **events,
                 size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   EVENT_COLUMNS " ON l.number = e.position >> 40 JOIN outbox o USING (position)"
                                   " WHERE o.position > ?1 AND o.state = 0 AND o.statement IS NULL"
                                   " ORDER BY o.position LIMIT ?2",
                                   err);
    return s != NULL && db_bind(s, "ii", after, (int64_t)most) && read_events(r, a, s, events, count, err);
}

static bool store_one(struct record *r, const struct outbox_made *m, struct error *err)
{
    const struct outbox_event *e = m->event;
    const struct uuid *id = m->id != NULL ? m->id : &e->id;
    if (m->channel != NULL &&
        !db_run(r->db, err,
                "INSERT INTO outbox (position, id, channel, state, statement) SELECT ?1, ?2, ?3, 0, ?4"
                " FROM event WHERE position = ?1 AND payload IS NOT NULL" /* not erased meanwhile */
                " ON CONFLICT DO UPDATE SET statement = excluded.statement WHERE state = 0 AND statement IS NULL",
                "ibss", e->position, id->bytes, sizeof id->bytes, m->channel, m->statement))
        return false;
    return db_run(r->db, err,
                  "INSERT INTO outbox_log (number, id, public_key, through)"
                  " SELECT number, id, public_key, ?2 FROM log WHERE number = ?1"
                  " ON CONFLICT (number) DO UPDATE SET through = max(through, excluded.through)",
                  "ii", e->position >> LOG_SHIFT, (int64_t)e->seq);
}

bool outbox_store(struct record *r, const struct outbox_made *made, size_t count, struct error *err)
{
    if (!db_begin(r->db, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!store_one(r, &made[i], err))
            return chain_fail(r);
    return db_commit(r->db, err);
}

/* A state at a time: for each there is an index of few rows. */
#define WITHDRAW(state)                                                                                           \
    "UPDATE outbox SET state = 3, statement = NULL, answer = '', at = ?3 WHERE state = " state " AND EXISTS"      \
    " (SELECT 1 FROM event e WHERE e.position = outbox.position AND e.kind GLOB ?1"                               \
    "  AND (?2 = 0 OR json_extract(e.payload, '$.learner') = ?2))"

bool outbox_withdraw(struct record *r, enum outbox_leave what, int64_t learner, struct error *err)
{
    const char *kinds = what == OUTBOX_HINTS ? "hint.*" : "*.missed";
    int64_t now = clock_wall_ms();
    return db_run(r->db, err, WITHDRAW("0"), "sii", kinds, learner, now) &&
           db_run(r->db, err, WITHDRAW("2"), "sii", kinds, learner, now);
}

/* ---- items ---- */

#define ITEM_COLUMNS                                                  \
    "SELECT position, id, channel, state, statement, at, lrs, answer," \
    " (SELECT kind FROM event e WHERE e.position = outbox.position) FROM outbox WHERE "

static bool read_item(struct arena *a, sqlite3_stmt *s, struct outbox_item *item, struct error *err)
{
    bool bytes = sqlite3_column_type(s, 4) != SQLITE_NULL;
    item->position = sqlite3_column_int64(s, 0);
    item->channel = column_copy(a, s, 2);
    item->state = (enum outbox_state)sqlite3_column_int(s, 3);
    item->len = (size_t)sqlite3_column_bytes(s, 4);
    item->statement = bytes ? arena_copy(a, db_text(s, 4), item->len) : NULL;
    item->at = sqlite3_column_int64(s, 5);
    item->lrs = column_copy(a, s, 6);
    item->answer = column_copy(a, s, 7);
    item->kind = column_copy(a, s, 8);
    if (!take_blob(s, 1, item->id.bytes, sizeof item->id.bytes) || item->channel == NULL || item->lrs == NULL ||
        item->answer == NULL || item->kind == NULL || (bytes && item->statement == NULL))
        return error_memory(err);
    return true;
}

static bool read_items(struct record *r, struct arena *a, sqlite3_stmt *s, size_t bytes, struct outbox_item **items,
                       size_t *count, struct error *err)
{
    struct outbox_item *rows = NULL;
    size_t cap = 0, sum = 0;
    int got;
    *count = 0;
    while ((got = db_step(r->db, s, err)) > 0) {
        size_t n = (size_t)sqlite3_column_bytes(s, 4);
        if (*count > 0 && (n > bytes || sum > bytes - n)) {
            sqlite3_reset(s);
            got = 0;
            break;
        }
        sum += n;
        rows = rows_grown(a, rows, *count, &cap, sizeof *rows);
        if (rows == NULL ? !error_memory(err) : !read_item(a, s, &rows[*count], err)) {
            sqlite3_reset(s);
            return false;
        }
        ++*count;
    }
    *items = rows;
    return got == 0;
}

bool outbox_waiting(struct record *r, struct arena *a, const char *channel, int64_t after, size_t most, size_t bytes,
                    struct outbox_item **items, size_t *count, struct error *err)
{
    sqlite3_stmt *s = channel != NULL
                          ? db_statement(r->db,
                                         ITEM_COLUMNS "channel = ?1 AND state = 0 AND statement IS NOT NULL"
                                                      " AND position > ?2 ORDER BY position LIMIT ?3",
                                         err)
                          : db_statement(r->db,
                                         ITEM_COLUMNS "?1 IS NULL AND state = 0 AND statement IS NOT NULL"
                                                      " AND position > ?2 ORDER BY position LIMIT ?3",
                                         err);
    return s != NULL && db_bind(s, "sii", channel, after, (int64_t)most) &&
           read_items(r, a, s, bytes, items, count, err);
}

bool outbox_aside(struct record *r, struct arena *a, struct outbox_item **items, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, ITEM_COLUMNS "state = 2 ORDER BY position", err);
    return s != NULL && read_items(r, a, s, SIZE_MAX, items, count, err);
}

bool outbox_channels(struct record *r, struct arena *a, const char ***channels, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db, "SELECT DISTINCT channel FROM outbox WHERE state = 0 AND statement IS NOT NULL ORDER BY channel", err);
    *channels = s != NULL ? rows_read(r, a, s, sizeof **channels, row_text, count, err) : NULL;
    return *channels != NULL;
}

bool outbox_acknowledge(struct record *r, const struct outbox_item *items, size_t count, const char *lrs,
                        struct error *err)
{
    if (!db_begin(r->db, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!db_run(r->db, err,
                    "UPDATE outbox SET state = iif(state = 4, 4, 1), statement = NULL, answer = '', at = ?2, lrs = ?3"
                    " WHERE position = ?1",
                    "iis", items[i].position, clock_wall_ms(), lrs))
            return chain_fail(r);
    return db_commit(r->db, err);
}

bool outbox_set_aside(struct record *r, const struct outbox_item *item, const char *lrs, const char *answer,
                      struct error *err)
{
    struct str words = {answer, text_cut(answer, strlen(answer), OUTBOX_ANSWER_MOST)};
    return db_run(r->db, err,
                  "UPDATE outbox SET state = 2, at = ?2, lrs = ?3, answer = ?4 WHERE position = ?1 AND state = 0",
                  "iist", item->position, clock_wall_ms(), lrs, words);
}

bool outbox_decide(struct record *r, const struct uuid *id, enum outbox_state state, struct error *err)
{
    if (!db_run(r->db, err, "UPDATE outbox SET state = ?2, at = ?3 WHERE state = 2 AND id = ?1", "bii", id->bytes,
                sizeof id->bytes, (int64_t)state, clock_wall_ms()))
        return false;
    char text[UUID_TEXT];
    uuid_text(id, text);
    return sqlite3_changes(db_handle(r->db)) > 0 ||
           error_set(err, EX_NOINPUT, "outbox", text, "no statement of that id was set aside", "`crib outbox` lists them");
}

static bool read_channel_count(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct outbox_channel_count *c = row;
    *c = (struct outbox_channel_count){.channel = column_copy(a, s, 0), .count = sqlite3_column_int64(s, 1)};
    return c->channel != NULL;
}

/* The kinds are those of which statements are made (sync/xapi/statement); a description is no question that was answered. */
bool outbox_channel_counts(struct record *r, struct arena *a, bool with_fresh, struct outbox_channel_count **items,
                           size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db,
        "SELECT channel, count(*) FROM ("
        " SELECT channel FROM outbox WHERE state = 0 AND statement IS NOT NULL"
        " UNION ALL SELECT iif(gap, '', substr(module, 1, instr(module, '/') - 1)) FROM ("
        "  SELECT json_extract(e.payload, '$.module') module, e.kind GLOB '*.missed' gap FROM log l LEFT JOIN outbox_log o USING (number)"
        "  JOIN event e ON e.position > (l.number << 40) + coalesce(o.through, 0) AND e.position < (l.number + 1) << 40"
        "  WHERE ?1 AND e.payload IS NOT NULL AND (e.kind IN ('attempt.abandoned', 'attempt.answered', 'attempt.finished',"
        "   'attempt.resumed', 'attempt.started', 'module.completed', 'module.solved', 'note.filed',"
        "   'recall.answered', 'section.done', 'signoff.countersigned', 'signoff.signed')"
        "   OR (e.kind IN ('code.missed', 'search.missed') AND json_extract(e.payload, '$.shared'))"
        "   OR (e.kind IN ('hint.later', 'hint.never', 'hint.offered', 'hint.opened') AND json_extract(e.payload, '$.shared')"
        "    AND EXISTS (SELECT 1 FROM share s WHERE s.learner = json_extract(e.payload, '$.learner') AND s.since < e.position)))"
        "  AND json_extract(e.payload, '$.type') IS NOT 'description'"
        " ) WHERE gap OR instr(module, '/') > 1"
        ") GROUP BY channel ORDER BY channel",
        err);
    bool bound = s != NULL && db_bind(s, "i", (int64_t)with_fresh);
    *items = bound ? rows_read(r, a, s, sizeof **items, read_channel_count, count, err) : NULL;
    return *items != NULL;
}

bool outbox_counts(struct record *r, struct outbox_counts *counts, struct error *err)
{
    *counts = (struct outbox_counts){0};
    sqlite3_stmt *s =
        db_statement(r->db, "SELECT state, statement IS NULL, count(*) FROM outbox GROUP BY state, statement IS NULL", err);
    int got = s == NULL ? -1 : 1;
    while (got > 0 && (got = db_step(r->db, s, err)) > 0) {
        int64_t n = sqlite3_column_int64(s, 2);
        int64_t *const sums[] = {&counts->waiting, &counts->acknowledged, &counts->aside, &counts->dropped};
        int state = sqlite3_column_int(s, 0);
        if (state >= 0 && state < (int)(sizeof sums / sizeof *sums))
            *sums[state] += n;
        if (state == OUTBOX_WAITING && sqlite3_column_int(s, 1) != 0)
            counts->held += n;
    }
    return got == 0;
}

bool outbox_oldest(struct record *r, int64_t *at_ms, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT id FROM outbox WHERE state = 0 ORDER BY position LIMIT 1", err);
    int got = s != NULL ? db_step(r->db, s, err) : -1;
    struct uuid id;
    *at_ms = got > 0 && take_blob(s, 0, id.bytes, sizeof id.bytes) ? uuid_ms(&id) : 0;
    sqlite3_reset(s);
    return got >= 0;
}

/* ---- handed over as a file ---- */

static bool foreign_number(struct record *r, const struct outbox_handed *h, int64_t *number, struct error *err)
{
    int64_t same;
    if (!db_run(r->db, err,
                "INSERT INTO outbox_log (number, id, public_key, through)"
                " SELECT coalesce((SELECT number FROM log WHERE id = ?1),"
                "  (SELECT max(?3, coalesce(max(number), 0) + 1) FROM outbox_log)), ?1,"
                " coalesce((SELECT public_key FROM log WHERE id = ?1), ?2), 0"
                " WHERE NOT EXISTS (SELECT 1 FROM outbox_log WHERE id = ?1)",
                "bbi", h->log, sizeof h->log, h->key, sizeof h->key, (int64_t)HANDED_FIRST) ||
        !db_number(r->db, number, 0, err, "SELECT number FROM outbox_log WHERE id = ?", "b", h->log, sizeof h->log) ||
        !db_number(r->db, &same, 0, err, "SELECT public_key = ?2 FROM outbox_log WHERE id = ?1", "bb", h->log,
                   sizeof h->log, h->key, sizeof h->key))
        return false;
    return same != 0 || error_set(err, EX_DATAERR, "cannot take the statements", NULL,
                                  "their log came with another key before", "ask whose device it is");
}

static bool add_foreign(struct record *r, const struct outbox_handed *h, size_t *added, struct error *err)
{
    int64_t number;
    if (h->seq == 0 || h->seq >= (uint64_t)1 << LOG_SHIFT)
        return error_set(err, EX_DATAERR, "cannot take the statements", NULL, "a number is out of range", NULL);
    struct str statement = {h->statement, h->len};
    if (!foreign_number(r, h, &number, err) ||
        !db_run(r->db, err, "INSERT OR IGNORE INTO outbox (position, id, channel, state, statement) VALUES (?, ?, ?, 0, ?)",
                "ibst", position_of(number, h->seq), h->id.bytes, sizeof h->id.bytes, h->channel, statement))
        return false;
    *added += sqlite3_changes(db_handle(r->db)) > 0;
    return true;
}

bool outbox_foreign(struct record *r, const struct outbox_handed *items, size_t count, size_t *added, struct error *err)
{
    *added = 0;
    if (!db_begin(r->db, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_foreign(r, &items[i], added, err))
            return chain_fail(r);
    return db_commit(r->db, err);
}

/* One whose row is damaged has no channel's name. */
static bool read_handed(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct outbox_handed *h = row;
    bool whole = take_blob(s, 1, h->id.bytes, sizeof h->id.bytes) && take_blob(s, 4, h->log, sizeof h->log) &&
                 take_blob(s, 5, h->key, sizeof h->key);
    h->position = sqlite3_column_int64(s, 0);
    h->seq = seq_of(h->position);
    h->channel = whole ? column_copy(a, s, 2) : "";
    h->len = (size_t)sqlite3_column_bytes(s, 3);
    h->statement = arena_copy(a, db_text(s, 3), h->len);
    return h->channel != NULL && h->statement != NULL;
}

bool outbox_to_hand(struct record *r, struct arena *a, int64_t after, size_t most, struct outbox_handed **items,
                    size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT o.position, o.id, o.channel, o.statement, l.id, l.public_key FROM outbox o"
                                   " JOIN outbox_log l ON l.number = o.position >> 40 WHERE o.position > ? AND o.state = 0 AND o.channel <> ''"
                                   " AND o.statement IS NOT NULL ORDER BY o.position LIMIT ?",
                                   err);
    bool bound = s != NULL && db_bind(s, "ii", after, (int64_t)most);
    *items = bound ? rows_read(r, a, s, sizeof **items, read_handed, count, err) : NULL;
    for (size_t i = 0; *items != NULL && i < *count; i++)
        if ((*items)[i].channel[0] == '\0')
            return error_set(err, EX_DATAERR, "cannot read the outbox", NULL, "a row is damaged", "`crib doctor` looks at the whole record");
    return *items != NULL;
}

static const char handed_label[] = "crib-outbox-1"; /* its NUL is part of it */

bool outbox_sign(struct record *r, const unsigned char hash[EVENT_HASH], unsigned char key[EVENT_KEY],
                 unsigned char signature[EVENT_SIGNATURE], struct error *err)
{
    unsigned char text[sizeof handed_label + EVENT_HASH];
    memcpy(text, handed_label, sizeof handed_label);
    memcpy(text + sizeof handed_label, hash, EVENT_HASH);
    if (!chain_begin(r, err)) /* reads the key */
        return false;
    crypto_sign_ed25519_sk_to_pk(key, r->secret);
    crypto_sign_detached(signature, NULL, text, sizeof text, r->secret);
    return chain_commit(r, err);
}

bool outbox_signed(const unsigned char hash[EVENT_HASH], const unsigned char key[EVENT_KEY],
                   const unsigned char signature[EVENT_SIGNATURE])
{
    unsigned char text[sizeof handed_label + EVENT_HASH];
    memcpy(text, handed_label, sizeof handed_label);
    memcpy(text + sizeof handed_label, hash, EVENT_HASH);
    return crypto_sign_verify_detached(signature, text, sizeof text, key) == 0;
}

/* ---- the clock, the signature ---- */

bool record_clock_learnt(struct record *r, const char *boot, int64_t mono, int64_t wall, int64_t at, struct error *err)
{
    return db_run(r->db, err, "INSERT OR REPLACE INTO clock_learnt (boot, mono, wall, at) VALUES (?, ?, ?, ?)", "siii",
                  boot, mono, wall, at);
}

bool record_clock_corrected(struct record *r, const char *boot, int64_t mono, int64_t wall, int64_t *at,
                            struct error *err)
{
    return db_number(r->db, at, 0, err,
                     "SELECT at + (?2 - mono) FROM clock_learnt WHERE boot = ?1 AND abs((?2 - mono) - (?3 - wall)) <= 2000",
                     "sii", boot, mono, wall);
}

bool outbox_checkpoint(struct record *r, const unsigned char log[EVENT_LOG], struct outbox_checkpoint *c,
                       struct error *err)
{
    *c = (struct outbox_checkpoint){0};
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT c.position, c.head, c.signature, l.public_key FROM log l JOIN checkpoint c"
                                   " ON c.position BETWEEN l.number << 40 AND ((l.number + 1) << 40) - 1"
                                   " WHERE l.id = ? ORDER BY c.position DESC LIMIT 1",
                                   err);
    if (s == NULL || !db_bind(s, "b", log, (size_t)EVENT_LOG))
        return false;
    int got = db_step(r->db, s, err);
    if (got <= 0)
        return got == 0;
    if (take_blob(s, 1, c->head, sizeof c->head) && take_blob(s, 2, c->signature, sizeof c->signature) &&
        take_blob(s, 3, c->key, sizeof c->key))
        c->seq = seq_of(sqlite3_column_int64(s, 0));
    sqlite3_reset(s);
    return true;
}
