/* What a query's filters let through, and the weight that roles, stage and kind give. */
#include "core/library/search_private.h"

#include <stdlib.h>
#include <string.h>

enum { ASKED = 1, MEETS = 2, ONLY_ROLE = 4, STAGE = 8, ONLY_STAGE = 16, ONLY_CAPABILITY = 32 };

bool wanted_open(struct wanted *w, const struct search *s, const struct search_query *q)
{
    memset(w, 0, sizeof *w);
    w->q = q;
    for (size_t g = 0; g < s->count; g++, w->count++)
        if ((w->sets[g] = calloc(s->segments[g].counts[SEG_SETS] + 1, 1)) == NULL) {
            wanted_close(w);
            return false;
        }
    return true;
}

void wanted_close(struct wanted *w)
{
    for (size_t g = 0; g < w->count; g++)
        free(w->sets[g]);
}

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static unsigned ask(const struct search_query *q, const struct segment *g, uint32_t set)
{
    unsigned flags = ASKED;
    flags |= search_set_meets(g, set, q->roles) ? MEETS : 0;
    flags |= !is_given(q->only_role) || search_set_has(g, set, q->only_role) ? ONLY_ROLE : 0;
    flags |= is_given(q->stage) && search_set_has(g, set, q->stage) ? STAGE : 0;
    flags |= !is_given(q->only_stage) || search_set_has(g, set, q->only_stage) ? ONLY_STAGE : 0;
    flags |= !is_given(q->only_capability) || search_set_has(g, set, q->only_capability) ? ONLY_CAPABILITY : 0;
    return flags;
}

/* A set's number in a damaged file may be none. */
static unsigned flags_of(const struct wanted *w, const struct segment *g, size_t segment, uint32_t set)
{
    size_t at = set < g->counts[SEG_SETS] ? set : g->counts[SEG_SETS];
    uint8_t *flags = &w->sets[segment][at];
    if (*flags == 0)
        *flags = (uint8_t)ask(w->q, g, set);
    return *flags;
}

static bool wanted_kind(const struct search_query *q, const struct seg_doc *d)
{
    if (q->only_format != FORMAT_NONE && d->format != q->only_format)
        return false;
    if (!q->modules && !q->pages && !q->events)
        return true;
    return (q->modules && d->kind == KIND_MODULE) || (q->pages && d->kind == KIND_PAGE) ||
           (q->events && d->kind == KIND_EVENT);
}

/* What the sets and the kind of a document make of it; a weight of 0 for nothing. */
static float weigh(const struct wanted *w, const struct segment *g, size_t segment, const struct seg_doc *d)
{
    const struct search_query *q = w->q;
    if (!wanted_kind(q, d))
        return 0;
    unsigned roles = flags_of(w, g, segment, d->roles);
    unsigned stages = d->stages == d->roles ? roles : flags_of(w, g, segment, d->stages);
    unsigned capabilities = d->capabilities == d->roles ? roles : flags_of(w, g, segment, d->capabilities);
    if (!(roles & ONLY_ROLE) || !(stages & ONLY_STAGE) || !(capabilities & ONLY_CAPABILITY))
        return 0;
    if (!(roles & MEETS) && !q->other_roles)
        return 0;
    float weight = roles & MEETS ? 1.0F : 0.7F;
    if (stages & STAGE)
        weight *= 1.12F;
    if (d->kind == KIND_PAGE)
        weight *= 0.8F; /* of two that match alike, what teaches comes first */
    return weight;
}

/* Documents that were added together are mostly alike: what the last one came to is remembered. */
bool wanted_doc(struct wanted *w, const struct search *s, size_t segment, uint32_t local, float *weight)
{
    const struct search_query *q = w->q;
    const struct segment *g = &s->segments[segment];
    const struct seg_doc *d = &g->docs[local], *last = w->last;
    if (g->dead[local])
        return false;
    if (last == NULL || w->last_segment != segment || d->roles != last->roles || d->stages != last->stages ||
        d->capabilities != last->capabilities || d->kind != last->kind || d->format != last->format) {
        w->last_weight = weigh(w, g, segment, d);
        w->last_segment = segment;
        w->last = d;
    }
    *weight = w->last_weight;
    return *weight > 0 && (q->accept == NULL || q->accept(q->context, s->base[segment] + local, weight));
}
