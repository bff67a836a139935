/* screen_take: how what comes from the terminal finds the screen that it is for: an answer to what was asked, a scan, a tap on
 * a button, a key of the screen on top or of all of them. */
#ifndef CRIB_SCREEN_SCREEN_TAKE_H
#define CRIB_SCREEN_SCREEN_TAKE_H

#include "tui/screen/screen.h"

/* So long a y or n that may begin a word waits for the key behind it. */
enum { SCREENS_ANSWER_MS = 700 };

void screens_take(struct screens *s, const struct input *e);

#endif
