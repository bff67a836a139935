/* wipe: clears what a terminal remembers of a visit. */
#ifndef CRIB_SCREEN_WIPE_H
#define CRIB_SCREEN_WIPE_H

#include <stdbool.h>

/* Is the terminal (curses', or wipe_begin's) one of those that ignore what they don't have? An old one would print it. */
bool wipe_known(void);

/* The lines that moved out of the screen, and the title. */
void wipe_memory(void);

/* Where no screen is open: what the terminal is. Call once, before the rest. */
void wipe_begin(void);

/* The screen, too: where it can't be cleared, its lines are moved out of sight. */
void wipe_all(void);

#endif
