/* stream: which triggers a stream of text holds, line by line.
 *
 * Codes and asset tags (stream_codes.h, trigger_words), codes of letters alone (code_word.h), found as literals that are a
 * word of their own, and output triggers: their literals (stream_literals.h), and where one
 * stands, the pattern on that line, by PCRE2's JIT with limits on its steps, depth and memory. A pattern is a program: those
 * of channels that may not run theirs are left out, but for patterns that are a literal and nothing else. */
#ifndef CRIB_LIBRARY_STREAM_H
#define CRIB_LIBRARY_STREAM_H

#include "core/base/error.h"
#include "core/library/trigger.h"

#include <stdbool.h>
#include <stddef.h>

enum { STREAM_LINE_MOST = 64 << 10 }; /* of a longer line a pattern sees so many bytes around what was found */

struct stream;

/* May a channel's patterns run? */
typedef bool stream_consent(void *context, const char *channel);

/* Reads all of t's triggers; t must stay open. NULL when memory is out. */
struct stream *stream_open(const struct triggers *t, stream_consent *consent, void *context, struct error *err);
void stream_close(struct stream *s); /* NULL is allowed */

size_t stream_refused(const struct stream *s); /* patterns that did not compile */
size_t stream_waiting(const struct stream *s); /* patterns left out for want of consent */

/* A line of the text, and a module that it means; kind and pattern are the trigger's. */
struct stream_hit {
    size_t line, end; /* text[line..end), without the line feed */
    struct trigger_match match;
};

/* Called for each, in the order of the lines; of one line each module once. */
typedef void stream_take(void *context, const struct stream_hit *hit);

/* A module for which this says no isn't told. It may be asked many times. NULL: all are wanted. */
typedef bool stream_wanted(void *context, uint32_t module);

/* Whole lines; the last one may lack its line feed. False when memory is out: hits are then missing. */
bool stream_text(struct stream *s, const char *text, size_t n, stream_wanted *wanted, stream_take *take, void *context);

#endif
