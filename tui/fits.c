#include "tui/fits.h"

#include <string.h>

static struct suggest_query query_of(const struct fits *f)
{
    return (struct suggest_query){.code = f->code, .asset = f->asset, .stage = f->stage, .text = "", .roles = f->roles};
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

/* For a code's section; NULL where an index can't be read: then the whole is meant. A channel that the user's hides is passed
 * over by who asks, for the user's comes first. */
static struct search *open_search(struct app *app)
{
    const char *own = file_join(app->arena, app->places.data, "index"),
               *all = file_join(app->arena, app->places.system_data, "index");
    struct search *s = own != NULL && all != NULL ? search_open(own, NULL) : NULL;
    struct search *other = s != NULL && strcmp(own, all) != 0 ? search_open(all, NULL) : NULL;
    if (other == NULL || search_join(s, other, 0, (struct strings){0}, NULL))
        return s;
    search_close(s);
    return NULL;
}

/* Opens no more than the question needs: a code or a tag needs no database. */
bool fits_find(struct app *app, struct fits *f, struct error *err)
{
    const struct suggest_query q = query_of(f);
    struct suggest_from from = {0};
    struct suggested found;
    f->triggers = NULL;
    f->search = NULL;
    f->count = 0;
    if (suggest_lists(&q))
        from.library = app_library(app, err);
    else
        from.triggers = f->triggers = open_triggers(app, err);
    if (from.triggers != NULL && f->code[0] != '\0')
        from.search = f->search = open_search(app);
    if ((from.library == NULL && from.triggers == NULL) || !suggest(&from, app->arena, &q, &found, err))
        return false;
    f->items = found.items;
    f->count = found.count;
    f->code_known = found.code_known;
    return true;
}

void fits_close(struct fits *f)
{
    triggers_close(f->triggers);
    search_close(f->search);
    f->triggers = NULL;
    f->search = NULL;
}

void fit_reasons(const struct fits *f, const struct fit *fit, struct buf *out)
{
    const struct suggest_query q = query_of(f);
    suggest_why(&q, fit, out);
}
