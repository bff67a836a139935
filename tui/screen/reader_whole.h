/* reader_whole: the whole of a long page, made by a thread of its own while its beginning is read already.
 *
 * A page of 10,000 lines takes longer to parse and to lay out than a person should wait for the first screen, and
 * cmark's parse can't be cut into slices: its inlines come in one piece at the end. So the screen shows the beginning,
 * and what the thread makes replaces it. The thread reads the beginning's module and nothing else. */
#ifndef CRIB_SCREEN_READER_WHOLE_H
#define CRIB_SCREEN_READER_WHOLE_H

#include "tui/content.h"
#include "tui/render/render.h"

struct reader_whole;

/* Starts on the whole of begun (which must live until it is taken), laid out for a width. NULL when memory is out.
 * Where there is no thread to be had, reader_whole_take does the work. */
struct reader_whole *reader_whole_start(struct content *begun, size_t width, unsigned flags);

bool reader_whole_ready(struct reader_whole *w); /* reader_whole_take won't wait */

/* Waits for the whole, gives it away with its lines for that width (NULL: lay out anew) and frees w. The content owns
 * begun then. NULL and err when memory is out: begun is all there is. */
struct content *reader_whole_take(struct reader_whole *w, struct lines **lines, size_t *width, struct error *err);

#endif
