/* attract: the kiosk's first screen, and the only one while nobody is there: the site's name and text, what is new, and the
 * line that takes a badge. Above it stands the hub of whoever badged in; it sees to it that a visit ends, and that nothing
 * of it is left.
 *
 * From here, and from here alone, an administrator ends the kiosk: Ctrl-C asks for the badge, and for the PIN that belongs
 * to it; one without PIN can't.
 *
 * A visit ends by a key (Ctrl-C, or Ctrl-B in the hub), by a scan of the same or another badge, or when nobody has touched
 * anything for the configured time and 30 seconds have been counted down. Answers are on disk when they are given: a quiz
 * that was left half-way is offered at the next badge-in. */
#ifndef CRIB_SCREEN_ATTRACT_H
#define CRIB_SCREEN_ATTRACT_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* The first screen of a kiosk (app->kiosk). */
bool attract_open(struct screens *s, struct app *app, struct error *err);

/* Call at each turn of the loop: what is due. Returns whether the screen is to be drawn again. */
bool attract_turn(struct app *app);

/* Something was scanned while somebody is there: true when it is a badge, and was seen to. */
bool attract_scanned(struct app *app, const char *text);

#endif
