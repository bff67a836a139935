#include "core/library/library_facets.h"

#include "core/library/library_private.h"

#include <string.h>

static bool count_value(struct arena *a, struct library_facet_value **items, size_t *count, const char *value,
                        struct error *err)
{
    size_t at = 0;
    while (*items != NULL && at < *count && strcmp((*items)[at].value, value) < 0)
        at++;
    if (*items != NULL && at < *count && strcmp((*items)[at].value, value) == 0) {
        (*items)[at].count++;
        return true;
    }
    void *list = *items;
    const char *copy = arena_strdup(a, value);
    if (copy == NULL || grow(a, &list, count, sizeof **items, err) == NULL)
        return error_memory(err);
    *items = list;
    memmove(*items + at + 1, *items + at, (*count - 1 - at) * sizeof **items);
    (*items)[at] = (struct library_facet_value){copy, 1};
    return true;
}

static bool count_row(struct arena *a, struct arena *scratch, enum library_facet facet, sqlite3_stmt *s,
                      struct library_facet_value **items, size_t *count, struct error *err)
{
    if (facet == FACET_FORMAT) {
        int format = sqlite3_column_int(s, (int)FACET_FORMAT);
        return format <= FORMAT_NONE || format > FORMAT_COURSE ||
               count_value(a, items, count, module_format_name((enum module_format)format), err);
    }
    arena_reset(scratch);
    struct strings values;
    if (!list_split(db_text(s, (int)facet), scratch, &values, err))
        return false;
    for (size_t i = 0; i < values.count; i++)
        if (!count_value(a, items, count, values.items[i], err))
            return false;
    return true;
}

static bool part_facets(struct library *l, int part, struct arena *a, struct arena *scratch, enum library_facet facet,
                        struct library_facet_value **items, size_t *count, struct error *err)
{
    struct db *db = l->parts[part].db;
    sqlite3_stmt *s = db_statement(db,
                                   "SELECT m.roles, m.stages, m.capabilities, m.format, c.id FROM module m "
                                   "JOIN channel c ON c.number = m.channel WHERE m.shelf = 0 AND " ONE_LANGUAGE
                                   " UNION ALL SELECT p.roles, '', '', 0, c.id FROM programme p "
                                   "JOIN channel c ON c.number = p.channel",
                                   err);
    if (s == NULL || !db_bind(s, "s", l->language))
        return false;
    int row;
    while ((row = db_step(db, s, err)) > 0)
        if (!channel_hidden(l, part, db_text(s, 4)) && !count_row(a, scratch, facet, s, items, count, err)) {
            sqlite3_reset(s);
            return false;
        }
    return row == 0;
}

bool library_facets(struct library *l, struct arena *a, enum library_facet facet, struct library_facet_value **items,
                    size_t *count, struct error *err)
{
    *items = NULL;
    *count = 0;
    struct arena *scratch = arena_open();
    if (scratch == NULL)
        return error_memory(err);
    bool ok = true;
    for (int part = 0; ok && part < PARTS; part++)
        if (l->parts[part].db != NULL)
            ok = part_facets(l, part, a, scratch, facet, items, count, err);
    arena_close(scratch);
    return ok;
}

/* ---- choices ---- */

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
