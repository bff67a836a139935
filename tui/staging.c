#include "tui/staging.h"

#include <stdio.h>

/* Most stages are of a channel.yaml: then nobody has to go through the modules. */
static bool of_a_channel(struct app *app, struct library *library, const char *stage)
{
    struct library_channel *channels;
    size_t count;
    struct error ignored;
    if (!library_channels(library, app->arena, &channels, &count, &ignored))
        return true;
    for (size_t i = 0; i < count; i++)
        if (strings_has(channels[i].stages, stage))
            return true;
    return false;
}

bool staging_known(struct app *app, const char *stage, struct error *err)
{
    struct error ignored;
    struct strings stages;
    struct buf known = {0};
    struct library *library = stage[0] != '\0' ? app_library(app, &ignored) : NULL;
    if (library == NULL || of_a_channel(app, library, stage) ||
        !library_stages(library, app->arena, &stages, &ignored) || stages.count == 0 || strings_has(stages, stage))
        return true;
    for (size_t i = 0; i < stages.count; i++)
        buf_addf(&known, "%s%s", i == 0 ? "known are " : ", ", stages.items[i]);
    error_set(err, EX_USAGE, "nothing here is for this stage of the work", stage, NULL, buf_text(&known));
    buf_free(&known);
    return false;
}

void staging_say(struct app *app, const char *stage)
{
    struct error err;
    if (!staging_known(app, stage, &err))
        error_print(&err, "crib", stderr);
}
