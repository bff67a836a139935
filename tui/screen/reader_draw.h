/* reader_draw: the reader's screen: title and section above, the text with the outline beside it where there is room,
 * keys below. It changes nothing but what r->reading counts as shown. */
#ifndef CRIB_SCREEN_READER_DRAW_H
#define CRIB_SCREEN_READER_DRAW_H

#include "tui/screen/reader_state.h"

/* Draws what was laid out. */
void reader_draw(struct reader *r, struct terminal *t);

/* The section of the outline beside the text that stands there; SIZE_MAX for none. */
size_t reader_outline_at(const struct reader *r, int y, int x);

/* The link under a click, or a finger, which may be a row off; SIZE_MAX for none. */
size_t reader_link_at(const struct reader *r, int y, int x);

#endif
