/* said: the line at the bottom of a screen: what was done, what failed, a question. */
#ifndef CRIB_SCREEN_SAID_H
#define CRIB_SCREEN_SAID_H

#include "core/base/error.h"
#include "tui/screen/terminal.h"

#include <stdbool.h>
#include <stdint.h>

struct said {
    char text[512]; /* "": nothing is */
    enum style style;
    int64_t until;  /* of the monotonic clock: keys before that leave it there */
    bool asks;      /* for yes or no */
};

void said_put(struct said *s, enum style style, const char *text);

/* There is one line: where so many columns are too few, a file's name must do for its path. */
void said_fail(struct said *s, const struct error *err, int columns);

/* Over the screen that was drawn. typed: a line is typed on the last row, which stays. Ends with what to do: where one line is
 * too short for it and there is room, it takes up to three. */
void said_draw(const struct said *s, struct terminal *t, bool typed);

#endif
