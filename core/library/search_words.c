#include "core/library/search_words.h"

#include <string.h>

/* ---- reading ---- */

/* Reads the word at w->next; what it shares comes from the one before. Words that share `other` bytes or more with that
 * one are passed over: the one that ends the row shares fewer, and so needs nothing of them. */
static bool read_word(struct word_at *w, size_t other)
{
    const uint8_t *bytes = w->s->words;
    size_t at = w->next, end = w->s->counts[SEG_WORDS], postings = w->postings, postings_len = w->postings_len;
    for (bool read = false; !read;) {
        if (at >= end || end - at < 3)
            return false;
        size_t shared = bytes[at], more = bytes[at + 1];
        at += 2;
        if (more >= end - at)
            return false;
        read = shared < other;
        if (read) {
            if (shared > w->len || more > TOKEN_MOST - shared)
                return false;
            for (size_t i = 0; i < more; i++)
                w->text[shared + i] = (char)bytes[at + i];
            w->len = shared + more;
            w->shared = shared;
        }
        at += more;
        postings += postings_len;
        postings_len = bytes[at++];
        for (unsigned shift = 7; postings_len >> shift & 1 && shift < 35; shift += 7) {
            if (at == end)
                return false;
            postings_len = (postings_len & (((size_t)1 << shift) - 1)) | (size_t)bytes[at++] << shift;
        }
    }
    if (postings > w->s->counts[SEG_POSTINGS] || postings_len > w->s->counts[SEG_POSTINGS] - postings)
        return false;
    w->postings = postings;
    w->postings_len = postings_len;
    w->next = at;
    return true;
}

/* Goes to a block's first word. */
static bool read_block(struct word_at *w, size_t block)
{
    const struct seg_block *b = &w->s->blocks[block];
    w->len = w->postings_len = 0;
    w->next = b->words;
    w->postings = b->postings;
    return read_word(w, SIZE_MAX);
}

static int compare(const struct word_at *w, const char *bytes, size_t n)
{
    int order = memcmp(w->text, bytes, w->len < n ? w->len : n);
    return order != 0 ? order : w->len < n ? -1 : w->len > n;
}

bool word_seek(struct word_at *w, const struct segment *s, const char *bytes, size_t n)
{
    size_t low = 0, high = s->counts[SEG_BLOCKS]; /* the last block that doesn't begin behind the bytes */
    w->s = s;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (!read_block(w, middle))
            return false;
        if (compare(w, bytes, n) <= 0)
            low = middle;
        else
            high = middle;
    }
    if (low >= s->counts[SEG_BLOCKS] || !read_block(w, low))
        return false;
    while (compare(w, bytes, n) < 0)
        if (!read_word(w, SIZE_MAX))
            return false;
    w->shared = 0;
    return true;
}

bool word_next(struct word_at *w)
{
    return read_word(w, SIZE_MAX);
}

bool word_next_other(struct word_at *w, size_t bytes)
{
    return read_word(w, bytes);
}

/* ---- writing ---- */

static void put_number(struct buf *b, size_t n)
{
    for (; n >= 128; n >>= 7)
        buf_addc(b, (char)(n | 128U));
    buf_addc(b, (char)n);
}

void sink_posting(struct word_sink *s, uint32_t unit, uint8_t worth)
{
    put_number(&s->postings, unit - s->unit);
    buf_addc(&s->postings, (char)worth);
    s->unit = unit;
}

void sink_word(struct word_sink *s, const char *word, size_t n)
{
    size_t shared = 0;
    if (s->count++ % BLOCK_WORDS == 0) {
        s->failed |= s->words.len > UINT32_MAX || s->postings.len > UINT32_MAX;
        struct seg_block block = {(uint32_t)s->words.len, (uint32_t)s->postings_from};
        buf_add(&s->blocks, (const char *)&block, sizeof block);
    } else {
        while (shared < n && shared < s->last_len && word[shared] == s->last[shared])
            shared++;
    }
    buf_addc(&s->words, (char)shared);
    buf_addc(&s->words, (char)(n - shared));
    buf_add(&s->words, word + shared, n - shared);
    put_number(&s->words, s->postings.len - s->postings_from);
    memcpy(s->last, word, n);
    s->last_len = n;
    s->postings_from = s->postings.len;
    s->unit = 0;
}

void sink_free(struct word_sink *s)
{
    buf_free(&s->blocks);
    buf_free(&s->words);
    buf_free(&s->postings);
}
