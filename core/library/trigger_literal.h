/* trigger_literal: what must stand in a line for an output pattern to fit it.
 *
 * A pattern is tried only on lines that hold one of its literals, which are found for all patterns at once. A pattern is
 * read as PCRE2 does, as far as that says something; where it holds what isn't understood here, there is no literal, and
 * it has to be tried on every line: slower, never wrong. (Without case, a line in which a long s or a Kelvin sign stands for
 * a letter is not found.) */
#ifndef CRIB_LIBRARY_TRIGGER_LITERAL_H
#define CRIB_LIBRARY_TRIGGER_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

enum { LITERALS_MOST = 16, LITERAL_BYTES = 48 };

struct literals {
    char items[LITERALS_MOST][LITERAL_BYTES + 1]; /* one of them stands in each line that fits; small letters where caseless */
    size_t count;                                 /* 0: none is known */
    bool caseless;                                /* ASCII letters of either case count */
    bool plain;                                   /* the pattern is nothing but its one literal */
};

void literals_of(const char *pattern, struct literals *l);

#endif
