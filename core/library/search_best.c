/* The best of many hits: a heap with the worst on top, which gives way to a better one. */
#include "core/library/search_private.h"

static void swap_hits(struct search_hit *a, struct search_hit *b)
{
    struct search_hit kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_down(struct search_hit *hits, size_t n, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= n)
            return;
        if (child + 1 < n && hit_before(&hits[child], &hits[child + 1]))
            child++;
        if (!hit_before(&hits[at], &hits[child]))
            return;
        swap_hits(&hits[at], &hits[child]);
        at = child;
    }
}

void best_add(struct best *b, const struct search_hit *hit)
{
    b->total++;
    if (b->found != NULL)
        b->found(b->context, hit->doc);
    if (b->count == b->most) {
        if (b->most == 0 || !hit_before(hit, &b->hits[0]))
            return;
        b->hits[0] = *hit;
        sift_down(b->hits, b->count, 0);
        return;
    }
    size_t at = b->count++;
    b->hits[at] = *hit;
    while (at > 0 && hit_before(&b->hits[(at - 1) / 2], &b->hits[at])) {
        swap_hits(&b->hits[at], &b->hits[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

/* Heap sort: the worst, on top, goes to the end, again and again. */
void best_sort(struct best *b)
{
    for (size_t i = b->count / 2; i-- > 0;)
        sift_down(b->hits, b->count, i);
    for (size_t n = b->count; n > 1; n--) {
        swap_hits(&b->hits[0], &b->hits[n - 1]);
        sift_down(b->hits, n - 1, 0);
    }
}
