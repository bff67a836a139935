/* hint_told: what becomes of a hint that was offered, and questions about hints. Each returns an exit status. */
#ifndef CRIB_CLI_HINT_TOLD_H
#define CRIB_CLI_HINT_TOLD_H

#include "tui/cli/hint_look.h"

/* The learner's answer to what was offered last in the shell (0: in any): later, never, or again to everything. */
int hint_answer(struct app *app, enum offer_act act, long shell);

/* Opens what was offered last, within the last hour. */
int hint_open_last(struct app *app, long shell);

int hint_why(struct app *app, long shell, bool json);                     /* why that was offered */
int hint_why_line(struct app *app, const struct hint_look *l, bool json); /* what fits a line, and what of it is not offered */
int hint_stats(struct app *app, bool json);                               /* what was offered, and what came of it */

#endif
