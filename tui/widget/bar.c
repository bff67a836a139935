#include "tui/widget/bar.h"

#include <stdio.h>

int bar_percent(int64_t done, int64_t total)
{
    if (total <= 0)
        return -1;
    if (done >= total)
        return 100;
    return done <= 0 ? 0 : (int)((double)done * 100 / (double)total);
}

void bar_draw(struct terminal *t, int y, int x, int columns, int64_t done, int64_t total)
{
    enum { SAID = 6 };
    int percent = bar_percent(done, total), room = columns - 2 - SAID;
    char said[16];
    if (room < 4)
        return;
    int filled = percent > 0 ? room * percent / 100 : 0;
    terminal_puts(t, y, x, 1, STYLE_DIM, "[");
    terminal_fill(t, y, x + 1, room, STYLE_DIM, ".");
    if (filled > 0)
        terminal_fill(t, y, x + 1, filled, STYLE_DONE, "#");
    terminal_puts(t, y, x + 1 + room, 1, STYLE_DIM, "]");
    snprintf(said, sizeof said, " %3d %%", percent);
    if (percent >= 0)
        terminal_puts(t, y, x + 2 + room, SAID, STYLE_DIM, said);
}
