#include "tui/cli/report.h"

#include "core/record/report.h"
#include "tui/content.h"
#include "tui/signing.h"

static bool mark(void *context, const char *module, char to[SIGNOFF_MARK], const char **change)
{
    struct app *app = context;
    return signing_mark(app, app->arena, module, to, change);
}

bool report_signoff(struct app *app, const char *what, struct report *out, struct error *err)
{
    struct report_scope scope;
    struct target t;
    const char *module = NULL;
    if (what[0] != '\0' && !content_target(app, app->arena, what, &t, err))
        return false;
    if (what[0] != '\0' && (module = library_address(app->arena, t.channel, t.id, "")) == NULL)
        return error_memory(err);
    struct record *record = report_record(app, &scope, err);
    return record != NULL && report_signoffs(record, app->arena, &scope, module, module != NULL ? t.title : NULL, mark, app, out, err);
}

bool report_signed(struct app *app, struct record *record, const struct report_scope *scope, struct report *out, struct error *err)
{
    const struct sheet *sheet = report_signoff_sheet(record, app->arena, scope, NULL, mark, app, err);
    if (sheet != NULL)
        report_add(out, sheet);
    return sheet != NULL;
}
