#include "sync/channel/take.h"

#include "core/library/attached.h"
#include "core/library/channel.h"
#include "sync/channel/held.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static int compare_entry(const void *left, const void *right)
{
    const struct channel_entry *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    return order != 0 ? order : (int)a->catalogue - (int)b->catalogue;
}

static bool refuse(const struct pull *p, const char *where, const char *why, struct error *err)
{
    return error_set(err, EX_DATAERR, "refused the channel", where != NULL ? where : p->channel->url, why,
                     "tell its publisher: what is installed stays");
}

/* All files of all groups, sorted; the catalogue's where no group has the module itself. What is linked to from several
 * groups travels with each of them, and counts once. */
static bool merge(struct pull *p, struct channel_archive *archive, struct error *err)
{
    size_t total = 0, n = 0, kept = 0;
    for (size_t i = 0; i < p->count; i++)
        total += p->groups[i].files.count;
    struct channel_entry *items = arena_array(p->arena, total, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < p->count; i++) {
        const struct pulled_group *g = &p->groups[i];
        bool catalogue = strcmp(g->group->name, GROUP_CATALOGUE) == 0;
        for (size_t k = 0; k < g->files.count; k++)
            items[n++] = (struct channel_entry){g->files.items[k].path, g->files.items[k].bytes, catalogue};
    }
    if (n > 0)
        qsort(items, n, sizeof *items, compare_entry);
    for (size_t i = 0; i < n; i++) {
        bool again = kept > 0 && strcmp(items[kept - 1].path, items[i].path) == 0;
        if (again && attached_path_valid(items[i].path)) {
            if (!str_eq(items[kept - 1].bytes, items[i].bytes))
                return refuse(p, items[i].path, "two of its packs hold it with different bytes", err);
        } else if (again && !items[i].catalogue)
            return refuse(p, items[i].path, "the file is in two of its packs", err);
        if (!again)
            items[kept++] = items[i];
    }
    *archive = (struct channel_archive){items, kept};
    return true;
}

/* Is it the channel that its pointer names? */
static bool check(struct pull *p, const struct channel_archive *archive, struct error *err)
{
    struct channel channel;
    if (!channel_of_archive(p->arena, archive, p->channel->url, &channel, NULL, err))
        return false;
    return strcmp(channel.id, p->pointer.id) == 0 ||
           refuse(p, NULL, "its channel.yaml and its channel.json have different ids", err);
}

static bool keep_packs(struct pull *p, struct error *err)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct pulled_group *g = &p->groups[i];
        if (g->here && !held_save(p->arena, p->dir, g->group->hash, (struct str){buf_text(&g->tar), g->tar.len}, err))
            return false;
    }
    return true;
}

static bool keep_trust(struct pull *p, struct trust *trust, struct error *err)
{
    if (!p->fresh && strcmp(p->etag, p->channel->etag) == 0)
        return true;
    return trust_accept(trust, p->channel->number, &p->seen, p->etag, err);
}

bool take(struct pull *p, struct library *library, struct trust *trust, const struct library_progress *progress,
          struct diags *diags, struct library_result *result, struct error *err)
{
    struct library_pack *packs = arena_array(p->arena, p->count, sizeof *packs);
    const struct library_published published = {p->channel->url,    p->seen.version, p->seen.published_ms,
                                                p->seen.expires_ms, packs,           p->count};
    struct channel_archive archive;
    *result = (struct library_result){.channel = p->pointer.id};
    if (packs == NULL)
        return error_memory(err);
    for (size_t i = 0; i < p->count; i++) {
        packs[i].name = p->groups[i].group->name;
        memcpy(packs[i].hash, p->groups[i].group->hash, sizeof packs[i].hash);
    }
    if (!p->changed)
        return keep_trust(p, trust, err) && (!p->fresh || library_still(library, p->pointer.id, &published, err));
    return merge(p, &archive, err) && check(p, &archive, err) && keep_packs(p, err) && keep_trust(p, trust, err) &&
           library_install_archive(library, &archive, &published, progress, diags, p->arena, result, err);
}
