#include "tui/staging.h"

#include "core/library/library_facets.h"

#include <stdio.h>
#include <sysexits.h>

/* Most stages and roles are of a channel.yaml: then nobody has to go through the modules. */
static bool of_a_channel(struct app *app, struct library *library, enum library_facet facet, const char *name)
{
    struct library_channel *channels;
    size_t count;
    struct error ignored;
    if (!library_channels(library, app->arena, &channels, &count, &ignored))
        return true;
    for (size_t i = 0; i < count; i++)
        if (strings_has(facet == FACET_ROLE ? channels[i].roles : channels[i].stages, name))
            return true;
    return false;
}

/* Where nothing here names any, each may be one; else known holds those that are named. */
static bool is_known(struct app *app, enum library_facet facet, const char *name, struct strings *known)
{
    struct error ignored;
    struct library *library = name[0] != '\0' ? app_library(app, &ignored) : NULL;
    return library == NULL || of_a_channel(app, library, facet, name) ||
           !library_choices(library, app->arena, facet, known, &ignored) || known->count == 0 || strings_has(*known, name);
}

static void add_known(struct strings known, struct buf *out)
{
    for (size_t i = 0; i < known.count; i++)
        buf_addf(out, "%s%s", i == 0 ? "known are " : ", ", known.items[i]);
}

bool staging_known(struct app *app, const char *stage, struct error *err)
{
    struct strings known;
    struct buf todo = {0};
    if (is_known(app, FACET_STAGE, stage, &known))
        return true;
    add_known(known, &todo);
    error_set(err, EX_USAGE, "nothing here is for this stage of the work", stage, NULL, buf_text(&todo));
    buf_free(&todo);
    return false;
}

bool staging_roles_known(struct app *app, struct strings roles, struct error *err)
{
    struct strings known;
    size_t i = 0;
    while (i < roles.count && is_known(app, FACET_ROLE, roles.items[i], &known))
        i++;
    if (i == roles.count)
        return true;
    struct buf todo = {0};
    const char *nearest = strings_nearest(known, roles.items[i]);
    if (nearest != NULL)
        buf_addf(&todo, "did you mean %s?", nearest);
    else
        add_known(known, &todo);
    error_set(err, EX_USAGE, "nothing here is for this role", roles.items[i], NULL, buf_text(&todo));
    buf_free(&todo);
    return false;
}

bool staging_own_roles_known(struct app *app, struct error *err)
{
    if (app->config == NULL || app->preview != NULL || config_get(app->config, CONFIG_ROLES)->origin == ORIGIN_SITE)
        return true;
    return staging_roles_known(app, config_list(app->config, CONFIG_ROLES), err);
}

void staging_say(struct app *app, const char *stage)
{
    struct error err;
    if (!staging_known(app, stage, &err))
        error_print(&err, "crib", stderr);
}

void staging_say_role(struct app *app, const char *role)
{
    struct error err;
    if (!(role != NULL ? staging_roles_known(app, (struct strings){&role, 1}, &err) : staging_own_roles_known(app, &err)))
        error_print(&err, "crib", stderr);
}
