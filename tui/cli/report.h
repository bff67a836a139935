/* report: the reports beside `gaps`, each in a file of its own. */
#ifndef CRIB_CLI_REPORT_H
#define CRIB_CLI_REPORT_H

#include "tui/app.h"

/* `report signoff`: who is signed off on what, and how that stands. */
bool report_signoff(struct app *app, const struct args *args, struct error *err);

#endif
