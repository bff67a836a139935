/* countersign: asks a supervisor for badge and PIN, at the terminal of who signed. */
#ifndef CRIB_SCREEN_COUNTERSIGN_H
#define CRIB_SCREEN_COUNTERSIGN_H

#include "core/record/event.h"
#include "tui/app.h"
#include "tui/screen/screen.h"

/* Signs under that sign-off, and says so; every screen then looks again. */
void countersign_ask(struct screens *s, struct app *app, const struct uuid *signoff);

#endif
