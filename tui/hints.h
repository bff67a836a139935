/* hints: what a prompt needs to know, kept for it in the state directory (core/record/offer.h), and what it left there. */
#ifndef CRIB_TUI_HINTS_H
#define CRIB_TUI_HINTS_H

#include "tui/app.h"

/* Moves what was offered since into the record (of an account that several people share: forgets it), and writes what the
 * next prompts need: which modules were passed when, language, roles. Nothing where nobody asks for hints, and in a preview.
 * The record must be open to write. It is a convenience: a failure is left for next time. */
void hints_move(struct app *app);

#endif
