/* quiz_held: what a quiz shows that was handed in, while its live session's trainer has not closed it. */
#ifndef CRIB_SCREEN_QUIZ_HELD_H
#define CRIB_SCREEN_QUIZ_HELD_H

#include "tui/screen/terminal.h"
#include "tui/taking.h"

void quiz_held_draw(struct terminal *t, const struct taking *taking);

#endif
