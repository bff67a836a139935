#include "core/record/recall.h"

#include "core/record/fact.h"
#include "core/record/fsrs.h"
#include "core/record/given.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { PACE_KEPT = 101, PACE_LEAST = 5 };

static const double day_ms = 86400000;

enum rating recall_rating(double fraction, int64_t ms, int64_t median_ms)
{
    if (fraction < 0.000001)
        return RATING_AGAIN;
    if (fraction < 0.999999)
        return RATING_HARD;
    return median_ms > 0 && ms < median_ms ? RATING_EASY : RATING_GOOD;
}

bool record_median(struct record *r, int64_t learner, const char *type, int64_t *median_ms, struct error *err)
{
    int64_t count;
    *median_ms = 0;
    if (type == NULL)
        return true;
    if (!db_number(r->db, &count, 0, err, "SELECT count(*) FROM pace WHERE learner = ? AND type = ?", "is", learner,
                   type))
        return false;
    return count < PACE_LEAST ||
           db_number(r->db, median_ms, 0, err,
                     "SELECT ms FROM pace WHERE learner = ? AND type = ? ORDER BY ms LIMIT 1 OFFSET ?", "isi", learner,
                     type, count / 2);
}

/* ---- acts ---- */

static bool recall_event(struct record *r, int64_t learner, const struct subject *s, const struct given *given,
                         const char *content_hash, struct error *err)
{
    int64_t median;
    if (!record_median(r, learner, given->type, &median, err))
        return chain_fail(r);
    struct json *j = chain_event(r, "recall.answered", learner, s, NULL);
    json_string(j, "content", content_hash != NULL ? content_hash : "");
    given_json(j, given, median);
    return chain_append(r, NULL, err);
}

bool record_recall_answer(struct record *r, int64_t learner, const struct subject *s, const struct given *given,
                          const char *content, size_t content_len, const char *content_hash, struct error *err)
{
    if (!given_valid(given, err))
        return false;
    if (!chain_begin(r, err))
        return false;
    if (!chain_pin(r, content_hash, content, content_len, err))
        return chain_fail(r);
    return recall_event(r, learner, s, given, content_hash, err) && chain_commit(r, err);
}

bool record_recall_retire(struct record *r, int64_t learner, const char *module, const char *question,
                          struct error *err)
{
    if (!chain_begin(r, err))
        return false;
    struct subject s = {.module = module};
    json_string(chain_event(r, "recall.retired", learner, &s, NULL), "question", question);
    return chain_append(r, NULL, err) && chain_commit(r, err);
}

/* ---- deriving ---- */

bool pace_add(struct record *r, int64_t learner, const char *type, int64_t position, double fraction, int64_t ms,
              struct error *err)
{
    if (fraction < 0.999999 || ms <= 0)
        return true;
    return db_run(r->db, err, "INSERT OR IGNORE INTO pace (learner, type, position, ms) VALUES (?, ?, ?, ?)", "isii",
                  learner, type, position, ms) &&
           db_run(r->db, err,
                  "DELETE FROM pace WHERE learner = ?1 AND type = ?2 AND position <= (SELECT position FROM pace WHERE"
                  " learner = ?1 AND type = ?2 ORDER BY position DESC LIMIT 1 OFFSET ?3)",
                  "isi", learner, type, (int64_t)PACE_KEPT);
}

/* Essays are judged by their writer and take longer than a recall; of descriptions nothing is to be known. */
static bool comes_back(const char *type)
{
    return type == NULL || (strcmp(type, "essay") != 0 && strcmp(type, "description") != 0);
}

bool recall_review(struct record *r, int64_t learner, const char *module, const char *question, const char *type,
                   int64_t rating, int64_t at, struct error *err)
{
    if (rating < RATING_AGAIN || rating > RATING_EASY || !comes_back(type))
        return true;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT stability, difficulty, reviewed_at, reviews FROM recall"
                                   " WHERE learner = ? AND module = ? AND question = ?",
                                   err);
    if (s == NULL || !db_bind(s, "iss", learner, module, question))
        return false;
    int got = db_step(r->db, s, err);
    if (got < 0)
        return false;
    struct fsrs_memory m = fsrs_first(fsrs_defaults, (enum rating)rating);
    int64_t reviews = 0;
    if (got > 0) {
        m = (struct fsrs_memory){sqlite3_column_double(s, 0), sqlite3_column_double(s, 1)};
        double days = (double)(at - sqlite3_column_int64(s, 2)) / day_ms;
        m = fsrs_next(fsrs_defaults, m, (enum rating)rating, days);
        reviews = sqlite3_column_int64(s, 3);
        sqlite3_reset(s);
    }
    int64_t due = at + (int64_t)(fsrs_days(fsrs_defaults, m.stability, FSRS_RETENTION) * day_ms);
    return db_run(r->db, err,
                  "INSERT OR REPLACE INTO recall (learner, module, question, stability, difficulty, algorithm,"
                  " reviewed_at, due_at, reviews) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  "issddsiii", learner, module, question, m.stability, m.difficulty, FSRS_VERSION, at, due, reviews + 1);
}

bool apply_recall(struct record *r, const struct fact *f, struct error *err)
{
    return pace_add(r, f->learner, f->type, f->position, f->fraction, f->ms, err) &&
           recall_review(r, f->learner, f->module, f->question, f->type, f->rating, f->at, err);
}

bool apply_retired(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "DELETE FROM recall WHERE learner = ? AND module = ? AND question = ?", "iss", f->learner,
                  f->module, f->question);
}

/* ---- queries ---- */

struct faded {
    struct recall_question q;
    size_t turn; /* how many of its module are more faded */
};

static int by_retrievability(const struct faded *a, const struct faded *b)
{
    if (a->q.retrievability < b->q.retrievability || a->q.retrievability > b->q.retrievability)
        return a->q.retrievability < b->q.retrievability ? -1 : 1;
    int order = strcmp(a->q.module, b->q.module);
    return order != 0 ? order : strcmp(a->q.question, b->q.question);
}

static int by_module(const void *a, const void *b)
{
    int order = strcmp(((const struct faded *)a)->q.module, ((const struct faded *)b)->q.module);
    return order != 0 ? order : by_retrievability(a, b);
}

static int by_turn(const void *a, const void *b)
{
    size_t ta = ((const struct faded *)a)->turn, tb = ((const struct faded *)b)->turn;
    return ta != tb ? (ta < tb ? -1 : 1) : by_retrievability(a, b);
}

static struct faded *load_faded(struct record *r, struct arena *a, sqlite3_stmt *s, int64_t now_ms, size_t *count,
                                struct error *err)
{
    size_t cap = 0;
    struct faded *rows = rows_grown(a, NULL, 0, &cap, sizeof *rows);
    int got = 0;
    while (rows != NULL && (got = db_step(r->db, s, err)) > 0) {
        rows = rows_grown(a, rows, *count, &cap, sizeof *rows);
        struct faded row = {.q = {.module = column_copy(a, s, 0),
                                  .question = column_copy(a, s, 1),
                                  .reviewed_at = sqlite3_column_int64(s, 3)}};
        if (rows == NULL || row.q.module == NULL || row.q.question == NULL) {
            rows = NULL;
            break;
        }
        row.q.retrievability = fsrs_retrievability(fsrs_defaults, sqlite3_column_double(s, 2),
                                                   (double)(now_ms - row.q.reviewed_at) / day_ms);
        rows[(*count)++] = row;
    }
    sqlite3_reset(s);
    if (rows == NULL)
        error_memory(err);
    return got < 0 ? NULL : rows;
}

const struct recall_question *record_recall_due(struct record *r, struct arena *a, int64_t learner, const char *module,
                                                int64_t now_ms, size_t most, size_t *count, struct error *err)
{
    static const char of_all[] =
        "SELECT module, question, stability, reviewed_at FROM recall WHERE learner = ?1 AND due_at <= ?2";
    static const char of_module[] = "SELECT module, question, stability, reviewed_at FROM recall"
                                    " WHERE learner = ?1 AND due_at <= ?2 AND module = ?3";
    *count = 0;
    size_t all = 0;
    sqlite3_stmt *s = db_statement(r->db, module != NULL ? of_module : of_all, err);
    if (s == NULL || !(module != NULL ? db_bind(s, "iis", learner, now_ms, module) : db_bind(s, "ii", learner, now_ms)))
        return NULL;
    struct faded *rows = load_faded(r, a, s, now_ms, &all, err);
    if (rows == NULL)
        return NULL;
    qsort(rows, all, sizeof *rows, by_module);
    for (size_t i = 1; i < all; i++)
        rows[i].turn = strcmp(rows[i].q.module, rows[i - 1].q.module) == 0 ? rows[i - 1].turn + 1 : 0;
    qsort(rows, all, sizeof *rows, by_turn);
    size_t taken = all < most ? all : most;
    struct recall_question *out = arena_array(a, taken + 1, sizeof *out);
    if (out == NULL) {
        error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < taken; i++)
        out[i] = rows[i].q;
    *count = taken;
    return out;
}

bool record_recall_count(struct record *r, int64_t learner, int64_t now_ms, int64_t *modules, int64_t *questions,
                         struct error *err)
{
    return db_number(r->db, questions, 0, err, "SELECT count(*) FROM recall WHERE learner = ? AND due_at <= ?", "ii",
                     learner, now_ms) &&
           db_number(r->db, modules, 0, err,
                     "SELECT count(DISTINCT module) FROM recall WHERE learner = ? AND due_at <= ?", "ii", learner,
                     now_ms);
}
