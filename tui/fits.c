#include "tui/fits.h"

#include "core/library/trigger.h"

#include <stdlib.h>
#include <string.h>

/* A code says more than asset and stage together, an asset more than a stage, and the right stage more than how exactly a
 * tag is named (ranks of triggers: below 2000). */
enum { CODE_WEIGHT = 8000, ASSET_WEIGHT = 4000, STAGE_WEIGHT = 1900, ANY_STAGE_WEIGHT = 900 };

/* A list as triggers keep it: a line feed before, between and behind its items. */
static bool list_has(const char *list, const char *item)
{
    size_t n = strlen(item);
    for (const char *s = strchr(list, '\n'); s != NULL && s[1] != '\0'; s = strchr(s + 1, '\n'))
        if (strncmp(s + 1, item, n) == 0 && s[1 + n] == '\n')
            return true;
    return false;
}

static bool for_somebody_else(const struct fits *q, const char *roles)
{
    for (size_t i = 0; i < q->roles.count; i++)
        if (list_has(roles, q->roles.items[i]))
            return false;
    return q->roles.count > 0 && roles[0] != '\0';
}

/* ---- by triggers ---- */

static struct fit *fit_of(struct fits *q, const struct trigger_module *m)
{
    for (size_t i = 0; i < q->count; i++)
        if (strcmp(q->items[i].channel, m->channel) == 0 && strcmp(q->items[i].id, m->id) == 0)
            return &q->items[i];
    if (q->count == FITS_MOST)
        return NULL;
    struct fit *f = &q->items[q->count];
    *f = (struct fit){.channel = m->channel, .id = m->id, .title = m->title, .problem = m->problem, .minutes = m->minutes,
                      .kind = m->kind, .format = m->format, .on_device = m->on_device, .only = m->only, .found = q->count};
    q->count++;
    if (q->stage[0] != '\0') {
        f->stage = list_has(m->stages, q->stage);
        f->weight = f->stage ? STAGE_WEIGHT : m->stages[0] == '\0' ? ANY_STAGE_WEIGHT : 0;
    }
    return f;
}

static void take(struct fits *q, const struct triggers *t, const struct trigger_match *matches, size_t n)
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

static void by_triggers(struct fits *q, const struct triggers *t)
{
    struct trigger_match matches[FITS_MOST];
    size_t n = trigger_code(t, q->code, strlen(q->code), matches, FITS_MOST);
    q->code_known = n > 0;
    take(q, t, matches, n);
    take(q, t, matches, trigger_asset(t, q->asset, strlen(q->asset), matches, FITS_MOST));
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

static bool by_stage(struct app *app, struct fits *q, struct error *err)
{
    struct library *library = app_library(app, err);
    struct library_filter filter = {.roles = q->roles.count > 0 ? &q->roles : NULL, .stage = q->stage};
    struct facts *facts;
    size_t count;
    if (library == NULL || !library_list(library, app->arena, &filter, 0, FITS_MOST, &facts, &count, err))
        return false;
    for (; q->count < count; q->count++) {
        const struct facts *f = &facts[q->count];
        q->items[q->count] = (struct fit){.channel = f->channel, .id = f->id, .title = f->title, .problem = f->problem,
                                         .minutes = f->minutes, .kind = f->kind, .format = f->format,
                                         .on_device = f->on_device, .stage = true, .found = q->count};
    }
    return true;
}

/* ---- best first, and why ---- */

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

void fit_reasons(const struct fits *f, const struct fit *fit, struct buf *out)
{
    struct buf why = {0};
    if (fit->code != NULL)
        add_reason(&why, "code", f->code, fit->code);
    if (fit->asset != NULL)
        add_reason(&why, "asset", f->asset, fit->asset);
    if (fit->stage)
        add_reason(&why, "stage", f->stage, NULL);
    text_safe(out, buf_text(&why), why.len, 0);
    buf_free(&why);
}

bool fits_find(struct app *app, struct fits *f, struct error *err)
{
    f->count = 0;
    f->triggers = NULL;
    f->items = arena_array(app->arena, FITS_MOST, sizeof *f->items);
    if (f->items == NULL)
        return error_memory(err);
    if (f->code[0] == '\0' && f->asset[0] == '\0')
        return by_stage(app, f, err);
    f->triggers = open_triggers(app, err);
    if (f->triggers == NULL)
        return false;
    by_triggers(f, f->triggers);
    qsort(f->items, f->count, sizeof *f->items, compare_fits);
    return true;
}

void fits_close(struct fits *f)
{
    triggers_close(f->triggers);
    f->triggers = NULL;
}
