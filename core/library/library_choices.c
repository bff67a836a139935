#include "core/library/library.h"

#include <string.h>

static void take(struct strings *list, const char **items, const char *name)
{
    if (name[0] != '\0' && !strings_has(*list, name))
        items[list->count++] = name;
}

static const struct strings *own(const struct library_channel *c, enum library_facet facet)
{
    return facet == FACET_ROLE ? &c->roles : &c->stages;
}

bool library_choices(struct library *l, struct arena *a, enum library_facet facet, struct strings *names, struct error *err)
{
    struct library_channel *channels;
    struct library_facet_value *named;
    size_t channel_count, named_count;
    *names = (struct strings){0};
    if (!library_channels(l, a, &channels, &channel_count, err) ||
        !library_facets(l, a, facet, &named, &named_count, err))
        return false;
    size_t most = named_count;
    for (size_t i = 0; i < channel_count; i++)
        most += own(&channels[i], facet)->count;
    const char **items = arena_array(a, most > 0 ? most : 1, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    names->items = items;
    for (size_t i = 0; i < channel_count; i++)
        for (size_t k = 0; k < own(&channels[i], facet)->count; k++)
            take(names, items, own(&channels[i], facet)->items[k]);
    for (size_t i = 0; i < named_count; i++)
        take(names, items, named[i].value);
    return true;
}
