/* list: which row is selected and which is on top; no knowledge of what the rows are. */
#ifndef CRIB_WIDGET_LIST_H
#define CRIB_WIDGET_LIST_H

#include "tui/screen/request.h"

#include <stdbool.h>
#include <stddef.h>

struct list {
    size_t count;
    size_t selected;
    size_t top;
};

/* Sets how many rows there are and keeps the selection inside. */
void list_resize(struct list *l, size_t count);

/* Moves for REQ_UP .. REQ_BOTTOM; height is the rows that show. Returns whether the request was one of them. */
bool list_request(struct list *l, enum request r, size_t height);

/* Scrolls so that the selected row shows in height rows. Call before drawing. */
void list_scroll(struct list *l, size_t height);

#endif
