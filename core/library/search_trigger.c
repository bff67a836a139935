#include "core/library/search_private.h"
#include "core/library/tokens.h"

#include <stdlib.h>
#include <string.h>

static bool glob(const char *pattern, const char *text, size_t n)
{
    size_t at = 0, star_text = 0;
    const char *star = NULL;
    while (at < n) {
        if (*pattern == '*') {
            star = ++pattern;
            star_text = at;
        } else if (*pattern == '?' || (*pattern != '\0' && *pattern == text[at])) {
            pattern++;
            at++;
        } else if (star != NULL) {
            pattern = star;
            at = ++star_text;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

struct found {
    struct search_hit *hits;
    size_t count, most;
};

static void keep(struct found *f, const struct search_hit *hit)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->hits[i].doc == hit->doc) {
            if (hit->score > f->hits[i].score)
                f->hits[i] = *hit;
            return;
        }
    if (f->count < f->most)
        f->hits[f->count++] = *hit;
}

/* The live documents of one segment whose code or asset the key is. */
static void look_in(const struct search *s, size_t segment, const struct trigger_query *q, const char *key, size_t n,
                    struct found *f)
{
    const struct segment *g = &s->segments[segment];
    for (size_t i = 0; i < g->counts[SEG_SORTED]; i++) {
        if (g->sorted[i] >= g->counts[SEG_TRIGGERS])
            continue;
        const struct seg_trigger *t = &g->triggers[g->sorted[i]];
        const char *pattern = segment_text(g, t->key);
        if (t->doc >= g->counts[SEG_DOCS] || g->dead[t->doc] ||
            (pattern[0] != key[0] && pattern[0] != '*' && pattern[0] != '?'))
            continue;
        bool exact = strlen(pattern) == n && memcmp(pattern, key, n) == 0;
        float weight = 1.0F;
        if (!exact && (strpbrk(pattern, "*?") == NULL || !glob(pattern, key, n)))
            continue;
        if (q->allow != NULL && !q->allow(q->context, g, &g->docs[t->doc], &weight))
            continue;
        struct search_hit hit = {.doc = s->base[segment] + t->doc, .section = SEARCH_NO_SECTION,
                                 .kind = t->kind == TRIGGER_CODE ? MATCH_CODE : MATCH_ASSET};
        hit.score = (t->kind == TRIGGER_CODE ? 1e6F : exact ? 9e5F : 8e5F) * weight;
        if (g->docs[t->doc].kind == KIND_PAGE)
            hit.score *= 0.95F; /* the module first: it teaches */
        keep(f, &hit);
    }
}

static int by_score(const void *left, const void *right)
{
    return search_worse(left, right) - search_worse(right, left);
}

size_t search_by_trigger(const struct search *s, const struct trigger_query *q, struct search_hit *hits, size_t most)
{
    char key[TOKEN_MOST * 2];
    size_t n = token_key(q->text, strlen(q->text), false, key, sizeof key);
    struct found f = {.hits = hits, .most = most};
    for (size_t i = 0; n > 0 && i < s->count; i++)
        look_in(s, i, q, key, n, &f);
    if (f.count > 1)
        qsort(hits, f.count, sizeof *hits, by_score);
    return f.count;
}

size_t search_trigger(struct search *s, const char *text, struct search_hit *hits, size_t most)
{
    return search_by_trigger(s, &(struct trigger_query){.text = text}, hits, most);
}

const char *search_matched_trigger(const struct search *s, uint32_t doc, const char *text)
{
    char key[TOKEN_MOST * 2];
    size_t n = token_key(text, strlen(text), false, key, sizeof key);
    const struct segment *g;
    const struct seg_doc *d = search_doc_at(s, doc, &g);
    for (uint32_t i = 0; d != NULL && i < d->triggers && d->first_trigger + (size_t)i < g->counts[SEG_TRIGGERS]; i++) {
        const struct seg_trigger *t = &g->triggers[d->first_trigger + i];
        if ((t->kind == TRIGGER_CODE || t->kind == TRIGGER_ASSET) && glob(segment_text(g, t->key), key, n))
            return segment_text(g, t->text);
    }
    return "";
}
