/* search_words: the words of a segment, in the order of their bytes, each with its postings.
 *
 * Words stand in blocks of BLOCK_WORDS. A word is: one byte how many bytes it shares with the word before it (0 for a
 * block's first), one byte how many follow, those, and the length of its postings (LEB128). A posting is: the distance
 * from the unit before (LEB128), and a byte of worth (search_file.h). */
#ifndef CRIB_LIBRARY_SEARCH_WORDS_H
#define CRIB_LIBRARY_SEARCH_WORDS_H

#include "core/library/search_file.h"
#include "core/library/tokens.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A place in the list of words. */
struct word_at {
    const struct segment *s;
    char text[TOKEN_MOST];
    size_t len;
    size_t shared;                 /* bytes in common with the word before; 0 after a seek */
    size_t postings, postings_len; /* bytes in s->postings */
    size_t next;                   /* where in s->words the next one stands */
};

/* Goes to the first word that isn't before the bytes, or to the next one. False when there is none. */
bool word_seek(struct word_at *w, const struct segment *s, const char *bytes, size_t n);
bool word_next(struct word_at *w);

/* Goes to the next word that has fewer than so many first bytes in common with this one. */
bool word_next_other(struct word_at *w, size_t bytes);

static inline bool word_begins(const struct word_at *w, const char *bytes, size_t n)
{
    if (w->len < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (w->text[i] != bytes[i])
            return false;
    return true;
}

/* A walk through a word's postings. */
struct posting {
    const uint8_t *at, *end;
    uint32_t unit;
    uint8_t worth;
};

static inline struct posting postings_of(const struct word_at *w)
{
    const uint8_t *at = w->s->postings + w->postings;
    return (struct posting){.at = at, .end = at + w->postings_len};
}

static inline bool posting_next(struct posting *p)
{
    const uint8_t *at = p->at;
    if (p->end - at < 2)
        return false;
    uint32_t distance = *at++;
    if (distance >= 128) {
        distance &= 127;
        unsigned shift = 7;
        for (; *at >= 128 && shift < 28 && p->end - at > 2; shift += 7)
            distance |= (uint32_t)(*at++ & 127U) << shift;
        distance |= (uint32_t)(*at++ & 127U) << shift;
        if (at == p->end)
            return false;
    }
    p->unit += distance;
    p->worth = *at++;
    p->at = at;
    return true;
}

/* Writing: words in their order, each with its postings in theirs. */
struct word_sink {
    struct buf blocks, words, postings;
    char last[TOKEN_MOST];
    size_t last_len;
    size_t count;
    size_t postings_from; /* where those of the word under way begin */
    uint32_t unit;
    bool failed; /* more than 4 GiB */
};

void sink_posting(struct word_sink *s, uint32_t unit, uint8_t worth); /* of the word that comes next */
void sink_word(struct word_sink *s, const char *word, size_t n);      /* n <= TOKEN_MOST */
void sink_free(struct word_sink *s);

#endif
