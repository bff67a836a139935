#include "core/record/attempt.h"

#include "core/record/fact.h"
#include "core/record/given.h"
#include "core/record/recall.h"
#include "core/record/row_id.h"

#include <string.h>
#include <sysexits.h>

static const char *const purposes[] = {"quiz", "retry"};

/* ---- acts ---- */

bool chain_pin(struct record *r, const char *hash, const char *content, size_t len, struct error *err)
{
    if (content == NULL)
        return true;
    if (hash == NULL || hash[0] == '\0')
        return error_set(err, EX_SOFTWARE, "cannot keep the content", NULL, "its hash is missing", NULL);
    return db_run(r->db, err, "INSERT OR IGNORE INTO content (hash, bytes) VALUES (?, ?)", "sb", hash, content, len);
}

/* What an open attempt's row says, for the events that follow. Texts in a. */
struct open_attempt {
    struct uuid said; /* as events call it */
    int64_t learner;
    const char *module, *revision;
    enum attempt_purpose purpose;
};

static bool find_open(struct record *r, struct arena *a, const struct uuid *id, struct open_attempt *found,
                      struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db, "SELECT learner, module, revision, purpose, coalesce(said, id) FROM attempt WHERE id = ? AND state = 0", err);
    if (s == NULL || !db_bind(s, "b", id->bytes, sizeof id->bytes))
        return false;
    int got = db_step(r->db, s, err);
    if (got < 0)
        return false;
    if (got == 0)
        return error_set(err, EX_USAGE, "cannot go on with this quiz", NULL, "it was finished or begun anew elsewhere",
                         "start the quiz again");
    *found = (struct open_attempt){.learner = sqlite3_column_int64(s, 0),
                                   .module = column_copy(a, s, 1),
                                   .revision = column_copy(a, s, 2),
                                   .purpose = sqlite3_column_int(s, 3) != 0 ? ATTEMPT_RETRY : ATTEMPT_QUIZ};
    if (sqlite3_column_bytes(s, 4) == (int)sizeof found->said.bytes)
        memcpy(found->said.bytes, sqlite3_column_blob(s, 4), sizeof found->said.bytes);
    sqlite3_reset(s);
    return (found->module != NULL && found->revision != NULL) || error_memory(err);
}

static struct json *attempt_event(struct record *r, const char *kind, const struct open_attempt *o, const struct subject *now)
{
    struct subject s = now != NULL ? *now : (struct subject){0};
    s.module = o->module;
    s.revision = o->revision;
    char text[UUID_TEXT];
    uuid_text(&o->said, text);
    struct json *j = chain_event(r, kind, o->learner, &s, NULL);
    json_string(j, "attempt", text);
    return j;
}

/* At most one attempt of a learner at a module is open. */
static bool abandon_others(struct record *r, struct arena *a, int64_t learner, const struct subject *now, struct error *err)
{
    for (;;) {
        struct uuid id;
        sqlite3_stmt *s = db_statement(
            r->db, "SELECT id FROM attempt WHERE learner = ? AND module = ? AND state = 0 LIMIT 1", err);
        if (s == NULL || !db_bind(s, "is", learner, now->module))
            return chain_fail(r);
        int got = db_step(r->db, s, err);
        if (got < 0)
            return chain_fail(r);
        if (got == 0)
            return true;
        memcpy(id.bytes, sqlite3_column_blob(s, 0), sizeof id.bytes);
        sqlite3_reset(s);
        struct open_attempt o;
        if (!find_open(r, a, &id, &o, err))
            return chain_fail(r);
        attempt_event(r, "attempt.abandoned", &o, now);
        if (!chain_append(r, NULL, err))
            return false;
    }
}

static bool start_event(struct record *r, int64_t learner, const struct subject *s, const struct attempt_start *start,
                        struct uuid *attempt, struct error *err)
{
    bool needs;
    if (!chain_needs_sections(r, learner, s, &needs, err) ||
        !chain_pin(r, start->content_hash, start->content, start->content_len, err))
        return chain_fail(r);
    struct json *j = chain_event(r, "attempt.started", learner, s, NULL);
    json_string(j, "purpose", purposes[start->purpose]);
    json_string(j, "content", start->content_hash != NULL ? start->content_hash : "");
    json_string(j, "quiz_revision", start->quiz_revision != NULL ? start->quiz_revision : "");
    if (start->feedback != NULL)
        json_string(j, "feedback", start->feedback);
    json_int(j, "seed", (int64_t)start->seed);
    json_int(j, "pass_mark", start->pass_mark);
    json_open_array(j, "questions");
    for (size_t i = 0; i < start->question_count; i++)
        json_string(j, NULL, start->questions[i]);
    json_close_array(j);
    if (needs)
        chain_sections(j, s);
    struct uuid id;
    bool there;
    return chain_append(r, &id, err) && (row_id(r, ROW_ATTEMPT, &id, learner, attempt, &there, err) || chain_fail(r));
}

bool record_attempt_start(struct record *r, int64_t learner, const struct subject *s, const struct attempt_start *start,
                          struct uuid *attempt, struct error *err)
{
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = chain_begin(r, err) && abandon_others(r, a, learner, s, err) &&
              start_event(r, learner, s, start, attempt, err) && chain_commit(r, err);
    arena_close(a);
    return ok;
}

static bool answer_event(struct record *r, struct arena *a, const struct uuid *attempt, const struct given *given,
                         struct error *err)
{
    struct open_attempt o;
    int64_t median;
    if (!find_open(r, a, attempt, &o, err) || !record_median(r, o.learner, given->type, &median, err))
        return chain_fail(r);
    struct json *j = attempt_event(r, "attempt.answered", &o, NULL);
    given_json(j, given, median);
    return chain_append(r, NULL, err);
}

bool record_answer(struct record *r, const struct uuid *attempt, const struct given *given, struct error *err)
{
    if (!given_valid(given, err))
        return false;
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = chain_begin(r, err) && answer_event(r, a, attempt, given, err) && chain_commit(r, err);
    arena_close(a);
    return ok;
}

static bool finish_events(struct record *r, struct arena *a, const struct uuid *attempt, const struct subject *s,
                          double score, bool passed, struct error *err)
{
    struct open_attempt o;
    int64_t completed;
    if (!find_open(r, a, attempt, &o, err) ||
        !db_number(r->db, &completed, 0, err, "SELECT completed_at FROM module WHERE learner = ? AND module = ?", "is",
                   o.learner, o.module))
        return chain_fail(r);
    bool passes = passed && o.purpose == ATTEMPT_QUIZ;
    struct json *j = attempt_event(r, "attempt.finished", &o, s);
    json_string(j, "purpose", purposes[o.purpose]);
    json_double(j, "score", score);
    json_bool(j, "passed", passed);
    if (!chain_append(r, NULL, err))
        return false;
    if (!passes || completed != 0)
        return true;
    j = attempt_event(r, "module.completed", &o, s);
    json_string(j, "by", "quiz");
    json_bool(j, "quiz", true);
    return chain_append(r, NULL, err);
}

bool record_attempt_finish(struct record *r, const struct uuid *attempt, const struct subject *s, double score,
                           bool passed, struct error *err)
{
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = chain_begin(r, err) && finish_events(r, a, attempt, s, score, passed, err) && chain_commit(r, err);
    arena_close(a);
    return ok;
}

static bool simple_event(struct record *r, const struct uuid *attempt, const char *kind, const struct subject *s,
                         struct error *err)
{
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = chain_begin(r, err);
    if (ok) {
        struct open_attempt o;
        ok = find_open(r, a, attempt, &o, err) || chain_fail(r);
        if (ok)
            attempt_event(r, kind, &o, s);
    }
    ok = ok && chain_append(r, NULL, err) && chain_commit(r, err);
    arena_close(a);
    return ok;
}

bool record_attempt_abandon(struct record *r, const struct uuid *attempt, const struct subject *s, struct error *err)
{
    return simple_event(r, attempt, "attempt.abandoned", s, err);
}

bool record_attempt_resume(struct record *r, const struct uuid *attempt, const struct subject *s, struct error *err)
{
    return simple_event(r, attempt, "attempt.resumed", s, err);
}

/* ---- queries ---- */

static bool read_answer(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct attempt_answer *answer = row;
    *answer = (struct attempt_answer){column_copy(a, s, 0),       column_copy(a, s, 1),
                                      column_copy(a, s, 2),       sqlite3_column_double(s, 3),
                                      sqlite3_column_int64(s, 4), (enum rating)sqlite3_column_int(s, 5),
                                      sqlite3_column_int64(s, 6)};
    return answer->question != NULL && answer->question_revision != NULL && answer->response != NULL;
}

static bool read_answers(struct record *r, struct arena *a, struct attempt *t, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT question, question_revision, response, fraction, ms, rating, at FROM answer"
                                   " WHERE attempt = ? ORDER BY position",
                                   err);
    bool bound = s != NULL && db_bind(s, "b", t->id.bytes, sizeof t->id.bytes);
    t->answers = bound ? rows_read(r, a, s, sizeof *t->answers, read_answer, &t->answer_count, err) : NULL;
    return t->answers != NULL;
}

static bool read_questions(struct record *r, struct arena *a, const char *json, struct attempt *t, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT value FROM json_each(?) ORDER BY key", err);
    bool bound = s != NULL && db_bind(s, "s", json);
    t->questions = bound ? rows_read(r, a, s, sizeof *t->questions, row_text, &t->question_count, err) : NULL;
    return t->questions != NULL;
}

/* Columns: id, module, revision, content, quiz_revision, questions, purpose, state, seed, pass_mark, started_at,
 * ended_at, score, passed, elsewhere, session. */
#define ATTEMPT_COLUMNS                                                                                             \
    "SELECT id, module, revision, content, quiz_revision, questions, purpose, state, seed, pass_mark, started_at," \
    " ended_at, score, passed, position >> 40 >= 1 << 21, session FROM attempt WHERE "

static bool read_attempt(struct record *r, struct arena *a, sqlite3_stmt *s, const struct attempt **attempt,
                         struct error *err)
{
    *attempt = NULL;
    int got = db_step(r->db, s, err);
    if (got <= 0)
        return got == 0;
    struct attempt *t = arena_alloc(a, sizeof *t);
    if (t == NULL) {
        sqlite3_reset(s);
        return error_memory(err);
    }
    if (sqlite3_column_bytes(s, 0) == (int)sizeof t->id.bytes)
        memcpy(t->id.bytes, sqlite3_column_blob(s, 0), sizeof t->id.bytes);
    t->module = column_copy(a, s, 1);
    t->revision = column_copy(a, s, 2);
    t->content_hash = column_copy(a, s, 3);
    t->quiz_revision = column_copy(a, s, 4);
    const char *questions = column_copy(a, s, 5);
    t->purpose = sqlite3_column_int(s, 6) != 0 ? ATTEMPT_RETRY : ATTEMPT_QUIZ;
    t->state = (enum attempt_state)sqlite3_column_int(s, 7);
    t->seed = (uint64_t)sqlite3_column_int64(s, 8);
    t->pass_mark = sqlite3_column_int64(s, 9);
    t->started_at = sqlite3_column_int64(s, 10);
    t->ended_at = sqlite3_column_int64(s, 11);
    t->score = sqlite3_column_double(s, 12);
    t->passed = sqlite3_column_int(s, 13) != 0;
    t->elsewhere = sqlite3_column_int(s, 14) != 0;
    t->session = column_copy(a, s, 15);
    sqlite3_reset(s);
    if (t->module == NULL || t->revision == NULL || t->content_hash == NULL || t->quiz_revision == NULL ||
        questions == NULL || t->session == NULL)
        return error_memory(err);
    if (!read_questions(r, a, questions, t, err) || !read_answers(r, a, t, err))
        return false;
    *attempt = t;
    return true;
}

/* One of another device can be gone on with once its text is here (foreign.h); 1 << 21 is FOREIGN_FIRST. */
#define GOES_ON " AND (position >> 40 < 1 << 21 OR EXISTS (SELECT 1 FROM content WHERE hash = attempt.content))"

bool record_attempt_unfinished(struct record *r, struct arena *a, int64_t learner, const char *module,
                               const struct attempt **attempt, struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db, ATTEMPT_COLUMNS "learner = ? AND module = ? AND state = 0" GOES_ON " ORDER BY started_at DESC LIMIT 1", err);
    return s != NULL && db_bind(s, "is", learner, module) && read_attempt(r, a, s, attempt, err);
}

bool record_attempt_left(struct record *r, int64_t learner, int64_t before, struct arena *a, const struct attempt **attempt,
                         struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db,
        ATTEMPT_COLUMNS "learner = ? AND state = 0 AND purpose = 0 AND started_at < ?"
                        " AND EXISTS (SELECT 1 FROM answer WHERE attempt = attempt.id)" GOES_ON " ORDER BY started_at DESC LIMIT 1",
        err);
    return s != NULL && db_bind(s, "ii", learner, before) && read_attempt(r, a, s, attempt, err);
}

bool record_attempt_last(struct record *r, struct arena *a, int64_t learner, const char *module,
                         const struct attempt **attempt, struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db, ATTEMPT_COLUMNS "learner = ? AND module = ? AND state = 1 ORDER BY ended_at DESC, id DESC LIMIT 1", err);
    return s != NULL && db_bind(s, "is", learner, module) && read_attempt(r, a, s, attempt, err);
}

bool record_attempt(struct record *r, struct arena *a, int64_t learner, const struct uuid *said, const struct attempt **attempt,
                    struct error *err)
{
    struct uuid id;
    bool there;
    if (!row_id(r, ROW_ATTEMPT, said, learner, &id, &there, err))
        return false;
    sqlite3_stmt *s = db_statement(r->db, ATTEMPT_COLUMNS "id = ?", err);
    return s != NULL && db_bind(s, "b", id.bytes, sizeof id.bytes) && read_attempt(r, a, s, attempt, err);
}

bool record_content(struct record *r, struct arena *a, const char *hash, const char **bytes, size_t *len,
                    struct error *err)
{
    *bytes = NULL;
    *len = 0;
    sqlite3_stmt *s = db_statement(r->db, "SELECT bytes FROM content WHERE hash = ?", err);
    if (s == NULL || !db_bind(s, "s", hash))
        return false;
    int got = db_step(r->db, s, err);
    if (got <= 0)
        return got == 0;
    *len = (size_t)sqlite3_column_bytes(s, 0);
    *bytes = arena_copy(a, *len > 0 ? sqlite3_column_blob(s, 0) : "", *len);
    sqlite3_reset(s);
    return *bytes != NULL || error_memory(err);
}
