/* missed: what was looked for in vain is kept in the record: what people miss is what should be written. */
#ifndef CRIB_TUI_MISSED_H
#define CRIB_TUI_MISSED_H

#include "core/record/gap.h"
#include "tui/app.h"

/* Keeps nothing where no channel is installed. Under the account's own number: nobody in particular looked for it. It is marked
 * to leave where the configuration says so (`gaps`). A record that can't be written keeps nobody from
 * going on; a preview keeps nothing. An empty text is none, and touches nothing. */
void missed(struct app *app, enum gap_kind kind, const char *text);

/* Is no channel installed? Then nothing was missed: it is the first thing to say. */
bool missed_all(struct app *app);

#define MISSED_ALL "no channel is installed: `crib channel add DIR`, or `crib channel add URL --key KEY`"

#endif
