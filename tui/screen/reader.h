/* reader: one module or page, read. */
#ifndef CRIB_SCREEN_READER_H
#define CRIB_SCREEN_READER_H

#include "core/record/solved.h"
#include "tui/app.h"
#include "tui/screen/screen.h"

/* Opens the module or page at an anchor ("" or NULL: where the learner left it, else at the top) on top of the stack.
 * words are marked where they stand (NULL for none). */
bool reader_open(struct screens *s, struct app *app, int64_t key, const char *anchor, const char *words,
                 struct error *err);

/* Says what led to the reader that was opened last and is on top: who leaves it is asked whether it solved it (solved.h). */
void reader_found_by(struct screens *s, enum found_by by);

#endif
