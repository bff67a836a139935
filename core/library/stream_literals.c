#include "core/library/stream_literals.h"

#include "core/library/stream_bytes.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW = STREAM_ROW, HEADS_LEAST = 256, TRIPLES = 1 << 18 };

struct item {
    char *text;
    size_t n, at; /* at: where in it its window begins */
    uint32_t id, next; /* next: the following item of the same head, + 1 */
    bool caseless;
    uint8_t window; /* bytes of it: fewer than WINDOW where the literal is shorter */
};

struct stream_literals {
    struct item *items;
    size_t count, room;
    uint64_t triples[TRIPLES / 64]; /* windows, folded: see triple_of */
    uint32_t *heads;                /* by hash of the window, an item + 1 */
    uint32_t head_mask;
    bool lengths[WINDOW + 1]; /* which lengths of windows there are */
    struct stream_places places; /* windows, in buckets of neighbours */
};

struct stream_literals *stream_literals_open(struct error *err)
{
    struct stream_literals *s = calloc(1, sizeof *s);
    if (s == NULL)
        error_memory(err);
    return s;
}

void stream_literals_close(struct stream_literals *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        free(s->items[i].text);
    free(s->items);
    free(s->heads);
    free(s);
}

bool stream_literals_add(struct stream_literals *s, const char *text, size_t n, bool caseless, uint32_t id, struct error *err)
{
    if (n == 0)
        return true;
    if (s->count == s->room) {
        size_t room = s->room * 2 + 16;
        struct item *more = realloc(s->items, room * sizeof *more);
        if (more == NULL)
            return error_memory(err);
        s->items = more;
        s->room = room;
    }
    char *copy = malloc(n);
    if (copy == NULL)
        return error_memory(err);
    memcpy(copy, text, n);
    s->items[s->count++] = (struct item){.text = copy, .n = n, .id = id, .caseless = caseless};
    return true;
}

/* ---- windows ---- */

/* How often a byte stands in logs, roughly. */
static unsigned frequency(unsigned char c)
{
    static const char often[] = " etaoinsrlcdu0123456789:-./=";
    const char *at = c != '\0' ? strchr(often, stream_fold(c)) : NULL;
    if (at != NULL)
        return 40 - (unsigned)(at - often);
    return c >= 'a' && c <= 'z' ? 10 : 2;
}

static void choose_window(struct item *item)
{
    unsigned best = 0;
    item->window = (uint8_t)(item->n < WINDOW ? item->n : WINDOW);
    for (size_t at = 0; at + item->window <= item->n; at++) {
        unsigned sum = 0;
        for (size_t k = 0; k < item->window; k++)
            sum += frequency((unsigned char)item->text[at + k]);
        if (at == 0 || sum < best) {
            best = sum;
            item->at = at;
        }
    }
}

/* Six bits of each byte: enough to tell windows apart mostly. */
static uint32_t triple_of(const unsigned char *p)
{
    return (uint32_t)(stream_fold(p[0]) & 63) | (uint32_t)(stream_fold(p[1]) & 63) << 6 | (uint32_t)(stream_fold(p[2]) & 63) << 12;
}

static uint32_t hash_of(const unsigned char *p, size_t n)
{
    uint32_t h = (uint32_t)n;
    for (size_t i = 0; i < n; i++)
        h = (h ^ stream_fold(p[i])) * 0x9E3779B1U;
    return h ^ h >> 15;
}

/* A window that is shorter than three bytes goes on with any. */
static void mark_triples(struct stream_literals *s, const struct item *item)
{
    const unsigned char *p = (const unsigned char *)item->text + item->at;
    unsigned char w[WINDOW];
    for (unsigned a = 0; a < (item->window < 2 ? 64U : 1U); a++)
        for (unsigned b = 0; b < (item->window < 3 ? 64U : 1U); b++) {
            w[0] = p[0];
            w[1] = item->window < 2 ? (unsigned char)a : p[1];
            w[2] = item->window < 3 ? (unsigned char)b : p[2];
            uint32_t t = triple_of(w);
            s->triples[t / 64] |= (uint64_t)1 << (t % 64);
        }
}

static void mark_places(struct stream_literals *s, const struct item *item, unsigned bucket)
{
    for (unsigned k = 0; k < WINDOW; k++) {
        if (k >= item->window) {
            stream_places_add_all(&s->places, k, bucket);
            continue;
        }
        unsigned char c = (unsigned char)item->text[item->at + k];
        stream_places_add(&s->places, k, c, bucket);
        if (item->caseless)
            stream_places_add(&s->places, k, stream_other_case(c), bucket);
    }
}

static int by_window(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    size_t n = a->window < b->window ? a->window : b->window;
    for (size_t k = 0; k < n; k++) {
        int difference = stream_fold((unsigned char)a->text[a->at + k]) - stream_fold((unsigned char)b->text[b->at + k]);
        if (difference != 0)
            return difference;
    }
    return (int)a->window - (int)b->window;
}

bool stream_literals_ready(struct stream_literals *s, struct error *err)
{
    uint32_t heads = HEADS_LEAST;
    while (heads < s->count * 2)
        heads *= 2;
    s->heads = calloc(heads, sizeof *s->heads);
    if (s->heads == NULL)
        return error_memory(err);
    s->head_mask = heads - 1;
    for (size_t i = 0; i < s->count; i++)
        choose_window(&s->items[i]);
    if (s->count > 0)
        qsort(s->items, s->count, sizeof *s->items, by_window);
    for (size_t i = 0; i < s->count; i++) {
        struct item *item = &s->items[i];
        uint32_t *head = &s->heads[hash_of((const unsigned char *)item->text + item->at, item->window) & s->head_mask];
        item->next = *head;
        *head = (uint32_t)i + 1;
        s->lengths[item->window] = true;
        mark_triples(s, item);
        mark_places(s, item, (unsigned)(i * STREAM_BUCKETS / s->count));
    }
    return true;
}

/* ---- scanning ---- */

struct scanning {
    const struct stream_literals *s;
    const char *text;
    size_t n;
    stream_literals_take *take;
    void *context;
};

static bool is_there(const struct item *item, const char *text)
{
    if (!item->caseless)
        return memcmp(text, item->text, item->n) == 0;
    for (size_t i = 0; i < item->n; i++)
        if (stream_fold((unsigned char)text[i]) != (unsigned char)item->text[i])
            return false;
    return true;
}

/* The literals whose windows begin at i. */
static void look_at(const struct scanning *c, size_t i)
{
    const struct stream_literals *s = c->s;
    for (size_t window = 1; window <= WINDOW && i + window <= c->n; window++) {
        if (!s->lengths[window])
            continue;
        uint32_t at = s->heads[hash_of((const unsigned char *)c->text + i, window) & s->head_mask];
        for (; at != 0; at = s->items[at - 1].next) {
            const struct item *item = &s->items[at - 1];
            if (item->window == window && item->at <= i && item->n - item->at <= c->n - i && is_there(item, c->text + i - item->at))
                c->take(c->context, i - item->at, i - item->at + item->n, item->id);
        }
    }
}

static bool may_begin(const struct stream_literals *s, const char *text)
{
    uint32_t t = triple_of((const unsigned char *)text);
    return (s->triples[t / 64] >> (t % 64) & 1) != 0;
}

void stream_literals_text(const struct stream_literals *s, enum stream_way way, const char *text, size_t n, stream_literals_take *take,
                          void *context)
{
    struct scanning c = {s, text, n, take, context};
    struct stream_found found[STREAM_FOUND];
    if (s->count == 0)
        return;
    way = stream_way(way);
    for (size_t at = WINDOW - 1; at < n;) {
        size_t count = stream_places_find(&s->places, way, text, n, &at, found);
        for (size_t k = 0; k < count; k++)
            for (uint64_t left = found[k].bits; left != 0; left &= left - 1) {
                size_t i = found[k].at + stream_lowest(left) - (WINDOW - 1);
                if (may_begin(s, text + i))
                    look_at(&c, i);
            }
    }
    for (size_t i = n < WINDOW ? 0 : n - (WINDOW - 1); i < n; i++)
        look_at(&c, i);
}
