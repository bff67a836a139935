#include "core/record/proof.h"

#include "core/base/clock.h"
#include "core/record/chain.h"
#include "core/record/proof_parts.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

/* This record's own, and those of other devices (foreign.h). */
#define ALL_LOGS "(SELECT number, id, public_key FROM log UNION ALL SELECT number, id, public_key FROM foreign_log)"
#define ALL_CHECKPOINTS "(SELECT position, signature FROM checkpoint UNION ALL SELECT position, signature FROM foreign_checkpoint)"
#define ALL_EVENTS                                                                                       \
    "(SELECT position, id, kind, commitment, link, salt, payload FROM event UNION ALL SELECT position, id, kind, commitment, link," \
    " salt, payload FROM foreign_event)"

/* Events whose payloads the proof shows, in the order of positions. */
struct shown {
    int64_t *positions;
    size_t count, cap;
};

struct writing {
    struct record *r;
    struct arena *a;
    const struct proof_wanted *wanted;
    struct buf *out;
    struct json json;
    struct shown shown;
    size_t signoffs;
};

static bool fail(const char *why, const char *remedy, struct error *err)
{
    return error_set(err, EX_DATAERR, "cannot write the proof", NULL, why, remedy);
}

/* ---- which events ---- */

static bool show(struct writing *w, int64_t position, struct error *err)
{
    w->shown.positions = rows_grown(w->a, w->shown.positions, w->shown.count, &w->shown.cap, sizeof *w->shown.positions);
    if (w->shown.positions == NULL)
        return error_memory(err);
    w->shown.positions[w->shown.count++] = position;
    return true;
}

static bool show_all(struct writing *w, sqlite3_stmt *s, struct error *err)
{
    int got;
    while ((got = db_step(w->r->db, s, err)) > 0)
        if (!show(w, sqlite3_column_int64(s, 0), err)) {
            sqlite3_reset(s);
            return false;
        }
    return got == 0;
}

struct found {
    int64_t position, learner, countersigned, at, ordered;
    const char *module;
    bool text; /* is here */
};

/* The signature before it; position 0: there is none. */
static bool find_before(struct writing *w, const struct found *f, struct found *before, struct error *err)
{
    *before = (struct found){0};
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT position, at FROM signoff WHERE learner = ?1 AND module = ?2 AND (ordered, position) < (?3, ?4)"
                                   " ORDER BY ordered DESC, position DESC LIMIT 1",
                                   err);
    if (s == NULL || !db_bind(s, "isii", f->learner, f->module, f->ordered, f->position))
        return false;
    int got = db_step(w->r->db, s, err);
    if (got > 0) {
        before->position = sqlite3_column_int64(s, 0);
        before->at = sqlite3_column_int64(s, 1);
    }
    sqlite3_reset(s);
    return got >= 0;
}

/* Between two signatures: in the log of one by its place, in another log by its time. ?3, ?4: of the one before; ?5, ?6. */
#define BETWEEN_SIGNATURES(at)                                         \
    "iif(position >> 40 = ?3 >> 40, position > ?3, " at " > ?4)"       \
    " AND iif(position >> 40 = ?5 >> 40, position < ?5, " at " < ?6)"

static bool bind_between(sqlite3_stmt *s, const struct found *f, const struct found *before)
{
    return s != NULL && db_bind(s, "isiiii", f->learner, f->module, before->position, before->at, f->position, f->at);
}

/* An attempt's answers in one log, up to its end there. */
static bool show_answers(struct writing *w, const char *attempt, int64_t from, int64_t through, struct error *err)
{
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT position, kind FROM " ALL_EVENTS " WHERE position BETWEEN ?1 AND ?2 AND kind IN"
                                   " ('attempt.answered', 'attempt.finished', 'attempt.abandoned')"
                                   " AND json_extract(payload, '$.attempt') = ?3 ORDER BY position",
                                   err);
    if (s == NULL || !db_bind(s, "iis", from, through, attempt))
        return false;
    int got;
    bool ended = false;
    while (!ended && (got = db_step(w->r->db, s, err)) > 0) {
        const char *kind = db_text(s, 1);
        ended = strcmp(kind, "attempt.answered") != 0;
        if (strcmp(kind, "attempt.abandoned") != 0 && !show(w, sqlite3_column_int64(s, 0), err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    sqlite3_reset(s);
    return ended || got == 0;
}

static bool read_position(struct arena *a, sqlite3_stmt *s, void *row)
{
    (void)a;
    *(int64_t *)row = sqlite3_column_int64(s, 0);
    return true;
}

/* In each log that has answers of it, from the first one there; that it began with is shown. */
static bool show_attempt(struct writing *w, const struct found *f, const struct uuid *id, const char *said, int64_t began, struct error *err)
{
    size_t count;
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT min(position) FROM (SELECT position FROM answer WHERE attempt = ?1 UNION ALL SELECT position"
                                   " FROM answer_other WHERE attempt = ?1 UNION ALL SELECT ?2) GROUP BY position >> 40",
                                   err);
    if (s == NULL || !db_bind(s, "bi", id->bytes, sizeof id->bytes, began))
        return false;
    const int64_t *from = rows_read(w->r, w->a, s, sizeof *from, read_position, &count, err);
    if (from == NULL || !show(w, began, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool same = from[i] >> LOG_SHIFT == f->position >> LOG_SHIFT;
        if (!show_answers(w, said, from[i], same ? f->position : position_of((from[i] >> LOG_SHIFT) + 1, 0) - 1, err))
            return false;
    }
    return true;
}

static bool show_attempts(struct writing *w, const struct found *f, const struct found *before, struct error *err)
{
#define OF_STATE(state)                                                                                             \
    "SELECT id, position, coalesce(said, id) FROM attempt WHERE state = " state " AND learner = ?1 AND module = ?2 AND " BETWEEN_SIGNATURES("started_at")
    sqlite3_stmt *s = db_statement(w->r->db, OF_STATE("1") " UNION ALL " OF_STATE("2") " UNION ALL " OF_STATE("0"), err);
    if (!bind_between(s, f, before))
        return false;
    int got;
    while ((got = db_step(w->r->db, s, err)) > 0) {
        struct uuid id, said;
        char text[UUID_TEXT];
        memcpy(id.bytes, sqlite3_column_blob(s, 0), sizeof id.bytes);
        memcpy(said.bytes, sqlite3_column_blob(s, 2), sizeof said.bytes);
        uuid_text(&said, text);
        if (!show_attempt(w, f, &id, text, sqlite3_column_int64(s, 1), err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    return got == 0;
}

/* What a sign-off rests on: behind the signature before it, up to itself; and the second signature. */
static bool show_grounds(struct writing *w, const struct found *f, struct error *err)
{
    struct found before;
    if (!find_before(w, f, &before, err))
        return false;
    sqlite3_stmt *s = db_statement(
        w->r->db, "SELECT position FROM shown WHERE learner = ?1 AND module = ?2 AND " BETWEEN_SIGNATURES("at"), err);
    if (!bind_between(s, f, &before) || !show_all(w, s, err) || !show_attempts(w, f, &before, err) || !show(w, f->position, err))
        return false;
    return f->countersigned == 0 || show(w, f->countersigned, err);
}

static bool read_found(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct found *f = row;
    *f = (struct found){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 3), sqlite3_column_int64(s, 4),
                        sqlite3_column_int64(s, 5), column_copy(a, s, 2), sqlite3_column_int(s, 6) != 0};
    return f->module != NULL;
}

/* What was signed on another device comes with its text, as a rule. */
static bool texts_here(const struct writing *w, const struct found *rows, struct error *err)
{
    for (size_t i = 0; i < w->signoffs; i++)
        if (!rows[i].text)
            return error_set(err, EX_NOINPUT, "cannot write the proof", rows[i].module, "it was signed on another device, and its text is there",
                             "export it there, or others by themselves");
    return true;
}

static struct found *find_signoffs(struct writing *w, struct error *err)
{
    const struct uuid *one = w->wanted->signoff;
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT position, learner, module, countersigned_in, at, ordered, position >> 40 < 1 << 21 OR EXISTS"
                                   " (SELECT 1 FROM content c WHERE c.hash = signoff.content) FROM signoff WHERE (?1 = 0 OR learner = ?1) AND (?2 IS NULL OR module = ?2)"
                                   " AND (?3 IS NULL OR id = ?3) ORDER BY position",
                                   err);
    if (s == NULL || !db_bind(s, one != NULL ? "isb" : "isn", w->wanted->learner, w->wanted->module, one != NULL ? one->bytes : NULL,
                              sizeof one->bytes))
        return NULL;
    struct found *rows = rows_read(w->r, w->a, s, sizeof *rows, read_found, &w->signoffs, err);
    if (rows == NULL || w->signoffs > 0)
        return rows == NULL || texts_here(w, rows, err) ? rows : NULL;
    error_set(err, EX_NOINPUT, "nothing to prove", NULL, "there is no such sign-off here", "`crib audit show` lists them");
    return NULL;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool choose(struct writing *w, struct error *err)
{
    struct found *rows = find_signoffs(w, err);
    if (rows == NULL)
        return false;
    for (size_t i = 0; i < w->signoffs; i++)
        if (!show_grounds(w, &rows[i], err))
            return false;
    qsort(w->shown.positions, w->shown.count, sizeof *w->shown.positions, ascending);
    return true;
}

/* ---- the file ---- */

static bool small_enough(struct writing *w, struct error *err)
{
    if (!buf_ok(w->out))
        return error_memory(err);
    return w->out->len <= PROOF_MOST || fail("it would be larger than 64 MiB", "ask for one sign-off, or one module, at a time", err);
}

static bool write_readable(struct writing *w, struct error *err)
{
    struct buf text = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < w->shown.count; i++) {
        sqlite3_stmt *s = db_statement(w->r->db, "SELECT kind, id, payload FROM " ALL_EVENTS " WHERE position = ?", err);
        ok = s != NULL && db_bind(s, "i", w->shown.positions[i]) && db_step(w->r->db, s, err) > 0;
        if (!ok)
            break;
        struct uuid id;
        char text_id[UUID_TEXT];
        memcpy(id.bytes, sqlite3_column_blob(s, 1), sizeof id.bytes);
        uuid_text(&id, text_id);
        const char *payload = db_text(s, 2);
        ok = proof_lines(db_handle(w->r->db), db_text(s, 0), text_id, str_of(payload), &text) || fail("an event is no JSON", NULL, err);
        sqlite3_reset(s);
    }
    json_open_array(&w->json, "readable");
    for (const char *at = buf_text(&text); ok && *at != '\0';) {
        size_t n = strcspn(at, "\n");
        json_text(&w->json, NULL, at, n);
        at += n + (at[n] == '\n');
    }
    json_close_array(&w->json);
    buf_free(&text);
    return ok && small_enough(w, err);
}

#define BOUND(what, table) "SELECT " what " FROM " table " WHERE position >= ?1 AND position < ?2"
#define BOUNDS(table) {BOUND("coalesce(max(position), ?1)", table), BOUND("min(position)", table), BOUND("max(position)", table)}

static const struct checkpoints {
    const char *before, *behind, *newest;
} checkpoints[] = {BOUNDS("checkpoint"), BOUNDS("foreign_checkpoint")};

/* The first position of the segment that holds this one, and its last. */
static bool bounds(struct writing *w, int64_t position, int64_t *first, int64_t *last, struct error *err)
{
    int64_t base = position_of(position >> LOG_SHIFT, 0), end = position_of((position >> LOG_SHIFT) + 1, 0);
    const struct checkpoints *of = &checkpoints[position_foreign(position)];
    *first = base;
    bool whole = w->wanted->whole;
    if (!whole && !db_number(w->r->db, first, base, err, of->before, "ii", base, position))
        return false;
    ++*first;
    return db_number(w->r->db, last, position, err, whole ? of->newest : of->behind, "ii", position, end);
}

static void blob(struct json *j, const char *key, sqlite3_stmt *s, int column)
{
    json_hex(j, key, sqlite3_column_blob(s, column), (size_t)sqlite3_column_bytes(s, column));
}

static bool write_events(struct writing *w, int64_t first, int64_t last, struct error *err)
{
    sqlite3_stmt *s = db_statement(
        w->r->db, "SELECT position, id, kind, commitment, link FROM " ALL_EVENTS " WHERE position BETWEEN ? AND ? ORDER BY position", err);
    if (s == NULL || !db_bind(s, "ii", first, last))
        return false;
    int got;
    json_open_array(&w->json, "events");
    while ((got = db_step(w->r->db, s, err)) > 0) {
        char text[UUID_TEXT] = "";
        struct uuid id;
        if (sqlite3_column_bytes(s, 1) == (int)sizeof id.bytes) {
            memcpy(id.bytes, sqlite3_column_blob(s, 1), sizeof id.bytes);
            uuid_text(&id, text);
        }
        buf_addc(w->out, '\n');
        json_open_array(&w->json, NULL);
        json_int(&w->json, NULL, (int64_t)seq_of(sqlite3_column_int64(s, 0)));
        json_string(&w->json, NULL, text);
        json_string(&w->json, NULL, db_text(s, 2));
        blob(&w->json, NULL, s, 3);
        blob(&w->json, NULL, s, 4);
        json_close_array(&w->json);
        if (!small_enough(w, err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    json_close_array(&w->json);
    return got == 0;
}

static bool write_segment(struct writing *w, int64_t first, int64_t last, struct error *err)
{
    static const unsigned char nothing[EVENT_HASH] = {0};
    struct json *j = &w->json;
    json_open_object(j, NULL);
    json_int(j, "from", (int64_t)seq_of(first));
    if (seq_of(first) == 1) {
        json_hex(j, "before", nothing, sizeof nothing);
    } else {
        sqlite3_stmt *s = db_statement(w->r->db, "SELECT link FROM " ALL_EVENTS " WHERE position = ?", err);
        if (s == NULL || !db_bind(s, "i", first - 1) || db_step(w->r->db, s, err) < 0)
            return false;
        blob(j, "before", s, 0);
        sqlite3_reset(s);
    }
    if (!write_events(w, first, last, err))
        return false;
    sqlite3_stmt *s = db_statement(w->r->db, "SELECT signature FROM " ALL_CHECKPOINTS " WHERE position = ?", err);
    if (s == NULL || !db_bind(s, "i", last))
        return false;
    int got = db_step(w->r->db, s, err);
    if (got <= 0)
        return got == 0 && fail("no checkpoint is over a sign-off", "`crib audit verify` says more", err);
    blob(j, "signature", s, 0);
    sqlite3_reset(s);
    json_close_object(j);
    return true;
}

static bool write_log_head(struct writing *w, int64_t number, struct error *err)
{
    sqlite3_stmt *s = db_statement(w->r->db, "SELECT id, public_key FROM " ALL_LOGS " WHERE number = ?", err);
    if (s == NULL || !db_bind(s, "i", number))
        return false;
    int got = db_step(w->r->db, s, err);
    if (got == 0)
        return fail("an event belongs to no log", "`crib audit verify` says more", err);
    if (got < 0)
        return false;
    json_open_object(&w->json, NULL);
    blob(&w->json, "log", s, 0);
    blob(&w->json, "key", s, 1);
    sqlite3_reset(s);
    json_open_array(&w->json, "segments");
    return true;
}

static bool write_logs(struct writing *w, struct error *err)
{
    int64_t log = -1, through = 0;
    json_open_array(&w->json, "logs");
    for (size_t i = 0; i < w->shown.count; i++) {
        int64_t position = w->shown.positions[i], first, last;
        if (position <= through)
            continue;
        if (position >> LOG_SHIFT != log) {
            if (log >= 0) {
                json_close_array(&w->json);
                json_close_object(&w->json);
            }
            log = position >> LOG_SHIFT;
            if (!write_log_head(w, log, err))
                return false;
        }
        if (!bounds(w, position, &first, &last, err) || !write_segment(w, first, last, err))
            return false;
        through = last;
    }
    if (log >= 0) {
        json_close_array(&w->json);
        json_close_object(&w->json);
    }
    json_close_array(&w->json);
    return small_enough(w, err);
}

static bool write_payloads(struct writing *w, struct error *err)
{
    struct json *j = &w->json;
    json_open_array(j, "payloads");
    for (size_t i = 0; i < w->shown.count; i++) {
        int64_t position = w->shown.positions[i];
        sqlite3_stmt *s = db_statement(
            w->r->db, "SELECT l.id, e.salt, e.payload FROM " ALL_EVENTS " e JOIN " ALL_LOGS " l ON l.number = e.position >> 40 WHERE e.position = ?", err);
        if (s == NULL || !db_bind(s, "i", position) || db_step(w->r->db, s, err) < 0)
            return false;
        buf_addc(w->out, '\n');
        json_open_object(j, NULL);
        blob(j, "log", s, 0);
        json_int(j, "seq", (int64_t)seq_of(position));
        blob(j, "salt", s, 1);
        json_string(j, "payload", db_text(s, 2));
        json_close_object(j);
        sqlite3_reset(s);
    }
    json_close_array(j);
    return small_enough(w, err);
}

static bool write_contents(struct writing *w, struct error *err)
{
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT c.hash, c.bytes FROM content c WHERE c.hash IN (SELECT content FROM signoff s WHERE"
                                   " (?1 = 0 OR s.learner = ?1) AND (?2 IS NULL OR s.module = ?2) AND (?3 IS NULL OR s.id = ?3))"
                                   " ORDER BY c.hash",
                                   err);
    const struct uuid *one = w->wanted->signoff;
    if (s == NULL || !db_bind(s, one != NULL ? "isb" : "isn", w->wanted->learner, w->wanted->module, one != NULL ? one->bytes : NULL,
                              sizeof one->bytes))
        return false;
    int got;
    json_open_array(&w->json, "contents");
    while ((got = db_step(w->r->db, s, err)) > 0) {
        buf_addc(w->out, '\n');
        json_open_object(&w->json, NULL);
        json_string(&w->json, "key", db_text(s, 0));
        json_text(&w->json, "source", sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1));
        json_close_object(&w->json);
    }
    json_close_array(&w->json);
    return got == 0 && small_enough(w, err);
}

static void write_signature(struct writing *w)
{
    unsigned char message[PROOF_MESSAGE], signature[EVENT_SIGNATURE];
    char hex[2 * EVENT_SIGNATURE + 1];
    proof_message(buf_text(w->out), w->out->len, message);
    crypto_sign_detached(signature, NULL, message, sizeof message, w->r->secret);
    sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    buf_addf(w->out, PROOF_SIGNATURE "%s\"}\n", hex);
}

/* The log of the transaction before signs. */
static bool write_proof(struct writing *w, struct error *err)
{
    char made[40];
    int64_t now = clock_wall_ms();
    struct json *j = &w->json;
    clock_format(now, clock_offset_minutes(now), made, sizeof made);
    json_open_object(j, NULL);
    json_int(j, "crib-proof", 1);
    json_string(j, "made", made);
    if (!write_readable(w, err) || !write_logs(w, err) || !write_payloads(w, err) || !write_contents(w, err))
        return false;
    json_hex(j, "key", w->r->secret + EVENT_SECRET - EVENT_KEY, EVENT_KEY);
    json_hex(j, "by", w->r->log, EVENT_LOG);
    write_signature(w);
    return small_enough(w, err);
}

bool proof_write(struct record *r, const struct proof_wanted *wanted, struct buf *out, size_t *signoffs, struct error *err)
{
    struct writing w = {.r = r, .wanted = wanted, .out = out, .json = {.out = out}, .a = arena_open()};
    if (w.a == NULL)
        return error_memory(err);
    /* The checkpoint is written first, so that nobody else has to wait while the rest is read. */
    bool ok = event_crypto_ready(err) && chain_begin(r, err) && (chain_sign(r, err) || chain_fail(r)) && chain_commit(r, err) &&
              db_run(r->db, err, "BEGIN", "");
    if (ok) {
        ok = choose(&w, err) && write_proof(&w, err);
        db_rollback(r->db);
    }
    *signoffs = w.signoffs;
    arena_close(w.a);
    return ok;
}
