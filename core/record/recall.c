#include "core/record/recall.h"

#include "core/record/fact.h"
#include "core/record/fsrs.h"
#include "core/record/given.h"

#include <stdlib.h>
#include <string.h>

enum {
    PACE_KEPT = 101,
    PACE_LEAST = 5,
    FOREIGN_REVIEWS = 500 /* of a question that count of another device's log: the first ones */
};

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
    if (fraction < 0.999999 || ms <= 0 || position_foreign(position))
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

/* ---- the state of a question ---- */

struct history {
    struct review *items; /* in the order of positions */
    size_t count;
};

/* `position,at,rating;` one behind the other; with room for one more. */
static bool read_history(const char *text, struct history *h, struct error *err)
{
    size_t most = 1;
    for (const char *c = text; *c != '\0'; c++)
        most += *c == ';';
    *h = (struct history){calloc(most, sizeof *h->items), 0};
    if (h->items == NULL)
        return error_memory(err);
    while (*text != '\0' && h->count + 1 < most) {
        struct review *v = &h->items[h->count++];
        int64_t *const numbers[] = {&v->position, &v->at, &v->rating};
        for (size_t i = 0; i < 3; i++) {
            char *end;
            *numbers[i] = strtoll(text, &end, 10);
            text = *end != '\0' ? end + 1 : end;
        }
    }
    return true;
}

/* count: it isn't there. */
static size_t find_review(const struct history *h, int64_t position)
{
    size_t i = 0;
    while (i < h->count && h->items[i].position != position)
        i++;
    return i;
}

static void add_review(struct history *h, const struct review *v)
{
    size_t i = h->count++;
    for (; i > 0 && h->items[i - 1].position > v->position; i--)
        h->items[i] = h->items[i - 1];
    h->items[i] = *v;
}

/* Is there room for another one of that log? Each costs as much as there are already: no device may have the others count for ever. The
 * first ones stay, so that it is the same in whatever order they come. */
static bool make_room(struct history *h, int64_t position)
{
    size_t count = 0, last = 0;
    for (size_t i = 0; position_foreign(position) && i < h->count; i++)
        if (h->items[i].position >> LOG_SHIFT == position >> LOG_SHIFT) {
            count++;
            last = i;
        }
    if (count < FOREIGN_REVIEWS)
        return true;
    if (h->items[last].position < position)
        return false;
    memmove(&h->items[last], &h->items[last + 1], (h->count - last - 1) * sizeof *h->items);
    h->count--;
    return true;
}

/* The next one of the logs' own next ones: see recall.h. Of the log that begins at i: taken[i] are, and shown[i] is the latest
 * time that they showed. */
static size_t take_next(const struct history *h, size_t *taken, int64_t *shown)
{
    size_t next = SIZE_MAX;
    int64_t at = 0;
    for (size_t i = 0; i < h->count;) {
        size_t end = i + 1;
        while (end < h->count && h->items[end].position >> LOG_SHIFT == h->items[i].position >> LOG_SHIFT)
            end++;
        size_t own = i + taken[i];
        if (own < end) {
            const struct review *v = &h->items[own];
            int64_t held = v->at > shown[i] ? v->at : shown[i];
            if (next == SIZE_MAX || held < at || (held == at && v->rating < h->items[next + taken[next]].rating)) {
                next = i;
                at = held;
            }
        }
        i = end;
    }
    shown[next] = at;
    return next + taken[next]++;
}

/* In the order in which they count. */
static bool merge(struct history *h, struct error *err)
{
    if (h->count == 0 || h->items[0].position >> LOG_SHIFT == h->items[h->count - 1].position >> LOG_SHIFT)
        return true;
    struct review *merged = calloc(h->count, sizeof *merged);
    size_t *taken = calloc(h->count, sizeof *taken);
    int64_t *shown = calloc(h->count, sizeof *shown);
    bool ok = merged != NULL && taken != NULL && shown != NULL;
    for (size_t i = 0; ok && i < h->count; i++)
        merged[i] = h->items[take_next(h, taken, shown)];
    free(taken);
    free(shown);
    free(ok ? h->items : merged);
    if (ok)
        h->items = merged;
    return ok || error_memory(err);
}

struct standing {
    struct fsrs_memory memory;
    int64_t reviewed_at, due_at, reviews;
};

static struct standing fold(const struct history *h)
{
    struct standing to = {.due_at = INT64_MAX};
    for (size_t i = 0; i < h->count; i++) {
        const struct review *v = &h->items[i];
        enum rating rating = (enum rating)v->rating;
        double days = (double)(v->at - to.reviewed_at) / day_ms;
        to.reviewed_at = v->at;
        if (v->rating == 0) {
            to = (struct standing){.reviewed_at = v->at, .due_at = INT64_MAX};
            continue;
        }
        to.memory = to.reviews == 0 ? fsrs_first(fsrs_defaults, rating) : fsrs_next(fsrs_defaults, to.memory, rating, days);
        to.due_at = v->at + (int64_t)(fsrs_days(fsrs_defaults, to.memory.stability, FSRS_RETENTION) * day_ms);
        to.reviews++;
    }
    return to;
}

static bool write_standing(struct record *r, int64_t learner, const char *module, const char *question, struct history *h,
                           struct error *err)
{
    struct buf text = {0};
    for (size_t i = 0; i < h->count; i++)
        buf_addf(&text, "%lld,%lld,%lld;", (long long)h->items[i].position, (long long)h->items[i].at, (long long)h->items[i].rating);
    bool ok = buf_ok(&text) ? merge(h, err) : error_memory(err);
    const struct standing to = ok ? fold(h) : (struct standing){0};
    ok = ok && db_run(r->db, err,
                      "INSERT OR REPLACE INTO recall (learner, module, question, stability, difficulty, algorithm,"
                      " reviewed_at, due_at, reviews, history) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      "issddsiiis", learner, module, question, to.memory.stability, to.memory.difficulty, FSRS_VERSION, to.reviewed_at,
                      to.due_at, to.reviews, buf_text(&text));
    buf_free(&text);
    return ok;
}

static bool load_history(struct record *r, int64_t learner, const char *module, const char *question, struct history *h,
                         struct error *err)
{
    sqlite3_stmt *s =
        db_statement(r->db, "SELECT history FROM recall WHERE learner = ? AND module = ? AND question = ?", err);
    if (s == NULL || !db_bind(s, "iss", learner, module, question))
        return false;
    int got = db_step(r->db, s, err);
    bool ok = got >= 0 && read_history(got > 0 ? db_text(s, 0) : "", h, err);
    sqlite3_reset(s);
    return ok;
}

bool recall_review(struct record *r, int64_t learner, const char *module, const char *question, const char *type,
                   const struct review *review, struct error *err)
{
    struct history h = {0};
    if (review->rating < 0 || review->rating > RATING_EASY || !comes_back(type))
        return true;
    bool ok = load_history(r, learner, module, question, &h, err);
    if (ok && find_review(&h, review->position) == h.count && make_room(&h, review->position)) {
        add_review(&h, review);
        ok = write_standing(r, learner, module, question, &h, err);
    }
    free(h.items);
    return ok;
}

/* What is left of it. */
static bool write_rest(struct record *r, int64_t learner, const char *module, const char *question, struct history *h,
                       struct error *err)
{
    return h->count > 0 ? write_standing(r, learner, module, question, h, err)
                        : db_run(r->db, err, "DELETE FROM recall WHERE learner = ? AND module = ? AND question = ?", "iss", learner,
                                 module, question);
}

bool recall_drop(struct record *r, int64_t learner, const char *module, const char *question, int64_t position, struct error *err)
{
    struct history h = {0};
    bool ok = load_history(r, learner, module, question, &h, err);
    size_t at = ok ? find_review(&h, position) : 0;
    if (at < h.count) {
        memmove(h.items + at, h.items + at + 1, (--h.count - at) * sizeof *h.items);
        ok = write_rest(r, learner, module, question, &h, err);
    }
    free(h.items);
    return ok;
}

struct recalled {
    const char *module, *question;
};

static bool read_recalled(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct recalled *q = row;
    *q = (struct recalled){column_copy(a, s, 0), column_copy(a, s, 1)};
    return q->module != NULL && q->question != NULL;
}

static bool drop_gone(struct record *r, int64_t learner, const struct recalled *q, int64_t log, struct error *err)
{
    struct history h = {0};
    bool ok = load_history(r, learner, q->module, q->question, &h, err);
    size_t kept = 0, count = h.count;
    for (size_t i = 0; ok && i < count; i++) {
        int64_t gone = 0;
        if (h.items[i].position >> LOG_SHIFT == log)
            ok = db_number(r->db, &gone, 0, err, "SELECT payload IS NULL FROM foreign_event WHERE position = ?", "i", h.items[i].position);
        if (gone == 0)
            h.items[kept++] = h.items[i];
    }
    h.count = kept;
    ok = ok && (kept == count || write_rest(r, learner, q->module, q->question, &h, err));
    free(h.items);
    return ok;
}

bool recall_drop_log(struct record *r, int64_t learner, int64_t log, struct error *err)
{
    size_t count = 0;
    struct arena *a = arena_open();
    sqlite3_stmt *s = db_statement(r->db, "SELECT module, question FROM recall WHERE learner = ?", err);
    const struct recalled *all =
        a != NULL && s != NULL && db_bind(s, "i", learner) ? rows_read(r, a, s, sizeof *all, read_recalled, &count, err) : NULL;
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = drop_gone(r, learner, &all[i], log, err);
    arena_close(a);
    return ok;
}

bool apply_recall(struct record *r, const struct fact *f, struct error *err)
{
    return pace_add(r, f->learner, f->type, f->position, f->fraction, f->ms, err) &&
           (f->rating == 0 || recall_review(r, f->learner, f->module, f->question, f->type,
                                            &(struct review){f->position, f->at, f->rating}, err));
}

bool apply_retired(struct record *r, const struct fact *f, struct error *err)
{
    return recall_review(r, f->learner, f->module, f->question, NULL, &(struct review){f->position, f->at, 0}, err);
}

/* ---- queries ---- */

struct faded {
    struct recall_question q;
    double stability;
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

static bool read_faded(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct faded *f = row;
    *f = (struct faded){.q = {.module = column_copy(a, s, 0), .question = column_copy(a, s, 1), .reviewed_at = sqlite3_column_int64(s, 3)},
                        .stability = sqlite3_column_double(s, 2)};
    return f->q.module != NULL && f->q.question != NULL;
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
    struct faded *rows = rows_read(r, a, s, sizeof *rows, read_faded, &all, err);
    if (rows == NULL)
        return NULL;
    for (size_t i = 0; i < all; i++)
        rows[i].q.retrievability =
            fsrs_retrievability(fsrs_defaults, rows[i].stability, (double)(now_ms - rows[i].q.reviewed_at) / day_ms);
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

static bool read_module(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct recall_module *m = row;
    *m = (struct recall_module){column_copy(a, s, 0), sqlite3_column_int64(s, 1)};
    return m->module != NULL;
}

const struct recall_module *record_recall_modules(struct record *r, struct arena *a, int64_t learner, int64_t now_ms, size_t *count,
                                                  struct error *err)
{
    *count = 0;
    sqlite3_stmt *s = db_statement(
        r->db, "SELECT module, count(*) FROM recall WHERE learner = ? AND due_at <= ? GROUP BY module ORDER BY module", err);
    if (s == NULL || !db_bind(s, "ii", learner, now_ms))
        return NULL;
    return rows_read(r, a, s, sizeof(struct recall_module), read_module, count, err);
}
