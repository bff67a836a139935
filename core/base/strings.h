/* strings: a list of texts, and the nearest one to a mistyped word. */
#ifndef CRIB_BASE_STRINGS_H
#define CRIB_BASE_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

/* Texts that somebody else owns, mostly an arena. {0} is the empty list. */
struct strings {
    const char *const *items;
    size_t count;
};

bool strings_has(struct strings list, const char *text);

/* The item nearest to word, at most two letters off (Damerau-Levenshtein on bytes, case ignored) and nearer than
 * word is long; NULL where there is none. Words and items of more than 64 bytes are never near. */
const char *strings_nearest(struct strings list, const char *word);

/* "a, b,c" as a list in the arena: parted by commas, without blanks around them, the empty ones left out. false when memory
 * is out. */
struct arena;
bool strings_split(struct arena *a, const char *text, struct strings *list);

#endif
