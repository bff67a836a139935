/* spans: a rendered line on the terminal. */
#ifndef CRIB_SCREEN_SPANS_H
#define CRIB_SCREEN_SPANS_H

#include "tui/render/render.h"
#include "tui/screen/terminal.h"

/* Draws line i of l into so many columns. focus: the link (its index) that is drawn as the one that Enter follows, or
 * SIZE_MAX. Returns the columns used. */
int spans_draw(struct terminal *t, const struct lines *l, size_t i, int y, int x, int columns, size_t focus);

#endif
