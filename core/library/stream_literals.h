/* stream_literals: where in a stream of text one of many literals stands.
 *
 * Of each literal three neighbouring bytes are chosen that are rare in logs. A filter looks at each place of the text, by
 * 32 bytes at once where the processor can (AVX2), and passes few of them; there the three bytes are looked up, and the
 * literals that have them are compared. A literal without case fits ASCII letters of either case. */
#ifndef CRIB_LIBRARY_STREAM_LITERALS_H
#define CRIB_LIBRARY_STREAM_LITERALS_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream_literals;

/* NULL when memory is out. */
struct stream_literals *stream_literals_open(struct error *err);
void stream_literals_close(struct stream_literals *s); /* NULL is allowed */

/* text is copied; without case it is in small letters. An empty one is left out. False when memory is out. */
bool stream_literals_add(struct stream_literals *s, const char *text, size_t n, bool caseless, uint32_t id, struct error *err);

/* To be called once, after the last was added. */
bool stream_literals_ready(struct stream_literals *s, struct error *err);

/* Called for each literal at each place: text[at..end) is it. In the order of the text but for literals that overlap. */
typedef void stream_literals_take(void *context, size_t at, size_t end, uint32_t id);

void stream_literals_text(const struct stream_literals *s, const char *text, size_t n, stream_literals_take *take, void *context);

/* The same without the processor's help: for tests. */
void stream_literals_text_plain(const struct stream_literals *s, const char *text, size_t n, stream_literals_take *take, void *context);

#endif
