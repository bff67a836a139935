#include "sync/serve/store_logs.h"

#include "core/base/clock.h"
#include "sync/serve/store_log_erase.h"
#include "sync/serve/store_private.h"
#include "sync/site/log_wire.h"

#include <string.h>

enum { SHIFT = 40 };

struct log_row {
    int64_t number, client, last;
    unsigned char key[EVENT_KEY], head[EVENT_HASH];
    bool revoked; /* whose it is, was */
};

static int64_t position_of(int64_t number, uint64_t seq)
{
    return number * ((int64_t)1 << SHIFT) + (int64_t)seq;
}

static bool damaged(struct error *err)
{
    return error_set(err, EX_DATAERR, "a log of the site can't be read", NULL, "its database is damaged", "restore a copy of it");
}

/* number 0: it is not here. */
static bool find(struct store *s, const unsigned char id[EVENT_LOG], struct log_row *row, struct error *err)
{
    sqlite3_stmt *q = db_statement(s->db,
                                   "SELECT l.number, l.client, l.last, l.key, l.head, c.revoked IS NOT NULL FROM log l"
                                   " LEFT JOIN client c ON c.id = l.client WHERE l.id = ?",
                                   err);
    *row = (struct log_row){0};
    if (q == NULL || !db_bind(q, "b", id, (size_t)EVENT_LOG))
        return false;
    int got = db_step(s->db, q, err);
    if (got <= 0)
        return got == 0;
    bool whole = sqlite3_column_bytes(q, 3) == EVENT_KEY && sqlite3_column_bytes(q, 4) == EVENT_HASH;
    row->number = sqlite3_column_int64(q, 0);
    row->client = sqlite3_column_int64(q, 1);
    row->last = sqlite3_column_int64(q, 2);
    row->revoked = sqlite3_column_int(q, 5) != 0;
    if (whole) {
        memcpy(row->key, sqlite3_column_blob(q, 3), EVENT_KEY);
        memcpy(row->head, sqlite3_column_blob(q, 4), EVENT_HASH);
    }
    sqlite3_reset(q);
    return whole || damaged(err);
}

/* ---- taking ---- */

static bool add_event(struct store *s, int64_t number, const struct log_event *e, struct error *err)
{
    static const char with[] = "INSERT INTO log_event (position, id, kind, commitment, link, salt, payload) VALUES (?, ?, ?, ?, ?, ?, ?)";
    const struct str payload = {e->payload, e->payload_len};
    int64_t position = position_of(number, e->seq);
    return e->payload == NULL
               ? db_run(s->db, err, with, "ibsbbnn", position, e->id.bytes, sizeof e->id.bytes, e->kind, e->commitment,
                        (size_t)EVENT_HASH, e->link, (size_t)EVENT_HASH)
               : db_run(s->db, err, with, "ibsbbbt", position, e->id.bytes, sizeof e->id.bytes, e->kind, e->commitment,
                        (size_t)EVENT_HASH, e->link, (size_t)EVENT_HASH, e->salt, (size_t)EVENT_SALT, payload);
}

static bool add_contents(struct store *s, const struct log_part *part, int64_t end, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < part->content_count; i++) {
        const struct log_content *c = &part->contents[i];
        ok = db_run(s->db, err, "INSERT OR IGNORE INTO log_content (hash, bytes) VALUES (?, ?)", "sb", c->hash, c->bytes, c->len) &&
             db_run(s->db, err, "INSERT OR IGNORE INTO log_pin (position, hash) VALUES (?, ?)", "is", end, c->hash);
    }
    return ok;
}

static bool append(struct store *s, const struct log_part *part, int64_t number, bool *erases, struct error *err)
{
    const struct log_event *last = &part->events[part->count - 1];
    int64_t end = position_of(number, last->seq);
    bool ok = true;
    for (size_t i = 0; ok && i < part->count; i++)
        ok = add_event(s, number, &part->events[i], err);
    return ok && store_log_erase(s, number, part->events, part->count, erases, err) && add_contents(s, part, end, err) &&
           db_run(s->db, err,
                  "UPDATE log SET last = ?1, head = ?2, changed = max(?4, (SELECT max(changed) + 1 FROM log)) WHERE number = ?3", "ibii",
                  (int64_t)last->seq, last->link, (size_t)EVENT_HASH, number, clock_wall_ms()) &&
           db_run(s->db, err, "INSERT INTO log_signed (position, signature, changed) SELECT ?1, ?2, changed FROM log WHERE number = ?3",
                  "ibi", end, part->signature, (size_t)EVENT_SIGNATURE, number);
}

/* It is here, and is handed in again for what is shared since; not what was erased (store_log_erase.h). */
static bool fill(struct store *s, const struct log_part *part, int64_t number, struct error *err)
{
    uint64_t first = 0;
    for (size_t i = 0; i < part->count; i++) {
        const struct log_event *e = &part->events[i];
        const struct str payload = {e->payload, e->payload_len};
        if (e->payload == NULL)
            continue;
        if (!db_run(s->db, err, "UPDATE log_event SET salt = ?, payload = ? WHERE position = ? AND payload IS NULL AND salt IS NULL",
                    "bti", e->salt, (size_t)EVENT_SALT, payload, position_of(number, e->seq)))
            return false;
        if (first == 0 && sqlite3_changes(db_handle(s->db)) > 0)
            first = e->seq;
    }
    return first == 0 ||
           (add_contents(s, part, position_of(number, part->events[part->count - 1].seq), err) &&
            db_run(s->db, err,
                   "UPDATE log SET changed = max(?3, (SELECT max(changed) + 1 FROM log)), again_at = max(?3, (SELECT max(changed) + 1 FROM log)),"
                   " again = iif(again = 0, ?2, min(again, ?2)) WHERE number = ?1",
                   "iii", number, (int64_t)first, clock_wall_ms()));
}

/* Is the whole part here already? */
static bool is_here(struct store *s, const struct log_part *part, const struct log_row *row, bool *here, struct error *err)
{
    const struct log_event *last = &part->events[part->count - 1];
    int64_t same = 0;
    *here = false;
    if ((int64_t)last->seq > row->last)
        return true;
    if (!db_number(s->db, &same, 0, err, "SELECT 1 FROM log_event WHERE position = ? AND link = ?", "ib",
                   position_of(row->number, last->seq), last->link, (size_t)EVENT_HASH))
        return false;
    *here = same != 0;
    return true;
}

static bool begin_log(struct store *s, const struct log_part *part, int64_t client, int64_t *number, struct error *err)
{
    static const unsigned char none[EVENT_HASH];
    if (!db_run(s->db, err,
                "INSERT INTO log (id, client, key, last, head, changed) VALUES (?, ?, ?, 0, ?,"
                " (SELECT coalesce(max(changed), 0) + 1 FROM log))",
                "bibb", part->log, (size_t)EVENT_LOG, client, part->key, (size_t)EVENT_KEY, none, sizeof none))
        return false;
    *number = sqlite3_last_insert_rowid(db_handle(s->db));
    return true;
}

/* May the client hand in this part? *moves: it is of a device that was revoked, and the client's from now on. */
static bool judge(struct store *s, const struct log_part *part, int64_t client, const struct log_row *row, enum log_result *result,
                  bool *moves, struct error *err)
{
    int64_t told, logs = 0;
    if (!db_number(s->db, &told, 0, err, "SELECT box IS NOT NULL FROM client WHERE id = ?", "i", client) ||
        (row->number == 0 && !db_number(s->db, &logs, 0, err, "SELECT count(*) FROM log WHERE client = ?", "i", client)))
        return false;
    *moves = row->number != 0 && row->client != client && row->revoked;
    *result = told == 0                                                             ? LOG_UNTOLD
              : row->number == 0 && part->events[0].seq != 1                        ? LOG_BEHIND
              : logs >= LOGS_MOST                                                   ? LOG_TOO_MANY
              : row->number != 0 && row->client != client && !row->revoked          ? LOG_OTHERS
              : row->number != 0 && memcmp(row->key, part->key, EVENT_KEY) != 0 ? LOG_DIFFERS
                                                                                    : LOG_TAKEN;
    return true;
}

/* Each device of the site has what is here, and may hand it in. That the log is its own it shows by what is new, or by the key that
 * the site seals to. */
static bool is_the_device(struct store *s, int64_t client, const struct log_row *row, bool *same, struct error *err)
{
    int64_t equal;
    if (!db_number(s->db, &equal, 0, err, "SELECT a.box = b.box FROM client a, client b WHERE a.id = ? AND b.id = ?", "ii", client, row->client))
        return false;
    *same = equal != 0;
    return true;
}

bool store_log_put(struct store *s, const struct log_part *part, int64_t client, enum log_result *result, uint64_t *last, bool *erases,
                   struct error *err)
{
    struct log_row row;
    bool here, moves, same = true;
    if (!find(s, part->log, &row, err) || !judge(s, part, client, &row, result, &moves, err))
        return false;
    *last = (uint64_t)row.last;
    if (*result != LOG_TAKEN)
        return true;
    if (!is_here(s, part, &row, &here, err) || (here && moves && !is_the_device(s, client, &row, &same, err)))
        return false;
    if (!here && part->events[0].seq != *last + 1)
        *result = LOG_BEHIND;
    else if (!here && row.number != 0 && memcmp(row.head, part->before, EVENT_HASH) != 0)
        *result = LOG_DIFFERS;
    if (*result != LOG_TAKEN || !same)
        return true;
    if (moves && !db_run(s->db, err, "UPDATE log SET client = ? WHERE number = ?", "ii", client, row.number))
        return false;
    if (here)
        return fill(s, part, row.number, err);
    if (row.number == 0 && !begin_log(s, part, client, &row.number, err))
        return false;
    *last = part->events[part->count - 1].seq;
    return append(s, part, row.number, erases, err);
}

/* ---- giving ---- */

bool store_logs_changed(struct store *s, const char *device, int64_t *changed, struct error *err)
{
    return db_number(s->db, changed, 0, err,
                     "SELECT max(changed) FROM log WHERE client <> (SELECT id FROM client WHERE name = ?)", "s", device);
}

bool store_logs(struct store *s, struct arena *a, const char *device, bool own, int64_t after, struct kept_log **logs, size_t *count,
                struct error *err)
{
    int64_t all = 0;
    *count = 0;
    if (!db_number(s->db, &all, 0, err, "SELECT count(*) FROM log", ""))
        return false;
    *logs = arena_array(a, (size_t)all, sizeof **logs);
    sqlite3_stmt *q = db_statement(s->db,
                                   "SELECT l.id, l.last, l.changed, c.name, iif(l.again_at > ?1, l.again, 0),"
                                   " (SELECT coalesce(max(position), 0) & ((1 << 40) - 1) FROM log_signed WHERE position > l.number << 40"
                                   "  AND position < (l.number + 1) << 40 AND changed <= ?1) FROM log l JOIN client c ON c.id = l.client"
                                   " WHERE l.changed > ?1 AND (c.name = ?2) = ?3 ORDER BY l.changed",
                                   err);
    if (*logs == NULL)
        return error_memory(err);
    if (q == NULL || !db_bind(q, "isi", after, device, (int64_t)own))
        return false;
    int row = 0;
    while (*count < (size_t)all && (row = db_step(s->db, q, err)) == 1) {
        struct kept_log *l = &(*logs)[(*count)++];
        *l = (struct kept_log){.last = (uint64_t)sqlite3_column_int64(q, 1), .changed = sqlite3_column_int64(q, 2),
                               .again = (uint64_t)sqlite3_column_int64(q, 4), .before = (uint64_t)sqlite3_column_int64(q, 5),
                               .device = arena_strdup(a, db_text(q, 3))};
        if (l->device == NULL || sqlite3_column_bytes(q, 0) != EVENT_LOG) {
            sqlite3_reset(q);
            return l->device == NULL ? error_memory(err) : damaged(err);
        }
        memcpy(l->id, sqlite3_column_blob(q, 0), EVENT_LOG);
    }
    sqlite3_reset(q);
    return row >= 0;
}

/* Where the last part ends that goes along; 0: there is none. */
static bool find_end(struct store *s, int64_t number, uint64_t after, size_t most, size_t bytes, int64_t *end, struct error *err)
{
    int64_t begin = position_of(number, after), until = position_of(number + 1, 0), first = 0, fits = begin;
    if (!db_number(s->db, &first, 0, err, "SELECT min(position) FROM log_signed WHERE position > ? AND position < ?", "ii", begin, until))
        return false;
    sqlite3_stmt *q = db_statement(s->db,
                                   "SELECT position, length(CAST(payload AS BLOB)) FROM log_event WHERE position > ? AND position < ?"
                                   " ORDER BY position LIMIT ?",
                                   err);
    if (q == NULL || !db_bind(q, "iii", begin, until, (int64_t)most))
        return false;
    int row;
    size_t sum = 0;
    while ((row = db_step(s->db, q, err)) == 1 && sum <= bytes) {
        sum += (size_t)sqlite3_column_int64(q, 1);
        if (sum <= bytes)
            fits = sqlite3_column_int64(q, 0);
    }
    sqlite3_reset(q);
    return row >= 0 && db_number(s->db, end, first, err, "SELECT max(position) FROM log_signed WHERE position >= ? AND position <= ?", "ii",
                                 first, fits > first ? fits : first);
}

static bool read_event(struct arena *a, sqlite3_stmt *q, struct log_event *e)
{
    *e = (struct log_event){.seq = (uint64_t)(sqlite3_column_int64(q, 0) & (((int64_t)1 << SHIFT) - 1)),
                            .kind = arena_strdup(a, db_text(q, 2))};
    memcpy(e->id.bytes, sqlite3_column_blob(q, 1), sizeof e->id.bytes);
    memcpy(e->commitment, sqlite3_column_blob(q, 3), EVENT_HASH);
    memcpy(e->link, sqlite3_column_blob(q, 4), EVENT_HASH);
    if (sqlite3_column_type(q, 6) == SQLITE_NULL)
        return e->kind != NULL;
    e->salt = (const unsigned char *)arena_copy(a, sqlite3_column_blob(q, 5), EVENT_SALT);
    e->payload_len = (size_t)sqlite3_column_bytes(q, 6);
    e->payload = arena_copy(a, db_text(q, 6), e->payload_len);
    return e->kind != NULL && e->salt != NULL && e->payload != NULL;
}

static bool is_whole(sqlite3_stmt *q)
{
    bool shared = sqlite3_column_type(q, 6) != SQLITE_NULL;
    return sqlite3_column_bytes(q, 1) == (int)sizeof(struct uuid) && sqlite3_column_bytes(q, 3) == EVENT_HASH &&
           sqlite3_column_bytes(q, 4) == EVENT_HASH && (!shared || sqlite3_column_bytes(q, 5) == EVENT_SALT);
}

static bool read_events(struct store *s, struct arena *a, int64_t begin, int64_t end, struct log_part *part, struct error *err)
{
    struct log_event *events = arena_array(a, (size_t)(end - begin), sizeof *events);
    sqlite3_stmt *q = db_statement(s->db,
                                   "SELECT position, id, kind, commitment, link, salt, payload FROM log_event"
                                   " WHERE position > ? AND position <= ? ORDER BY position",
                                   err);
    if (events == NULL)
        return error_memory(err);
    if (q == NULL || !db_bind(q, "ii", begin, end))
        return false;
    int row = 0;
    while (part->count < (size_t)(end - begin) && (row = db_step(s->db, q, err)) == 1) {
        bool whole = is_whole(q);
        if (!whole || !read_event(a, q, &events[part->count++])) {
            sqlite3_reset(q);
            return whole ? error_memory(err) : damaged(err);
        }
    }
    sqlite3_reset(q);
    part->events = events;
    return row >= 0;
}

static bool read_blob(struct store *s, const char *sql, int64_t position, unsigned char *out, size_t size, struct error *err)
{
    sqlite3_stmt *q = db_statement(s->db, sql, err);
    if (q == NULL || !db_bind(q, "i", position))
        return false;
    int row = db_step(s->db, q, err);
    bool whole = row == 1 && (size_t)sqlite3_column_bytes(q, 0) == size;
    if (whole)
        memcpy(out, sqlite3_column_blob(q, 0), size);
    sqlite3_reset(q);
    return whole || (row >= 0 && damaged(err));
}

/* No more than a message has room for: many parts at once may have brought more. */
static bool read_contents(struct store *s, struct arena *a, int64_t begin, int64_t end, struct log_part *part, struct error *err)
{
    int64_t all = 0;
    if (!db_number(s->db, &all, 0, err, "SELECT count(DISTINCT hash) FROM log_pin WHERE position > ? AND position <= ?", "ii", begin, end))
        return false;
    struct log_content *items = arena_array(a, (size_t)all, sizeof *items);
    sqlite3_stmt *q = db_statement(s->db,
                                   "SELECT DISTINCT c.hash, c.bytes FROM log_pin p JOIN log_content c ON c.hash = p.hash"
                                   " WHERE p.position > ? AND p.position <= ?",
                                   err);
    if (items == NULL)
        return error_memory(err);
    if (q == NULL || !db_bind(q, "ii", begin, end))
        return false;
    int row = 0;
    size_t room = LOG_PLAIN_MOST;
    while (part->content_count < (size_t)all && (row = db_step(s->db, q, err)) == 1) {
        size_t n = (size_t)sqlite3_column_bytes(q, 1);
        if (n > room)
            continue;
        room -= n;
        struct log_content *c = &items[part->content_count++];
        c->hash = arena_strdup(a, db_text(q, 0));
        c->len = n;
        c->bytes = arena_copy(a, sqlite3_column_blob(q, 1), c->len);
        if (c->hash == NULL || c->bytes == NULL) {
            sqlite3_reset(q);
            return error_memory(err);
        }
    }
    sqlite3_reset(q);
    part->contents = items;
    return row >= 0;
}

bool store_log_part(struct store *s, struct arena *a, const unsigned char log[EVENT_LOG], uint64_t after, size_t most, size_t bytes,
                    struct log_part *part, struct error *err)
{
    struct log_row row;
    int64_t end = 0;
    *part = (struct log_part){0};
    if (!find(s, log, &row, err))
        return false;
    if (row.number == 0 || after >= (uint64_t)row.last)
        return true;
    int64_t begin = position_of(row.number, after);
    memcpy(part->log, log, EVENT_LOG);
    memcpy(part->key, row.key, EVENT_KEY);
    if (!find_end(s, row.number, after, most, bytes, &end, err))
        return false;
    if (end == 0)
        return damaged(err);
    return read_events(s, a, begin, end, part, err) && read_contents(s, a, begin, end, part, err) &&
           read_blob(s, "SELECT signature FROM log_signed WHERE position = ?", end, part->signature, EVENT_SIGNATURE, err) &&
           (after == 0 || read_blob(s, "SELECT link FROM log_event WHERE position = ?", begin, part->before, EVENT_HASH, err));
}
