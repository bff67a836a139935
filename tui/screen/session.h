/* session: a live session as a learner sees it: waits, opens the assessment when the trainer does, shows what was answered
 * when it is closed. */
#ifndef CRIB_SCREEN_SESSION_H
#define CRIB_SCREEN_SESSION_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* Joins, once it is known who learns. false with err where it can't even be tried. */
bool session_open(struct screens *s, struct app *app, const char *code, struct error *err);

/* Asks for the code first; without, where a trainer of this record has a session open. */
void session_ask(struct screens *s, struct app *app);

#endif
