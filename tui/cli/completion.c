#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"

#include <sysexits.h>

static bool print_json(const char *shell, const struct buf *script, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_string(&j, "shell", shell);
    json_text(&j, "script", buf_text(script), script->len);
    json_close_object(&j);
    output_end_json(&out);
    return buf_ok(script) ? output_buf(&out, false, err) : (buf_free(&out), error_memory(err));
}

int cli_completion(struct app *app, const struct args *args)
{
    (void)app;
    struct buf out = {0};
    struct error err;
    bool ok;
    if (!commands_completion(args->words[0], &out))
        ok = error_set(&err, EX_USAGE, "completion", args->words[0], "no such shell here", "use bash, zsh or fish");
    else
        ok = args_flag(args, "json") ? print_json(args->words[0], &out, &err) : output_buf(&out, false, &err);
    buf_free(&out);
    return ok ? EX_OK : app_fail(&err);
}
