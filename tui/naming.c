#include "tui/naming.h"

#include "core/base/text.h"

#include <string.h>

enum { SLOTS = 2 * HITS_NAMED };

void naming_twins(const struct search *s, const struct search_hit *hits, size_t n, bool *twins)
{
    uint16_t first[SLOTS] = {0}; /* the first hit of each id, plus 1; 0: free */
    for (size_t i = 0; i < n && i < HITS_NAMED; i++) {
        const char *id = search_id(s, hits[i].doc);
        size_t at = text_hash(id, strlen(id)) % SLOTS;
        while (first[at] != 0 && strcmp(search_id(s, hits[first[at] - 1].doc), id) != 0)
            at = (at + 1) % SLOTS;
        twins[i] = first[at] != 0;
        if (twins[i])
            twins[first[at] - 1] = true;
        else
            first[at] = (uint16_t)(i + 1);
    }
}

void naming_add(const struct search *s, const struct search_hit *hit, bool twin, struct buf *out)
{
    if (twin)
        buf_addf(out, "%s/", search_channel(s, hit->doc));
    buf_adds(out, search_id(s, hit->doc));
}
