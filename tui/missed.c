#include "tui/missed.h"

#include "core/library/library.h"

#include <string.h>

bool missed_all(struct app *app)
{
    struct error ignored;
    struct library *library = app_library(app, &ignored);
    struct library_channel *channels;
    size_t count;
    return library != NULL && library_channels(library, app->arena, &channels, &count, &ignored) && count == 0;
}

void missed(struct app *app, enum gap_kind kind, const char *text)
{
    struct error ignored;
    int64_t learner;
    struct record *record = text[0] != '\0' && app->preview == NULL && !missed_all(app) ? app_record_of_account(app, &learner, &ignored) : NULL;
    const struct config *config = record != NULL ? app_config(app, &ignored) : NULL;
    if (config != NULL)
        record_gap(record, learner, kind, text, strcmp(config_text(config, CONFIG_GAPS), "send") == 0, &ignored);
}
