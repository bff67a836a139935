/* reader_find: finding words within the page that is open.
 *
 * While they are typed the screen shows the first match from where the search began; Escape goes back there. n and N
 * go on, round the end and the start, and say so. What shows already doesn't move. */
#ifndef CRIB_SCREEN_READER_FIND_H
#define CRIB_SCREEN_READER_FIND_H

#include "tui/screen/reader_state.h"

/* Asks for the words, on the line at the bottom. */
void reader_find_open(struct reader *r);

/* The next match, or the one before. */
void reader_find_again(struct reader *r, bool forward);

/* The page is another one: what was folded of it goes away. */
void reader_find_forget(struct reader *r);

/* The reader is on top again: goes back to where the search began when it was left with Escape. */
void reader_find_left(struct reader *r);

#endif
