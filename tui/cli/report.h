/* report: the parts of `crib report`. */
#ifndef CRIB_CLI_REPORT_H
#define CRIB_CLI_REPORT_H

#include "core/base/sheet.h"
#include "tui/app.h"

/* `crib report gaps`, in a form of its own: what was looked for in vain is nobody's. */
bool report_gaps(struct app *app, const struct args *args, struct error *err);

/* `report signoff`: who is signed off on what, and how that stands. */
bool report_signoff(struct app *app, const struct args *args, struct error *err);

#endif
