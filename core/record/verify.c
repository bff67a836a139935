#include "core/record/verify.h"

#include "core/base/clock.h"
#include "core/record/chain.h"
#include "core/record/fact.h"
#include "core/record/signatures.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { REPORT_EVERY = 100000, MAP_BYTES = 0x7FFF0000 };

static const char *const texts[] = {
    [BREAK_NONE] = "nothing",
    [BREAK_SEQ] = "an event is missing before it",
    [BREAK_COMMITMENT] = "the payload differs from its commitment",
    [BREAK_ERASED] = "the payload is gone and no event says that it was erased",
    [BREAK_LINK] = "its link differs from what it links",
    [BREAK_CHECKPOINT] = "a signed checkpoint differs from it, or events after it are gone",
    [BREAK_SIGNATURE] = "the checkpoint's signature is not the log's",
    [BREAK_KEY] = "the log's key is not the one in its first event",
};

const char *break_text(enum break_kind kind)
{
    return texts[kind];
}

/* The walk through one log. */
struct walk {
    struct record *r;
    verify_callback *callback;
    void *context;
    int64_t number;
    unsigned char key[EVENT_KEY];
    unsigned char head[EVENT_HASH];
    struct log_report report;
    sqlite3_stmt *checkpoints; /* steps along, at its next row */
    bool at_checkpoint;
    struct signatures *signatures;
    bool stopped;
};

static void broken(struct walk *w, enum break_kind kind, uint64_t seq)
{
    if (w->report.broken == BREAK_NONE) {
        w->report.broken = kind;
        w->report.broken_seq = seq;
    }
}

static bool next_checkpoint(struct walk *w, struct error *err)
{
    int got = db_step(w->r->db, w->checkpoints, err);
    w->at_checkpoint = got > 0;
    return got >= 0;
}

/* The checkpoint at this seq, compared with the head just computed; its signature is verified on the side. */
static bool check_checkpoint(struct walk *w, uint64_t seq, struct error *err)
{
    sqlite3_stmt *c = w->checkpoints;
    bool fits = sqlite3_column_bytes(c, 1) == EVENT_HASH && sqlite3_column_bytes(c, 2) == EVENT_SIGNATURE;
    if (!fits || memcmp(sqlite3_column_blob(c, 1), w->head, EVENT_HASH) != 0)
        broken(w, BREAK_CHECKPOINT, seq);
    else if (!signatures_add(w->signatures, seq, w->head, sqlite3_column_blob(c, 2)))
        return error_memory(err);
    return next_checkpoint(w, err);
}

static bool check_key(struct walk *w, sqlite3_stmt *s, struct error *err)
{
    if (sqlite3_column_type(s, 6) == SQLITE_NULL)
        return true;
    char hex[2 * EVENT_KEY + 1];
    sodium_bin2hex(hex, sizeof hex, w->key, sizeof w->key);
    int64_t same;
    if (!db_number(w->r->db, &same, 0, err, "SELECT json_valid(?1) AND json_extract(iif(json_valid(?1), ?1, '{}'),"
                                            " '$.key') IS ?2", "ss", db_text(s, 6), hex))
        return false;
    if (same == 0)
        broken(w, BREAK_KEY, 1);
    return true;
}

/* An erased payload must be named by an event that still says so. */
static bool check_erased(struct walk *w, int64_t position, uint64_t seq, struct error *err)
{
    char hex[2 * EVENT_LOG + 1];
    sodium_bin2hex(hex, sizeof hex, w->report.log, sizeof w->report.log);
    int64_t named;
    if (!db_number(w->r->db, &named, 0, err,
                   "SELECT 1 FROM erased x JOIN event e ON e.position = x.by WHERE x.position = ? AND e.kind = 'erased'"
                   " AND json_extract(e.payload, '$.log') = ? AND json_extract(e.payload, '$.seq') = ?",
                   "isi", position, hex, (int64_t)seq))
        return false;
    w->report.erased++;
    if (named == 0)
        broken(w, BREAK_ERASED, seq);
    return true;
}

/* Columns: position, id, kind, commitment, link, salt, payload. */
static bool check_event(struct walk *w, sqlite3_stmt *s, uint64_t seq, struct error *err)
{
    struct uuid id;
    unsigned char hash[EVENT_HASH];
    const void *commitment = sqlite3_column_blob(s, 3), *salt = sqlite3_column_blob(s, 5);
    if (sqlite3_column_bytes(s, 1) != (int)sizeof id.bytes || sqlite3_column_bytes(s, 3) != EVENT_HASH ||
        sqlite3_column_bytes(s, 4) != EVENT_HASH) {
        broken(w, BREAK_LINK, seq);
        return true;
    }
    if (salt == NULL) {
        if (!check_erased(w, sqlite3_column_int64(s, 0), seq, err))
            return false;
    } else {
        const char *payload = db_text(s, 6);
        bool whole = sqlite3_column_bytes(s, 5) == EVENT_SALT;
        if (whole)
            event_commit(salt, payload, (size_t)sqlite3_column_bytes(s, 6), hash);
        if (!whole || memcmp(hash, commitment, EVENT_HASH) != 0)
            broken(w, BREAK_COMMITMENT, seq);
    }
    memcpy(id.bytes, sqlite3_column_blob(s, 1), sizeof id.bytes);
    const char *kind = db_text(s, 2);
    if (!event_link(w->report.log, seq, &id, kind, (size_t)sqlite3_column_bytes(s, 2), commitment, w->head, hash) ||
        memcmp(hash, sqlite3_column_blob(s, 4), EVENT_HASH) != 0)
        broken(w, BREAK_LINK, seq);
    memcpy(w->head, hash, EVENT_HASH);
    return true;
}

static bool walk_events(struct walk *w, sqlite3_stmt *s, struct error *err)
{
    int got = 0;
    while (w->report.broken == BREAK_NONE && !w->stopped && (got = db_step(w->r->db, s, err)) > 0) {
        uint64_t seq = (uint64_t)(sqlite3_column_int64(s, 0) - position_of(w->number, 0));
        if (seq != w->report.events + 1)
            broken(w, BREAK_SEQ, seq);
        else if ((seq == 1 && !check_key(w, s, err)) || !check_event(w, s, seq, err))
            return false;
        w->report.events++;
        if (w->report.broken == BREAK_NONE && w->at_checkpoint &&
            sqlite3_column_int64(w->checkpoints, 0) == position_of(w->number, seq) && !check_checkpoint(w, seq, err))
            return false;
        if (w->report.broken == BREAK_NONE)
            w->report.complete = seq;
        if (seq % REPORT_EVERY == 0 && w->callback != NULL)
            w->stopped = !w->callback(w->context, &w->report, false);
    }
    if (got >= 0 && w->report.broken == BREAK_NONE && !w->stopped && w->at_checkpoint)
        broken(w, BREAK_CHECKPOINT, w->report.complete);
    return got >= 0;
}

static bool find_vouched(struct walk *w, struct arena *a, struct error *err)
{
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT position, kind, by, at FROM vouch WHERE position BETWEEN ? AND ?"
                                   " ORDER BY position DESC LIMIT 1",
                                   err);
    if (s == NULL || !db_bind(s, "ii", position_of(w->number, 0), position_of(w->number, w->report.complete)))
        return false;
    int got = db_step(w->r->db, s, err);
    if (got > 0) {
        w->report.vouched = (struct vouched){(uint64_t)(sqlite3_column_int64(s, 0) - position_of(w->number, 0)),
                                             column_copy(a, s, 1), column_copy(a, s, 2), sqlite3_column_int64(s, 3)};
        sqlite3_reset(s);
        if (w->report.vouched.kind == NULL || w->report.vouched.by == NULL)
            return error_memory(err);
    }
    return got >= 0;
}

/* Whatever the walk found lies at or after the last signature that it handed over, so a bad one comes first. */
static void take_signatures(struct walk *w)
{
    uint64_t bad;
    signatures_wait(w->signatures, &w->report.signed_seq, &bad);
    if (bad == 0)
        return;
    w->report.broken = BREAK_SIGNATURE;
    w->report.broken_seq = bad;
    w->report.complete = bad - 1;
}

static bool walk_log(struct walk *w, struct arena *a, struct error *err)
{
    w->signatures = signatures_open(w->report.log, w->key);
    if (w->signatures == NULL)
        return error_memory(err);
    int64_t from = position_of(w->number, 0), to = position_of(w->number + 1, 0) - 1;
    w->checkpoints = db_statement(
        w->r->db, "SELECT position, head, signature FROM checkpoint WHERE position BETWEEN ? AND ? ORDER BY position",
        err);
    bool ok = w->checkpoints != NULL && db_bind(w->checkpoints, "ii", from, to) && next_checkpoint(w, err);
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT position, id, kind, commitment, link, salt, payload FROM event"
                                   " WHERE position BETWEEN ? AND ? ORDER BY position",
                                   err);
    ok = ok && s != NULL && db_bind(s, "ii", from, to) && walk_events(w, s, err);
    sqlite3_reset(s);
    sqlite3_reset(w->checkpoints);
    take_signatures(w);
    signatures_close(w->signatures);
    return ok && find_vouched(w, a, err);
}

static bool name_break(const struct log_report *report, struct error *err)
{
    char log[2 * EVENT_LOG + 1], where[96];
    sodium_bin2hex(log, sizeof log, report->log, sizeof report->log);
    snprintf(where, sizeof where, "log %s, event %" PRIu64, log, report->broken_seq);
    return error_set(err, EX_DATAERR, "the chain is broken", where, break_text(report->broken),
                     "keep the file as it is and compare it with a backup");
}

/* Events that belong to no log that the record knows. */
static bool no_strays(struct record *r, struct error *err)
{
    int64_t strays;
    if (!db_number(r->db, &strays, 0, err,
                   "SELECT (SELECT count(*) FROM event) - coalesce(sum((SELECT count(*) FROM event WHERE position"
                   " BETWEEN number * 1099511627776 AND (number + 1) * 1099511627776 - 1)), 0) FROM log",
                   ""))
        return false;
    return strays == 0 || error_set(err, EX_DATAERR, "the chain is broken", r->path,
                                    "there are events of a log that the record doesn't know",
                                    "keep the file as it is and compare it with a backup");
}

/* Steps through the logs; the first break is named in err, but all logs are walked and reported. */
static bool walk_logs(struct record *r, struct arena *a, sqlite3_stmt *logs, verify_callback *callback, void *context,
                      struct error *err)
{
    bool holds = true;
    int got;
    while ((got = db_step(r->db, logs, err)) > 0) {
        struct walk w = {.r = r, .callback = callback, .context = context, .number = sqlite3_column_int64(logs, 0)};
        memcpy(w.report.log, sqlite3_column_blob(logs, 1), EVENT_LOG);
        memcpy(w.key, sqlite3_column_blob(logs, 2), EVENT_KEY);
        w.report.own = sqlite3_column_int(logs, 3) != 0;
        w.report.vouched = (struct vouched){.kind = "", .by = ""};
        if (!walk_log(&w, a, err))
            return false;
        if (w.report.broken != BREAK_NONE && holds)
            holds = name_break(&w.report, err);
        if (w.stopped || (callback != NULL && !callback(context, &w.report, true)))
            return holds;
    }
    if (got < 0)
        return false;
    return holds && no_strays(r, err);
}

/* Reading through a map saves a copy of each page. For this walk alone: a file that fails under a map kills the
 * process, which an answer must never risk. */
static void map(struct record *r, int64_t bytes)
{
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA mmap_size=%" PRId64, bytes);
    sqlite3_exec(db_handle(r->db), pragma, NULL, NULL, NULL);
}

bool record_verify(struct record *r, verify_callback *callback, void *context, struct error *err)
{
    if (!event_crypto_ready(err))
        return false;
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    map(r, MAP_BYTES);
    sqlite3_stmt *logs =
        db_statement(r->db, "SELECT number, id, public_key, secret_key IS NOT NULL FROM log ORDER BY number", err);
    bool ok = logs != NULL && walk_logs(r, a, logs, callback, context, err);
    sqlite3_reset(logs);
    map(r, 0);
    arena_close(a);
    return ok;
}

bool record_checkpoint(struct record *r, struct error *err)
{
    int64_t events;
    if (!db_number(r->db, &events, 0, err, "SELECT EXISTS (SELECT 1 FROM event)", ""))
        return false;
    if (events == 0)
        return true;
    if (!chain_begin(r, err))
        return false;
    return (chain_sign(r, err) || chain_fail(r)) && chain_commit(r, err);
}

bool record_vouch(struct record *r, const unsigned char log[EVENT_LOG], uint64_t seq,
                  const unsigned char head[EVENT_HASH], const char *kind, const char *by, struct error *err)
{
    int64_t position;
    if (seq >> LOG_SHIFT != 0 ||
        !db_number(r->db, &position, 0, err,
                   "SELECT e.position FROM event e, log l WHERE l.id = ? AND e.position = l.number * 1099511627776 + ?"
                   " AND e.link = ?",
                   "bib", log, (size_t)EVENT_LOG, (int64_t)seq, head, (size_t)EVENT_HASH))
        return false;
    if (position == 0)
        return error_set(err, EX_DATAERR, "cannot take the voucher", r->path, "the log has another head there",
                         "`crib audit verify` says more");
    return db_run(r->db, err, "INSERT OR REPLACE INTO vouch (position, kind, by, at) VALUES (?, ?, ?, ?)", "issi",
                  position, kind, by, clock_wall_ms());
}

bool apply_erased(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT OR IGNORE INTO erased (position, by) SELECT number * 1099511627776 + json_extract(?1, '$.seq'),"
                  " ?2 FROM log WHERE lower(hex(id)) = json_extract(?1, '$.log')",
                  "ti", f->payload, f->position);
}
