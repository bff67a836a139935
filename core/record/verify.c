#include "core/record/verify.h"

#include "core/base/clock.h"
#include "core/record/chain.h"
#include "core/record/fact.h"
#include "core/record/walker.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { REPORT_EVERY = 100000 };

static const char *const texts[] = {
    [BREAK_NONE] = "nothing",
    [BREAK_SEQ] = "an event is missing before it",
    [BREAK_COMMITMENT] = "the payload differs from its commitment",
    [BREAK_ERASED] = "the payload is gone and no event says that it was erased",
    [BREAK_LINK] = "its link differs from what it links",
    [BREAK_CHECKPOINT] = "a signed checkpoint differs from it, or events after it are gone",
    [BREAK_SIGNATURE] = "the checkpoint's signature is not the log's",
    [BREAK_KEY] = "the log's key is not the one in its first event",
    [BREAK_UNSIGNED] = "that device never signed for it",
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
    struct log_report report;
    sqlite3_stmt *checkpoints; /* steps along, at its next row */
    bool at_checkpoint;
    bool stopped;
    struct walker *walker;
    int64_t erased_first, erased_last; /* seqs: the last range that an event was seen to call erased */
};

static bool next_checkpoint(struct walk *w, struct error *err)
{
    int got = db_step(w->r->db, w->checkpoints, err);
    w->at_checkpoint = got > 0;
    return got >= 0;
}

/* The blob of exactly n bytes, or false. */
static bool take_blob(sqlite3_stmt *s, int column, unsigned char *out, size_t n)
{
    const void *bytes = sqlite3_column_blob(s, column);
    if (bytes == NULL || (size_t)sqlite3_column_bytes(s, column) != n)
        return false;
    memcpy(out, bytes, n);
    return true;
}

/* The log's first event names its key. */
static bool check_key(struct walk *w, struct walk_item *item, const char *payload, struct error *err)
{
    char hex[2 * EVENT_KEY + 1];
    sodium_bin2hex(hex, sizeof hex, w->key, sizeof w->key);
    int64_t same;
    if (!db_number(w->r->db, &same, 0, err,
                   "SELECT json_valid(?1) AND json_extract(iif(json_valid(?1), ?1, '{}'), '$.key') IS ?2", "ss",
                   payload, hex))
        return false;
    if (same == 0)
        item->bad = BREAK_KEY;
    return true;
}

/* The range of an event `erased` that names the seq, where there is one. */
static bool find_erased(struct walk *w, int64_t seq, struct error *err)
{
    char hex[2 * EVENT_LOG + 1];
    sodium_bin2hex(hex, sizeof hex, w->report.log, sizeof w->report.log);
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT json_extract(n.value, '$[0]'), json_extract(n.value, '$[1]') FROM erased x"
                                   " JOIN event e ON e.position = x.by, json_each(e.payload, '$.ranges') n"
                                   " WHERE x.first = (SELECT max(first) FROM erased WHERE first <= ?1) AND e.kind = 'erased'"
                                   " AND json_extract(e.payload, '$.log') = ?2"
                                   " AND ?3 BETWEEN json_extract(n.value, '$[0]') AND json_extract(n.value, '$[1]') LIMIT 1",
                                   err);
    if (s == NULL || !db_bind(s, "isi", position_of(w->number, (uint64_t)seq), hex, seq))
        return false;
    int got = db_step(w->r->db, s, err);
    if (got > 0) {
        w->erased_first = sqlite3_column_int64(s, 0);
        w->erased_last = sqlite3_column_int64(s, 1);
        sqlite3_reset(s);
    }
    return got >= 0;
}

/* An erased payload must be named by an event that still says so; another device's may not be shared. */
static bool check_erased(struct walk *w, struct walk_item *item, bool was_here, struct error *err)
{
    if (w->report.foreign) {
        w->report.erased++;
        item->erased = true;
        if (item->seq == 1)
            item->bad = BREAK_KEY;
        else if (was_here)
            item->bad = BREAK_ERASED;
        return true;
    }
    int64_t seq = (int64_t)item->seq;
    bool known = seq >= w->erased_first && seq <= w->erased_last;
    if (!known && !find_erased(w, seq, err))
        return false;
    w->report.erased++;
    item->erased = true;
    if (seq < w->erased_first || seq > w->erased_last)
        item->bad = BREAK_ERASED;
    return true;
}

static bool add_checkpoint(struct walk *w, struct walk_item *item, struct error *err)
{
    item->checkpoint = true;
    if (!take_blob(w->checkpoints, 1, item->head, sizeof item->head) ||
        !take_blob(w->checkpoints, 2, item->signature, sizeof item->signature))
        item->bad = BREAK_CHECKPOINT;
    return next_checkpoint(w, err);
}

/* Columns: position, id, kind, commitment, link, salt, payload; of a foreign log, whose it is: 0 where it was erased. */
static bool read_event(struct walk *w, sqlite3_stmt *s, struct error *err)
{
    struct walk_item *item = walker_next(w->walker);
    int64_t position = sqlite3_column_int64(s, 0);
    item->seq = (uint64_t)(position - position_of(w->number, 0));
    item->bad = BREAK_NONE;
    item->erased = item->checkpoint = false;
    const char *kind = (const char *)sqlite3_column_text(s, 2);
    int kind_len = sqlite3_column_bytes(s, 2);
    if (kind == NULL || kind_len <= 0 || kind_len > EVENT_KIND_MOST ||
        !take_blob(s, 1, item->id.bytes, sizeof item->id.bytes) ||
        !take_blob(s, 3, item->commitment, sizeof item->commitment) ||
        !take_blob(s, 4, item->link, sizeof item->link)) {
        item->bad = BREAK_LINK;
        kind_len = 0;
    }
    item->kind_len = (unsigned char)kind_len;
    memcpy(item->kind, kind != NULL ? kind : "", (size_t)kind_len);
    const char *payload = (const char *)sqlite3_column_text(s, 6);
    size_t n = (size_t)sqlite3_column_bytes(s, 6);
    if (payload == NULL && sqlite3_column_type(s, 5) == SQLITE_NULL) {
        if (!check_erased(w, item, w->report.foreign && sqlite3_column_int64(s, 7) > 0, err))
            return false;
    } else if (!take_blob(s, 5, item->salt, sizeof item->salt)) {
        item->bad = BREAK_COMMITMENT;
    } else if (item->seq == 1 && !check_key(w, item, payload != NULL ? payload : "", err)) {
        return false;
    }
    if (w->at_checkpoint && sqlite3_column_int64(w->checkpoints, 0) == position && !add_checkpoint(w, item, err))
        return false;
    w->report.events++;
    return walker_add(w->walker, payload != NULL ? payload : "", n, &w->stopped) || error_memory(err);
}

static bool read_events(struct walk *w, sqlite3_stmt *s, struct error *err)
{
    int got = 0;
    while (!w->stopped && (got = db_step(w->r->db, s, err)) > 0) {
        if (!read_event(w, s, err))
            return false;
        if (w->report.events % REPORT_EVERY == 0 && w->callback != NULL &&
            !w->callback(w->context, &w->report, false))
            w->stopped = true;
    }
    return got >= 0;
}

static void take_result(struct walk *w)
{
    struct walk_result result;
    walker_finish(w->walker, &result);
    w->report.complete = result.complete;
    w->report.signed_seq = result.signed_seq;
    w->report.broken = result.broken;
    w->report.broken_seq = result.broken_seq;
    /* A checkpoint beyond the last event: what it vouched for was cut off. */
    if (result.broken == BREAK_NONE && !w->stopped && w->at_checkpoint) {
        w->report.broken = BREAK_CHECKPOINT;
        w->report.broken_seq = result.complete;
    } else if (result.broken == BREAK_NONE && !w->stopped && w->report.foreign && result.signed_seq < result.complete) {
        w->report.broken = BREAK_UNSIGNED;
        w->report.broken_seq = result.signed_seq + 1;
    }
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

static const char own_checkpoints[] = "SELECT position, head, signature FROM checkpoint WHERE position BETWEEN ? AND ? ORDER BY position";
static const char own_events[] = "SELECT position, id, kind, commitment, link, salt, payload FROM event"
                                 " WHERE position BETWEEN ? AND ? ORDER BY position";
static const char own_strays[] = "SELECT position, EXISTS (SELECT 1 FROM log WHERE number = position >> 40)"
                                 " FROM event WHERE position >= ? ORDER BY position LIMIT 1";
static const char foreign_checkpoints[] =
    "SELECT position, head, signature FROM foreign_checkpoint WHERE position BETWEEN ? AND ? ORDER BY position";
static const char foreign_events[] = "SELECT position, id, kind, commitment, link, salt, payload, whose FROM foreign_event"
                                     " WHERE position BETWEEN ? AND ? ORDER BY position";
static const char foreign_strays[] = "SELECT position, EXISTS (SELECT 1 FROM foreign_log WHERE number = position >> 40)"
                                     " FROM foreign_event WHERE position >= ? ORDER BY position LIMIT 1";

/* The rest of a log of this record's own begins where that one ends here. */
static bool begin_behind(struct walk *w, struct error *err)
{
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT position, link FROM event WHERE position = (SELECT max(e.position) FROM log o JOIN event e"
                                   " ON e.position BETWEEN o.number << 40 AND ((o.number + 1) << 40) - 1 WHERE o.id = ?)",
                                   err);
    unsigned char link[EVENT_HASH];
    if (s == NULL || !db_bind(s, "b", w->report.log, sizeof w->report.log))
        return false;
    int got = db_step(w->r->db, s, err);
    if (got > 0 && take_blob(s, 1, link, sizeof link)) {
        w->report.rest = true;
        walker_behind(w->walker, seq_of(sqlite3_column_int64(s, 0)), link);
    }
    sqlite3_reset(s);
    return got >= 0;
}

static bool walk_log(struct walk *w, struct arena *a, struct error *err)
{
    bool foreign = w->report.foreign;
    w->walker = walker_open(w->report.log, w->key);
    if (w->walker == NULL)
        return error_memory(err);
    int64_t from = position_of(w->number, 0), to = position_of(w->number + 1, 0) - 1;
    w->checkpoints = db_statement(w->r->db, foreign ? foreign_checkpoints : own_checkpoints, err);
    bool ok = w->checkpoints != NULL && db_bind(w->checkpoints, "ii", from, to) && next_checkpoint(w, err) &&
              (!foreign || begin_behind(w, err));
    sqlite3_stmt *s = db_statement(w->r->db, foreign ? foreign_events : own_events, err);
    ok = ok && s != NULL && db_bind(s, "ii", from, to) && read_events(w, s, err);
    sqlite3_reset(s);
    sqlite3_reset(w->checkpoints);
    take_result(w);
    walker_close(w->walker);
    return ok && find_vouched(w, a, err);
}

static bool name_break(const struct log_report *report, struct error *err)
{
    char log[2 * EVENT_LOG + 1], where[96], todo[128];
    sodium_bin2hex(log, sizeof log, report->log, sizeof report->log);
    snprintf(where, sizeof where, "log %s, event %" PRIu64, log, report->broken_seq);
    snprintf(todo, sizeof todo, "`crib audit drop %.8s` lets go of this log of another device, and `crib sync` brings it anew", log);
    return error_set(err, EX_DATAERR, "the chain is broken", where, break_text(report->broken),
                     report->foreign ? todo : "keep the file as it is and compare it with a backup");
}

/* Events that belong to no log that the record knows. Looks at the first event of each log alone: counting them would
 * read the whole table again. */
static bool no_strays(struct record *r, const char *sql, struct error *err)
{
    for (int64_t from = INT64_MIN;;) {
        sqlite3_stmt *s = db_statement(r->db, sql, err);
        if (s == NULL || !db_bind(s, "i", from))
            return false;
        int got = db_step(r->db, s, err);
        if (got <= 0)
            return got == 0;
        int64_t number = sqlite3_column_int64(s, 0) >> LOG_SHIFT;
        bool known = sqlite3_column_int(s, 1) != 0;
        sqlite3_reset(s);
        if (!known)
            return error_set(err, EX_DATAERR, "the chain is broken", r->path,
                             "there are events of a log that the record doesn't know",
                             "keep the file as it is and compare it with a backup");
        if (number == INT64_MAX >> LOG_SHIFT)
            return true;
        from = position_of(number + 1, 0);
    }
}

/* Steps through the logs (columns: number, id, key, is it appended to, is it foreign); the first break is named in err, but all
 * are walked and reported. *ended: the callback had enough. */
static bool walk_logs(struct record *r, struct arena *a, sqlite3_stmt *logs, verify_callback *callback, void *context,
                      bool *ended, struct error *err)
{
    bool holds = true;
    int got;
    while ((got = db_step(r->db, logs, err)) > 0) {
        struct walk w = {.r = r, .callback = callback, .context = context, .number = sqlite3_column_int64(logs, 0)};
        memcpy(w.report.log, sqlite3_column_blob(logs, 1), EVENT_LOG);
        memcpy(w.key, sqlite3_column_blob(logs, 2), EVENT_KEY);
        memcpy(w.report.key, w.key, EVENT_KEY);
        w.report.own = sqlite3_column_int(logs, 3) != 0;
        w.report.foreign = sqlite3_column_int(logs, 4) != 0;
        w.report.vouched = (struct vouched){.kind = "", .by = ""};
        if (!walk_log(&w, a, err))
            return false;
        if (w.report.broken != BREAK_NONE && holds)
            holds = name_break(&w.report, err);
        *ended = (w.stopped && w.report.broken == BREAK_NONE) || (callback != NULL && !callback(context, &w.report, true));
        if (*ended)
            return holds;
    }
    return got == 0 && holds && no_strays(r, own_strays, err) && no_strays(r, foreign_strays, err);
}

bool record_verify(struct record *r, verify_callback *callback, void *context, struct error *err)
{
    if (!event_crypto_ready(err))
        return false;
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ended = false;
    sqlite3_stmt *logs = db_statement(r->db,
                                      "SELECT number, id, public_key, secret_key IS NOT NULL, 0 FROM log UNION ALL"
                                      " SELECT number, id, public_key, 0, 1 FROM foreign_log ORDER BY number",
                                      err);
    bool ok = logs != NULL && walk_logs(r, a, logs, callback, context, &ended, err);
    sqlite3_reset(logs);
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
                  "INSERT OR IGNORE INTO erased (first, last, by)"
                  " SELECT l.number * 1099511627776 + json_extract(n.value, '$[0]'),"
                  " l.number * 1099511627776 + json_extract(n.value, '$[1]'), ?2"
                  " FROM log l, json_each(?1, '$.ranges') n WHERE lower(hex(l.id)) = json_extract(?1, '$.log')",
                  "ti", f->payload, f->position);
}
