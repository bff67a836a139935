/* attempt.h: what is derived from the events of attempts, in whatever order those of several devices come. */
#include "core/record/attempt.h"

#include "core/record/fact.h"

#include <string.h>

bool apply_started(struct record *r, const struct fact *f, struct error *err)
{
    char id[UUID_TEXT];
    int64_t purpose = strcmp(f->purpose, "retry") == 0 ? ATTEMPT_RETRY : ATTEMPT_QUIZ;
    uuid_text(&f->id, id);
    fact_here(r, id);
    return module_begun(r, f, err) && sections_met(r, f, err) &&
           db_run(r->db, err,
                  "INSERT OR IGNORE INTO attempt (id, learner, module, revision, content, quiz_revision, purpose,"
                  " state, seed, pass_mark, questions, started_at, programme, element, feedback, position, session, said)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, coalesce(json_extract(?10, '$.questions'), '[]'), ?11,"
                  " coalesce(json_extract(?10, '$.programme'), ''), coalesce(json_extract(?10, '$.element'), ''),"
                  " coalesce(json_extract(?10, '$.feedback'), ''), ?12, coalesce(json_extract(?10, '$.session'), ''),"
                  " nullif(?13, ?1))",
                  "bissssiiitiib", f->row.bytes, sizeof f->row.bytes, f->learner, f->module, f->revision, f->content,
                  f->quiz_revision, purpose, f->seed, f->pass_mark, f->payload, f->at, f->position,
                  f->id.bytes, sizeof f->id.bytes);
}

/* ---- answers ---- */

#define GIVEN "question_revision, type, response, fraction, ms, rating, position, at"
#define AGAIN                                                                                                        \
    " DO UPDATE SET question_revision = excluded.question_revision, type = excluded.type, response = excluded.response," \
    " fraction = excluded.fraction, ms = excluded.ms, rating = excluded.rating, position = excluded.position,"       \
    " at = excluded.at WHERE position < excluded.position"
#define BOTH " FROM answer WHERE attempt = ?1 AND question = ?2 UNION ALL SELECT position, at, rating FROM answer_other" \
             " WHERE attempt = ?1 AND question = ?2"

/* Which of several devices' answers to a question counts: the newest that was given before the attempt was finished. */
static bool choose(struct record *r, const struct uuid *attempt, const char *question, struct error *err)
{
    int64_t best, counts;
    const unsigned char *id = attempt->bytes;
    const size_t n = sizeof attempt->bytes;
    if (!db_number(r->db, &best, 0, err,
                   "SELECT position FROM (SELECT position, at, rating" BOTH "), (SELECT coalesce((SELECT ended_at FROM attempt"
                   " WHERE id = ?1 AND state = 1), 9223372036854775807) AS ended)"
                   " ORDER BY at > ended, iif(at > ended, at, -at), rating, position LIMIT 1",
                   "bs", id, n, question) ||
        !db_number(r->db, &counts, 0, err, "SELECT position FROM answer WHERE attempt = ? AND question = ?", "bs", id, n, question))
        return false;
    if (best == counts)
        return true;
    return db_run(r->db, err,
                  "INSERT INTO answer_other (attempt, question, log, " GIVEN ") SELECT attempt, question, position >> 40, " GIVEN
                  " FROM answer WHERE attempt = ? AND question = ?",
                  "bs", id, n, question) &&
           db_run(r->db, err,
                  "INSERT OR REPLACE INTO answer (attempt, question, " GIVEN ") SELECT attempt, question, " GIVEN
                  " FROM answer_other WHERE attempt = ? AND question = ? AND position = ?",
                  "bsi", id, n, question, best) &&
           db_run(r->db, err, "DELETE FROM answer_other WHERE attempt = ? AND question = ? AND position = ?", "bsi", id, n, question,
                  best);
}

/* The attempt's end is another one than before. */
static bool choose_all(struct record *r, const struct uuid *attempt, struct error *err)
{
    int64_t some;
    size_t count = 0;
    if (!db_number(r->db, &some, 0, err, "SELECT EXISTS (SELECT 1 FROM answer_other WHERE attempt = ?)", "b", attempt->bytes,
                   sizeof attempt->bytes))
        return false;
    if (some == 0)
        return true;
    struct arena *a = arena_open();
    sqlite3_stmt *s = db_statement(r->db, "SELECT DISTINCT question FROM answer_other WHERE attempt = ?", err);
    const char **questions = a != NULL && s != NULL && db_bind(s, "b", attempt->bytes, sizeof attempt->bytes)
                                 ? rows_read(r, a, s, sizeof *questions, row_text, &count, err)
                                 : NULL;
    bool ok = questions != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = choose(r, attempt, questions[i], err);
    arena_close(a);
    return ok;
}

/* Another device answered the question, too: both answers are kept. */
static bool keep_both(struct record *r, const struct fact *f, struct error *err)
{
    int64_t other;
    if (!db_number(r->db, &other, 0, err, "SELECT position >> 40 <> ?3 >> 40 FROM answer WHERE attempt = ?1 AND question = ?2", "bsi",
                   f->row.bytes, sizeof f->row.bytes, f->question, f->position))
        return false;
    return other == 0 ||
           db_run(r->db, err,
                  "INSERT INTO answer_other (attempt, question, log, " GIVEN ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (attempt, question, log)" AGAIN,
                  "bsisssdiiii", f->row.bytes, sizeof f->row.bytes, f->question, f->position >> LOG_SHIFT, f->question_revision,
                  f->type, f->response, f->fraction, f->ms, f->rating, f->position, f->at);
}

static bool keep_answer(struct record *r, const struct fact *f, struct error *err)
{
    int64_t others;
    if (!db_run(r->db, err,
                "INSERT INTO answer (attempt, question, " GIVEN ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (attempt, question)" AGAIN " AND position >> 40 = excluded.position >> 40",
                "bssssdiiii", f->row.bytes, sizeof f->row.bytes, f->question, f->question_revision, f->type,
                f->response, f->fraction, f->ms, f->rating, f->position, f->at))
        return false;
    if (sqlite3_changes(db_handle(r->db)) == 0 && !keep_both(r, f, err))
        return false;
    return db_number(r->db, &others, 0, err, "SELECT EXISTS (SELECT 1 FROM answer_other WHERE attempt = ? AND question = ?)", "bs",
                     f->row.bytes, sizeof f->row.bytes, f->question) &&
           (others == 0 || choose(r, &f->row, f->question, err));
}

/* ---- what answers say of their questions, and of the learner's pace ---- */

/* It is derived when the attempt ends: the answer itself then writes the fewest pages. */
static bool review_answers(struct record *r, const struct uuid *attempt, int64_t learner, const char *module, bool recalled,
                           struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT question, type, rating, at, position, fraction, ms FROM answer WHERE attempt = ?1 UNION ALL"
                                   " SELECT question, type, rating, at, position, fraction, ms FROM answer_other WHERE attempt = ?1"
                                   " ORDER BY position",
                                   err);
    if (s == NULL || !db_bind(s, "b", attempt->bytes, sizeof attempt->bytes))
        return false;
    int got;
    while ((got = db_step(r->db, s, err)) > 0) {
        const struct review review = {sqlite3_column_int64(s, 4), sqlite3_column_int64(s, 3), sqlite3_column_int64(s, 2)};
        bool ok = pace_add(r, learner, db_text(s, 1), review.position, sqlite3_column_double(s, 5), sqlite3_column_int64(s, 6), err);
        ok = ok && (!recalled || review.rating == 0 || recall_review(r, learner, module, db_text(s, 0), db_text(s, 1), &review, err));
        if (!ok) {
            sqlite3_reset(s);
            return false;
        }
    }
    return got == 0;
}

struct ended {
    struct uuid id;
};

static bool read_ended(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct ended *e = row;
    (void)a;
    *e = (struct ended){0};
    if (sqlite3_column_bytes(s, 0) == (int)sizeof e->id.bytes)
        memcpy(e->id.bytes, sqlite3_column_blob(s, 0), sizeof e->id.bytes);
    return true;
}

/* It ended since the module was passed, or passed it; t is the attempt, m the module. */
#define RECALLED "(t.ended_at > m.passed_at OR (t.ended_at = m.passed_at AND t.passed = 1) OR t.again_at >= m.passed_at)"

bool attempts_review(struct record *r, int64_t learner, const char *module, struct error *err)
{
    size_t count = 0;
    struct arena *a = arena_open();
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT t.id FROM module m JOIN attempt t ON t.learner = m.learner AND t.module = m.module AND t.state = 1"
                                   " WHERE m.learner = ? AND m.module = ? AND m.passed_at > 0 AND " RECALLED,
                                   err);
    struct ended *all =
        a != NULL && s != NULL && db_bind(s, "is", learner, module) ? rows_read(r, a, s, sizeof *all, read_ended, &count, err) : NULL;
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = review_answers(r, &all[i].id, learner, module, true, err);
    arena_close(a);
    return ok;
}

/* Those of the event's attempt, which is over. */
static bool review_ended(struct record *r, const struct fact *f, struct error *err)
{
    int64_t recalled;
    return db_number(r->db, &recalled, 0, err,
                     "SELECT " RECALLED " FROM attempt t JOIN module m ON m.learner = t.learner AND m.module = t.module"
                     " WHERE t.id = ? AND m.passed_at > 0",
                     "b", f->row.bytes, sizeof f->row.bytes) &&
           review_answers(r, &f->row, f->learner, f->module, recalled != 0, err);
}

/* Only another device can tell of an answer that was given after the attempt's end: what it replaces was a review until now. */
static bool review_late(struct record *r, const struct fact *f, int64_t replaced, struct error *err)
{
    int64_t ended;
    if (!db_number(r->db, &ended, 0, err, "SELECT state = 1 FROM attempt WHERE id = ?", "b", f->row.bytes, sizeof f->row.bytes))
        return false;
    return ended == 0 ||
           ((replaced == 0 || replaced >= f->position || recall_drop(r, f->learner, f->module, f->question, replaced, err)) &&
            review_ended(r, f, err));
}

bool apply_answered(struct record *r, const struct fact *f, struct error *err)
{
    int64_t replaced;
    char id[UUID_TEXT];
    uuid_text(&f->attempt, id);
    if (!f->there)
        return fact_await(r, id, f, err);
    if (!position_foreign(f->position))
        return keep_answer(r, f, err);
    return db_number(r->db, &replaced, 0, err,
                     "SELECT max(position) FROM (SELECT position, at, rating" BOTH ") WHERE position >> 40 = ?3 >> 40", "bsi",
                     f->row.bytes, sizeof f->row.bytes, f->question, f->position) &&
           keep_answer(r, f, err) && review_late(r, f, replaced, err);
}

/* ---- the end ---- */

/* The first end counts, whatever comes first. *first: it is this one. */
static bool end_attempt(struct record *r, const struct fact *f, bool *first, struct error *err)
{
    if (!db_run(r->db, err,
                "UPDATE attempt SET again_at = iif(state = 1, max(ended_at, again_at), 0), state = 1, ended_at = ?2, score = ?3, passed = ?4"
                " WHERE id = ?1 AND (state <> 1 OR ended_at > ?2 OR (ended_at = ?2 AND score < ?3))",
                "bidi", f->row.bytes, sizeof f->row.bytes, f->at, f->score, (int64_t)f->passed))
        return false;
    *first = sqlite3_changes(db_handle(r->db)) > 0;
    return *first || db_run(r->db, err, "UPDATE attempt SET again_at = max(again_at, ?2) WHERE id = ?1 AND ended_at < ?2", "bi",
                            f->row.bytes, sizeof f->row.bytes, f->at);
}

static bool pass_module(struct record *r, const struct fact *f, struct error *err)
{
    return module_begun(r, f, err) &&
           db_run(r->db, err,
                  "UPDATE module SET passed_at = iif(passed_at = 0, ?3, min(passed_at, ?3)), score = max(score, ?4)"
                  " WHERE learner = ?1 AND module = ?2",
                  "isid", f->learner, f->module, f->at, f->score) &&
           db_run(r->db, err, "UPDATE module SET revision = ?3, revised_at = ?4 WHERE learner = ?1 AND module = ?2" REVISES("?3", "?4"),
                  "issi", f->learner, f->module, f->revision, f->at);
}

/* Since when is the module passed? 0: it is not. */
static bool passed_since(struct record *r, const struct fact *f, int64_t *at, struct error *err)
{
    return db_number(r->db, at, 0, err, "SELECT passed_at FROM module WHERE learner = ? AND module = ?", "is", f->learner, f->module);
}

bool apply_finished(struct record *r, const struct fact *f, struct error *err)
{
    bool first;
    int64_t before, since;
    char id[UUID_TEXT];
    uuid_text(&f->attempt, id);
    if (!end_attempt(r, f, &first, err))
        return false;
    bool passes = f->passed && strcmp(f->purpose, "quiz") == 0; /* the module, whatever is known of the attempt */
    if ((first && !choose_all(r, &f->row, err)) || !passed_since(r, f, &before, err) ||
        (passes && !pass_module(r, f, err)) || !passed_since(r, f, &since, err))
        return false;
    if (since != before && !attempts_review(r, f->learner, f->module, err))
        return false;
    return f->there ? review_ended(r, f, err) : fact_await(r, id, f, err);
}

bool apply_abandoned(struct record *r, const struct fact *f, struct error *err)
{
    char id[UUID_TEXT];
    uuid_text(&f->attempt, id);
    if (!db_run(r->db, err,
                "UPDATE attempt SET state = 2, ended_at = ?2 WHERE id = ?1 AND (state = 0 OR (state = 2 AND ended_at > ?2))", "bi",
                f->row.bytes, sizeof f->row.bytes, f->at))
        return false;
    return f->there || fact_await(r, id, f, err);
}
