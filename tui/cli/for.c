/* What fits a code, an asset and a stage of the work: for scripts, ticket systems and the keys of other programs. */
#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "core/library/trigger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* Of more that fit, those that come first. A code says more than asset and stage together, an asset more than a stage, and the
 * right stage more than how exactly a tag is named (ranks of triggers: below 2000). */
enum { MOST = 200, NOTHING = 1, CODE_WEIGHT = 8000, ASSET_WEIGHT = 4000, STAGE_WEIGHT = 1900, ANY_STAGE_WEIGHT = 900 };

struct fit {
    const char *channel, *id, *title, *problem;
    int minutes;
    enum module_kind kind;
    enum module_format format;
    bool on_device, only;
    const char *code, *asset; /* the triggers that fit; NULL for none */
    bool stage;               /* it is for this stage */
    unsigned weight;
    size_t found; /* of equals the one that was found first */
};

struct asked {
    const char *code, *asset, *stage; /* "" for none */
    struct strings roles;             /* none: anybody */
    struct fit fits[MOST];
    size_t count;
};

/* A list as triggers keep it: a line feed before, between and behind its items. */
static bool list_has(const char *list, const char *item)
{
    size_t n = strlen(item);
    for (const char *s = strchr(list, '\n'); s != NULL && s[1] != '\0'; s = strchr(s + 1, '\n'))
        if (strncmp(s + 1, item, n) == 0 && s[1 + n] == '\n')
            return true;
    return false;
}

static bool for_somebody_else(const struct asked *q, const char *roles)
{
    for (size_t i = 0; i < q->roles.count; i++)
        if (list_has(roles, q->roles.items[i]))
            return false;
    return q->roles.count > 0 && roles[0] != '\0';
}

/* ---- by triggers ---- */

static struct fit *fit_of(struct asked *q, const struct trigger_module *m)
{
    for (size_t i = 0; i < q->count; i++)
        if (strcmp(q->fits[i].channel, m->channel) == 0 && strcmp(q->fits[i].id, m->id) == 0)
            return &q->fits[i];
    if (q->count == MOST)
        return NULL;
    struct fit *f = &q->fits[q->count];
    *f = (struct fit){.channel = m->channel, .id = m->id, .title = m->title, .problem = m->problem, .minutes = m->minutes,
                      .kind = m->kind, .format = m->format, .on_device = m->on_device, .only = m->only, .found = q->count};
    q->count++;
    if (q->stage[0] != '\0') {
        f->stage = list_has(m->stages, q->stage);
        f->weight = f->stage ? STAGE_WEIGHT : m->stages[0] == '\0' ? ANY_STAGE_WEIGHT : 0;
    }
    return f;
}

static void take(struct asked *q, const struct triggers *t, const struct trigger_match *matches, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct trigger_module m;
        trigger_module(t, matches[i].module, &m);
        struct fit *f = for_somebody_else(q, m.roles) ? NULL : fit_of(q, &m);
        if (f == NULL)
            continue;
        bool code = matches[i].kind == TRIGGER_CODE;
        *(code ? &f->code : &f->asset) = matches[i].pattern;
        f->weight += matches[i].rank + (code ? CODE_WEIGHT : ASSET_WEIGHT);
    }
}

static void by_triggers(struct asked *q, const struct triggers *t)
{
    struct trigger_match matches[MOST];
    take(q, t, matches, trigger_code(t, q->code, strlen(q->code), matches, MOST));
    take(q, t, matches, trigger_asset(t, q->asset, strlen(q->asset), matches, MOST));
}

static struct triggers *open_triggers(struct app *app, struct error *err)
{
    struct config *config = app_config(app, err);
    const char *own = file_join(app->arena, app->places.data, "index"),
               *all = file_join(app->arena, app->places.system_data, "index");
    if (config == NULL)
        return NULL;
    if (own == NULL || all == NULL) {
        error_memory(err);
        return NULL;
    }
    return triggers_open(own, all, config_text(config, CONFIG_LANGUAGE), &app->left_out, err);
}

/* ---- by the stage alone ---- */

static bool by_stage(struct app *app, struct asked *q, struct error *err)
{
    struct library *library = app_library(app, err);
    struct library_filter filter = {.roles = q->roles.count > 0 ? &q->roles : NULL, .stage = q->stage};
    struct facts *facts;
    size_t count;
    if (library == NULL || !library_list(library, app->arena, &filter, 0, MOST, &facts, &count, err))
        return false;
    for (; q->count < count; q->count++) {
        const struct facts *f = &facts[q->count];
        q->fits[q->count] = (struct fit){.channel = f->channel, .id = f->id, .title = f->title, .problem = f->problem,
                                         .minutes = f->minutes, .kind = f->kind, .format = f->format,
                                         .on_device = f->on_device, .stage = true, .found = q->count};
    }
    return true;
}

/* ---- saying it ---- */

static int compare_fits(const void *left, const void *right)
{
    const struct fit *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return (a->found > b->found) - (a->found < b->found);
}

static void add_reason(struct buf *out, const char *kind, const char *value, const char *trigger)
{
    buf_addf(out, "%s%s %s", out->len > 0 ? ", " : "", kind, value);
    if (trigger != NULL && strcmp(trigger, value) != 0)
        buf_addf(out, " fits %s", trigger);
}

static void as_text(struct buf *out, const struct asked *q, const struct fit *f)
{
    struct buf line = {0}, why = {0};
    buf_addf(&line, "%s%s%s  %s", f->only ? "" : f->channel, f->only ? "" : "/", f->id, f->title);
    if (f->minutes > 0)
        buf_addf(&line, " (%d min)", f->minutes);
    if (!f->on_device)
        buf_adds(&line, ", not on this device");
    text_safe(out, buf_text(&line), line.len, 0);
    if (f->code != NULL)
        add_reason(&why, "code", q->code, f->code);
    if (f->asset != NULL)
        add_reason(&why, "asset", q->asset, f->asset);
    if (f->stage)
        add_reason(&why, "stage", q->stage, NULL);
    buf_adds(out, "\n    ");
    text_safe(out, buf_text(&why), why.len, 0);
    buf_addc(out, '\n');
    buf_free(&why);
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

static void as_json(struct json *j, const struct asked *q, const struct fit *f)
{
    json_open_object(j, NULL);
    json_string(j, "channel", f->channel);
    json_string(j, "id", f->id);
    json_string(j, "kind", module_kind_name(f->kind));
    json_string(j, "title", f->title);
    json_string(j, "problem", f->problem);
    json_int(j, "minutes", f->minutes);
    json_string(j, "format", module_format_name(f->format));
    json_bool(j, "on_device", f->on_device);
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

static bool print(const struct args *args, struct asked *q, size_t limit, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    size_t n = q->count < limit ? q->count : limit;
    bool json = args_flag(args, "json");
    qsort(q->fits, q->count, sizeof *q->fits, compare_fits);
    if (json)
        json_open_array(&j, NULL);
    for (size_t i = 0; i < n; i++)
        if (json)
            as_json(&j, q, &q->fits[i]);
        else
            as_text(&out, q, &q->fits[i]);
    if (json) {
        json_close_array(&j);
        output_end_json(&out);
    } else if (n < q->count) {
        buf_addf(&out, "(%zu of %zu; --limit N shows more)\n", n, q->count);
    }
    return output_buf(&out, true, err);
}

/* What isn't said is the place's. */
static bool ask(struct app *app, const struct args *args, const char **role, struct asked *q, struct error *err)
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

static bool look(struct app *app, struct asked *q, struct triggers **t, struct error *err)
{
    if (q->code[0] == '\0' && q->asset[0] == '\0')
        return by_stage(app, q, err);
    *t = open_triggers(app, err);
    if (*t != NULL)
        by_triggers(q, *t);
    return *t != NULL;
}

int cli_for(struct app *app, const struct args *args)
{
    struct error err;
    const char *role;
    struct triggers *t = NULL;
    long limit;
    struct asked *q = arena_alloc(app->arena, sizeof *q);
    if (q == NULL)
        return error_memory(&err), app_fail(&err);
    *q = (struct asked){.count = 0};
    bool ok = args_number(args, "limit", 1, MOST, 20, &limit, &err) && ask(app, args, &role, q, &err) &&
              look(app, q, &t, &err) && print(args, q, (size_t)limit, &err);
    triggers_close(t);
    if (!ok)
        return app_fail(&err);
    if (q->count > 0)
        return EX_OK;
    if (!args_flag(args, "json"))
        fputs(q->roles.count > 0 ? "nothing fits (--all looks beyond your roles)\n" : "nothing fits\n", stderr);
    return NOTHING;
}
