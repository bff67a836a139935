#include "sync/channel/sweep.h"

#include "sync/channel/held.h"

#include <string.h>

/* Appends the hashes of a channel's packs to keep, where there is room; counts them anyway. */
static bool add_packs(struct arena *a, struct library *library, const char *channel, unsigned char (*keep)[POINTER_HASH], size_t *n,
                      struct error *err)
{
    struct library_pack *packs;
    size_t count;
    if (!library_packs(library, a, channel, &packs, &count, err))
        return false;
    for (size_t i = 0; i < count; i++, ++*n)
        if (keep != NULL)
            memcpy(keep[*n], packs[i].hash, POINTER_HASH);
    return true;
}

static void add_pulled(const struct pull *p, unsigned char (*keep)[POINTER_HASH], size_t *n)
{
    for (size_t i = 0; !p->failed && i < p->count; i++, ++*n)
        if (keep != NULL)
            memcpy(keep[*n], p->groups[i].group->hash, POINTER_HASH);
}

bool sweep_packs(struct arena *a, const char *dir, struct library *library, struct trust *trust, const struct pull *pulls,
                 size_t count, struct error *err)
{
    struct trust_channel *channels;
    size_t channel_count, n = 0;
    bool failed = false;
    if (!trust_channels(trust, a, &channels, &channel_count, err))
        return false;
    unsigned char (*keep)[POINTER_HASH] = NULL;
    for (int pass = 0; pass < 2; pass++) {
        n = 0;
        for (size_t i = 0; i < channel_count; i++) {
            failed = failed || channels[i].error[0] != '\0';
            if (!add_packs(a, library, channels[i].seen.id, keep, &n, err))
                return false;
        }
        for (size_t i = 0; i < count; i++)
            add_pulled(&pulls[i], keep, &n);
        if (keep == NULL && (keep = arena_array(a, n, sizeof *keep)) == NULL)
            return error_memory(err);
    }
    held_keep(dir, (const unsigned char (*)[POINTER_HASH])keep, n, failed);
    return true;
}
