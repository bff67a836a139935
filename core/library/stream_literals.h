/* stream_literals: where in a stream of text one of many literals stands.
 *
 * Of each literal three neighbouring bytes are chosen that are rare in logs. A filter (stream_places.h) passes few places of
 * the text; there those three and up to five behind them are looked up, and the literals that have them are compared. They
 * are chosen to be those of few literals, too. A literal without case fits ASCII letters of either case. */
#ifndef CRIB_LIBRARY_STREAM_LITERALS_H
#define CRIB_LIBRARY_STREAM_LITERALS_H

#include "core/base/error.h"
#include "core/library/stream_places.h"

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

/* way: STREAM_BEST; another, where the processor can do so, for tests. */
void stream_literals_text(const struct stream_literals *s, enum stream_way way, const char *text, size_t n, stream_literals_take *take,
                          void *context);

#endif
