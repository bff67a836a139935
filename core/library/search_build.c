#include "core/library/search_builder.h"

#include "core/base/text.h"
#include "core/library/search_words.h"
#include "core/library/tokens.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { TEXT_MOST = 1 << 20 };

/* A word in the unit under way. */
struct seen {
    uint32_t word;
    uint16_t field, times;
};

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

struct seg_doc builder_next(const struct builder *b)
{
    return (struct seg_doc){.first_section = (uint32_t)COUNT(b->sections, struct seg_section),
                            .first_trigger = (uint32_t)COUNT(b->triggers, struct seg_trigger)};
}

bool builder_add(struct builder *b, const struct search_doc *doc, struct error *err)
{
    if (builder_count(b) + COUNT(b->sections, struct seg_section) + doc->section_count + 2 >= UNITS_MOST)
        return error_set(err, EX_DATAERR, "the search index is full", NULL, "more than 16 million sections",
                         "take a channel out: `crib channel remove ID`");
    struct seg_doc d = builder_next(b);
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
