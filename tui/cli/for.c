/* What fits a code, an asset and a stage of the work: for scripts, ticket systems and the keys of other programs. */
#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/fits.h"
#include "tui/missed.h"
#include "tui/staging.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { NOTHING = 1 };

static void as_text(struct buf *out, const struct fits *q, const struct fit *f)
{
    struct buf line = {0};
    buf_addf(&line, "%s%s%s%s%s  %s", f->only ? "" : f->channel, f->only ? "" : "/", f->id, f->anchor[0] != '\0' ? "#" : "",
             f->anchor, f->title);
    if (f->minutes > 0)
        buf_addf(&line, " (%d min)", f->minutes);
    if (!f->on_device)
        buf_adds(&line, ", not on this device");
    text_safe(out, buf_text(&line), line.len, 0);
    buf_adds(out, "\n    ");
    fit_reasons(q, f, out);
    buf_addc(out, '\n');
    buf_free(&line);
}

static void reason_json(struct json *j, const char *kind, const char *value, const char *trigger)
{
    json_open_object(j, NULL);
    json_string(j, "by", kind);
    json_string(j, "value", value);
    if (trigger != NULL)
        json_string(j, "trigger", trigger);
    json_close_object(j);
}

static void as_json(struct json *j, struct arena *a, const struct fits *q, const struct fit *f)
{
    const char *address = library_address(a, f->channel, f->id, f->anchor),
               *link = library_link(a, f->channel, f->id, f->anchor);
    json_open_object(j, NULL);
    json_string(j, "channel", f->channel);
    json_string(j, "id", f->id);
    json_string(j, "kind", module_kind_name(f->kind));
    json_string(j, "title", f->title);
    json_string(j, "problem", f->problem);
    json_int(j, "minutes", f->minutes);
    json_string(j, "format", module_format_name(f->format));
    json_bool(j, "on_device", f->on_device);
    json_string(j, "section", f->anchor);
    json_string(j, "heading", f->heading);
    json_string(j, "address", address != NULL ? address : "");
    json_string(j, "link", link != NULL ? link : "");
    json_open_array(j, "why");
    if (f->code != NULL)
        reason_json(j, "code", q->code, f->code);
    if (f->asset != NULL)
        reason_json(j, "asset", q->asset, f->asset);
    if (f->stage)
        reason_json(j, "stage", q->stage, NULL);
    json_close_array(j);
    json_close_object(j);
}

static bool print(struct app *app, const struct args *args, struct fits *q, size_t limit, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    size_t n = q->count < limit ? q->count : limit;
    bool json = args_flag(args, "json");
    if (json)
        json_open_array(&j, NULL);
    for (size_t i = 0; i < n; i++)
        if (json)
            as_json(&j, app->arena, q, &q->items[i]);
        else
            as_text(&out, q, &q->items[i]);
    if (json) {
        json_close_array(&j);
        output_end_json(&out);
    } else if (n < q->count) {
        buf_addf(&out, "(%zu of %zu; --limit N shows more)\n", n, q->count);
    }
    return output_buf(&out, true, err);
}

/* What isn't said is the place's. */
static bool ask(struct app *app, const struct args *args, const char **role, struct fits *q, struct error *err)
{
    const char *code = args_value(args, "code"), *asset = args_value(args, "asset"), *stage = args_value(args, "stage");
    if (app_config(app, err) == NULL)
        return false;
    *role = args_value(args, "role");
    q->code = code != NULL ? code : "";
    q->asset = asset != NULL ? asset : app_context(app)->asset;
    q->stage = stage != NULL ? stage : app_stage(app);
    if (*role != NULL)
        q->roles = (struct strings){role, 1};
    else if (!args_flag(args, "all"))
        q->roles = app_roles(app);
    return q->code[0] != '\0' || q->asset[0] != '\0' || q->stage[0] != '\0' ||
           error_set(err, EX_USAGE, "nothing to go by", NULL, "no code, asset or stage",
                     "say --code, --asset or --stage, or keep a .crib file in the directory");
}

int cli_for(struct app *app, const struct args *args)
{
    struct error err;
    const char *role;
    long limit;
    struct fits q = {0};
    bool ok = args_number(args, "limit", 1, FITS_MOST, 20, &limit, &err) && ask(app, args, &role, &q, &err);
    if (ok)
        staging_say(app, q.stage);
    if (ok)
        staging_say_role(app, role);
    ok = ok && fits_find(app, &q, &err) && print(app, args, &q, (size_t)limit, &err);
    fits_close(&q);
    if (!ok)
        return app_fail(&err);
    if (!q.code_known)
        missed(app, GAP_CODE, q.code);
    if (q.code[0] != '\0' && !q.code_known && q.count > 0) { /* what fits the rest is no answer to it */
        error_set(&err, EX_NOINPUT, "nothing here knows this code", q.code, NULL, "`crib find` looks for words");
        error_print(&err, "crib", stderr);
    }
    if (q.count > 0)
        return EX_OK;
    if (!args_flag(args, "json"))
        fputs(missed_all(app)     ? "nothing fits: " MISSED_ALL "\n"
              : q.roles.count > 0 ? "nothing fits (--all looks beyond your roles)\n"
                                  : "nothing fits\n",
              stderr);
    return NOTHING;
}
