/* Codes and asset tags: compared by their letters and digits alone; an asset's `*` and `?` are wild. */
#include "core/library/search_private.h"
#include "core/library/tokens.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_MOST = TOKEN_MOST * 2, LEADING = 64, CHUNKS_MOST = 8 };

struct leaders {
    const struct search *s;
    struct wanted *wanted; /* NULL: no filter */
    struct search_hit *hits;
    size_t count, most;
    float part; /* of what a code is worth: less where it is a part of the text */
};

static void lead(struct leaders *l, size_t segment, const struct seg_trigger *t, bool wild)
{
    const struct segment *g = &l->s->segments[segment];
    float weight = 1.0F;
    if (t->doc >= g->doc_count || g->dead[t->doc] ||
        (l->wanted != NULL && !wanted_doc(l->wanted, l->s, segment, t->doc, &weight)))
        return;
    if (l->wanted == NULL && g->docs[t->doc].kind == KIND_PAGE)
        weight = 0.95F; /* the module first: it teaches */
    struct search_hit hit = {.doc = l->s->base[segment] + t->doc, .section = SEARCH_NO_SECTION,
                             .kind = t->kind == TRIGGER_CODE ? MATCH_CODE : MATCH_ASSET};
    hit.score = (t->kind == TRIGGER_CODE ? 1e6F : wild ? 8e5F : 9e5F) * weight * l->part;
    for (size_t i = 0; i < l->count; i++)
        if (l->hits[i].doc == hit.doc) {
            if (hit.score > l->hits[i].score)
                l->hits[i] = hit;
            return;
        }
    if (l->count < l->most)
        l->hits[l->count++] = hit;
}

static const struct seg_trigger *trigger_at(const struct segment *g, const uint32_t *numbers, size_t i)
{
    return numbers[i] < g->counts[SEG_TRIGGERS] ? &g->triggers[numbers[i]] : NULL;
}

static const char *key_at(const struct segment *g, const uint32_t *numbers, size_t i)
{
    const struct seg_trigger *t = trigger_at(g, numbers, i);
    return t != NULL ? segment_text(g, t->key) : "";
}

/* The first code or asset without wild cards that isn't before the key. */
static size_t seek(const struct segment *g, const char *key)
{
    size_t low = 0, high = g->counts[SEG_SORTED];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(key_at(g, g->sorted, middle), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Takes each document whose code or asset the key is. */
static void take_key(struct leaders *l, const char *key)
{
    size_t n = strlen(key);
    for (size_t g = 0; n > 0 && g < l->s->count; g++) {
        const struct segment *segment = &l->s->segments[g];
        for (size_t i = seek(segment, key); i < segment->counts[SEG_SORTED]; i++) {
            if (strcmp(key_at(segment, segment->sorted, i), key) != 0)
                break;
            const struct seg_trigger *t = trigger_at(segment, segment->sorted, i);
            if (t != NULL)
                lead(l, g, t, false);
        }
        for (size_t i = 0; i < segment->counts[SEG_WILD]; i++) {
            const struct seg_trigger *t = trigger_at(segment, segment->wild, i);
            if (t != NULL && text_glob(segment_text(segment, t->key), key, n))
                lead(l, g, t, true);
        }
    }
}

static void make_key(const char *text, size_t n, char key[KEY_MOST + 1])
{
    key[token_key(text, n, false, key, KEY_MOST)] = '\0';
}

static int by_score(const void *left, const void *right)
{
    const struct search_hit *a = left, *b = right;
    return hit_before(b, a) - hit_before(a, b);
}

size_t search_trigger(struct search *s, const char *text, struct search_hit *hits, size_t most)
{
    char key[KEY_MOST + 1];
    make_key(text, strlen(text), key);
    struct leaders l = {.s = s, .hits = hits, .most = most, .part = 1.0F};
    take_key(&l, key);
    if (l.count > 1)
        qsort(hits, l.count, sizeof *hits, by_score);
    return l.count;
}

const char *search_matched_trigger(const struct search *s, uint32_t doc, const char *text)
{
    char key[KEY_MOST + 1];
    make_key(text, strlen(text), key);
    const struct segment *g;
    const struct seg_facts *f = search_facts_of(s, doc, &g);
    size_t first = 0, end = 0;
    if (f != NULL)
        segment_triggers(g, (size_t)(f - g->facts), &first, &end);
    for (size_t i = first; i < end && key[0] != '\0'; i++) {
        const struct seg_trigger *t = &g->triggers[i];
        if ((t->kind == TRIGGER_CODE || t->kind == TRIGGER_ASSET) && text_glob(segment_text(g, t->key), key, strlen(key)))
            return segment_text(g, t->text);
    }
    return "";
}

/* ---- codes and assets before all else ---- */

static bool has_digit(const char *key)
{
    return strpbrk(key, "0123456789") != NULL;
}

/* `e-204 bleed`: one word of several, or two neighbours (`E 204`), where it has a digit as codes do. */
static void take_chunks(struct leaders *l, const char *text)
{
    const char *starts[CHUNKS_MOST], *ends[CHUNKS_MOST];
    size_t count = 0;
    for (const char *at = text; *at != '\0' && count < CHUNKS_MOST;) {
        size_t n = strcspn(at, " ");
        if (n > 0) {
            starts[count] = at;
            ends[count++] = at + n;
        }
        at += n + (at[n] == ' ');
    }
    l->part = 0.1F;
    for (size_t i = 0; i < count && count > 1; i++)
        for (size_t k = i; k <= i + 1 && k < count; k++) {
            char key[KEY_MOST + 1];
            make_key(starts[i], (size_t)(ends[k] - starts[i]), key);
            if (has_digit(key) && key[1] != '\0')
                take_key(l, key);
        }
}

size_t trigger_lead(const struct search *s, struct wanted *wanted, const char *text, struct search_hit *hits,
                    size_t count, size_t most)
{
    struct search_hit leading[LEADING];
    char key[KEY_MOST + 1];
    struct leaders l = {.s = s, .wanted = wanted, .hits = leading, .part = 1.0F};
    l.most = most < LEADING ? most : LEADING;
    make_key(text, strlen(text), key);
    if (key[0] != '\0' && key[1] != '\0')
        take_key(&l, key);
    take_chunks(&l, text);
    if (l.count == 0)
        return count;
    size_t kept = 0; /* the others, closed up */
    for (size_t i = 0; i < count; i++) {
        struct search_hit *led = NULL;
        for (size_t k = 0; k < l.count; k++)
            if (leading[k].doc == hits[i].doc)
                led = &leading[k];
        if (led == NULL) {
            hits[kept++] = hits[i];
            continue;
        }
        led->section = hits[i].section;
        led->score += hits[i].score; /* of several with the code, what the other words say */
    }
    qsort(leading, l.count, sizeof *leading, by_score);
    kept = kept < most - l.count ? kept : most - l.count;
    memmove(hits + l.count, hits, kept * sizeof *hits);
    memcpy(hits, leading, l.count * sizeof *hits);
    return l.count + kept;
}
