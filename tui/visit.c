#include "tui/visit.h"

#include "core/base/account.h"
#include "core/base/strings.h"
#include "core/base/text.h"

#include <string.h>
#include <sysexits.h>

bool visit_shared(struct app *app)
{
    if (app->kiosk != NULL)
        return true;
    struct error ignored;
    const struct config *config = app_config(app, &ignored);
    struct strings shared = config != NULL ? config_list(config, CONFIG_SHARED_ACCOUNTS) : (struct strings){0};
    if (shared.count == 0)
        return false;
    if (app->account == NULL)
        app->account = account_name(app->arena);
    return app->account == NULL || strings_has(shared, app->account); /* memory is out: rather ask than mix people up */
}

bool visit_wanted(struct app *app)
{
    return app->preview == NULL && app->visitor == NULL && visit_shared(app);
}

const char *visit_name(const struct app *app)
{
    return app->visitor != NULL ? app->visitor : "";
}

/* No account of the system holds a colon: who badges in as `root` is not root. */
static bool visitor_account(struct app *app, struct buf *account)
{
    buf_adds(account, "name:");
    text_fold(account, app->visitor, strlen(app->visitor));
    return buf_ok(account);
}

bool visit_learner(struct app *app, int64_t *learner, struct error *err)
{
    *learner = 0;
    if (visit_wanted(app))
        return true;
    if (app->visitor == NULL) {
        const char *own = account_name(app->arena);
        return own != NULL ? record_learner(app->record, own, learner, err) : error_memory(err);
    }
    struct buf account = {0};
    bool ok = visitor_account(app, &account) ? record_learner(app->record, buf_text(&account), learner, err)
                                             : error_memory(err);
    buf_free(&account);
    return ok;
}

static bool name_refused(const char *why, struct error *err)
{
    return error_set(err, EX_USAGE, "cannot take that badge or name", NULL, why, "scan the badge again, or type your name");
}

bool visit_begin(struct app *app, const char *name, struct error *err)
{
    struct str said = str_trim(str_of(name));
    struct buf folded = {0};
    text_fold(&folded, said.p, said.n);
    bool empty = folded.len == 0;
    buf_free(&folded);
    if (empty)
        return name_refused("it is empty", err);
    if (said.n > VISIT_NAME_MOST)
        return name_refused("it is longer than 100 bytes", err);
    if (text_control(said.p, said.n) < said.n)
        return name_refused("it holds what no name holds", err);
    const char *visitor = arena_copy(app->arena, said.p, said.n);
    if (visitor == NULL)
        return error_memory(err);
    app->visitor = visitor;
    /* An open record has its learner already, and one that is open to read knows no new ones. */
    if (app_record(app, err) != NULL && visit_learner(app, &app->learner, err))
        return true;
    visit_end(app);
    return false;
}

void visit_end(struct app *app)
{
    app->visitor = NULL;
    app->learner = 0;
}

bool visit_refuse(struct app *app, struct error *err)
{
    return error_set(err, EX_NOPERM, "nobody has said who learns", NULL,
                     app->account != NULL ? arena_printf(app->arena, "several people share the account %s", app->account)
                                          : "several people share this account",
                     "on a terminal crib asks for badge or name");
}
