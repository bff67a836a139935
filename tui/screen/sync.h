/* sync: where the channels and stores stand, how far the sync is that runs, what came, what waits, and the last ones. */
#ifndef CRIB_SCREEN_SYNC_H
#define CRIB_SCREEN_SYNC_H

#include "tui/app.h"
#include "tui/screen/screen.h"

void sync_open(struct screens *s, struct app *app);

#endif
