/* crib report person: what one person began and passed. */
#include "core/record/chain.h"
#include "core/record/element.h"
#include "core/record/report.h"

static const struct sheet_column module_columns[] = {
    {.key = "title", .name = "module", .kind = SHEET_TEXT, .shrink = true},
    {.key = "module", .name = "address", .kind = SHEET_TEXT, .detail = true},
    {.key = "standing", .name = "standing", .kind = SHEET_TEXT},
    {.key = "score", .name = "best score", .kind = SHEET_SCORE, .bar = true, .plot = true},
    {.key = "attempts", .name = "attempts", .kind = SHEET_COUNT},
    {.key = "trend", .name = "trend", .kind = SHEET_TREND},
    {.key = "last", .name = "last", .kind = SHEET_DAY},
};

static const struct sheet_column programme_columns[] = {
    {.key = "title", .name = "programme", .kind = SHEET_TEXT, .shrink = true},
    {.key = "programme", .name = "address", .kind = SHEET_TEXT, .detail = true},
    {.key = "done", .name = "done", .kind = SHEET_OF, .bar = true},
    {.key = "due", .name = "due", .kind = SHEET_DAY},
};

struct touched {
    const char *module, *title;
    bool begun, passed;
    int64_t opened_at, fading;
    double score;
};

static bool read_touched(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct touched *t = row;
    *t = (struct touched){.module = column_copy(a, s, 0),
                          .title = column_copy(a, s, 1),
                          .opened_at = sqlite3_column_int64(s, 2),
                          .begun = sqlite3_column_int(s, 3) != 0,
                          .passed = sqlite3_column_int(s, 4) != 0,
                          .score = sqlite3_column_double(s, 5),
                          .fading = sqlite3_column_int64(s, 6)};
    return t->module != NULL && t->title != NULL;
}

static const struct touched *touched(struct record *r, struct arena *a, const struct report_scope *scope, size_t *count,
                                     struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db,
        "SELECT module, iif(title <> '', title, module), opened_at, begun_at <> 0,"
        " passed_at <> 0 OR (completed_at <> 0 AND has_quiz = 0), score,"
        " (SELECT count(*) FROM recall c WHERE c.learner = m.learner AND c.module = m.module AND c.due_at <= ?2)"
        " FROM module m WHERE learner = ?1 AND (begun_at <> 0 OR passed_at <> 0 OR completed_at <> 0) ORDER BY 2 COLLATE NOCASE, 1",
        err);
    return s != NULL && db_bind(s, "ii", scope->learner, scope->now_ms)
               ? rows_read(r, a, s, sizeof(struct touched), read_touched, count, err)
               : NULL;
}

static bool add_modules(struct record *r, struct arena *a, const struct report_scope *scope, report_title *title, void *context,
                        struct sheet *sheet, struct error *err)
{
    size_t count, attempts;
    const struct touched *all = touched(r, a, scope, &count, err);
    for (size_t i = 0; all != NULL && i < count; i++) {
        const struct touched *t = &all[i];
        double *scores, best = t->score;
        int64_t last;
        if (!report_scores(r, a, scope->learner, t->module, &scores, &attempts, &last, err))
            return false;
        for (size_t k = 0; k < attempts; k++)
            best = scores[k] > best ? scores[k] : best;
        const char *now = title(context, t->module);
        sheet_text(sheet, now != NULL ? now : t->title);
        sheet_text(sheet, t->module);
        sheet_text(sheet, report_standing(t->passed, t->begun, t->fading));
        sheet_score(sheet, best);
        sheet_number(sheet, (int64_t)attempts);
        sheet_trend(sheet, scores, attempts);
        sheet_number(sheet, t->opened_at > last ? t->opened_at : last);
    }
    return all != NULL;
}

static bool add_programme(struct record *r, struct arena *a, const struct report_scope *scope, const struct library_programme *p,
                          struct sheet *sheet, struct error *err)
{
    int64_t done = 0, due = 0;
    bool begun = false;
    struct element_progress *x = arena_array(a, p->programme.count, sizeof *x);
    if (x == NULL)
        return error_memory(err);
    if (!record_elements(r, a, scope->learner, p->channel, &p->programme, scope->now_ms, x, err))
        return false;
    for (size_t i = 0; i < p->programme.count; i++) {
        begun = begun || x[i].state != ELEMENT_OPEN;
        done += x[i].state == ELEMENT_DONE;
        if (x[i].state != ELEMENT_DONE && x[i].due_at != 0 && (due == 0 || x[i].due_at < due))
            due = x[i].due_at;
    }
    if (!begun)
        return true;
    sheet_text(sheet, p->programme.title);
    sheet_text(sheet, p->address);
    sheet_of(sheet, done, (int64_t)p->programme.count);
    sheet_number(sheet, due);
    return true;
}

bool report_person(struct record *r, struct arena *a, const struct report_scope *scope, const char *name,
                   const struct library_programme *programmes, size_t count, report_title *title, void *context,
                   struct report *out, struct error *err)
{
    struct sheet *modules = sheet_open(a, "modules", "Modules", module_columns, sizeof module_columns / sizeof *module_columns);
    struct sheet *taken =
        sheet_open(a, "programmes", "Programmes", programme_columns, sizeof programme_columns / sizeof *programme_columns);
    *out = (struct report){.kind = "person", .of = name, .title = name, .source = scope->source, .notes = "",
                           .empty = "nothing was begun", .at_ms = scope->now_ms};
    if (modules == NULL || taken == NULL)
        return error_memory(err);
    if (!add_modules(r, a, scope, title, context, modules, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_programme(r, a, scope, &programmes[i], taken, err))
            return false;
    report_add(out, modules);
    report_add(out, taken);
    return true;
}
