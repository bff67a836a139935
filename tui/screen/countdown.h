/* countdown: covers the screen and counts down; any key, click or paste stops it, and does nothing else. */
#ifndef CRIB_SCREEN_COUNTDOWN_H
#define CRIB_SCREEN_COUNTDOWN_H

#include "tui/screen/screen.h"

/* over is called when the seconds are gone, with the screen still on the stack. context must live as long. */
bool countdown_open(struct screens *s, int seconds, void (*over)(void *context), void *context);

/* Stops one that is on top of the others. */
void countdown_stop(struct screens *s);

#endif
