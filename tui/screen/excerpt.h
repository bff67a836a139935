/* excerpt: how a module or page reads from one of its sections on, as much as a preview has room for. */
#ifndef CRIB_SCREEN_EXCERPT_H
#define CRIB_SCREEN_EXCERPT_H

#include "core/library/library.h"
#include "tui/render/render.h"
#include "tui/screen/terminal.h"

struct excerpt;

/* Renders at least so many lines from the section with this anchor on; from the start where there is none. Only what is
 * shown is parsed, however long the text is. Nothing of m is needed afterwards. NULL when memory is out. The caller owns
 * it. */
struct excerpt *excerpt_open(const struct library_module *m, const struct library_section *sections, size_t count,
                             const char *anchor, size_t rows, size_t width, unsigned flags);
void excerpt_close(struct excerpt *e); /* NULL is allowed */

void excerpt_draw(const struct excerpt *e, struct terminal *t, int y, int x, int columns, int rows);

#endif
