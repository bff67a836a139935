/* What record_progress and record_progress_all load: the module rows first, then one pass over each further table, all
 * in the order of the modules, merged. */
#include "core/record/fact.h"
#include "core/record/progress.h"

#include <stdlib.h>
#include <string.h>

enum { OPENS_DAYS = 30 };

struct known {
    const char *hash;
    const char *anchor;
    int64_t state;
};

static const char last_text[] = "\xF4\x8F\xBF\xBF"; /* U+10FFFF: above every address */

struct load {
    struct record *r;
    struct arena *a;
    int64_t learner, now;
    const char *from, *to; /* range of modules */
    struct progress *rows;
    size_t count;
};

static sqlite3_stmt *ask(struct load *l, const char *sql, bool with_time, int64_t time, struct error *err)
{
    sqlite3_stmt *s = db_statement(l->r->db, sql, err);
    if (s == NULL || !(with_time ? db_bind(s, "issi", l->learner, l->from, l->to, time)
                                 : db_bind(s, "iss", l->learner, l->from, l->to)))
        return NULL;
    return s;
}

static bool read_row(struct load *l, sqlite3_stmt *s, struct progress *p)
{
    int64_t begun_at = sqlite3_column_int64(s, 2);
    p->opened_at = sqlite3_column_int64(s, 1);
    p->completed_at = sqlite3_column_int64(s, 3);
    p->passed_at = sqlite3_column_int64(s, 4);
    bool has_quiz = sqlite3_column_int(s, 5) != 0;
    p->score = (int64_t)sqlite3_column_double(s, 6);
    p->learned = begun_at > 0 ? LEARNED_BEGUN : LEARNED_NEW;
    if (p->passed_at > 0 || (p->completed_at > 0 && !has_quiz))
        p->learned = LEARNED_PASSED;
    p->module = column_copy(l->a, s, 0);
    p->revision = column_copy(l->a, s, 7);
    return p->module != NULL && p->revision != NULL;
}

static bool load_rows(struct load *l, struct error *err)
{
    sqlite3_stmt *s = ask(l,
                          "SELECT module, opened_at, begun_at, completed_at, passed_at, has_quiz, score, revision"
                          " FROM module WHERE learner = ?1 AND module BETWEEN ?2 AND ?3 ORDER BY module",
                          false, 0, err);
    if (s == NULL)
        return false;
    size_t cap = 0;
    int got;
    while ((got = db_step(l->r->db, s, err)) > 0) {
        l->rows = rows_grown(l->a, l->rows, l->count, &cap, sizeof *l->rows);
        if (l->rows == NULL || !read_row(l, s, &l->rows[l->count])) {
            sqlite3_reset(s);
            return error_memory(err);
        }
        l->count++;
    }
    return got == 0;
}

/* Steps s (module, number), in the order of modules, and hands each number to the row that it belongs to. */
static bool load_numbers(struct load *l, sqlite3_stmt *s, void (*put)(struct progress *p, int64_t number),
                         struct error *err)
{
    if (s == NULL)
        return false;
    size_t at = 0;
    int got;
    while ((got = db_step(l->r->db, s, err)) > 0) {
        const char *module = db_text(s, 0);
        int order = -1;
        while (at < l->count && (order = strcmp(l->rows[at].module, module)) < 0)
            at++;
        if (at < l->count && order == 0)
            put(&l->rows[at], sqlite3_column_int64(s, 1));
    }
    return got == 0;
}

static void put_fading(struct progress *p, int64_t number)
{
    p->fading = number;
}

static void put_opens(struct progress *p, int64_t number)
{
    p->opens = number;
}

static void put_unfinished(struct progress *p, int64_t number)
{
    p->unfinished = number > 0;
}

static bool load_sections(struct load *l, struct error *err)
{
    sqlite3_stmt *s = ask(l,
                          "SELECT module, hash, anchor, state FROM section WHERE learner = ?1 AND module BETWEEN ?2"
                          " AND ?3 ORDER BY module, hash",
                          false, 0, err);
    if (s == NULL)
        return false;
    size_t at = 0, used = 0, cap = 0;
    struct known *all = NULL;
    int got;
    while ((got = db_step(l->r->db, s, err)) > 0) {
        all = rows_grown(l->a, all, used, &cap, sizeof *all);
        struct known k = {column_copy(l->a, s, 1), column_copy(l->a, s, 2), sqlite3_column_int64(s, 3)};
        if (all == NULL || k.hash == NULL || k.anchor == NULL) {
            sqlite3_reset(s);
            return error_memory(err);
        }
        while (at < l->count && strcmp(l->rows[at].module, db_text(s, 0)) < 0)
            at++;
        if (at < l->count && strcmp(l->rows[at].module, db_text(s, 0)) == 0) {
            l->rows[at].known_count++;
            all[used++] = k;
        }
    }
    for (size_t i = 0, start = 0; i < l->count; start += l->rows[i].known_count, i++)
        l->rows[i].known = all != NULL ? all + start : NULL;
    return got == 0;
}

static bool load_all(struct load *l, struct error *err)
{
    if (!load_rows(l, err))
        return false;
    if (l->count == 0)
        return true;
    return load_sections(l, err) &&
           load_numbers(l,
                        ask(l,
                            "SELECT module, count(*) FROM opening WHERE learner = ?1 AND module BETWEEN ?2 AND ?3"
                            " AND at >= ?4 GROUP BY module ORDER BY module",
                            true, l->now - (int64_t)OPENS_DAYS * 86400000, err),
                        put_opens, err) &&
           load_numbers(l,
                        ask(l,
                            "SELECT module, count(*) FROM recall WHERE learner = ?1 AND module BETWEEN ?2 AND ?3"
                            " AND due_at <= ?4 GROUP BY module ORDER BY module",
                            true, l->now, err),
                        put_fading, err) &&
           load_numbers(l,
                        ask(l,
                            "SELECT module, count(*) FROM attempt WHERE state = 0 AND learner = ?1 AND (position >> 40 < 1 << 21"
                            " OR EXISTS (SELECT 1 FROM content WHERE hash = attempt.content)) AND module BETWEEN ?2 AND ?3 GROUP BY module ORDER BY module",
                            false, 0, err),
                        put_unfinished, err);
}

const struct progress *record_progress_all(struct record *r, struct arena *a, int64_t learner, int64_t now_ms,
                                           size_t *count, struct error *err)
{
    struct load l = {.r = r, .a = a, .learner = learner, .now = now_ms, .from = "", .to = last_text};
    *count = 0;
    if (!load_all(&l, err))
        return NULL;
    *count = l.count;
    if (l.rows == NULL && (l.rows = arena_alloc(a, sizeof *l.rows)) == NULL)
        error_memory(err);
    return l.rows;
}

const struct progress *record_progress(struct record *r, struct arena *a, int64_t learner, const char *module,
                                       int64_t now_ms, struct error *err)
{
    struct load l = {.r = r, .a = a, .learner = learner, .now = now_ms, .from = module, .to = module};
    if (!load_all(&l, err))
        return NULL;
    if (l.count > 0)
        return l.rows;
    struct progress *p = arena_alloc(a, sizeof *p);
    if (p == NULL || (p->module = arena_strdup(a, module)) == NULL) {
        error_memory(err);
        return NULL;
    }
    p->revision = "";
    p->score = -1;
    return p;
}

static int by_module(const void *key, const void *row)
{
    return strcmp(key, ((const struct progress *)row)->module);
}

const struct progress *progress_find(const struct progress *all, size_t count, const char *module)
{
    return count == 0 ? NULL : bsearch(module, all, count, sizeof *all, by_module);
}

static int by_hash(const void *key, const void *known)
{
    return strcmp(key, ((const struct known *)known)->hash);
}

static enum section_mark mark_of(const struct progress *p, const struct section_ref *section)
{
    if (p == NULL || p->learned == LEARNED_NEW || p->known_count == 0)
        return MARK_OPEN;
    const struct known *k = bsearch(section->hash, p->known, p->known_count, sizeof *k, by_hash);
    if (k != NULL)
        return k->state == STATE_DONE ? MARK_DONE : MARK_OPEN;
    for (size_t i = 0; i < p->known_count; i++)
        if (strcmp(p->known[i].anchor, section->anchor) == 0)
            return MARK_CHANGED;
    return MARK_NEW;
}

struct progress_count progress_compare(const struct progress *p, const struct section_ref *sections, size_t count,
                                       enum section_mark *marks)
{
    struct progress_count c = {.total = count};
    for (size_t i = 0; i < count; i++) {
        enum section_mark mark = mark_of(p, &sections[i]);
        if (marks != NULL)
            marks[i] = mark;
        c.done += mark == MARK_DONE;
        c.changed += mark == MARK_CHANGED;
        c.added += mark == MARK_NEW;
    }
    return c;
}
