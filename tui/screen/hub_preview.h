/* hub_preview: what a result is good for: its problem and outcome, always; its sections, its quiz
 * and how it reads where there is room. */
#ifndef CRIB_SCREEN_HUB_PREVIEW_H
#define CRIB_SCREEN_HUB_PREVIEW_H

#include "tui/screen/hub_rows.h"

struct hub_preview;

struct hub_preview *hub_preview_open(struct app *app, struct hub_rows *rows, struct error *err);
void hub_preview_close(struct hub_preview *p); /* NULL is allowed */

/* What is remembered of the last row drawn may be stale. */
void hub_preview_forget(struct hub_preview *p);

/* Draws into the rectangle; row may be NULL. */
void hub_preview_draw(struct hub_preview *p, const struct hub_row *row, struct terminal *t, int y, int x, int columns,
                      int rows);

#endif
