#include "tui/cli/cli.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/library/lint.h"

#include <stdio.h>
#include <sysexits.h>

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static bool print(const struct diags *diags, const struct lint_counts *counts, bool json, struct error *err)
{
    struct buf out = {0};
    if (json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_int(&j, "errors", (int64_t)diags_errors(diags));
        json_int(&j, "warnings", (int64_t)diags_warnings(diags));
        json_int(&j, "modules", (int64_t)counts->modules);
        json_int(&j, "pages", (int64_t)counts->pages);
        json_int(&j, "programmes", (int64_t)counts->programmes);
        json_int(&j, "questions", (int64_t)counts->questions);
        diags_json(diags, &j, "problems");
        json_close_object(&j);
        output_end_json(&out);
    } else {
        diags_text(diags, &out);
    }
    bool ok = output_buf(&out, false, err);
    char programmes[48] = "";
    if (counts->programmes > 0)
        snprintf(programmes, sizeof programmes, ", %zu programme%s", counts->programmes, plural(counts->programmes));
    if (ok && !json)
        fprintf(stderr, "%zu module%s, %zu page%s%s, %zu question%s: %zu error%s, %zu warning%s\n", counts->modules,
                plural(counts->modules), counts->pages, plural(counts->pages), programmes, counts->questions,
                plural(counts->questions), diags_errors(diags), plural(diags_errors(diags)), diags_warnings(diags),
                plural(diags_warnings(diags)));
    return ok;
}

static bool check(const struct args *args, struct diags *diags, struct lint_counts *counts, struct error *err)
{
    char today[16];
    clock_format_day(clock_wall_ms(), today, sizeof today);
    if (args->count == 0)
        return lint_path(".", today, diags, counts, err);
    for (size_t i = 0; i < args->count; i++)
        if (!lint_path(args->words[i], today, diags, counts, err))
            return false;
    return true;
}

int cli_lint(struct app *app, const struct args *args)
{
    (void)app;
    struct error err;
    struct lint_counts counts = {0};
    struct diags *diags = diags_open();
    bool ok = diags != NULL ? check(args, diags, &counts, &err) : error_memory(&err);
    if (ok) {
        diags_sort(diags);
        ok = print(diags, &counts, args_flag(args, "json"), &err);
    }
    bool errors = ok && diags_errors(diags) > 0;
    diags_close(diags);
    if (!ok)
        return app_fail(&err);
    return errors ? EX_DATAERR : EX_OK;
}
