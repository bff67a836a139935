#include "tui/cli/cli.h"

#include "core/base/db.h"
#include "core/base/json.h"
#include "core/base/output.h"

#include <cmark.h>
#include <sodium.h>
#include <string.h>
#include <sysexits.h>

int cli_version(struct app *app, const struct args *args)
{
    (void)app;
    struct buf out = {0};
    if (args_flag(args, "json")) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "crib", CRIB_VERSION);
        json_string(&j, "sqlite", db_engine());
        json_string(&j, "cmark", cmark_version_string());
        json_string(&j, "libsodium", sodium_version_string());
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "crib %s (SQLite %s, cmark %s, libsodium %s)\n", CRIB_VERSION, db_engine(),
                 cmark_version_string(), sodium_version_string());
    }
    struct error err;
    bool ok = output_buf(&out, false, &err);
    return ok ? EX_OK : app_fail(&err);
}
