#include "core/library/stream_literals.h"

#include "core/library/stream_bytes.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW = STREAM_ROW, BEGINNING = 4, REACH = 8, HEADS_LEAST = 256, REACHES_A_HEAD = 4, CROWDING = 12 };

struct item {
    char *text;
    size_t n, at; /* at: where in it its window begins */
    uint64_t key; /* reach bytes of it from there on, folded: see key_at */
    uint32_t id, next; /* next: the following item of the same head, + 1 */
    bool caseless;
    uint8_t reach; /* at most REACH */
};

struct stream_literals {
    struct item *items;
    size_t count, room;
    struct stream_places places; /* windows, in buckets of neighbours */
    enum stream_way best;
    uint8_t *reaches;            /* by hash of the key's beginning: bit k for a reach of k + 1 */
    uint8_t short_reaches;       /* of those that have less than that */
    uint32_t *heads;             /* by hash of the key, an item + 1 */
    unsigned bits;               /* of a hash, for reaches: REACHES_A_HEAD for each head, for most beginnings are none's */
};

struct stream_literals *stream_literals_open(struct error *err)
{
    struct stream_literals *s = calloc(1, sizeof *s);
    if (s == NULL) {
        error_memory(err);
        return NULL;
    }
    s->best = stream_way(STREAM_BEST);
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
    free(s->reaches);
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

/* ---- keys ---- */

/* Eight bytes, the first one lowest, and small letters for capitals: other bytes fall together, too, but a key only tells what
 * to compare. */
static uint64_t fold_row(const char *text)
{
    const uint64_t blanks = UINT64_MAX / 255 * ' ';
    const unsigned char *p = (const unsigned char *)text;
    return blanks | (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
           (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56; /* compilers make this one load */
}

static uint64_t key_at(uint64_t row, unsigned reach)
{
    return row & UINT64_MAX >> (64 - reach * 8);
}

static size_t hash_of(const struct stream_literals *s, uint64_t key)
{
    return (size_t)(key * 0x9E3779B97F4A7C15U >> (64 - s->bits));
}

static uint64_t row_of(const char *text, size_t n)
{
    char row[REACH] = {0};
    if (n >= REACH)
        return fold_row(text);
    memcpy(row, text, n);
    return fold_row(row);
}

/* ---- windows ---- */

/* How often a byte stands in logs, roughly. */
static unsigned frequency(unsigned char c)
{
    static const char often[] = " etaoinsrlcdu0123456789:-./=mpfhgbyvwk_,xzjq";
    const char *at = c != '\0' ? strchr(often, c) : NULL;
    return at != NULL ? (unsigned)(sizeof often - (size_t)(at - often)) : c >= 'A' && c <= 'Z' ? 6 : 1;
}

static uint8_t reach_from(const struct item *item, size_t at)
{
    return (uint8_t)(item->n - at < REACH ? item->n - at : REACH);
}

/* The first byte counts most: it is what the buckets are made by. And no key should be that of many: crowd counts them, by hash. */
static void choose_window(const struct stream_literals *s, struct item *item, uint8_t *crowd)
{
    unsigned best = 0;
    uint8_t *chosen = crowd;
    for (size_t at = 0; at == 0 || at + BEGINNING <= item->n; at++) {
        uint8_t reach = reach_from(item, at);
        uint64_t key = key_at(row_of(item->text + at, reach), reach);
        uint8_t *others = &crowd[hash_of(s, key)];
        unsigned sum = CROWDING * *others;
        for (size_t k = 0; k < WINDOW && k < reach; k++)
            sum += frequency((unsigned char)item->text[at + k]) * (k == 0 ? 4 : 1);
        if (at > 0 && sum >= best)
            continue;
        best = sum;
        chosen = others;
        item->at = at;
        item->reach = reach;
        item->key = key;
    }
    if (*chosen < UINT8_MAX)
        ++*chosen;
}

static void mark_places(struct stream_literals *s, const struct item *item, unsigned bucket)
{
    for (unsigned k = 0; k < WINDOW; k++) {
        if (k >= item->reach) {
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
    int difference = memcmp(a->text + a->at, b->text + b->at, a->reach < b->reach ? a->reach : b->reach);
    return difference != 0 ? difference : (int)a->reach - (int)b->reach;
}

static void add_key(struct stream_literals *s, size_t i)
{
    struct item *item = &s->items[i];
    uint32_t *head = &s->heads[hash_of(s, item->key) / REACHES_A_HEAD];
    uint8_t *reaches = item->reach < BEGINNING ? &s->short_reaches : &s->reaches[hash_of(s, key_at(item->key, BEGINNING))];
    *reaches |= (uint8_t)(1U << (item->reach - 1));
    item->next = *head;
    *head = (uint32_t)i + 1;
}

static bool choose_windows(struct stream_literals *s, size_t hashes, struct error *err)
{
    uint8_t *crowd = calloc(hashes, 1);
    if (crowd == NULL)
        return error_memory(err);
    for (size_t i = 0; i < s->count; i++)
        choose_window(s, &s->items[i], crowd);
    free(crowd);
    return true;
}

bool stream_literals_ready(struct stream_literals *s, struct error *err)
{
    size_t heads = HEADS_LEAST;
    while (heads < s->count * 2)
        heads *= 2;
    while ((size_t)1 << s->bits < heads * REACHES_A_HEAD)
        s->bits++;
    s->heads = calloc(heads, sizeof *s->heads);
    s->reaches = calloc(heads, REACHES_A_HEAD);
    if (s->heads == NULL || s->reaches == NULL)
        return error_memory(err);
    if (!choose_windows(s, heads * REACHES_A_HEAD, err))
        return false;
    if (s->count > 0)
        qsort(s->items, s->count, sizeof *s->items, by_window);
    for (size_t i = 0; i < s->count; i++) {
        add_key(s, i);
        mark_places(s, &s->items[i], (unsigned)(i * STREAM_BUCKETS / s->count));
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

/* The literals whose windows begin at i and that reach so far. */
static void compare(const struct scanning *c, size_t i, uint64_t row, unsigned reaches)
{
    const struct stream_literals *s = c->s;
    for (; reaches != 0; reaches &= reaches - 1) {
        unsigned reach = stream_lowest(reaches) + 1;
        uint64_t key = key_at(row, reach);
        for (uint32_t at = s->heads[hash_of(s, key) / REACHES_A_HEAD]; at != 0; at = s->items[at - 1].next) {
            const struct item *item = &s->items[at - 1];
            if (item->key == key && item->reach == reach && item->at <= i && item->n - item->at <= c->n - i &&
                is_there(item, c->text + i - item->at))
                c->take(c->context, i - item->at, i - item->at + item->n, item->id);
        }
    }
}

static inline void look_at(const struct scanning *c, size_t i)
{
    uint64_t row = row_of(c->text + i, c->n - i);
    unsigned reaches = c->s->reaches[hash_of(c->s, key_at(row, BEGINNING))] | c->s->short_reaches;
    if (reaches != 0)
        compare(c, i, row, reaches);
}

void stream_literals_text(const struct stream_literals *s, enum stream_way way, const char *text, size_t n, stream_literals_take *take,
                          void *context)
{
    struct scanning c = {s, text, n, take, context};
    struct stream_found found[STREAM_FOUND];
    if (s->count == 0)
        return;
    way = way < s->best ? way : s->best;
    for (size_t at = WINDOW - 1; at < n;) {
        size_t count = stream_places_find(&s->places, way, text, n, &at, found);
        for (size_t k = 0; k < count; k++)
            for (uint64_t left = found[k].bits; left != 0; left &= left - 1)
                look_at(&c, found[k].at + stream_lowest(left) - (WINDOW - 1));
    }
    for (size_t i = n < WINDOW ? 0 : n - (WINDOW - 1); i < n; i++)
        look_at(&c, i);
}
