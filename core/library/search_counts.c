/* How many documents a query would find with each value of its filters. What is counted is sets of values, of which most
 * documents share one, and one walk serves all filters that are not set: what each of them would leave is then a part of
 * what is found anyway. */
#include "core/library/search_private.h"

#include <stdlib.h>
#include <string.h>

enum { FACETS = SEARCH_FORMAT + 1, REMEMBERED = 256 };

struct counting {
    const struct search *s;
    bool facets[FACETS];                 /* those that this walk counts */
    uint32_t *sets[FACETS][JOINED_MOST]; /* by set: the documents found that have it */
    size_t formats[FORMAT_COURSE + 1];
    uint8_t *told; /* a bit a document */
};

static void count_found(void *context, uint32_t doc)
{
    struct counting *c = context;
    uint32_t local;
    size_t g = segment_of(c->s, doc, &local);
    const struct segment *segment = &c->s->segments[g];
    const struct seg_doc *d = &segment->docs[local];
    uint8_t bit = (uint8_t)(1U << (doc % 8));
    if (c->told[doc / 8] & bit)
        return;
    c->told[doc / 8] |= bit;
    const uint32_t sets[] = {[SEARCH_ROLE] = d->roles, [SEARCH_STAGE] = d->stages, [SEARCH_CAPABILITY] = d->capabilities};
    for (size_t f = 0; f < SEARCH_FORMAT; f++)
        if (c->facets[f] && sets[f] < segment->counts[SEG_SETS])
            c->sets[f][g][sets[f]]++;
    c->formats[d->format <= FORMAT_COURSE ? d->format : FORMAT_NONE]++;
}

static size_t index_of(struct strings values, const char *text)
{
    size_t i = 0;
    while (i < values.count && strcmp(values.items[i], text) != 0)
        i++;
    return i;
}

/* A segment keeps each text once, or nearly so: which value it is, is remembered by its place. */
static void spread(const struct segment *segment, const uint32_t *sets, const struct search_count *to)
{
    struct {
        uint32_t text;
        size_t index;
    } known[REMEMBERED];
    for (size_t i = 0; i < REMEMBERED; i++)
        known[i].text = UINT32_MAX;
    for (uint32_t set = 0; set < segment->counts[SEG_SETS]; set++) {
        if (sets[set] == 0)
            continue;
        size_t n;
        const uint32_t *texts = segment_set(segment, set, &n);
        for (size_t i = 0; i < n; i++) {
            size_t at = (texts[i] ^ texts[i] >> 8) % REMEMBERED;
            if (known[at].text != texts[i]) {
                known[at].text = texts[i];
                known[at].index = index_of(to->values, segment_text(segment, texts[i]));
            }
            if (known[at].index < to->values.count)
                to->counts[known[at].index] += sets[set];
        }
    }
}

static void give(const struct counting *c, const struct search_count *to)
{
    for (size_t i = 0; i < to->values.count; i++)
        to->counts[i] = 0;
    for (size_t f = FORMAT_REFRESHER; to->facet == SEARCH_FORMAT && f <= FORMAT_COURSE; f++) {
        size_t at = index_of(to->values, module_format_name((enum module_format)f));
        if (at < to->values.count)
            to->counts[at] = c->formats[f];
    }
    for (size_t g = 0; to->facet != SEARCH_FORMAT && g < c->s->count; g++)
        spread(&c->s->segments[g], c->sets[to->facet][g], to);
}

static bool count_with(struct search *s, const struct search_query *q, const bool facets[FACETS],
                       const struct search_count *wanted, size_t n)
{
    struct counting c = {.s = s, .told = calloc((size_t)s->base[s->count] / 8 + 1, 1)};
    memcpy(c.facets, facets, sizeof c.facets);
    bool ok = c.told != NULL;
    for (size_t f = 0; f < SEARCH_FORMAT; f++)
        for (size_t g = 0; ok && facets[f] && g < s->count; g++)
            ok = (c.sets[f][g] = calloc(s->segments[g].counts[SEG_SETS] + 1, sizeof *c.sets[f][g])) != NULL;
    ok = ok && search_each(s, q, count_found, &c);
    for (size_t i = 0; ok && i < n; i++)
        if (facets[wanted[i].facet])
            give(&c, &wanted[i]);
    for (size_t f = 0; f < SEARCH_FORMAT; f++)
        for (size_t g = 0; g < s->count; g++)
            free(c.sets[f][g]);
    free(c.told);
    return ok;
}

static bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

bool search_counts(struct search *s, const struct search_query *q, const struct search_count *wanted, size_t n)
{
    const bool set[FACETS] = {is_set(q->only_role), is_set(q->only_stage), is_set(q->only_capability),
                              q->only_format != FORMAT_NONE};
    const bool unset[FACETS] = {!set[0], !set[1], !set[2], !set[3]};
    bool ok = count_with(s, q, unset, wanted, n);
    for (size_t f = 0; ok && f < FACETS; f++) {
        if (!set[f])
            continue;
        struct search_query wide = *q;
        bool one[FACETS] = {false};
        one[f] = true;
        wide.only_role = f == SEARCH_ROLE ? NULL : q->only_role;
        wide.only_stage = f == SEARCH_STAGE ? NULL : q->only_stage;
        wide.only_capability = f == SEARCH_CAPABILITY ? NULL : q->only_capability;
        wide.only_format = f == SEARCH_FORMAT ? FORMAT_NONE : q->only_format;
        ok = count_with(s, &wide, one, wanted, n);
    }
    return ok;
}
