#include "tui/cli/learner.h"

#include "tui/cli/cli.h"
#include "tui/cli/visitor.h"

#include <string.h>
#include <sysexits.h>

static bool usage(const char *why, struct error *err)
{
    return error_set(err, EX_USAGE, "learner", NULL, why, "see `crib learner --help`");
}

static bool run(struct app *app, const struct args *args, struct error *err)
{
    const char *act = args->words[0];
    bool exports = strcmp(act, "export") == 0;
    if (!exports && (strcmp(act, "forget") != 0 || args->count > 1))
        return usage("it takes export [FILE|DIR], or forget", err);
    if (!visitor_ask(app, err))
        return false;
    return exports ? learner_export(app, args->count > 1 ? args->words[1] : NULL, args_flag(args, "json"), err)
                   : learner_forget(app, args, err);
}

int cli_learner(struct app *app, const struct args *args)
{
    struct error err = {0};
    return run(app, args, &err) ? EX_OK : app_fail(&err);
}
