/* programme: the programmes of one's roles, and one of them: its elements by phase, where one stands in each, and Enter
 * opens it. Nothing is blocked. */
#ifndef CRIB_SCREEN_PROGRAMME_H
#define CRIB_SCREEN_PROGRAMME_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* The list of them; where there is one alone, that; where there is none, a line that says so. */
void programmes_open(struct screens *s, struct app *app);

/* The programme at an address (`channel/id`). What is opened from it is recorded as a part of it. */
bool programme_open(struct screens *s, struct app *app, const char *address, struct error *err);

#endif
