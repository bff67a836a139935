/* tokens: text cut into the words that are searched for.
 *
 * A word is a run of letters, marks and digits, folded (text_fold); at most TOKEN_MOST bytes of it count. Words that
 * `-`, `_`, `.`, `/`, `:` or `+` join without a blank give each part and, besides, all of them as one: `E-204` gives
 * e204, e, 204. CJK ideographs and kana, which no blanks part, are words of one character. */
#ifndef CRIB_LIBRARY_TOKENS_H
#define CRIB_LIBRARY_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

enum { TOKEN_MOST = 48 };

/* Takes a word. joined: it is made of the parts that follow. */
typedef void token_take(void *context, const char *word, size_t n, bool joined);

void tokens_of(const char *text, size_t n, token_take *take, void *context);

/* Codes and asset tags compare by letters and digits alone: appends text folded, without all else (`*` and `?` stay
 * with globs true). out holds size bytes; longer ones are cut. Returns the length. */
size_t token_key(const char *text, size_t n, bool globs, char *out, size_t size);

#endif
