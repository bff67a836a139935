#include "sync/channel/wishes.h"

#include <string.h>
#include <sys/stat.h>

void wishes_open(struct wishes *w, struct arena *a, const struct places *places, bool settles)
{
    const char *path = file_join(a, places->data, "record.db");
    struct stat st;
    *w = (struct wishes){0};
    if (path == NULL || stat(path, &st) != 0 || st.st_size == 0)
        return;
    struct record *reader = record_open_read(path, NULL);
    if (reader != NULL)
        w->queued = record_fetches(reader, a, &w->count, NULL);
    record_close(reader);
    if (w->queued == NULL)
        w->count = 0;
    if (w->count > 0 && settles)
        w->record = record_open(path, NULL);
}

void wishes_close(struct wishes *w)
{
    record_close(w->record);
}

bool wishes_of(const struct wishes *w, struct arena *a, struct trust *trust, const struct trust_channel *c, struct strings *ids,
               struct error *err)
{
    struct strings kept;
    if (!trust_wishes(trust, a, c->number, &kept, err))
        return false;
    const char **items = arena_array(a, kept.count + w->count, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    size_t n = 0, id = strlen(c->seen.id);
    for (size_t i = 0; i < kept.count; i++)
        items[n++] = kept.items[i];
    for (size_t i = 0; id > 0 && i < w->count; i++)
        if (strncmp(w->queued[i].module, c->seen.id, id) == 0 && w->queued[i].module[id] == '/')
            items[n++] = w->queued[i].module + id + 1;
    *ids = (struct strings){items, n};
    return true;
}

bool wishes_settle(const struct wishes *w, struct arena *a, struct trust *trust, struct library *library,
                   const struct trust_channel *c, struct strings ids, struct error *err)
{
    for (size_t i = 0; i < ids.count; i++) {
        const char *address = library_address(a, c->seen.id, ids.items[i], "");
        if (address == NULL)
            return error_memory(err);
        if (library_module(library, a, address, NULL) != NULL &&
            (!trust_wish(trust, c->number, ids.items[i], err) ||
             (w->record != NULL && !record_fetch_done(w->record, address, err))))
            return false;
    }
    return true;
}
