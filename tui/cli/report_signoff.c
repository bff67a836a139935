#include "core/library/library_list.h"
#include "tui/cli/report.h"

#include "core/record/report.h"
#include "tui/content.h"
#include "tui/signing.h"
#include "tui/visit.h"

static bool mark(void *context, const char *module, char to[SIGNOFF_MARK], const char **change)
{
    struct app *app = context;
    return signing_mark(app, app->arena, module, to, change);
}

/* What is to be signed here, and by whom. */
static bool signing(struct app *app, unsigned only, struct report_signing *by, struct error *err)
{
    enum { ALL = 1 << 20 };
    const struct library_filter filter = {.modules = true, .sign_off = true};
    struct facts *modules;
    size_t count;
    struct library *l = app_library(app, err);
    if (l == NULL || !library_list(l, app->arena, &filter, 0, ALL, &modules, &count, err))
        return false;
    *by = (struct report_signing){.mark = mark, .context = app, .modules = modules, .count = count, .only = only,
                                  .roles = app->config != NULL ? config_list(app->config, CONFIG_ROLES) : (struct strings){0},
                                  .account = visit_shared(app) ? app->account : NULL};
    return true;
}

bool report_signoff(struct app *app, const char *what, unsigned only, struct report *out, struct error *err)
{
    struct report_scope scope;
    struct report_signing by;
    struct target t;
    const char *module = NULL;
    if (what[0] != '\0' && !content_target(app, app->arena, what, &t, err))
        return false;
    if (what[0] != '\0' && (module = library_address(app->arena, t.channel, t.id, "")) == NULL)
        return error_memory(err);
    struct record *record = signing(app, only, &by, err) ? report_record(app, &scope, err) : NULL;
    return record != NULL && report_signoffs(record, app->arena, &scope, module, module != NULL ? t.title : NULL, &by, out, err);
}

bool report_signed(struct app *app, struct record *record, const struct report_scope *scope, struct report *out, struct error *err)
{
    struct report_signing by;
    const struct sheet *sheet = signing(app, 0, &by, err) ? report_signoff_sheet(record, app->arena, scope, NULL, &by, err) : NULL;
    if (sheet != NULL)
        report_add(out, sheet);
    return sheet != NULL;
}
