/* search_match: what one typed word stands for, as it is and with a letter changed. */
#ifndef CRIB_LIBRARY_SEARCH_MATCH_H
#define CRIB_LIBRARY_SEARCH_MATCH_H

#include "core/library/search_words.h"

#include <stdbool.h>
#include <stddef.h>

enum { NEAR_MOST = 24 };

/* Is `word` at most one letter wrong, missing, too many, or two swapped, away from `term` (prefix: from a beginning of
 * it)? */
bool match_near(const char *word, size_t n, const char *term, size_t len, bool prefix);

/* Does a segment have the word, or one that it begins (where it isn't begun: of three bytes at least), or the word without its
 * plural s? */
bool match_stands(const struct segment *s, const char *word, size_t n, bool begun);

struct near {
    struct word_at items[NEAR_MOST]; /* the most frequent ones */
    size_t count;
};

/* Finds the segment's words near a word of at least three bytes: those with its first letter, which is seldom the wrong
 * one, else (from four bytes on) all. begun: more letters may follow. */
void match_typos(const struct segment *s, const char *word, size_t n, bool begun, struct near *found);

#endif
