/* scanned: what a scanner read, opened: an asset tag, a code, a crib:// link or an address. */
#ifndef CRIB_SCREEN_SCANNED_H
#define CRIB_SCREEN_SCANNED_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* Opens what it is for, on top of the screen that is there; where several modules fit, the choice, the best first. false where
 * nothing is: the keys may have been typed; surely: they were not, and that nothing fits is said (true). */
bool scanned_open(struct screens *s, struct app *app, const char *text, bool surely);

#endif
