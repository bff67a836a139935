/* sign_lines: signing off, and countersigning, as lines: for screen readers, serial lines and scripts. */
#ifndef CRIB_CLI_SIGN_LINES_H
#define CRIB_CLI_SIGN_LINES_H

#include "core/record/event.h"
#include "tui/app.h"

/* Says what is missing (EX_DATAERR), or what is signed, and asks for the PIN or the full name; then, where the module asks
 * for it, for the supervisor's. An exit status. */
int sign_lines(struct app *app, int64_t key);

/* Asks for a supervisor's badge and PIN, and signs under the sign-off. */
bool countersign_lines(struct app *app, const struct uuid *signoff, struct error *err);

#endif
