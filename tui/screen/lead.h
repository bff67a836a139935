/* lead: a live session as its trainer sees it: who is here, and the bars of the assessment; one key opens it, one closes it. */
#ifndef CRIB_SCREEN_LEAD_H
#define CRIB_SCREEN_LEAD_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* id: of the record's row. */
bool lead_open(struct screens *s, struct app *app, int64_t id, struct error *err);

#endif
