/* fading: what is due for recall and can be asked: its module is in the library. What was withdrawn from its channel is not
 * offered; nothing is lost of it, should it come back. */
#ifndef CRIB_TUI_FADING_H
#define CRIB_TUI_FADING_H

#include "core/record/recall.h"
#include "tui/app.h"

/* All of it, in the order in which it is asked; in a. NULL with err on failure. */
const struct recall_question *fading(struct app *app, struct record *r, struct arena *a, size_t *count, struct error *err);

/* How many modules and questions that is; zeros where there is no record, or something can't be read. */
void fading_count(struct app *app, int64_t *modules, int64_t *questions);

#endif
