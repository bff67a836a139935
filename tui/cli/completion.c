#include "tui/cli/cli.h"

#include "core/base/output.h"

#include <sysexits.h>

int cli_completion(struct app *app, const struct args *args)
{
    (void)app;
    struct buf out = {0};
    struct error err;
    bool ok;
    if (!commands_completion(args->words[0], &out))
        ok = error_set(&err, EX_USAGE, "completion", args->words[0], "no such shell here", "use bash, zsh or fish");
    else
        ok = output_buf(&out, false, &err);
    buf_free(&out);
    return ok ? EX_OK : app_fail(&err);
}
