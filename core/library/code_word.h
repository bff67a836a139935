/* code_word: codes of letters alone (`ENOSPC`, `CrashLoopBackOff`, `segfault`), as they stand in a text.
 *
 * A code with a digit can hardly be anything else; one without is a word among words. So it counts in a text only as a word
 * of its own (`ENOSPC` in `errno=ENOSPC:`, not in `MY_ENOSPC_MAX` or `enospc.c`) and as it is written; one in small letters
 * alone, which a sentence may begin with, in either case of ASCII. What logs say all day (`ERROR`, `fault`), what has fewer
 * than three letters and what is more than one word counts nowhere. That is about texts: who asks for such a code finds it. */
#ifndef CRIB_LIBRARY_CODE_WORD_H
#define CRIB_LIBRARY_CODE_WORD_H

#include <stdbool.h>
#include <stddef.h>

/* Is a code's pattern one that is looked for so? Not one with a digit. */
bool code_word_counts(const char *pattern);

/* Why a code, of whatever characters, counts in no text; NULL where it does. */
const char *code_word_ignored(const char *pattern);

/* Written in small letters alone: either case of ASCII fits. */
bool code_word_caseless(const char *pattern);

/* Does it stand in a word of a text, whose letters alone (token_key) are the pattern's? */
bool code_word_fits(const char *pattern, const char *word, size_t n);

#endif
