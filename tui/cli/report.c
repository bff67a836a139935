#include "tui/cli/report.h"

#include "core/base/clock.h"
#include "core/base/syncing.h"
#include "core/base/text.h"
#include "core/record/report.h"
#include "tui/cli/cli.h"
#include "tui/cli/learner.h"
#include "tui/cli/visitor.h"
#include "tui/content.h"
#include "tui/visit.h"

#include <string.h>
#include <sysexits.h>

enum { SEES_ALL = RIGHT_TRAINER | RIGHT_SUPERVISOR | RIGHT_ADMINISTRATOR };

/* ---- who may see whom ---- */

static int64_t last_sync(struct app *app)
{
    struct syncing known;
    const char *path = syncing_path(app->arena, &app->places);
    bool any = path != NULL && syncing_read(app->arena, path, &known) && known.end_count > 0;
    return any ? known.ends[known.end_count - 1].ended_ms : 0;
}

/* An account's record that isn't there yet holds nobody. */
struct record *report_record(struct app *app, struct report_scope *scope, struct error *err)
{
    *scope = (struct report_scope){.now_ms = clock_wall_ms(), .source = "This device", .synced_ms = last_sync(app)};
    if (visit_shared(app) && !visitor_ask(app, err))
        return NULL;
    struct error broken = {0};
    struct record *record = app_record_if_any(app, &broken);
    if (broken.code != 0)
        *err = broken;
    else if (record == NULL)
        record = app_record(app, err); /* an empty one */
    if (record != NULL && visit_shared(app) && !visit_may(app, SEES_ALL))
        scope->learner = app->learner;
    return record;
}

/* ---- programme, module ---- */

static bool programme(struct app *app, const char *what, struct report *out, struct error *err)
{
    struct report_scope scope;
    struct library *l = app_library(app, err);
    const struct library_programme *p = l != NULL ? library_programme(l, app->arena, what, err) : NULL;
    const char *const *titles = p != NULL ? library_element_titles(l, app->arena, p, err) : NULL;
    struct record *record = titles != NULL ? report_record(app, &scope, err) : NULL;
    return record != NULL && report_programme(record, app->arena, &scope, p, titles, out, err);
}

/* What a question without a title asks. */
static const char *asked(const struct question *q)
{
    return q->title != NULL ? q->title : q->stem.text;
}

static bool question_names(struct app *app, const struct target *t, struct report_name **names, size_t *count, struct error *err)
{
    struct error ignored;
    struct content *c = content_open(app, t->key, &ignored); /* its text may be elsewhere */
    size_t n = c != NULL ? c->questions.count : 0;
    *count = 0;
    *names = arena_array(app->arena, n, sizeof **names);
    for (size_t i = 0; *names != NULL && i < n; i++) {
        const char *id = arena_strdup(app->arena, c->questions.items[i]->id);
        const char *text = arena_strdup(app->arena, asked(c->questions.items[i]));
        if (id != NULL && text != NULL)
            (*names)[(*count)++] = (struct report_name){id, text};
    }
    content_close(c);
    return *names != NULL || error_memory(err);
}

static bool module(struct app *app, const char *what, struct report *out, struct error *err)
{
    struct report_scope scope;
    struct target t;
    struct report_name *names;
    size_t count;
    if (!content_target(app, app->arena, what, &t, err) || !question_names(app, &t, &names, &count, err))
        return false;
    const char *address = library_address(app->arena, t.channel, t.id, "");
    struct record *record = address != NULL ? report_record(app, &scope, err) : NULL;
    return record != NULL && report_module(record, app->arena, &scope, address, t.title, names, count, out, err);
}

/* ---- person ---- */

static bool same_name(const char *a, const char *b)
{
    struct buf x = {0}, y = {0};
    text_fold(&x, a, strlen(a));
    text_fold(&y, b, strlen(b));
    bool same = buf_ok(&x) && buf_ok(&y) && strcmp(buf_text(&x), buf_text(&y)) == 0;
    buf_free(&x);
    buf_free(&y);
    return same;
}

/* By badge, whole name or account; the system's accounts and who was removed, too: the record is still theirs. */
static bool meant(struct app *app, struct record *record, const char *said, struct learner *who, struct error *err)
{
    const struct report_scope everybody = {.source = ""};
    int64_t badge, found = 0;
    size_t count, matches = 0;
    if (!learner_by_badge(record, said, &badge, err))
        return false;
    const struct report_human *all = report_people(record, app->arena, &everybody, &count, err);
    for (size_t i = 0; all != NULL && i < count; i++)
        if (all[i].number == badge || (badge == 0 && (same_name(all[i].name, said) || strcmp(all[i].account, said) == 0))) {
            found = all[i].number;
            matches++;
        }
    if (all == NULL)
        return false;
    if (matches == 0)
        return error_set(err, EX_NOUSER, "nobody has this badge or name", said, NULL, "`crib learner list --all` names everybody");
    if (matches > 1)
        return error_set(err, EX_DATAERR, "several have this name", said, NULL, "say the badge");
    return learner_get(record, app->arena, found, who, err);
}

static const char *title_now(void *context, const char *module)
{
    struct app *app = context;
    struct target *targets;
    size_t count;
    struct error ignored;
    const char *link = arena_printf(app->arena, "crib://%s", module);
    bool found = link != NULL && library_resolve(app->library, app->arena, link, &targets, &count, &ignored) && count > 0;
    return found ? targets[0].title : NULL;
}

static bool person(struct app *app, const char *said, struct report *out, struct error *err)
{
    struct report_scope scope;
    struct library_programme *programmes;
    size_t count;
    struct learner who;
    struct library *l = app_library(app, err);
    struct record *record = l != NULL ? report_record(app, &scope, err) : NULL;
    if (record == NULL || !library_programmes(l, app->arena, NULL, &programmes, &count, err))
        return false;
    if (said[0] == '\0' ? !learner_get(record, app->arena, app->learner, &who, err) : !meant(app, record, said, &who, err))
        return false;
    if (scope.learner != 0 && scope.learner != who.number)
        return error_set(err, EX_NOPERM, "cannot show the report", said, "it is somebody else's", "ask a trainer or supervisor");
    scope.learner = who.number;
    return report_person(record, app->arena, &scope, who.name, programmes, count, title_now, app, out, err) &&
           report_signed(app, record, &scope, out, err);
}

/* ---- all ---- */

static const struct kind {
    const char *name;
    bool (*make)(struct app *app, const char *what, struct report *out, struct error *err); /* NULL: report_signoff */
    bool needs; /* a word behind it */
} kinds[] = {{"programme", programme, true}, {"module", module, true}, {"person", person, false}, {"signoff", NULL, false}};

static const struct kind *kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

static bool make(struct app *app, const struct kind *kind, const struct args *args, struct error *err)
{
    struct report report;
    unsigned only = (args_value(args, "missing") != NULL ? SIGNOFFS_MISSING : 0) | (args_value(args, "lapsing") != NULL ? SIGNOFFS_LAPSING : 0);
    struct buf what = {0};
    struct args rest = *args;
    rest.words++;
    rest.count--;
    args_join(&rest, &what);
    bool ok = buf_ok(&what) || error_memory(err);
    if (ok && kind->needs && what.len == 0)
        ok = error_set(err, EX_USAGE, "of what?", NULL, NULL, kind->make == module ? "`crib report module WHAT`" : "`crib list --programmes` names them");
    ok = ok && (kind->make != NULL ? kind->make(app, buf_text(&what), &report, err) : report_signoff(app, buf_text(&what), only, &report, err)) &&
         report_print(&report, report_form_of(args), args_value(args, "part"), err);
    buf_free(&what);
    return ok;
}

/* The network, and a server's own directory, are crib-sync's. */
static int of_site(struct app *app, const struct args *args)
{
    enum { WORDS = 40, OPTIONS = 11 };
    static const char *const names[OPTIONS] = {"site", "credentials", "data",    "part",    "csv", "json",
                                               "html", "plain",       "missing", "lapsing", NULL};
    const char *argv[WORDS + 2 * OPTIONS + 3] = {"report"};
    size_t n = 1;
    struct error err;
    for (size_t i = 0; names[i] != NULL; i++) {
        const char *value = args_value(args, names[i]);
        if (value != NULL)
            argv[n++] = arena_printf(app->arena, value[0] != '\0' ? "--%s=%s" : "--%s", names[i], value);
    }
    argv[n++] = "--";
    for (size_t i = 0; i < args->count && i < WORDS; i++)
        argv[n++] = args->words[i];
    app_become_sync(app, argv, &err);
    return app_fail(&err);
}

int cli_report(struct app *app, const struct args *args)
{
    struct error err;
    if (args_value(args, "site") != NULL || args_value(args, "data") != NULL)
        return of_site(app, args);
    const struct kind *kind = kind_of(args->words[0]);
    bool ok;
    if (strcmp(args->words[0], "gaps") == 0)
        ok = report_gaps(app, args, &err);
    else if (kind != NULL)
        ok = make(app, kind, args, &err);
    else
        ok = error_set(&err, EX_USAGE, "there is no such report", args->words[0], NULL, "programme, module, person, signoff or gaps");
    return ok ? EX_OK : app_fail(&err);
}
