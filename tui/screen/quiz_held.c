#include "tui/screen/quiz_held.h"

#include "tui/screen/screen.h"

#include <stdio.h>

void quiz_held_draw(struct terminal *t, const struct taking *taking)
{
    char line[80];
    int x = terminal_columns(t) <= 40 ? 1 : 4, y = screen_top(t) + (terminal_rows(t) > 12), bottom = screen_top(t) + screen_height(t);
    snprintf(line, sizeof line, "Handed in: %zu of %zu answered, all saved.", run_answered(taking->run), run_scored(taking->run));
    y = screen_wrapped(t, y, x, bottom, STYLE_STRONG, line);
    (void)screen_wrapped(t, y + 1, x, bottom, STYLE_TEXT, "How it went is told here when the trainer closes it.");
    static const struct key_label keys[] = {{"Esc", "back to the session"}};
    screen_footer_labels(t, keys, 1, "");
}
