/* learner: the parts of `crib learner`. */
#ifndef CRIB_CLI_LEARNER_H
#define CRIB_CLI_LEARNER_H

#include "tui/app.h"

/* Everything that the record holds of the learner: to standard output (where NULL), into the file, or as text and JSON
 * into the directory. */
bool learner_export(struct app *app, const char *where, bool json, struct error *err);

/* Says what goes and what stays, asks, erases. */
bool learner_forget(struct app *app, const struct args *args, struct error *err);

#endif
