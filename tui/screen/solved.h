/* solved: who leaves a module that was opened in need is asked whether it solved it. */
#ifndef CRIB_SCREEN_SOLVED_H
#define CRIB_SCREEN_SOLVED_H

#include "core/record/solved.h"
#include "tui/app.h"
#include "tui/screen/screen.h"

/* Asks on the bottom line of what is on top now; at most once for each module and day, and where nothing led to it not at
 * all. The answer goes into the record. Trouble is no reason to disturb anybody: then nothing is asked. */
void solved_ask(struct screens *s, struct app *app, const struct subject *subject, enum found_by by);

#endif
