#include "tui/widget/list.h"

void list_resize(struct list *l, size_t count)
{
    l->count = count;
    if (l->selected >= count)
        l->selected = count > 0 ? count - 1 : 0;
    if (l->top > l->selected)
        l->top = l->selected;
}

static void move(struct list *l, bool down, size_t by)
{
    if (l->count == 0)
        return;
    if (down)
        l->selected = by >= l->count - 1 - l->selected ? l->count - 1 : l->selected + by;
    else
        l->selected = by >= l->selected ? 0 : l->selected - by;
}

bool list_request(struct list *l, enum request r, size_t height)
{
    size_t page = height > 1 ? height - 1 : 1;
    switch (r) {
    case REQ_UP:
    case REQ_DOWN:
        move(l, r == REQ_DOWN, 1);
        return true;
    case REQ_PAGE_UP:
    case REQ_PAGE_DOWN:
        move(l, r == REQ_PAGE_DOWN, page);
        return true;
    case REQ_HALF_UP:
    case REQ_HALF_DOWN:
        move(l, r == REQ_HALF_DOWN, (page + 1) / 2);
        return true;
    case REQ_TOP:
    case REQ_BOTTOM:
        move(l, r == REQ_BOTTOM, l->count);
        return true;
    default:
        return false;
    }
}

void list_scroll(struct list *l, size_t height)
{
    if (height == 0)
        height = 1;
    if (l->selected < l->top)
        l->top = l->selected;
    if (l->selected >= l->top + height)
        l->top = l->selected - height + 1;
    if (l->count > height && l->top > l->count - height)
        l->top = l->count - height;
    if (l->count <= height)
        l->top = 0;
}
