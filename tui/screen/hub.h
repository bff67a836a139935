/* hub: the home screen: a search box over everything that fits, results as one types, and what they are good for. */
#ifndef CRIB_SCREEN_HUB_H
#define CRIB_SCREEN_HUB_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* Opens the hub on top of the stack. words: typed into the box first, or NULL. */
bool hub_open(struct screens *s, struct app *app, const char *words, struct error *err);

#endif
