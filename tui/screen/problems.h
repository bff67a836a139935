/* problems: what lint says of a source, on the screen: each leads to its line in the editor. */
#ifndef CRIB_SCREEN_PROBLEMS_H
#define CRIB_SCREEN_PROBLEMS_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* Appends how many problems lint finds in the source (a file, or a directory), and what lists them: "1 error, 2 warnings
 * in the source: x lists them", "no problem in the source". *errors, *count: how many of them are errors, and how many there
 * are; where the source can't be read, out stays. */
void problems_line(const char *path, const char *lister, struct buf *out, size_t *errors, size_t *count);

/* Says that line until the next key; that there is no problem only where `well` asks for it, to who just saved something. */
void problems_say(struct screens *s, const char *path, const char *lister, bool well);

/* Lists them; choosing one opens the editor there. */
void problems_open(struct screens *s, struct app *app, const char *path);

#endif
