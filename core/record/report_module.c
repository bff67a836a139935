/* crib report module: a row a person, a row a question. */
#include "core/record/chain.h"
#include "core/record/report.h"
#include "core/record/solved.h"

#include <string.h>

static const struct sheet_column people_columns[] = {
    {.key = "name", .name = "name", .kind = SHEET_TEXT, .shrink = true},
    {.key = "account", .name = "account", .kind = SHEET_TEXT, .detail = true},
    {.key = "home_page", .name = "of", .kind = SHEET_TEXT, .detail = true},
    {.key = "standing", .name = "standing", .kind = SHEET_TEXT},
    {.key = "score", .name = "best score", .kind = SHEET_SCORE, .bar = true, .plot = true},
    {.key = "attempts", .name = "attempts", .kind = SHEET_COUNT},
    {.key = "trend", .name = "trend", .kind = SHEET_TREND},
    {.key = "last", .name = "last", .kind = SHEET_DAY},
    {.key = "device", .name = "device", .kind = SHEET_TEXT, .detail = true},
    {.key = "synced", .name = "synced", .kind = SHEET_AGE, .detail = true},
};

static const struct sheet_column question_columns[] = {
    {.key = "question", .name = "question", .kind = SHEET_TEXT, .shrink = true},
    {.key = "id", .name = "id", .kind = SHEET_TEXT, .detail = true},
    {.key = "right", .name = "right at first", .kind = SHEET_OF},
    {.key = "percent", .name = "percent", .kind = SHEET_SCORE, .bar = true, .plot = true},
    {.key = "ms", .name = "takes", .kind = SHEET_DURATION},
};

static const struct sheet_column summary_columns[] = {
    {.key = "passed", .name = "passed", .kind = SHEET_OF},
    {.key = "solved", .name = "solved it", .kind = SHEET_OF},
    {.key = "notes", .name = "notes", .kind = SHEET_COUNT},
};

enum { COLUMNS_OF_PEOPLE = sizeof people_columns / sizeof *people_columns };

/* ---- people ---- */

static bool read_row(struct record *r, const char *module, int64_t learner, int64_t now, int64_t row[5], struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db,
        "SELECT opened_at, begun_at <> 0, passed_at <> 0 OR (completed_at <> 0 AND has_quiz = 0), CAST(score AS INTEGER),"
        " (SELECT count(*) FROM recall c WHERE c.learner = ?1 AND c.module = ?2 AND c.due_at <= ?3)"
        " FROM module WHERE learner = ?1 AND module = ?2",
        err);
    if (s == NULL || !db_bind(s, "isi", learner, module, now))
        return false;
    int got = db_step(r->db, s, err);
    for (int i = 0; i < 5; i++)
        row[i] = got > 0 ? sqlite3_column_int64(s, i) : -1;
    sqlite3_reset(s);
    return got >= 0;
}

static bool add_person(struct record *r, struct arena *a, const struct report_scope *scope, const char *module,
                       const struct report_human *who, struct sheet *sheet, int64_t *passed, struct error *err)
{
    int64_t row[5], last;
    double *scores;
    size_t count;
    if (!read_row(r, module, who->number, scope->now_ms, row, err))
        return false;
    if (row[0] < 0 && scope->learner == 0)
        return true; /* never met it */
    if (!report_scores(r, a, who->number, module, &scores, &count, &last, err))
        return false;
    double best = (double)row[3];
    for (size_t i = 0; i < count; i++)
        best = scores[i] > best ? scores[i] : best;
    *passed += row[2] > 0;
    sheet_text(sheet, who->name);
    sheet_text(sheet, who->account);
    sheet_text(sheet, who->home);
    sheet_text(sheet, report_standing(row[2] > 0, row[1] > 0, row[4]));
    sheet_score(sheet, best);
    sheet_number(sheet, (int64_t)count);
    sheet_trend(sheet, scores, count);
    sheet_number(sheet, row[0] > last ? row[0] : last);
    sheet_text(sheet, who->device);
    sheet_number(sheet, who->synced_ms);
    return true;
}

/* ---- questions ---- */

/* Answers of the newest text of each question; of each learner the first one; of its time the median. SQLite takes what
 * stands beside min() and max() from the row that has it. */
static const char weak[] =
    "WITH given AS MATERIALIZED (SELECT t.learner, w.question, w.question_revision AS revision, w.fraction, w.ms, w.at"
    "  FROM learner l CROSS JOIN attempt t ON t.learner = l.number AND t.module = ?1 AND t.state = 1"
    "  CROSS JOIN answer w ON w.attempt = t.id WHERE w.type <> 'description'),"
    " newest AS (SELECT question, revision, max(at) FROM given GROUP BY question),"
    " first AS (SELECT g.question, g.fraction, g.ms, min(g.at) FROM given g JOIN newest n USING (question, revision)"
    "  GROUP BY g.question, g.learner),"
    " ranked AS (SELECT question, fraction, ms, row_number() OVER (PARTITION BY question ORDER BY ms) AS place,"
    "  count(*) OVER (PARTITION BY question) AS n FROM first)"
    " SELECT question, n, sum(fraction > 0.999), CAST(avg(iif(place IN ((n + 1) / 2, (n + 2) / 2), ms, NULL)) AS INTEGER)"
    " FROM ranked GROUP BY question ORDER BY sum(fraction > 0.999) * 1.0 / n, question";

static const char *name_of(const struct report_name *names, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i].id, id) == 0)
            return names[i].text;
    return id;
}

static bool add_questions(struct record *r, const char *module, const struct report_name *names, size_t count,
                          struct sheet *sheet, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, weak, err);
    if (s == NULL || !db_bind(s, "s", module))
        return false;
    int got;
    while ((got = db_step(r->db, s, err)) > 0) {
        int64_t asked = sqlite3_column_int64(s, 1), right = sqlite3_column_int64(s, 2);
        sheet_text(sheet, name_of(names, count, db_text(s, 0)));
        sheet_text(sheet, db_text(s, 0));
        sheet_of(sheet, right, asked);
        sheet_score(sheet, asked > 0 ? 100.0 * (double)right / (double)asked : -1);
        sheet_number(sheet, sqlite3_column_int64(s, 3));
    }
    return got == 0;
}

/* ---- all ---- */

static bool add_summary(struct record *r, const char *module, int64_t passed, int64_t people, struct sheet *sheet, struct error *err)
{
    int64_t yes, no, count;
    if (!record_solved_count(r, module, 0, &yes, &no, err) ||
        !db_number(r->db, &count, 0, err, "SELECT count(*) FROM note WHERE module = ?", "s", module))
        return false;
    sheet_of(sheet, passed, people);
    sheet_of(sheet, yes, yes + no);
    sheet_number(sheet, count);
    return true;
}

static bool add_people(struct record *r, struct arena *a, const struct report_scope *scope, const char *module,
                       struct sheet *sheet, int64_t *passed, struct error *err)
{
    size_t count;
    const struct report_human *all = report_people(r, a, scope, &count, err);
    for (size_t i = 0; all != NULL && i < count; i++)
        if (!add_person(r, a, scope, module, &all[i], sheet, passed, err))
            return false;
    return all != NULL;
}

bool report_module(struct record *r, struct arena *a, const struct report_scope *scope, const char *module, const char *title,
                   const struct report_name *names, size_t name_count, struct report *out, struct error *err)
{
    int64_t passed = 0;
    struct sheet *people = sheet_open(a, "people", "People", people_columns, COLUMNS_OF_PEOPLE);
    struct sheet *questions =
        sheet_open(a, "questions", "Questions, weakest first", question_columns, sizeof question_columns / sizeof *question_columns);
    struct sheet *summary = sheet_open(a, "summary", "In all", summary_columns, sizeof summary_columns / sizeof *summary_columns);
    *out = (struct report){.kind = "module", .of = module, .title = title, .source = scope->source,
                           .notes = "right at first: when they met the question, as it reads now, for the first time.",
                           .empty = "nobody has opened it", .at_ms = scope->now_ms, .sums_first = true};
    if (people == NULL || questions == NULL || summary == NULL)
        return error_memory(err);
    if (!add_people(r, a, scope, module, people, &passed, err))
        return false;
    report_add(out, people);
    if (scope->learner != 0)
        return true; /* the others' answers are theirs */
    if (!add_questions(r, module, names, name_count, questions, err) ||
        !add_summary(r, module, passed, (int64_t)sheet_rows(people), summary, err))
        return false;
    report_add(out, questions);
    report_add(out, summary);
    return true;
}
