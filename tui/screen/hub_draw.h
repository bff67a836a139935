/* hub_draw: the hub as it stands on the screen: header, box, list, and what the selected row is good for. */
#ifndef CRIB_SCREEN_HUB_DRAW_H
#define CRIB_SCREEN_HUB_DRAW_H

#include "tui/screen/hub_state.h"

/* The hub's draw operation. */
void hub_draw(struct screen *s, struct terminal *t);

/* NULL where the list is empty. */
const struct hub_row *hub_selected(const struct hub *h);

size_t hub_items_fit(const struct hub *h, const struct terminal *t);

/* Under a click: is it the search box, and which of the list's entries is there (SIZE_MAX for none)? */
bool hub_box_at(const struct terminal *t, int y);
size_t hub_item_at(const struct hub *h, const struct terminal *t, int y, int x);

#endif
