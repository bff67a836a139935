/* reader_text: which text is open: the beginning of a long page or the part one came for, then the whole, then what an update
 * makes of it. */
#ifndef CRIB_SCREEN_READER_TEXT_H
#define CRIB_SCREEN_READER_TEXT_H

#include "tui/screen/reader_state.h"

/* Opens r->key as far as its first screen needs, at r->anchor or where the learner left it. */
bool reader_text_open(struct reader *r, const struct terminal *t, struct error *err);

/* Puts the whole of a long page in place of its beginning, waiting for it if need be; the place stays. True when the
 * whole is there; else says why not. */
bool reader_text_finish(struct reader *r);

/* Reads the module anew when its text is another one; keeps the place by section. */
void reader_text_renew(struct reader *r);

/* What was read until now counts no more: from here on it is measured anew. */
void reader_text_reread(struct reader *r);

#endif
