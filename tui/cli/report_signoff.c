#include "tui/cli/report.h"

#include "core/base/clock.h"
#include "core/record/report.h"
#include "core/record/signoff_report.h"
#include "tui/content.h"
#include "tui/signing.h"

#include <string.h>

static const struct sheet_column columns[] = {
    {.key = "state", .name = "State"},
    {.key = "person", .name = "Who"},
    {.key = "signer", .name = "Signed by"},
    {.key = "signed", .name = "Signed", .kind = SHEET_DAY},
    {.key = "valid_until", .name = "Valid until", .kind = SHEET_DAY},
    {.key = "countersigner", .name = "Countersigned"},
    {.key = "module", .name = "Module", .shrink = true},
    {.key = "change", .name = "Changed since", .shrink = true},
    {.key = "revision", .name = "Revision", .detail = true},
    {.key = "method", .name = "By", .detail = true},
    {.key = "score", .name = "Score", .kind = SHEET_SCORE, .detail = true},
    {.key = "id", .name = "Sign-off", .detail = true},
};

/* The text as it is installed here: whether a sign-off lapsed by a change is judged by it. */
struct installed {
    const char *module;
    bool known;
    char mark[SIGNOFF_MARK];
    const char *change;
};

static void look_up(struct app *app, const char *module, struct installed *to)
{
    if (to->module != NULL && strcmp(to->module, module) == 0)
        return;
    *to = (struct installed){.module = module};
    to->known = signing_mark(app, app->arena, module, to->mark, &to->change);
}

static void add_row(struct sheet *s, const struct signoff_row *row, const struct installed *installed, int64_t now)
{
    const struct signoff *g = row->signoff;
    enum signoff_state state = signoff_state(g, installed->known ? installed->mark : NULL, now);
    char id[UUID_TEXT];
    uuid_text(&g->id, id);
    sheet_text(s, signoff_state_name(state));
    sheet_text(s, row->person);
    sheet_text(s, g->signer);
    sheet_number(s, g->at);
    sheet_number(s, g->valid_until);
    sheet_text(s, g->countersigned_at != 0 ? g->countersigner : "");
    sheet_text(s, g->module);
    sheet_text(s, state == SIGNOFF_CHANGED ? installed->change : "");
    sheet_text(s, g->revision);
    sheet_text(s, signoff_method_name(g->method));
    sheet_score(s, g->score);
    sheet_text(s, id);
}

bool report_signoff(struct app *app, const char *what, struct report *out, struct error *err)
{
    struct report_scope scope;
    struct target t;
    size_t count;
    struct installed installed = {0};
    const char *module = NULL;
    if (what[0] != '\0' && !content_target(app, app->arena, what, &t, err))
        return false;
    if (what[0] != '\0' && (module = library_address(app->arena, t.channel, t.id, "")) == NULL)
        return error_memory(err);
    struct record *record = report_record(app, &scope, err);
    const struct signoff_row *rows =
        record != NULL ? record_signoff_report(record, app->arena, scope.learner, module, &count, err) : NULL;
    if (rows == NULL)
        return false;
    *out = (struct report){
        .kind = "signoff",
        .of = module != NULL ? module : "",
        .title = module != NULL ? t.title : "Sign-offs",
        .source = scope.source,
        .notes = "Each person's newest sign-off of a module. Lapsing: within 30 days. Changed: by the text that is installed here.",
        .empty = "nothing was signed off here",
        .at_ms = scope.now_ms,
    };
    struct sheet *s = sheet_open(app->arena, "signoffs", "Sign-offs", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        look_up(app, rows[i].signoff->module, &installed);
        add_row(s, &rows[i], &installed, scope.now_ms);
    }
    report_add(out, s);
    return true;
}
