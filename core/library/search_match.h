/* search_match: what one typed word can stand for in a segment: ranges of its terms, with weights. */
#ifndef CRIB_LIBRARY_SEARCH_MATCH_H
#define CRIB_LIBRARY_SEARCH_MATCH_H

#include "core/library/search_file.h"
#include "core/library/tokens.h"

#include <stdbool.h>
#include <stddef.h>

enum { RANGES_MOST = 28, WORDS_MOST = 10 };

struct word {
    char text[TOKEN_MOST];
    size_t n;
    bool begun; /* the last one: more letters may follow */
};

/* Terms [low, high); exact: the word as typed. */
struct range {
    uint32_t low, high;
    float weight;
    bool exact, typo;
};

struct match {
    struct range ranges[RANGES_MOST];
    size_t count;
    size_t postings; /* in all of them */
};

/* The word itself, what begins with it, and without its plural s. */
void match_word(const struct segment *s, const struct word *w, struct match *m);

/* Adds what has one letter wrong, missing, too many, or two swapped; the most frequent first. */
void match_typos(const struct segment *s, const struct word *w, struct match *m);

/* Is `word` at most one such mistake away from `term` (prefix: from a beginning of it)? */
bool match_near(const char *word, size_t n, const char *term, size_t len, bool prefix);

#endif
