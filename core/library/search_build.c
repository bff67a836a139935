#include "core/library/search_build.h"

#include "core/library/search_file.h"
#include "core/library/tokens.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { SHORT_MOST = 160, TEXT_MOST = 1 << 20 };

/* A word of the unit that is being read. */
struct seen {
    uint32_t term;
    uint32_t packed; /* PACK(term, field, times), provisional term numbers */
};

struct builder {
    struct buf docs, units, lists, triggers, forwards, strings, terms; /* arrays of seg_*; terms: struct seg_term */
    uint32_t *table; /* open addressing: term number + 1 */
    size_t table_size, term_count;
    /* the unit under way */
    uint32_t *slot_of; /* by term: index + 1 in seen, valid where mark_of is this unit's */
    uint32_t *mark_of;
    size_t slots;
    struct buf seen;
    enum field field;
    uint32_t unit_words;
    bool failed;
};

#define ARRAY(b, type) ((type *)(void *)(b).data)
#define COUNT(b, type) ((b).len / sizeof(type))

struct builder *builder_open(struct error *err)
{
    struct builder *b = calloc(1, sizeof *b);
    if (b == NULL || (b->table = calloc(1 << 12, sizeof *b->table)) == NULL) {
        free(b);
        error_memory(err);
        return NULL;
    }
    b->table_size = 1 << 12;
    buf_addc(&b->strings, '\0'); /* offset 0 is the empty text */
    return b;
}

void builder_close(struct builder *b)
{
    if (b == NULL)
        return;
    struct buf *const all[] = {&b->docs, &b->units, &b->lists, &b->triggers, &b->forwards, &b->strings, &b->terms,
                               &b->seen};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_free(all[i]);
    free(b->table);
    free(b->slot_of);
    free(b->mark_of);
    free(b);
}

size_t builder_count(const struct builder *b)
{
    return COUNT(b->docs, struct seg_doc);
}

int64_t builder_key(const struct builder *b, size_t i)
{
    return ARRAY(b->docs, const struct seg_doc)[i].key;
}

static uint32_t add_text(struct builder *b, const char *text, size_t n)
{
    if (text == NULL || n == 0)
        return 0;
    if (b->strings.len + n + 1 > UINT32_MAX) {
        b->failed = true;
        return 0;
    }
    uint32_t at = (uint32_t)b->strings.len;
    const char *end = memchr(text, '\0', n);
    buf_add(&b->strings, text, end != NULL ? (size_t)(end - text) : n);
    buf_addc(&b->strings, '\0');
    return at;
}

static uint32_t add_string(struct builder *b, const char *text)
{
    return text != NULL ? add_text(b, text, strlen(text)) : 0;
}

/* FNV-1a: short words, few collisions, no state. */
static uint32_t hash_of(const char *word, size_t n)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)word[i]) * 16777619U;
    return h;
}

static bool grow_table(struct builder *b)
{
    size_t size = b->table_size * 2;
    uint32_t *table = calloc(size, sizeof *table);
    if (table == NULL)
        return false;
    for (size_t t = 0; t < b->term_count; t++) {
        const struct seg_term *term = &ARRAY(b->terms, const struct seg_term)[t];
        size_t at = hash_of(b->strings.data + term->text, term->len) & (size - 1);
        while (table[at] != 0)
            at = (at + 1) & (size - 1);
        table[at] = (uint32_t)t + 1;
    }
    free(b->table);
    b->table = table;
    b->table_size = size;
    return true;
}

static bool grow_slots(struct builder *b)
{
    if (b->term_count < b->slots)
        return true;
    size_t slots = b->slots == 0 ? 4096 : b->slots * 2;
    uint32_t *slot = realloc(b->slot_of, slots * sizeof *slot);
    if (slot == NULL)
        return false;
    b->slot_of = slot;
    uint32_t *mark = realloc(b->mark_of, slots * sizeof *mark);
    if (mark == NULL)
        return false;
    memset(mark + b->slots, 0, (slots - b->slots) * sizeof *mark);
    b->mark_of = mark;
    b->slots = slots;
    return true;
}

/* The word's number, made at its first use; UINT32_MAX when memory is out. */
static uint32_t term_of(struct builder *b, const char *word, size_t n)
{
    if (b->term_count * 2 > b->table_size && !grow_table(b))
        return UINT32_MAX;
    size_t at = hash_of(word, n) & (b->table_size - 1);
    for (; b->table[at] != 0; at = (at + 1) & (b->table_size - 1)) {
        const struct seg_term *t = &ARRAY(b->terms, const struct seg_term)[b->table[at] - 1];
        if (t->len == n && memcmp(b->strings.data + t->text, word, n) == 0)
            return b->table[at] - 1;
    }
    if (b->term_count >= PACKED_MOST || !grow_slots(b))
        return UINT32_MAX;
    struct seg_term fresh = {.text = add_text(b, word, n), .len = (uint32_t)n};
    buf_add(&b->terms, (const char *)&fresh, sizeof fresh);
    b->table[at] = (uint32_t)++b->term_count;
    return (uint32_t)b->term_count - 1;
}

static void take_word(void *context, const char *word, size_t n, bool joined)
{
    struct builder *b = context;
    uint32_t term = term_of(b, word, n), unit = (uint32_t)COUNT(b->units, struct seg_unit) + 1;
    if (term == UINT32_MAX) {
        b->failed = true;
        return;
    }
    b->unit_words += !joined;
    if (b->mark_of[term] == unit) {
        struct seen *s = &ARRAY(b->seen, struct seen)[b->slot_of[term]];
        enum field field = PACKED_FIELD(s->packed) > b->field ? PACKED_FIELD(s->packed) : b->field;
        uint32_t times = PACKED_TIMES(s->packed) < 31 ? PACKED_TIMES(s->packed) + 1 : 31;
        s->packed = PACK(term, field, times);
        return;
    }
    b->mark_of[term] = unit;
    b->slot_of[term] = (uint32_t)COUNT(b->seen, struct seen);
    struct seen s = {term, PACK(term, b->field, 1)};
    buf_add(&b->seen, (const char *)&s, sizeof s);
}

static void read_words(struct builder *b, enum field field, const char *text, size_t n)
{
    b->field = field;
    if (text != NULL && n > 0 && buf_ok(&b->seen))
        tokens_of(text, n < TEXT_MOST ? n : TEXT_MOST, take_word, b);
}

static void read_string(struct builder *b, enum field field, const char *text)
{
    if (text != NULL)
        read_words(b, field, text, strlen(text));
}

static void end_unit(struct builder *b, struct seg_unit *unit)
{
    unit->first_forward = (uint32_t)COUNT(b->forwards, uint32_t);
    unit->forwards = (uint32_t)COUNT(b->seen, struct seen);
    unit->words = b->unit_words;
    for (size_t i = 0; i < unit->forwards; i++)
        buf_add(&b->forwards, (const char *)&ARRAY(b->seen, struct seen)[i].packed, sizeof(uint32_t));
    buf_add(&b->units, (const char *)unit, sizeof *unit);
    buf_clear(&b->seen);
    b->unit_words = 0;
}

static uint32_t add_list(struct builder *b, struct strings list)
{
    for (size_t i = 0; i < list.count; i++) {
        uint32_t at = add_string(b, list.items[i]);
        buf_add(&b->lists, (const char *)&at, sizeof at);
    }
    return (uint32_t)list.count;
}

static void add_triggers(struct builder *b, const struct search_doc *doc, struct seg_doc *d)
{
    d->first_trigger = (uint32_t)COUNT(b->triggers, struct seg_trigger);
    for (size_t i = 0; i < doc->trigger_count; i++) {
        const struct trigger *t = &doc->triggers[i];
        read_string(b, t->kind == TRIGGER_OUTPUT ? FIELD_OUTCOME : FIELD_TRIGGER, t->pattern);
        char key[TOKEN_MOST * 2];
        size_t n = token_key(t->pattern, strlen(t->pattern), true, key, sizeof key);
        struct seg_trigger kept = {(uint32_t)builder_count(b), (uint32_t)t->kind, add_string(b, t->pattern),
                                   add_text(b, key, n)};
        buf_add(&b->triggers, (const char *)&kept, sizeof kept);
    }
    d->triggers = (uint32_t)COUNT(b->triggers, struct seg_trigger) - d->first_trigger;
}

static void add_head(struct builder *b, const struct search_doc *doc, struct seg_doc *d)
{
    struct seg_unit head = {.doc = (uint32_t)builder_count(b)};
    read_string(b, FIELD_TITLE, doc->title);
    read_string(b, FIELD_ID, doc->id);
    read_string(b, FIELD_PROBLEM, doc->problem);
    read_string(b, FIELD_OUTCOME, doc->outcome);
    for (size_t i = 0; i < doc->capabilities.count; i++)
        read_string(b, FIELD_OUTCOME, doc->capabilities.items[i]);
    add_triggers(b, doc, d);
    end_unit(b, &head);
}

static void add_section(struct builder *b, const struct search_section *s)
{
    struct seg_unit unit = {.doc = (uint32_t)builder_count(b),
                            .anchor = add_string(b, s->anchor),
                            .heading = add_string(b, s->heading)};
    size_t n = s->text_len < TEXT_MOST ? s->text_len : TEXT_MOST;
    unit.text = add_text(b, s->text, n);
    unit.text_len = unit.text != 0 ? (uint32_t)strlen(b->strings.data + unit.text) : 0;
    read_string(b, FIELD_HEADING, s->heading);
    read_words(b, FIELD_TEXT, s->text, n);
    end_unit(b, &unit);
}

static bool whole(const struct builder *b)
{
    const struct buf *const all[] = {&b->docs, &b->units, &b->lists, &b->triggers, &b->forwards, &b->strings,
                                     &b->terms, &b->seen};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!buf_ok(all[i]))
            return false;
    return !b->failed;
}

bool builder_add(struct builder *b, const struct search_doc *doc, struct error *err)
{
    struct seg_doc d = {.key = doc->key,
                        .updated = doc->updated,
                        .channel = add_string(b, doc->channel),
                        .id = add_string(b, doc->id),
                        .title = add_string(b, doc->title),
                        .problem = add_string(b, doc->problem),
                        .outcome = add_string(b, doc->outcome),
                        .first_unit = (uint32_t)COUNT(b->units, struct seg_unit),
                        .units = (uint32_t)doc->section_count + 1,
                        .first_list = (uint32_t)COUNT(b->lists, uint32_t),
                        .minutes = (uint16_t)(doc->minutes > 0 && doc->minutes < 10000 ? doc->minutes : 0),
                        .kind = (uint8_t)doc->kind,
                        .format = (uint8_t)doc->format,
                        .on_device = doc->on_device};
    if (d.first_unit + doc->section_count + 1 >= PACKED_MOST)
        return error_set(err, EX_DATAERR, "the search index is full", NULL, "more than 16 million sections", NULL);
    d.roles = add_list(b, doc->roles);
    d.stages = add_list(b, doc->stages);
    d.capabilities = add_list(b, doc->capabilities);
    add_head(b, doc, &d);
    for (size_t i = 0; i < doc->section_count; i++)
        add_section(b, &doc->sections[i]);
    buf_add(&b->docs, (const char *)&d, sizeof d);
    return whole(b) || error_memory(err);
}

/* ---- finishing ---- */

/* Something to be sorted by a text. */
struct named {
    const char *text;
    uint32_t number;
};

static int by_text(const void *left, const void *right)
{
    return strcmp(((const struct named *)left)->text, ((const struct named *)right)->text);
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Gives terms their final numbers, in the order of their texts; the forwards follow. */
static bool number_terms(struct builder *b)
{
    size_t n = b->term_count;
    struct named *order = calloc(n + 1, sizeof *order);
    uint32_t *rank = calloc(n + 1, sizeof *rank);
    struct seg_term *sorted = calloc(n + 1, sizeof *sorted);
    bool ok = order != NULL && rank != NULL && sorted != NULL;
    if (ok) {
        for (size_t i = 0; i < n; i++)
            order[i] = (struct named){b->strings.data + ARRAY(b->terms, struct seg_term)[i].text, (uint32_t)i};
        if (n > 1)
            qsort(order, n, sizeof *order, by_text);
        for (size_t i = 0; i < n; i++) {
            rank[order[i].number] = (uint32_t)i;
            sorted[i] = ARRAY(b->terms, struct seg_term)[order[i].number];
        }
        if (n > 0)
            memcpy(b->terms.data, sorted, n * sizeof *sorted);
        uint32_t *forwards = ARRAY(b->forwards, uint32_t);
        for (size_t i = 0; i < COUNT(b->forwards, uint32_t); i++)
            forwards[i] = PACK(rank[PACKED_NUMBER(forwards[i])], PACKED_FIELD(forwards[i]), PACKED_TIMES(forwards[i]));
        for (size_t u = 0; u < COUNT(b->units, struct seg_unit); u++) {
            const struct seg_unit *unit = &ARRAY(b->units, struct seg_unit)[u];
            if (unit->forwards > 1)
                qsort(forwards + unit->first_forward, unit->forwards, sizeof *forwards, by_number);
        }
    }
    free(order);
    free(rank);
    free(sorted);
    return ok;
}

/* Turns the forwards round: of each term the units, in their order. */
static uint32_t *make_postings(struct builder *b)
{
    size_t total = COUNT(b->forwards, uint32_t);
    uint32_t *postings = calloc(total + 1, sizeof *postings);
    struct seg_term *terms = ARRAY(b->terms, struct seg_term);
    const uint32_t *forwards = ARRAY(b->forwards, const uint32_t);
    if (postings == NULL)
        return NULL;
    for (size_t i = 0; i < total; i++)
        terms[PACKED_NUMBER(forwards[i])].postings++;
    uint32_t at = 0;
    for (size_t t = 0; t < b->term_count; t++) {
        terms[t].first_posting = at;
        at += terms[t].postings;
        terms[t].postings = 0;
    }
    for (size_t u = 0; u < COUNT(b->units, struct seg_unit); u++) {
        const struct seg_unit *unit = &ARRAY(b->units, const struct seg_unit)[u];
        for (uint32_t i = 0; i < unit->forwards; i++) {
            uint32_t f = forwards[unit->first_forward + i];
            struct seg_term *t = &terms[PACKED_NUMBER(f)];
            postings[t->first_posting + t->postings++] = PACK(u, PACKED_FIELD(f), PACKED_TIMES(f));
        }
    }
    return postings;
}

/* What the words of a prefix are worth before anything else is known: the better place, the shorter text. */
static float short_worth(const struct builder *b, uint32_t posting, uint32_t term_len)
{
    static const float worth[FIELDS] = {[FIELD_TEXT] = 1, [FIELD_OUTCOME] = 2, [FIELD_HEADING] = 4, [FIELD_PROBLEM] = 4,
                                        [FIELD_ID] = 6, [FIELD_TRIGGER] = 8, [FIELD_TITLE] = 9};
    const struct seg_unit *unit = &ARRAY(b->units, const struct seg_unit)[PACKED_NUMBER(posting)];
    return worth[PACKED_FIELD(posting)] + 2.0F / (float)term_len + 2.0F / (float)(8 + unit->words);
}

struct best {
    uint32_t posting;
    float worth;
};

static int by_worth(const void *left, const void *right)
{
    float a = ((const struct best *)left)->worth, b = ((const struct best *)right)->worth;
    return (a < b) - (a > b);
}

/* Keeps the best SHORT_MOST of a prefix, one a unit, in a heap with the worst on top. */
struct heap {
    struct best items[SHORT_MOST];
    size_t count;
};

static void heap_sift(struct heap *h)
{
    for (size_t at = 0;;) {
        size_t child = 2 * at + 1;
        if (child >= h->count)
            return;
        if (child + 1 < h->count && h->items[child + 1].worth < h->items[child].worth)
            child++;
        if (h->items[at].worth <= h->items[child].worth)
            return;
        struct best swap = h->items[at];
        h->items[at] = h->items[child];
        h->items[child] = swap;
        at = child;
    }
}

static void heap_add(struct heap *h, uint32_t posting, float worth)
{
    if (h->count == SHORT_MOST) {
        if (worth <= h->items[0].worth)
            return;
        h->items[0] = (struct best){posting, worth};
        heap_sift(h);
        return;
    }
    size_t at = h->count++;
    h->items[at] = (struct best){posting, worth};
    while (at > 0 && h->items[(at - 1) / 2].worth > h->items[at].worth) {
        struct best swap = h->items[at];
        h->items[at] = h->items[(at - 1) / 2];
        h->items[(at - 1) / 2] = swap;
        at = (at - 1) / 2;
    }
}

static void end_short(struct heap *h, const char prefix[2], size_t length, struct buf *shorts, struct buf *list)
{
    if (h->count == 0)
        return;
    qsort(h->items, h->count, sizeof *h->items, by_worth);
    struct seg_short s = {.first = (uint8_t)prefix[0], .second = length > 1 ? (uint8_t)prefix[1] : 0,
                          .count = (uint16_t)h->count, .at = (uint32_t)COUNT(*list, uint32_t)};
    buf_add(shorts, (const char *)&s, sizeof s);
    for (size_t i = 0; i < h->count; i++)
        buf_add(list, (const char *)&h->items[i].posting, sizeof(uint32_t));
    h->count = 0;
}

static void make_shorts(struct builder *b, const uint32_t *postings, struct buf *shorts, struct buf *list)
{
    const struct seg_term *terms = ARRAY(b->terms, const struct seg_term);
    for (size_t length = 1; length <= 2; length++) {
        struct heap h = {.count = 0};
        char prefix[2] = {0, 0};
        for (size_t t = 0; t < b->term_count; t++) {
            const char *text = b->strings.data + terms[t].text;
            if (memcmp(prefix, text, length) != 0) {
                end_short(&h, prefix, length, shorts, list);
                memcpy(prefix, text, length);
            }
            if (terms[t].len >= length)
                for (uint32_t i = 0; i < terms[t].postings; i++) {
                    uint32_t p = postings[terms[t].first_posting + i];
                    heap_add(&h, p, short_worth(b, p, terms[t].len));
                }
        }
        end_short(&h, prefix, length, shorts, list);
    }
}

/* Codes and assets: those without wild cards first, by their keys; then those with. */
static bool make_sorted(const struct builder *b, struct buf *sorted)
{
    size_t n = COUNT(b->triggers, struct seg_trigger), exact = 0;
    const struct seg_trigger *triggers = ARRAY(b->triggers, const struct seg_trigger);
    struct named *order = calloc(n + 1, sizeof *order);
    if (order == NULL)
        return false;
    for (int wild = 0; wild <= 1; wild++) {
        size_t at = exact;
        for (size_t i = 0; i < n; i++) {
            const char *key = b->strings.data + triggers[i].key;
            if (triggers[i].kind != TRIGGER_CODE && triggers[i].kind != TRIGGER_ASSET)
                continue;
            if ((strpbrk(key, "*?") != NULL) == (wild == 1))
                order[at++] = (struct named){key, (uint32_t)i};
        }
        if (at - exact > 1)
            qsort(order + exact, at - exact, sizeof *order, by_text);
        exact = at;
    }
    for (size_t i = 0; i < exact; i++)
        buf_add(sorted, (const char *)&order[i].number, sizeof order[i].number);
    free(order);
    return buf_ok(sorted);
}

static void put_array(struct buf *out, struct seg_header *h, enum seg_array which, const void *bytes, size_t size,
                      size_t count)
{
    while (out->len % 8 != 0 && buf_ok(out))
        buf_addc(out, '\0');
    h->arrays[which].at = out->len;
    h->arrays[which].count = count;
    buf_add(out, bytes, size * count);
}

#define PUT(which, b, type) put_array(out, &h, which, (b).data, sizeof(type), COUNT(b, type))

bool builder_finish(struct builder *b, struct buf *out, struct error *err)
{
    struct buf shorts = {0}, list = {0}, sorted = {0};
    uint32_t *postings = NULL;
    struct seg_header h = {.magic = SEGMENT_MAGIC, .order = 0x01020304U};
    bool ok = whole(b) && number_terms(b) && (postings = make_postings(b)) != NULL;
    if (ok) {
        make_shorts(b, postings, &shorts, &list);
        ok = make_sorted(b, &sorted);
        buf_add(out, (const char *)&h, sizeof h);
        PUT(SEG_TERMS, b->terms, struct seg_term);
        PUT(SEG_SHORTS, shorts, struct seg_short);
        PUT(SEG_SHORT_POSTINGS, list, uint32_t);
        PUT(SEG_DOCS, b->docs, struct seg_doc);
        PUT(SEG_UNITS, b->units, struct seg_unit);
        PUT(SEG_LISTS, b->lists, uint32_t);
        PUT(SEG_TRIGGERS, b->triggers, struct seg_trigger);
        PUT(SEG_SORTED, sorted, uint32_t);
        put_array(out, &h, SEG_POSTINGS, postings, sizeof *postings, COUNT(b->forwards, uint32_t));
        PUT(SEG_FORWARDS, b->forwards, uint32_t);
        PUT(SEG_STRINGS, b->strings, char);
        ok = ok && buf_ok(out) && buf_ok(&shorts) && buf_ok(&list);
    }
    if (ok) {
        h.size = out->len;
        memcpy(out->data, &h, sizeof h);
        segment_hash((const unsigned char *)out->data, out->len, h.hash);
        memcpy(out->data, &h, sizeof h);
    }
    free(postings);
    buf_free(&shorts);
    buf_free(&list);
    buf_free(&sorted);
    return ok || error_memory(err);
}
