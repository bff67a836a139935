#include "core/library/library.h"

#include <string.h>

static void take(struct strings *list, const char **items, const char *stage)
{
    if (stage[0] != '\0' && !strings_has(*list, stage))
        items[list->count++] = stage;
}

bool library_stages(struct library *l, struct arena *a, struct strings *stages, struct error *err)
{
    struct library_channel *channels;
    struct library_facet_value *named;
    size_t channel_count, named_count;
    *stages = (struct strings){0};
    if (!library_channels(l, a, &channels, &channel_count, err) ||
        !library_facets(l, a, FACET_STAGE, &named, &named_count, err))
        return false;
    size_t most = named_count;
    for (size_t i = 0; i < channel_count; i++)
        most += channels[i].stages.count;
    const char **items = arena_array(a, most > 0 ? most : 1, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    stages->items = items;
    for (size_t i = 0; i < channel_count; i++)
        for (size_t k = 0; k < channels[i].stages.count; k++)
            take(stages, items, channels[i].stages.items[k]);
    for (size_t i = 0; i < named_count; i++)
        take(stages, items, named[i].value);
    return true;
}
