/* bar: how much is done of how much. */
#ifndef CRIB_WIDGET_BAR_H
#define CRIB_WIDGET_BAR_H

#include "tui/screen/terminal.h"

#include <stdint.h>

/* Draws it in so many columns: `[#####.....]  50 %`; without a total `[...]` and nothing said. */
void bar_draw(struct terminal *t, int y, int x, int columns, int64_t done, int64_t total);

/* The share in percent, 0 to 100; -1 where the total is not known. */
int bar_percent(int64_t done, int64_t total);

#endif
