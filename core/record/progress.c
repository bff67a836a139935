#include "core/record/progress.h"

#include "core/record/fact.h"

#include <string.h>

static const int64_t day_ms = 86400000;

enum { OPENS_KEPT_DAYS = 90 };

/* ---- acts ---- */

bool chain_needs_sections(struct record *r, int64_t learner, const struct subject *s, bool *needs, struct error *err)
{
    *needs = false;
    if (s->section_count == 0)
        return true;
    sqlite3_stmt *q = db_statement(r->db,
                                   "SELECT revision, begun_at, EXISTS (SELECT 1 FROM section WHERE learner = ?1 AND"
                                   " module = ?2) FROM module WHERE learner = ?1 AND module = ?2",
                                   err);
    if (q == NULL || !db_bind(q, "is", learner, s->module))
        return false;
    int got = db_step(r->db, q, err);
    if (got < 0)
        return false;
    const char *revision = s->revision != NULL ? s->revision : "";
    *needs = got == 0 || sqlite3_column_int(q, 2) == 0 ||
             (sqlite3_column_int64(q, 1) == 0 && strcmp(db_text(q, 0), revision) != 0);
    sqlite3_reset(q);
    return true;
}

static const char state_of[] = "SELECT state FROM section WHERE learner = ? AND module = ? AND hash = ?";

/* Are all of the subject's sections done, and was the module not completed before? */
static bool completes(struct record *r, int64_t learner, const struct subject *s, bool *yes, struct error *err)
{
    int64_t completed;
    *yes = false;
    if (!db_number(r->db, &completed, 0, err, "SELECT completed_at FROM module WHERE learner = ? AND module = ?", "is",
                   learner, s->module))
        return false;
    if (completed != 0 || s->section_count == 0)
        return true;
    for (size_t i = 0; i < s->section_count; i++) {
        int64_t state;
        if (!db_number(r->db, &state, -1, err, state_of, "iss", learner, s->module, s->sections[i].hash))
            return false;
        if (state != STATE_DONE)
            return true;
    }
    *yes = true;
    return true;
}

static bool completed_event(struct record *r, int64_t learner, const struct subject *s, struct error *err)
{
    struct json *j = chain_event(r, "module.completed", learner, s, NULL);
    json_string(j, "by", "sections");
    json_bool(j, "quiz", s->has_quiz);
    return chain_append(r, NULL, err);
}

/* What was done on several devices may be all there is, though none of them saw the last of it done (foreign.h). */
static bool complete_together(struct record *r, int64_t learner, const struct subject *s, struct error *err)
{
    int64_t listed;
    bool complete = false;
    if (!db_number(r->db, &listed, 0, err, "SELECT person <> '' FROM learner WHERE number = ?", "i", learner) ||
        (listed != 0 && !completes(r, learner, s, &complete, err)))
        return chain_fail(r);
    return !complete || completed_event(r, learner, s, err);
}

bool record_opened(struct record *r, int64_t learner, const struct subject *s, const char *anchor, struct error *err)
{
    bool needs;
    if (!chain_begin(r, err))
        return false;
    if (!chain_needs_sections(r, learner, s, &needs, err))
        return chain_fail(r);
    struct json *j = chain_event(r, "module.opened", learner, s, anchor);
    if (needs)
        chain_sections(j, s);
    return chain_append(r, NULL, err) && complete_together(r, learner, s, err) && chain_commit(r, err);
}

/* Within the transaction: the section's event, and the module's completion where it follows. */
static bool section_events(struct record *r, int64_t learner, const struct subject *s,
                           const struct section_ref *section, enum section_act act, int64_t words, int64_t ms,
                           struct error *err)
{
    bool needs, complete = false;
    if (!chain_needs_sections(r, learner, s, &needs, err))
        return chain_fail(r);
    struct json *j =
        chain_event(r, act == SECTION_DONE ? "section.done" : "section.seen", learner, s, section->anchor);
    json_string(j, "hash", section->hash);
    json_int(j, "words", words);
    json_int(j, "ms", ms);
    if (needs)
        chain_sections(j, s);
    if (!chain_append(r, NULL, err))
        return false;
    if (act != SECTION_DONE)
        return true;
    if (!completes(r, learner, s, &complete, err))
        return chain_fail(r);
    return !complete || completed_event(r, learner, s, err);
}

bool record_section(struct record *r, int64_t learner, const struct subject *s, const struct section_ref *section,
                    enum section_act act, int64_t words, int64_t ms, struct error *err)
{
    int64_t state, wanted = act == SECTION_DONE ? STATE_DONE : STATE_SEEN;
    if (!db_number(r->db, &state, -1, err, state_of, "iss", learner, s->module, section->hash))
        return false;
    if (state >= wanted)
        return true;
    return chain_begin(r, err) && section_events(r, learner, s, section, act, words, ms, err) && chain_commit(r, err);
}

bool record_news_read(struct record *r, int64_t learner, const char *module, const char *revision, const char *through,
                      struct error *err)
{
    if (!chain_begin(r, err))
        return false;
    struct subject s = {.module = module, .revision = revision};
    json_string(chain_event(r, "news.read", learner, &s, NULL), "through", through != NULL ? through : "");
    return chain_append(r, NULL, err) && chain_commit(r, err);
}

/* ---- deriving ---- */

bool module_touch(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "INSERT INTO module (learner, module) VALUES (?, ?) ON CONFLICT DO NOTHING", "is",
                  f->learner, f->module);
}

bool module_begun(struct record *r, const struct fact *f, struct error *err)
{
    return module_touch(r, f, err) &&
           db_run(r->db, err,
                  "UPDATE module SET begun_at = ?3 WHERE learner = ?1 AND module = ?2 AND (begun_at = 0 OR begun_at > ?3)",
                  "isi", f->learner, f->module, f->at);
}

bool sections_met(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT INTO section (learner, module, hash, anchor, state, at)"
                  " SELECT ?1, ?2, json_extract(value, '$[1]'), json_extract(value, '$[0]'), 0, ?3"
                  " FROM json_each(?4, '$.sections') WHERE true"
                  " ON CONFLICT DO UPDATE SET at = excluded.at, anchor = excluded.anchor WHERE state = 0 AND excluded.at < at",
                  "isit", f->learner, f->module, f->at, f->payload) &&
           db_run(r->db, err,
                  "UPDATE module SET revision = ?3, revised_at = ?5 WHERE learner = ?1 AND module = ?2" REVISES("?3", "?5")
                  " AND json_array_length(?4, '$.sections') > 0",
                  "issti", f->learner, f->module, f->revision, f->payload, f->at);
}

bool apply_opened(struct record *r, const struct fact *f, struct error *err)
{
    return module_touch(r, f, err) &&
           db_run(r->db, err,
                  "UPDATE module SET opened_at = max(opened_at, ?3), title = iif(?4 <> '' AND (title = '' OR ?3 >= opened_at), ?4, title)"
                  " WHERE learner = ?1 AND module = ?2",
                  "isis", f->learner, f->module, f->at, f->title) &&
           db_run(r->db, err, "INSERT OR IGNORE INTO opening (learner, module, position, at) VALUES (?, ?, ?, ?)",
                  "isii", f->learner, f->module, f->position, f->at) &&
           db_run(r->db, err,
                  "DELETE FROM opening WHERE learner = ?1 AND module = ?2 AND at < (SELECT opened_at FROM module WHERE learner = ?1"
                  " AND module = ?2) - ?3",
                  "isi", f->learner, f->module, OPENS_KEPT_DAYS * day_ms) &&
           sections_met(r, f, err);
}

static bool section_reached(struct record *r, const struct fact *f, enum section_state state, struct error *err)
{
    return module_begun(r, f, err) && sections_met(r, f, err) &&
           db_run(r->db, err,
                  "INSERT INTO section (learner, module, hash, anchor, state, at) VALUES (?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT DO UPDATE SET anchor = excluded.anchor, at = excluded.at, state = excluded.state"
                  " WHERE state < excluded.state OR (state = excluded.state AND excluded.at < at)",
                  "isssii", f->learner, f->module, f->hash, f->anchor, (int64_t)state, f->at);
}

bool apply_section_seen(struct record *r, const struct fact *f, struct error *err)
{
    return section_reached(r, f, STATE_SEEN, err);
}

bool apply_section_done(struct record *r, const struct fact *f, struct error *err)
{
    return section_reached(r, f, STATE_DONE, err);
}

bool apply_completed(struct record *r, const struct fact *f, struct error *err)
{
    return module_begun(r, f, err) &&
           db_run(r->db, err,
                  "UPDATE module SET completed_at = ?3, has_quiz = iif(completed_at = ?3, max(has_quiz, ?4), ?4)"
                  " WHERE learner = ?1 AND module = ?2 AND (completed_at = 0 OR completed_at >= ?3)",
                  "isii", f->learner, f->module, f->at, (int64_t)f->quiz);
}

bool apply_news(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT INTO news (learner, module, revision, through) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                  " revision = excluded.revision, through = max(through, excluded.through)",
                  "isss", f->learner, f->module, f->revision, f->through);
}

/* ---- queries ---- */

int64_t record_opens_since(struct record *r, int64_t learner, const char *module, int64_t since_ms, struct error *err)
{
    int64_t count;
    return db_number(r->db, &count, 0, err,
                     "SELECT count(*) FROM opening WHERE learner = ? AND module = ? AND at >= ?", "isi", learner,
                     module, since_ms)
               ? count
               : -1;
}

static bool read_recent(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct recent *recent = row;
    *recent = (struct recent){column_copy(a, s, 0), column_copy(a, s, 1), sqlite3_column_int64(s, 2)};
    return recent->module != NULL && recent->title != NULL;
}

const struct recent *record_recent(struct record *r, struct arena *a, int64_t learner, size_t most, size_t *count,
                                   struct error *err)
{
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT module, title, opened_at FROM module WHERE learner = ? AND opened_at > 0"
                                   " ORDER BY opened_at DESC LIMIT ?",
                                   err);
    if (s == NULL || !db_bind(s, "ii", learner, (int64_t)most))
        return NULL;
    return rows_read(r, a, s, sizeof(struct recent), read_recent, count, err);
}

bool record_position_set(struct record *r, int64_t learner, const char *module, const char *anchor, int64_t line,
                         struct error *err)
{
    if (r->read_only)
        return true;
    chain_wait(r, false);
    bool ok = db_run(r->db, err, "INSERT OR REPLACE INTO position (learner, module, anchor, line)"
                     " SELECT number, ?2, ?3, ?4 FROM learner WHERE number = ?1",
                     "issi", learner, module, anchor != NULL ? anchor : "", line);
    chain_wait(r, true);
    return ok;
}

/* The first row's two columns as texts, the second as a number too; "" and 0 where there is no row. */
static bool two_texts(struct record *r, struct arena *a, sqlite3_stmt *s, const char **first, const char **second,
                      int64_t *number, struct error *err)
{
    *first = *second = "";
    *number = 0;
    int got = db_step(r->db, s, err);
    if (got > 0) {
        *first = column_copy(a, s, 0);
        *second = column_copy(a, s, 1);
        *number = sqlite3_column_int64(s, 1);
        sqlite3_reset(s);
    }
    if (*first == NULL || *second == NULL)
        return error_memory(err);
    return got >= 0;
}

bool record_position(struct record *r, struct arena *a, int64_t learner, const char *module, const char **anchor,
                     int64_t *line, struct error *err)
{
    const char *unused;
    sqlite3_stmt *s =
        db_statement(r->db, "SELECT anchor, line FROM position WHERE learner = ? AND module = ?", err);
    return s != NULL && db_bind(s, "is", learner, module) && two_texts(r, a, s, anchor, &unused, line, err);
}

bool record_news(struct record *r, struct arena *a, int64_t learner, const char *module, const char **revision,
                 const char **through, struct error *err)
{
    int64_t unused;
    sqlite3_stmt *s = db_statement(r->db, "SELECT revision, through FROM news WHERE learner = ? AND module = ?", err);
    return s != NULL && db_bind(s, "is", learner, module) && two_texts(r, a, s, revision, through, &unused, err);
}
