/* report: the parts of `crib report`. */
#ifndef CRIB_CLI_REPORT_H
#define CRIB_CLI_REPORT_H

#include "core/base/sheet.h"
#include "tui/app.h"

/* `crib report gaps`, in a form of its own: what was looked for in vain is nobody's. */
bool report_gaps(struct app *app, const struct args *args, struct error *err);

/* The record that a report looks in, and whose rows: everybody's, or in a shared account who says who they are, alone unless they
 * have a right to more. NULL with err. */
struct record;
struct report_scope;
struct record *report_record(struct app *app, struct report_scope *scope, struct error *err);

/* `crib report signoff [WHAT]`: who is signed off on what, and how that stands. only: SIGNOFFS_... (core/record/report.h). */
bool report_signoff(struct app *app, const char *what, unsigned only, struct report *out, struct error *err);

/* The same as a part of a person's report. */
bool report_signed(struct app *app, struct record *record, const struct report_scope *scope, struct report *out, struct error *err);

#endif
