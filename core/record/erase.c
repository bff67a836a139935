#include "core/record/erase.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/record/erase_parts.h"
#include "core/record/foreign_parts.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
    AT_ONCE = 500, /* events in one transaction, */
    HELD_MS = 50,  /* ... or as many as this leaves time for */
    RANGES = 256
};

/* ---- erasing ---- */

struct erasing {
    struct record *r;
    int64_t learner, now;
    struct erase_walk *walk;
    int64_t log; /* number, of the ranges */
    int64_t ranges[RANGES][2]; /* seqs */
    size_t count;
    struct erase_result *result;
};

/* Appends the event that says what was erased. */
static bool say_erased(struct erasing *e, struct error *err)
{
    if (e->count == 0)
        return true;
    unsigned char log[EVENT_LOG];
    sqlite3_stmt *s = db_statement(e->r->db, "SELECT id FROM log WHERE number = ?", err);
    if (s == NULL || !db_bind(s, "i", e->log))
        return chain_fail(e->r);
    int got = db_step(e->r->db, s, err);
    bool whole = got > 0 && sqlite3_column_bytes(s, 0) == EVENT_LOG;
    if (whole)
        memcpy(log, sqlite3_column_blob(s, 0), sizeof log);
    sqlite3_reset(s);
    if (!whole) {
        if (got >= 0)
            error_set(err, EX_DATAERR, "cannot erase", e->r->path, "an event belongs to no log", "run `crib audit verify`");
        return chain_fail(e->r);
    }
    struct json *j = chain_event(e->r, "erased", e->learner, NULL, NULL);
    json_hex(j, "log", log, sizeof log);
    json_open_array(j, "ranges");
    for (size_t i = 0; i < e->count; i++) {
        json_open_array(j, NULL);
        json_int(j, NULL, e->ranges[i][0]);
        json_int(j, NULL, e->ranges[i][1]);
        json_close_array(j);
    }
    json_close_array(j);
    e->count = 0;
    return chain_append(e->r, NULL, err);
}

static bool note_erased(struct erasing *e, int64_t position, struct error *err)
{
    int64_t log = position >> LOG_SHIFT, seq = (int64_t)seq_of(position);
    e->result->events++;
    if (e->count > 0 && e->log == log && e->ranges[e->count - 1][1] == seq - 1) {
        e->ranges[e->count - 1][1] = seq;
        return true;
    }
    if ((e->count == RANGES || (e->count > 0 && e->log != log)) && !say_erased(e, err))
        return false;
    e->log = log;
    e->ranges[e->count][0] = e->ranges[e->count][1] = seq;
    e->count++;
    return true;
}

/* What an LRS took, or was perhaps sent to it, is to be erased there; what was refused is given up here. */
static bool erase_one(struct erasing *e, int64_t position, struct error *err)
{
    struct db *db = e->r->db;
    if (!db_run(db, err, "UPDATE event SET salt = NULL, payload = NULL WHERE position = ? AND payload IS NOT NULL", "i", position))
        return chain_fail(e->r);
    bool here = sqlite3_changes(db_handle(db)) > 0; /* else another crib did it */
    return ((db_run(db, err,
                    "UPDATE outbox SET statement = NULL, answer = '', at = ?2,"
                    " state = CASE WHEN state = 1 OR (state = 0 AND statement IS NOT NULL) THEN 4"
                    " WHEN state < 3 THEN 3 ELSE state END WHERE position = ?1",
                    "ii", position, e->now) &&
             db_run(db, err, "DELETE FROM signoff WHERE id = (SELECT id FROM event WHERE position = ?1 AND kind = 'signoff.signed') AND position = ?1", "i",
                    position) &&
             db_run(db, err, "DELETE FROM retained WHERE position = ?", "i", position)) ||
            chain_fail(e->r)) &&
           (!here || note_erased(e, position, err));
}

static bool erase_victim(struct erasing *e, const struct erase_victim *v, struct error *err)
{
    if (v->until == 0)
        return erase_one(e, v->position, err);
    e->result->kept++;
    return db_run(e->r->db, err, "INSERT OR REPLACE INTO retained (position, until) VALUES (?, ?)", "ii", v->position, v->until) ||
           chain_fail(e->r);
}

/* ---- in steps ---- */

void record_erase_watch(struct record *r, erase_watch *watch, void *context)
{
    r->watch = watch;
    r->watching = context;
}

/* Between two transactions: does who waits want it to go on? */
static bool go_on(struct erasing *e, struct error *err)
{
    int64_t looked, all;
    if (e->r->watch == NULL)
        return true;
    erase_walk_seen(e->walk, &looked, &all);
    return e->r->watch(e->r->watching, looked, all) ||
           error_set(err, EX_TEMPFAIL, "not all is erased yet", NULL, "it was interrupted",
                     "`crib learner forget` goes on with it, and so does the next sync");
}

/* There is more to do for this learner, and in the files. 0: contents alone. In the transaction under way. */
static bool note_more(struct record *r, int64_t learner, struct error *err)
{
    return (db_run(r->db, err, "INSERT OR IGNORE INTO forgetting (who) VALUES (?)", "i", learner) &&
            db_run(r->db, err, "UPDATE overwriting SET wanted = 1", "")) ||
           chain_fail(r);
}

/* One transaction: as many of them as there is time for, and the events that say so. *done: how many. */
static bool erase_some(struct erasing *e, const struct erase_victim *list, size_t count, size_t *done, struct error *err)
{
    int64_t before = e->result->events;
    *done = 0;
    if (!chain_begin(e->r, err))
        return false;
    int64_t begun = clock_monotonic_ms();
    do
        if (!erase_victim(e, &list[*done], err))
            return false;
    while (++*done < count && *done < AT_ONCE && clock_monotonic_ms() - begun < HELD_MS);
    if (!say_erased(e, err))
        return false;
    if (e->result->events > before && !note_more(e->r, e->learner, err))
        return false;
    bool ok = chain_commit(e->r, err);
    chain_give_way(e->r, clock_monotonic_ms() - begun);
    return ok;
}

/* All but what is too little for a transaction of its own, unless it is the last. */
static bool erase_found(struct erasing *e, bool last, struct error *err)
{
    size_t count, done;
    const struct erase_victim *list = erase_walk_found(e->walk, &count);
    for (; count >= AT_ONCE || (last && count > 0); list = erase_walk_found(e->walk, &count)) {
        if (!go_on(e, err) || !erase_some(e, list, count, &done, err))
            return false;
        erase_walk_taken(e->walk, done);
    }
    return true;
}

static bool erase_events(struct erasing *e, struct error *err)
{
    bool more = true;
    while (more)
        if (!go_on(e, err) || !erase_walk_on(e->walk, &more, err) || !erase_found(e, !more, err))
            return false;
    return true;
}

/* ---- what is derived ---- */

/* Who it is, and all of theirs but attempts: nobody finds these by anything but their learner. In the transaction under way. */
static bool erase_derived(struct record *r, int64_t learner, struct error *err)
{
    static const char *const of[] = {
        "DELETE FROM module WHERE learner = ?",
        "DELETE FROM opening WHERE learner = ?",
        "DELETE FROM section WHERE learner = ?",
        "DELETE FROM pace WHERE learner = ?",
        "DELETE FROM recall WHERE learner = ?",
        "DELETE FROM news WHERE learner = ?",
        "DELETE FROM note WHERE learner = ?",
        "DELETE FROM fetch WHERE learner = ?",
        "DELETE FROM gap WHERE learner = ?",
        "DELETE FROM hint WHERE learner = ?",
        "DELETE FROM solved WHERE learner = ?",
        "DELETE FROM attendance WHERE learner = ?",
        "DELETE FROM room WHERE learner = ?",
        "DELETE FROM roll WHERE learner = ?",
        "DELETE FROM share WHERE learner = ?",
        "DELETE FROM shown WHERE learner = ?",
        "DELETE FROM position WHERE learner = ?",
        "DELETE FROM asked WHERE learner = ?",
        "DELETE FROM binding WHERE learner = ?",
        "DELETE FROM pin WHERE learner = ?",
        "DELETE FROM learner WHERE number = ?",
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (!db_run(r->db, err, of[i], "i", learner))
            return chain_fail(r);
    return true;
}

/* One attempt of the learner, with its answers; *some false: there is none. In the transaction under way. */
static bool erase_attempt(struct record *r, int64_t learner, bool *some, struct error *err)
{
    /* One for each index that there is. */
    static const char *const by_state[] = {
        "SELECT id FROM attempt WHERE learner = ? AND state = 0 LIMIT 1",
        "SELECT id FROM attempt WHERE learner = ? AND state = 1 LIMIT 1",
        "SELECT id FROM attempt WHERE learner = ? AND state = 2 LIMIT 1",
    };
    struct uuid id;
    *some = false;
    for (size_t i = 0; i < sizeof by_state / sizeof *by_state && !*some; i++) {
        sqlite3_stmt *s = db_statement(r->db, by_state[i], err);
        if (s == NULL || !db_bind(s, "i", learner))
            return chain_fail(r);
        int got = db_step(r->db, s, err);
        *some = got > 0 && sqlite3_column_bytes(s, 0) == (int)sizeof id.bytes;
        if (*some)
            memcpy(id.bytes, sqlite3_column_blob(s, 0), sizeof id.bytes);
        sqlite3_reset(s);
        if (got < 0)
            return chain_fail(r);
    }
    return !*some ||
           (db_run(r->db, err, "DELETE FROM answer WHERE attempt = ?", "b", id.bytes, sizeof id.bytes) &&
            db_run(r->db, err, "DELETE FROM answer_other WHERE attempt = ?", "b", id.bytes, sizeof id.bytes) &&
            db_run(r->db, err, "DELETE FROM attempt WHERE id = ?", "b", id.bytes, sizeof id.bytes)) ||
           chain_fail(r);
}

static bool erase_attempts(struct erasing *e, struct error *err)
{
    struct record *r = e->r;
    for (bool some = true; some;) {
        if (!go_on(e, err) || !chain_begin(r, err))
            return false;
        int64_t begun = clock_monotonic_ms();
        do
            if (!erase_attempt(r, e->learner, &some, err))
                return false;
        while (some && clock_monotonic_ms() - begun < HELD_MS);
        if (!chain_commit(r, err))
            return false;
        chain_give_way(r, clock_monotonic_ms() - begun);
    }
    return true;
}

/* ---- other devices' events ---- */

static bool erase_foreign(struct erasing *e, struct error *err)
{
    for (int64_t events = 1; events > 0; e->result->events += events) {
        if (!go_on(e, err) || !chain_begin(e->r, err))
            return false;
        int64_t begun = clock_monotonic_ms();
        if (!foreign_forget_some(e->r, AT_ONCE, &events, err))
            return chain_fail(e->r);
        if (!chain_commit(e->r, err))
            return false;
        chain_give_way(e->r, clock_monotonic_ms() - begun);
    }
    return true;
}

/* ---- contents ---- */

/* Those that no event names any more go; the last transaction ends the whole. What came since the walk is looked at within. */
static bool erase_contents(struct erasing *e, struct error *err)
{
    struct record *r = e->r;
    const char *hash = "";
    while (hash != NULL) {
        bool more = true;
        if (!chain_begin(r, err))
            return false;
        int64_t begun = clock_monotonic_ms();
        while (more)
            if (!erase_walk_on(e->walk, &more, err))
                return chain_fail(r);
        while ((hash = erase_walk_unnamed(e->walk)) != NULL && clock_monotonic_ms() - begun < HELD_MS)
            if (!db_run(r->db, err, "DELETE FROM content WHERE hash = ?", "s", hash))
                return chain_fail(r);
        if (hash == NULL && !db_run(r->db, err, "DELETE FROM forgetting WHERE who = ?", "i", e->learner))
            return chain_fail(r);
        if (!chain_commit(r, err))
            return false;
        chain_give_way(r, clock_monotonic_ms() - begun);
    }
    return true;
}

/* ---- all of it ---- */

/* From here on nobody sees them any more, and what is left is done now or after a kill. */
static bool begin(struct record *r, int64_t learner, struct error *err)
{
    return chain_begin(r, err) && note_more(r, learner, err) && (foreign_forget(r, learner, err) || chain_fail(r)) &&
           erase_derived(r, learner, err) && chain_commit(r, err);
}

/* Who erases holds a lock beside the record, so that others can tell that from what was interrupted. -1: none; then *held
 * tells whether another crib has it. */
static int hold(struct record *r, bool *held)
{
    enum { PATIENCE_MS = 60000 }; /* it waits for the others, who have people before them */
    char path[4200];
    struct error why = {0};
    int n = snprintf(path, sizeof path, "%s.forget", r->path);
    *held = false;
    db_patience(r->db, PATIENCE_MS);
    if (r->copy || r->path[0] == '\0' || n < 0 || (size_t)n >= sizeof path)
        return -1;
    int lock = file_lock(path, 0, "another crib is forgetting somebody", &why);
    *held = lock < 0 && why.code == EX_TEMPFAIL;
    return lock;
}

static void let_go(struct record *r, int lock)
{
    db_patience(r->db, 0);
    if (lock >= 0)
        close(lock);
}

/* Where the work is, is nothing that an event about forgetting has to say. */
static bool finish(struct erasing *e, struct error *err)
{
    size_t said = e->r->circumstances.len;
    e->walk = erase_walk_open(e->r, e->learner, e->now, err);
    if (e->walk == NULL)
        return false;
    e->r->circumstances.len = 0;
    bool ok = (e->learner == 0 || (erase_attempts(e, err) && erase_foreign(e, err))) && erase_events(e, err) &&
              erase_contents(e, err);
    e->r->circumstances.len = said;
    erase_walk_close(e->walk);
    return ok;
}

bool record_erase(struct record *r, int64_t learner, int64_t now_ms, struct erase_result *result, struct error *err)
{
    struct erasing e = {.r = r, .learner = learner, .now = now_ms, .result = result};
    bool held;
    *result = (struct erase_result){0};
    if (learner == 0)
        return true;
    int lock = hold(r, &held);
    bool ok = begin(r, learner, err) && finish(&e, err);
    let_go(r, lock);
    return ok;
}

static bool finish_all(struct record *r, int64_t now_ms, int64_t learner, struct error *err)
{
    while (learner >= 0) {
        struct erase_result result = {0};
        struct erasing e = {.r = r, .learner = learner, .now = now_ms, .result = &result};
        if ((learner != 0 && !begin(r, learner, err)) || !finish(&e, err) ||
            !db_number(r->db, &learner, -1, err, "SELECT min(who) FROM forgetting", ""))
            return false;
    }
    return true;
}

bool record_erase_finish(struct record *r, int64_t now_ms, struct error *err)
{
    int64_t first;
    bool held;
    if (r->read_only || !db_number(r->db, &first, -1, err, "SELECT min(who) FROM forgetting", ""))
        return r->read_only;
    if (first < 0)
        return true;
    int lock = hold(r, &held);
    bool ok = held || finish_all(r, now_ms, first, err);
    let_go(r, lock);
    return ok;
}

bool record_erase_begun(struct record *r, bool *begun, struct error *err)
{
    int64_t some;
    bool ok = db_number(r->db, &some, 0, err, "SELECT EXISTS (SELECT 1 FROM forgetting)", "");
    *begun = ok && some != 0;
    return ok;
}

bool erase_rebuilt(struct record *r, struct error *err)
{
    for (int64_t learner = 0;;) {
        bool some = true;
        if (!db_number(r->db, &learner, -1, err, "SELECT min(who) FROM forgetting WHERE who > ?", "i", learner))
            return false;
        if (learner < 0)
            return true;
        if (!erase_derived(r, learner, err))
            return false;
        while (some)
            if (!erase_attempt(r, learner, &some, err))
                return false;
    }
}

/* From the few that are kept to their events: the other way round it is a walk over all. */
static bool read_due(struct record *r, int64_t now_ms, struct erase_victim list[AT_ONCE], size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT position FROM retained WHERE until <= ? ORDER BY position LIMIT ?", err);
    int got = s != NULL && db_bind(s, "ii", now_ms, (int64_t)AT_ONCE) ? 1 : -1;
    *count = 0;
    while (got > 0 && (got = db_step(r->db, s, err)) > 0)
        list[(*count)++] = (struct erase_victim){sqlite3_column_int64(s, 0), 0};
    return got == 0;
}

bool record_erase_due(struct record *r, int64_t now_ms, struct erase_result *result, struct error *err)
{
    struct erasing e = {.r = r, .now = now_ms, .result = result};
    struct erase_victim list[AT_ONCE];
    size_t count, done, said = r->circumstances.len;
    bool held;
    *result = (struct erase_result){0};
    if (!read_due(r, now_ms, list, &count, err))
        return false;
    if (count == 0)
        return true;
    int lock = hold(r, &held);
    bool ok = true;
    r->circumstances.len = 0;
    while (ok && count > 0)
        ok = erase_some(&e, list, count, &done, err) && read_due(r, now_ms, list, &count, err);
    r->circumstances.len = said;
    ok = ok && (result->events == 0 || finish(&e, err));
    let_go(r, lock);
    return ok;
}

/* Nobody who writes waits for those who read: only for as long as this has the lock, and that is for short. */
static bool empty_log(struct record *r)
{
    enum { TRIES = 20, WAIT_MS = 50 };
    sqlite3 *handle = db_handle(r->db);
    int result = SQLITE_BUSY;
    (void)sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL); /* most of it, without a lock */
    db_patience(r->db, WAIT_MS);
    for (int i = 0; i < TRIES && (result & 0xFF) == SQLITE_BUSY; i++) {
        if (i > 0)
            nanosleep(&(struct timespec){.tv_nsec = 2 * WAIT_MS * 1000000L}, NULL);
        result = sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    db_patience(r->db, 0);
    return result == SQLITE_OK;
}

/* A record that crib wrote from its first day has nothing in it that was deleted (db_zero.h): only the log has. An older one is
 * written anew once. */
bool record_overwrite(struct record *r, struct error *err)
{
    int64_t wanted, clean;
    if (!db_number(r->db, &wanted, 0, err, "SELECT wanted FROM overwriting", "") ||
        !db_number(r->db, &clean, 0, err, "SELECT clean FROM overwriting", ""))
        return false;
    if (wanted == 0)
        return true;
    if (clean == 0 && !(db_run(r->db, err, "VACUUM", "") && db_run(r->db, err, "UPDATE overwriting SET clean = 1", "")))
        return error_add(err, "what was erased is not overwritten yet");
    if (!empty_log(r))
        return error_set(err, EX_TEMPFAIL, "what was erased is not overwritten yet", r->path,
                         "another crib has the record open", "end that one; the next `crib sync` tries again");
    return db_run(r->db, err, "UPDATE overwriting SET wanted = 0", "");
}
