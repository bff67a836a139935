#include "core/library/search_build.h"

#include "core/base/text.h"
#include "core/library/search_file.h"
#include "core/library/search_words.h"
#include "core/library/tokens.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { TEXT_MOST = 1 << 20, SETS_KNOWN = 4096, PACKED_FROM = 16384 };

/* A word that was met: its text in letters. */
struct known {
    uint32_t text, len;
};

/* A word in the unit under way. */
struct seen {
    uint32_t word;
    uint16_t field, times;
};

/* A word in a unit: the unit's number among its kind << 8, and the posting's worth. */
struct place {
    uint32_t word;
    uint32_t unit_worth;
};

struct builder {
    struct buf docs, facts, sections, section_docs, sets, lists, triggers, strings, texts; /* arrays of seg_* */
    struct buf letters, known;              /* the words: NUL-terminated, and struct known */
    struct buf in_heads, in_sections;       /* struct place */
    uint32_t sets_known[SETS_KNOWN];        /* by hash: the newest set of it; 0 for none */
    uint32_t *table;                        /* open addressing: a word's number + 1 */
    size_t table_size;
    /* the unit under way */
    uint32_t *slot_of; /* by word: its index in seen, valid where mark_of is this unit's */
    uint32_t *mark_of;
    size_t slots;
    uint32_t unit; /* its mark */
    struct buf seen;
    enum field field;
    uint32_t words[FIELDS];
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
    static const struct seg_set none;
    b->table_size = 1 << 12;
    buf_addc(&b->strings, '\0'); /* offset 0 is the empty text */
    buf_add(&b->sets, (const char *)&none, sizeof none);
    return b;
}

/* Calls with each buf of the builder; false when one says false. */
static bool each_buf(struct builder *b, bool (*call)(struct buf *))
{
    struct buf *const all[] = {&b->docs, &b->facts, &b->sections, &b->section_docs, &b->sets, &b->lists, &b->triggers,
                               &b->strings, &b->texts, &b->letters, &b->known, &b->in_heads, &b->in_sections, &b->seen};
    bool ok = true;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ok &= call(all[i]);
    return ok;
}

static bool is_whole(struct buf *b)
{
    return buf_ok(b);
}

static bool let_go(struct buf *b)
{
    buf_free(b);
    return true;
}

void builder_close(struct builder *b)
{
    if (b == NULL)
        return;
    each_buf(b, let_go);
    free(b->table);
    free(b->slot_of);
    free(b->mark_of);
    free(b);
}

size_t builder_count(const struct builder *b)
{
    return COUNT(b->facts, struct seg_facts);
}

int64_t builder_key(const struct builder *b, size_t i)
{
    return ARRAY(b->facts, const struct seg_facts)[i].key;
}

/* ---- words ---- */

static bool grow_table(struct builder *b)
{
    size_t size = b->table_size * 2, count = COUNT(b->known, struct known);
    uint32_t *table = calloc(size, sizeof *table);
    if (table == NULL)
        return false;
    for (size_t w = 0; w < count; w++) {
        const struct known *k = &ARRAY(b->known, const struct known)[w];
        size_t at = text_hash(b->letters.data + k->text, k->len) & (size - 1);
        while (table[at] != 0)
            at = (at + 1) & (size - 1);
        table[at] = (uint32_t)w + 1;
    }
    free(b->table);
    b->table = table;
    b->table_size = size;
    return true;
}

static bool grow_slots(struct builder *b, size_t wanted)
{
    if (wanted < b->slots)
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
static uint32_t number_of(struct builder *b, const char *word, size_t n)
{
    size_t count = COUNT(b->known, struct known);
    if (count * 2 > b->table_size && !grow_table(b))
        return UINT32_MAX;
    size_t at = text_hash(word, n) & (b->table_size - 1);
    for (; b->table[at] != 0; at = (at + 1) & (b->table_size - 1)) {
        const struct known *k = &ARRAY(b->known, const struct known)[b->table[at] - 1];
        if (k->len == n && memcmp(b->letters.data + k->text, word, n) == 0)
            return b->table[at] - 1;
    }
    if (b->letters.len > UINT32_MAX - TOKEN_MOST - 1 || !grow_slots(b, count + 1))
        return UINT32_MAX;
    struct known k = {(uint32_t)b->letters.len, (uint32_t)n};
    buf_add(&b->letters, word, n);
    buf_addc(&b->letters, '\0');
    buf_add(&b->known, (const char *)&k, sizeof k);
    if (!buf_ok(&b->letters) || !buf_ok(&b->known))
        return UINT32_MAX;
    b->table[at] = (uint32_t)count + 1;
    return (uint32_t)count;
}

static void take_word(void *context, const char *word, size_t n, bool joined)
{
    struct builder *b = context;
    if (n == 1 && b->field == FIELD_TRIGGER)
        return; /* the P of P-101: the joined word is what counts */
    uint32_t number = number_of(b, word, n);
    if (number == UINT32_MAX) {
        b->failed = true;
        return;
    }
    b->words[b->field] += !joined;
    if (b->mark_of[number] == b->unit) {
        struct seen *s = &ARRAY(b->seen, struct seen)[b->slot_of[number]];
        s->field = s->field > b->field ? s->field : (uint16_t)b->field;
        if (s->times < UINT16_MAX)
            s->times++;
        return;
    }
    b->mark_of[number] = b->unit;
    b->slot_of[number] = (uint32_t)COUNT(b->seen, struct seen);
    struct seen s = {number, (uint16_t)b->field, 1};
    buf_add(&b->seen, (const char *)&s, sizeof s);
}

static void read_words(struct builder *b, enum field field, const char *text, size_t n)
{
    b->field = field;
    if (text != NULL && n > 0 && buf_ok(&b->seen))
        tokens_of(text, n, take_word, b);
}

static void read_string(struct builder *b, enum field field, const char *text)
{
    if (text != NULL)
        read_words(b, field, text, strlen(text));
}

/* How much of its field's weight a word has: in a text as BM25 says it (k1 1.2, b 0.75, average length 120: Robertson
 * and Zaragoza, The Probabilistic Relevance Framework, 2009); a short title or heading is more about its words. */
static uint8_t worth_of(const struct builder *b, const struct seen *s)
{
    enum field field = (enum field)s->field;
    float words = (float)b->words[field], times = (float)s->times, part = 1.0F;
    if (field == FIELD_TEXT) {
        part = 2.2F * times / (times + 1.2F * (0.25F + 0.75F * words / 120.0F));
    } else if (field == FIELD_TITLE || field == FIELD_HEADING) {
        part = 1.2F - 0.05F * words;
        part = part < 0.8F ? 0.8F : part;
    }
    int level = (int)(part * (float)LEVELS / LEVEL_MOST + 0.5F);
    return WORTH(field, level < 1 ? 1 : level > LEVELS ? LEVELS : level);
}

static void end_unit(struct builder *b, struct buf *places, size_t number)
{
    for (size_t i = 0; i < COUNT(b->seen, struct seen); i++) {
        const struct seen *s = &ARRAY(b->seen, const struct seen)[i];
        struct place p = {s->word, (uint32_t)number << 8 | worth_of(b, s)};
        buf_add(places, (const char *)&p, sizeof p);
    }
    buf_clear(&b->seen);
    memset(b->words, 0, sizeof b->words);
    b->unit++;
}

/* ---- documents ---- */

static uint32_t add_text(struct builder *b, struct buf *to, const char *text, size_t n, bool end)
{
    if (to->len + n + 1 > UINT32_MAX) {
        b->failed = true;
        return 0;
    }
    uint32_t at = (uint32_t)to->len;
    buf_add(to, text, n);
    if (end)
        buf_addc(to, '\0');
    return at;
}

static uint32_t add_string(struct builder *b, const char *text)
{
    return text != NULL && text[0] != '\0' ? add_text(b, &b->strings, text, strlen(text), true) : 0;
}

static bool is_set(const struct builder *b, uint32_t set, struct strings list)
{
    const struct seg_set *s = &ARRAY(b->sets, const struct seg_set)[set];
    if (s->count != list.count)
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(b->strings.data + ARRAY(b->lists, const uint32_t)[s->first + i], list.items[i]) != 0)
            return false;
    return true;
}

/* The number of the set with these texts: mostly one of those before. */
static uint32_t set_of(struct builder *b, struct strings list)
{
    if (list.count == 0 || !buf_ok(&b->sets) || !buf_ok(&b->lists) || !buf_ok(&b->strings))
        return 0;
    uint32_t hash = 0;
    for (size_t i = 0; i < list.count; i++)
        hash = hash * 31 + text_hash(list.items[i], strlen(list.items[i]));
    uint32_t *known = &b->sets_known[hash % SETS_KNOWN];
    if (*known != 0 && is_set(b, *known, list))
        return *known;
    *known = (uint32_t)COUNT(b->sets, struct seg_set);
    struct seg_set set = {(uint32_t)COUNT(b->lists, uint32_t), (uint32_t)list.count};
    for (size_t i = 0; i < list.count; i++) {
        uint32_t at = add_string(b, list.items[i]);
        buf_add(&b->lists, (const char *)&at, sizeof at);
    }
    buf_add(&b->sets, (const char *)&set, sizeof set);
    return *known;
}

static void add_triggers(struct builder *b, const struct search_doc *doc)
{
    for (size_t i = 0; i < doc->trigger_count; i++) {
        const struct trigger *t = &doc->triggers[i];
        read_string(b, t->kind == TRIGGER_OUTPUT ? FIELD_OUTCOME : FIELD_TRIGGER, t->pattern);
        char key[TOKEN_MOST * 2 + 1];
        size_t n = token_key(t->pattern, strlen(t->pattern), true, key, sizeof key - 1);
        key[n] = '\0';
        struct seg_trigger kept = {(uint32_t)builder_count(b), (uint32_t)t->kind, add_string(b, t->pattern),
                                   add_string(b, key)};
        buf_add(&b->triggers, (const char *)&kept, sizeof kept);
    }
}

static void add_head(struct builder *b, const struct search_doc *doc)
{
    read_string(b, FIELD_TITLE, doc->title);
    const char *slash = doc->id != NULL ? strrchr(doc->id, '/') : NULL; /* a page's directories say less of it */
    read_string(b, FIELD_ID, slash != NULL ? slash + 1 : doc->id);
    if (slash != NULL)
        read_words(b, FIELD_OUTCOME, doc->id, (size_t)(slash - doc->id));
    read_string(b, FIELD_PROBLEM, doc->problem);
    read_string(b, FIELD_OUTCOME, doc->outcome);
    for (size_t i = 0; i < doc->capabilities.count; i++)
        read_string(b, FIELD_OUTCOME, doc->capabilities.items[i]);
    add_triggers(b, doc);
    end_unit(b, &b->in_heads, builder_count(b));
}

/* A heading that is the title again (a page's first one) is kept once, and its words are the head's. */
static void add_section(struct builder *b, const struct search_section *s, const struct search_doc *doc, uint32_t title)
{
    uint32_t of = (uint32_t)builder_count(b);
    size_t n = s->text_len < TEXT_MOST ? s->text_len : TEXT_MOST;
    const char *nul = n > 0 ? memchr(s->text, '\0', n) : NULL;
    n = nul != NULL ? (size_t)(nul - s->text) : n;
    bool again = s->heading != NULL && doc->title != NULL && strcmp(s->heading, doc->title) == 0;
    struct seg_section section = {.anchor = add_string(b, s->anchor),
                                  .heading = again ? title : add_string(b, s->heading),
                                  .text = add_text(b, &b->texts, s->text, n, false),
                                  .text_len = (uint32_t)n};
    if (!again)
        read_string(b, FIELD_HEADING, s->heading);
    read_words(b, FIELD_TEXT, s->text, n);
    end_unit(b, &b->in_sections, COUNT(b->sections, struct seg_section));
    buf_add(&b->sections, (const char *)&section, sizeof section);
    buf_add(&b->section_docs, (const char *)&of, sizeof of);
}

/* The entry of the next document: where its sections and triggers begin. */
static struct seg_doc begin_doc(const struct builder *b)
{
    return (struct seg_doc){.first_section = (uint32_t)COUNT(b->sections, struct seg_section),
                            .first_trigger = (uint32_t)COUNT(b->triggers, struct seg_trigger)};
}

bool builder_add(struct builder *b, const struct search_doc *doc, struct error *err)
{
    if (builder_count(b) + COUNT(b->sections, struct seg_section) + doc->section_count + 2 >= UNITS_MOST)
        return error_set(err, EX_DATAERR, "the search index is full", NULL, "more than 16 million sections", NULL);
    struct seg_doc d = begin_doc(b);
    d.roles = set_of(b, doc->roles);
    d.stages = set_of(b, doc->stages);
    d.capabilities = set_of(b, doc->capabilities);
    d.kind = (uint8_t)doc->kind;
    d.format = (uint8_t)doc->format;
    struct seg_facts facts = {.key = doc->key,
                              .updated = (int32_t)doc->updated,
                              .minutes = (uint16_t)(doc->minutes > 0 && doc->minutes < 10000 ? doc->minutes : 0),
                              .on_device = doc->on_device,
                              .channel = add_string(b, doc->channel),
                              .id = add_string(b, doc->id),
                              .title = add_string(b, doc->title),
                              .problem = add_string(b, doc->problem),
                              .outcome = add_string(b, doc->outcome)};
    b->unit += b->unit == 0; /* 0 marks words of no unit */
    add_head(b, doc);
    for (size_t i = 0; i < doc->section_count; i++)
        add_section(b, &doc->sections[i], doc, facts.title);
    buf_add(&b->docs, (const char *)&d, sizeof d);
    buf_add(&b->facts, (const char *)&facts, sizeof facts);
    return (each_buf(b, is_whole) && !b->failed) || error_memory(err);
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

static struct named *words_in_order(const struct builder *b)
{
    size_t n = COUNT(b->known, struct known);
    struct named *order = calloc(n + 1, sizeof *order);
    if (order == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        order[i] = (struct named){b->letters.data + ARRAY(b->known, const struct known)[i].text, (uint32_t)i};
    if (n > 1)
        qsort(order, n, sizeof *order, by_text);
    return order;
}

/* The places by word: firsts[w] to firsts[w + 1] of the result are word w's, in the order of the units. */
static uint32_t *places_by_word(const struct buf *places, size_t words, uint32_t *firsts)
{
    size_t n = COUNT(*places, struct place);
    const struct place *all = ARRAY(*places, const struct place);
    uint32_t *sorted = calloc(n + 1, sizeof *sorted);
    if (sorted == NULL || n >= UINT32_MAX) {
        free(sorted);
        return NULL;
    }
    memset(firsts, 0, (words + 2) * sizeof *firsts);
    for (size_t i = 0; i < n; i++)
        firsts[all[i].word + 2]++;
    for (size_t w = 2; w < words + 2; w++)
        firsts[w] += firsts[w - 1];
    for (size_t i = 0; i < n; i++)
        sorted[firsts[all[i].word + 1]++] = all[i].unit_worth;
    return sorted;
}

static bool make_words(const struct builder *b, struct word_sink *sink)
{
    size_t n = COUNT(b->known, struct known), docs = builder_count(b);
    struct named *order = words_in_order(b);
    uint32_t *head_firsts = calloc(n + 2, sizeof *head_firsts), *section_firsts = calloc(n + 2, sizeof *section_firsts);
    uint32_t *heads = NULL, *sections = NULL;
    bool ok = order != NULL && head_firsts != NULL && section_firsts != NULL &&
              (heads = places_by_word(&b->in_heads, n, head_firsts)) != NULL &&
              (sections = places_by_word(&b->in_sections, n, section_firsts)) != NULL;
    for (size_t i = 0; ok && i < n; i++) {
        uint32_t w = order[i].number;
        for (uint32_t k = head_firsts[w]; k < head_firsts[w + 1]; k++)
            sink_posting(sink, heads[k] >> 8, (uint8_t)heads[k]);
        for (uint32_t k = section_firsts[w]; k < section_firsts[w + 1]; k++)
            sink_posting(sink, (sections[k] >> 8) + (uint32_t)docs, (uint8_t)sections[k]);
        sink_word(sink, order[i].text, ARRAY(b->known, const struct known)[w].len);
    }
    free(order);
    free(head_firsts);
    free(section_firsts);
    free(heads);
    free(sections);
    return ok && !sink->failed && buf_ok(&sink->blocks) && buf_ok(&sink->words) && buf_ok(&sink->postings);
}

/* The codes and assets with or without wild cards, by their keys. */
static bool make_sorted(const struct builder *b, bool wild, struct buf *sorted)
{
    size_t n = COUNT(b->triggers, struct seg_trigger), count = 0;
    const struct seg_trigger *triggers = ARRAY(b->triggers, const struct seg_trigger);
    struct named *order = calloc(n + 1, sizeof *order);
    if (order == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *key = b->strings.data + triggers[i].key;
        if ((triggers[i].kind == TRIGGER_CODE || triggers[i].kind == TRIGGER_ASSET) && key[0] != '\0' &&
            (strpbrk(key, "*?") != NULL) == wild)
            order[count++] = (struct named){key, (uint32_t)i};
    }
    if (count > 1)
        qsort(order, count, sizeof *order, by_text);
    for (size_t i = 0; i < count; i++)
        buf_add(sorted, (const char *)&order[i].number, sizeof order[i].number);
    free(order);
    return buf_ok(sorted);
}

/* Packs the sections' texts, where they are so many that their pieces (2 KB) are worth their room. */
static bool pack_texts(struct builder *b, struct buf *items)
{
    struct text_pieces pieces;
    struct buf packed = {0};
    if (b->texts.len < PACKED_FROM)
        return true;
    bool ok = pieces_choose(&pieces, b->texts.data, b->texts.len);
    for (size_t i = 0; ok && i < COUNT(b->sections, struct seg_section); i++) {
        struct seg_section *s = &ARRAY(b->sections, struct seg_section)[i];
        size_t at = packed.len;
        pieces_pack(&pieces, b->texts.data + s->text, s->text_len, &packed);
        ok = buf_ok(&packed) && packed.len <= UINT32_MAX;
        s->text = (uint32_t)at;
        s->text_len = (uint32_t)(packed.len - at);
    }
    if (ok)
        buf_add(items, (const char *)pieces.items, pieces.count * sizeof *pieces.items);
    buf_free(&b->texts);
    b->texts = packed;
    return ok && buf_ok(items);
}

static void put_array(struct buf *out, struct seg_header *h, enum seg_array which, const struct buf *bytes, size_t size)
{
    while (out->len % 8 != 0 && buf_ok(out))
        buf_addc(out, '\0');
    h->arrays[which].at = out->len;
    h->arrays[which].count = bytes->len / size;
    buf_add(out, buf_text(bytes), bytes->len);
}

static void put_all(const struct builder *b, const struct word_sink *words, const struct buf *sorted,
                    const struct buf *wild, const struct buf *pieces, struct buf *out)
{
    struct seg_header h = {.magic = SEGMENT_MAGIC, .order = 0x01020304U};
    buf_add(out, (const char *)&h, sizeof h);
    put_array(out, &h, SEG_BLOCKS, &words->blocks, sizeof(struct seg_block));
    put_array(out, &h, SEG_WORDS, &words->words, 1);
    put_array(out, &h, SEG_POSTINGS, &words->postings, 1);
    put_array(out, &h, SEG_DOCS, &b->docs, sizeof(struct seg_doc));
    put_array(out, &h, SEG_SECTION_DOCS, &b->section_docs, sizeof(uint32_t));
    put_array(out, &h, SEG_SETS, &b->sets, sizeof(struct seg_set));
    put_array(out, &h, SEG_LISTS, &b->lists, sizeof(uint32_t));
    put_array(out, &h, SEG_SORTED, sorted, sizeof(uint32_t));
    put_array(out, &h, SEG_WILD, wild, sizeof(uint32_t));
    put_array(out, &h, SEG_TRIGGERS, &b->triggers, sizeof(struct seg_trigger));
    put_array(out, &h, SEG_FACTS, &b->facts, sizeof(struct seg_facts));
    put_array(out, &h, SEG_SECTIONS, &b->sections, sizeof(struct seg_section));
    put_array(out, &h, SEG_STRINGS, &b->strings, 1);
    put_array(out, &h, SEG_PIECES, pieces, sizeof(struct text_piece));
    put_array(out, &h, SEG_TEXTS, &b->texts, 1);
    if (!buf_ok(out))
        return;
    h.size = out->len;
    memcpy(out->data, &h, sizeof h);
    segment_hash((const unsigned char *)out->data, out->len, h.hash);
    memcpy(out->data, &h, sizeof h);
}

bool builder_finish(struct builder *b, struct buf *out, struct error *err)
{
    struct word_sink words = {.count = 0};
    struct buf sorted = {0}, wild = {0}, pieces = {0};
    struct seg_doc end = begin_doc(b);
    buf_add(&b->docs, (const char *)&end, sizeof end);
    bool ok = buf_ok(&b->docs) && make_words(b, &words) && make_sorted(b, false, &sorted) &&
              make_sorted(b, true, &wild) && pack_texts(b, &pieces);
    if (ok)
        put_all(b, &words, &sorted, &wild, &pieces, out);
    sink_free(&words);
    buf_free(&sorted);
    buf_free(&wild);
    buf_free(&pieces);
    return (ok && buf_ok(out)) || error_memory(err);
}
