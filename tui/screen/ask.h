/* ask: one line that is typed at the bottom, over the screen that asks. */
#ifndef CRIB_SCREEN_ASK_H
#define CRIB_SCREEN_ASK_H

#include "tui/screen/screen.h"

/* Called with the line when it was confirmed (never empty); not called when it was given up. */
typedef void (*ask_done)(void *context, const char *line);

/* Called after each change of the text, for search as one types. NULL allowed. */
typedef void (*ask_typed)(void *context, const char *line);

bool ask_open(struct screens *s, const char *question, const char *initial, ask_done done, ask_typed typed,
              void *context);

/* The same for what nobody may see: stars stand for it, and it is wiped when it was taken. */
bool ask_hidden(struct screens *s, const char *question, ask_done done, void *context);

/* The same where Enter alone is an answer, too: the line may be empty. */
bool ask_open_any(struct screens *s, const char *question, ask_done done, void *context);

#endif
