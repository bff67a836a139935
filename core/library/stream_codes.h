/* stream_codes: where in a stream of text a code or an asset tag may stand, as fast as memory gives the bytes.
 *
 * Codes compare by letters and digits alone (`E204`, `e-204`, `E 204`), so that they are no literals. But each has a letter
 * and a digit, and so a place where the one follows the other. Such a place is looked for (stream_places.h): a character that
 * some key has before it, perhaps something that joins, and one that it has behind it. Of the few that are left the words
 * around are folded and looked up in a table of all keys. What passes is a candidate: who looks it up with trigger_words finds all that trigger_words would find in the whole text, and
 * nothing else. Two limits: a word is at most STREAM_WORD bytes, and a key of ASCII alone is not found where another
 * letter stands for one of its own (`É204`). A colour that an escape sequence sets is no part of the word behind it. */
#ifndef CRIB_LIBRARY_STREAM_CODES_H
#define CRIB_LIBRARY_STREAM_CODES_H

#include "core/base/error.h"
#include "core/library/stream_places.h"

#include <stdbool.h>
#include <stddef.h>

enum { STREAM_WORD = 96 };

struct stream_codes;

/* NULL when memory is out. */
struct stream_codes *stream_codes_open(struct error *err);
void stream_codes_close(struct stream_codes *s); /* NULL is allowed */

/* A key as token_key makes it, of an asset with wild cards, and the pattern that it was made of. One without a letter or
 * without a digit counts for nothing, unless its wild cards can bring them. */
void stream_codes_add(struct stream_codes *s, const char *key, const char *pattern);

/* Called with a candidate and the words beside it, in the order of the text: text[at..end). */
typedef void stream_codes_take(void *context, size_t at, size_t end);

/* way: STREAM_BEST; another, where the processor can do so, for tests. */
void stream_codes_text(const struct stream_codes *s, enum stream_way way, const char *text, size_t n, stream_codes_take *take, void *context);

/* The word, joiners in it and colours before it seen as above, that text[*at..*end) stands in: widens the two to it. False
 * where it is longer than STREAM_WORD on either side. */
bool stream_codes_word(const struct stream_codes *s, const char *text, size_t n, size_t *at, size_t *end);

#endif
