/* badge: asks who learns, in an account that several people share. */
#ifndef CRIB_SCREEN_BADGE_H
#define CRIB_SCREEN_BADGE_H

#include "tui/app.h"
#include "tui/screen/screen.h"

typedef void (*badge_then)(void *context);

/* Goes on with `then` (NULL: nothing) as soon as it is known who learns: at once, or after the person at the terminal gave
 * badge or name, who is then told so. Gives them up, nothing follows. context must live as long as the screens. */
void badge_first(struct screens *s, struct app *app, badge_then then, void *context);

/* The same with what was scanned or typed already: goes on when the person is in, who may have to give a PIN first;
 * who they are, is said by what follows. */
void badge_begin(struct screens *s, struct app *app, const char *said, badge_then then, void *context);

#endif
