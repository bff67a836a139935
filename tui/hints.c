#include "tui/hints.h"

#include "core/base/clock.h"
#include "core/record/hint.h"
#include "core/record/progress.h"
#include "tui/visit.h"

#include <inttypes.h>

static void add_settings(struct app *app, struct buf *out)
{
    struct strings roles = app_roles(app);
    const char *language = app->config != NULL ? config_text(app->config, CONFIG_LANGUAGE) : "";
    if (language[0] != '\0')
        buf_addf(out, "language %s\n", language);
    for (size_t i = 0; i < roles.count; i++)
        buf_addf(out, "role %s\n", roles.items[i]);
}

static bool add_passed(struct app *app, struct buf *out)
{
    size_t count;
    struct arena *a = arena_open();
    const struct progress *all =
        a != NULL ? record_progress_all(app->record, a, app->learner, clock_wall_ms(), &count, NULL) : NULL;
    for (size_t i = 0; all != NULL && i < count; i++) {
        int64_t at = all[i].passed_at > all[i].completed_at ? all[i].passed_at : all[i].completed_at;
        if (all[i].learned == LEARNED_PASSED)
            buf_addf(out, "passed %s %.16s %" PRId64 "\n", all[i].module, all[i].revision, at);
    }
    bool ok = all != NULL;
    arena_close(a);
    return ok;
}

void hints_move(struct app *app)
{
    struct error err;
    struct offers before = {0};
    struct buf taken = {0}, known = {0};
    const char *state = app->places.state;
    if (app->preview != NULL || !offers_wanted(state))
        return;
    bool nobody = visit_shared(app);
    bool ok = app_config(app, &err) != NULL && offers_open(state, &before, NULL) && offers_take(state, &taken, NULL) &&
              (taken.len == 0 || nobody || record_hints(app->record, app->learner, &taken, config_share(app->config), NULL));
    buf_adds(&known, OFFERS_FIRST_LINE);
    add_settings(app, &known);
    ok = ok && (nobody || add_passed(app, &known));
    offers_keep(&before.known, clock_wall_ms(), &known);
    offers_keep(&taken, clock_wall_ms(), &known);
    if (ok && buf_ok(&known) && buf_ok(&taken) && offers_know(state, &known, NULL))
        offers_moved(state);
    offers_close(&before);
    buf_free(&taken);
    buf_free(&known);
}
