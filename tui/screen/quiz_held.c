#include "tui/screen/quiz_held.h"

#include "tui/screen/screen.h"

#include <stdio.h>

void quiz_held_draw(struct terminal *t, const struct taking *taking)
{
    char line[80];
    int x = terminal_columns(t) < 40 ? 1 : 4, y = screen_top(t) + (terminal_rows(t) > 12);
    snprintf(line, sizeof line, "Handed in: %zu of %zu answered, all saved.", run_answered(taking->run), run_scored(taking->run));
    terminal_puts(t, y, x, terminal_columns(t) - x, STYLE_STRONG, line);
    terminal_puts(t, y + 2, x, terminal_columns(t) - x, STYLE_TEXT, "How it went is told here when the trainer closes it.");
    static const struct key_label keys[] = {{"Esc", "back to the session"}};
    screen_footer_labels(t, keys, 1, "");
}
