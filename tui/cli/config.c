#include "tui/cli/cli.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/kiosk.h"
#include "tui/cli/share.h"
#include "tui/staging.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* "user (/home/a/.config/crib/config.yaml:3)" */
static const char *origin_of(struct app *app, const char *name, const struct config_value *v)
{
    if (v->where[0] == '\0')
        return name;
    return v->line > 0 ? arena_printf(app->arena, "%s (%s:%zu)", name, v->where, v->line)
                       : arena_printf(app->arena, "%s (%s)", name, v->where);
}

/* The yes to sharing stands in the record, where nothing forbids it. Else what the configuration says. */
static struct config_value value_of(const struct config *c, int key, const struct sharing *sharing, char at[40])
{
    struct config_value v = *config_get(c, (enum config_key)key);
    if (key == CONFIG_SHARE && sharing->on) {
        v.yes = true;
        v.text = "yes";
        v.where = at;
        clock_format(sharing->since, clock_offset_minutes(sharing->since), at, 40);
    }
    return v;
}

static const char *origin_name(int key, const struct config_value *v)
{
    return key == CONFIG_SHARE && v->yes ? "record" : config_origin_name(v->origin);
}

static bool print_table(struct app *app, const struct config *c, const struct sharing *sharing, struct error *err)
{
    static const struct table_column columns[] = {{"key", false, false}, {"value", false, true}, {"from", false, false}};
    struct table *t = table_open(columns, 3);
    if (t == NULL)
        return error_memory(err);
    for (int i = 0; i < CONFIG_KEYS; i++) {
        char at[40];
        struct config_value v = value_of(c, i, sharing, at);
        table_add(t, config_key_name((enum config_key)i));
        table_add(t, v.text);
        table_add(t, origin_of(app, origin_name(i, &v), &v));
    }
    bool ok = table_print(t, "", err);
    table_close(t);
    return ok;
}

static void value_json(struct json *j, const struct config_value *v)
{
    if (v->type == CONFIG_YES_NO) {
        json_bool(j, "value", v->yes);
    } else if (v->type == CONFIG_TEXT || v->type == CONFIG_MAPPING || v->type == CONFIG_EVERY) {
        json_string(j, "value", v->text);
    } else {
        json_strings(j, "value", v->list);
    }
}

static bool print_json(const struct config *c, const struct sharing *sharing, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    for (int i = 0; i < CONFIG_KEYS; i++) {
        char at[40];
        struct config_value v = value_of(c, i, sharing, at);
        json_open_object(&j, config_key_name((enum config_key)i));
        value_json(&j, &v);
        json_string(&j, "origin", origin_name(i, &v));
        json_string(&j, "where", v.where);
        if (v.line > 0)
            json_int(&j, "line", (int64_t)v.line);
        json_close_object(&j);
    }
    json_close_object(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

/* What is wrong in the files is said here; everywhere else it is skipped in silence. */
static int print_all(struct app *app, bool json)
{
    struct error err;
    struct diags *diags = diags_open();
    struct config *c = diags != NULL ? config_load(app->arena, &app->places, diags, &err) : NULL;
    struct sharing sharing = {0};
    bool ok = diags != NULL ? c != NULL : error_memory(&err);
    app->config = c;
    if (ok)
        sharing_read(app, c, &sharing);
    struct kiosk_settings kiosk;
    if (ok)
        kiosk_settings(c, &kiosk, diags);
    ok = ok && (json ? print_json(c, &sharing, &err) : print_table(app, c, &sharing, &err));
    struct buf said = {0};
    if (ok) {
        app_warn_config(c);
        diags_text(diags, &said);
    }
    fputs(buf_text(&said), stderr);
    buf_free(&said);
    diags_close(diags);
    return ok ? EX_OK : app_fail(&err);
}

/* A channel that is not here may come yet; or its name was mistyped, and its patterns would never run. */
static void say_unknown_channels(struct app *app, struct strings named)
{
    struct error err;
    struct library_channel *channels;
    size_t count;
    struct library *library = app_library(app, &err);
    if (library == NULL || !library_channels(library, app->arena, &channels, &count, &err))
        return;
    for (size_t i = 0; i < named.count; i++) {
        bool here = false;
        for (size_t c = 0; c < count && !here; c++)
            here = strcmp(channels[c].id, named.items[i]) == 0;
        if (here)
            continue;
        error_set(&err, EX_NOINPUT, "no such channel is installed", named.items[i], NULL, "`crib channel list` names those that are");
        error_print(&err, "crib", stderr);
    }
}

/* What was set is kept whatever it says: what it names may come with the next channel. */
static void say_unknown(struct app *app, const char *key)
{
    struct error err;
    struct config *config = app_config(app, &err);
    if (config == NULL)
        return;
    if (strcmp(key, "roles") == 0)
        staging_say_role(app, NULL);
    else if (strcmp(key, "stage") == 0)
        staging_say(app, config_text(config, CONFIG_STAGE));
    else if (strcmp(key, "patterns") == 0)
        say_unknown_channels(app, config_list(config, CONFIG_PATTERNS));
}

int cli_config(struct app *app, const struct args *args)
{
    struct error err;
    if (args->count == 0)
        return print_all(app, args_flag(args, "json"));
    if (args->count <= 2 && strcmp(args->words[0], "share") == 0)
        return share_command(app, args->count == 2 ? args->words[1] : NULL, args_flag(args, "json"), &err) ? EX_OK : app_fail(&err);
    if (args->count != 3 || strcmp(args->words[0], "set") != 0) {
        error_set(&err, EX_USAGE, "config", NULL, "it takes nothing, `set KEY VALUE`, or `share`", "see `crib config --help`");
        return app_fail(&err);
    }
    if (!config_set(&app->places, args->words[1], args->words[2], &err))
        return app_fail(&err);
    say_unknown(app, args->words[1]);
    return EX_OK;
}
