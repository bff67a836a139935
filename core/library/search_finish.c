#include "core/library/search_builder.h"

#include "core/library/search_words.h"

#include <stdlib.h>
#include <string.h>

enum { PACKED_FROM = 16384 }; /* bytes of text */

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
    struct seg_doc end = builder_next(b);
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
