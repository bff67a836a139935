/* touch: a screen under fingers. What is touched is three rows tall where the screen has the room, and what would be typed
 * can be tapped: a keyboard takes the lowest rows as long as one is wanted, and the screens lay themselves out above it. */
#ifndef CRIB_SCREEN_TOUCH_H
#define CRIB_SCREEN_TOUCH_H

#include "tui/screen/terminal.h"

enum keyboard { KEYBOARD_NONE, KEYBOARD_DIGITS, KEYBOARD_LETTERS };

/* From now on fingers are expected; with the mouse on. */
void touch_set(struct terminal *t, bool on);
bool touch_is_on(const struct terminal *t);

/* Rows of what can be touched: 1 where no fingers are expected; with them 3, less on a low screen. */
int touch_rows(const struct terminal *t);

/* Which keyboard stands below the screens; terminal_rows is what is left above it. Draw it after the screens. */
void touch_keyboard(struct terminal *t, enum keyboard keyboard);
void touch_keyboard_draw(struct terminal *t);

/* A button of the keyboard that changes between digits and letters; no key of a terminal's. */
#define K_OTHER_KEYBOARD (K_ALT + 0x10000)

#endif
