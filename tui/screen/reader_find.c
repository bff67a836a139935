#include "tui/screen/reader_find.h"

#include "tui/screen/ask.h"
#include "tui/screen/reader_place.h"

#include <stdio.h>

/* From a line on, round the end; what shows already doesn't move. */
static void find_from(struct reader *r, size_t line, bool forward)
{
    if (r->index == NULL)
        r->index = page_find_open(r->page);
    r->match = r->index != NULL ? page_find_line(r->index, r->found, line, forward) : SIZE_MAX;
    if (r->match == SIZE_MAX) {
        screens_say(r->screen.stack, STYLE_CHANGED, "Not on this page. In the hub, the search is everywhere.");
        return;
    }
    if (!reader_shows(r, r->match))
        reader_go_to(r, r->match > reader_rows(r) / 3 ? r->match - reader_rows(r) / 3 : 0);
    if (forward ? r->match < line : r->match > line)
        screens_say(r->screen.stack, STYLE_DIM, forward ? "on from the start" : "on from the end");
}

void reader_find_forget(struct reader *r)
{
    page_find_close(r->index);
    r->index = NULL;
}

static void found_typed(void *context, const char *line)
{
    struct reader *r = context;
    snprintf(r->found, sizeof r->found, "%s", line);
    reader_return_to(r, r->origin);
    if (line[0] != '\0')
        find_from(r, r->top, true);
}

static void found_done(void *context, const char *line)
{
    struct reader *r = context;
    r->finding = false;
    found_typed(r, line);
}

void reader_find_open(struct reader *r)
{
    r->finding = true;
    r->origin = r->place;
    ask_open(r->screen.stack, "Find here:", "", found_done, found_typed, r);
}

void reader_find_again(struct reader *r, bool forward)
{
    if (r->found[0] == '\0') {
        screens_say(r->screen.stack, STYLE_DIM, "/ searches first");
        return;
    }
    size_t count = r->page->count;
    size_t from = forward ? r->top : r->top + reader_rows(r) - 1;
    if (r->match != SIZE_MAX && reader_shows(r, r->match))
        from = r->match + (forward ? 1 : count - 1);
    find_from(r, from % count, forward);
}

void reader_find_left(struct reader *r)
{
    if (!r->finding)
        return;
    r->finding = false;
    r->found[0] = '\0';
    reader_return_to(r, r->origin);
}
