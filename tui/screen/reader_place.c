#include "tui/screen/reader_place.h"

#include "tui/screen/reader_find.h"
#include "tui/screen/reader_record.h"

#include <stdlib.h>

enum { WIDEST = 96 };

int reader_text_width(const struct terminal *t)
{
    int columns = terminal_columns(t);
    if (columns >= READER_OUTLINE_FROM)
        columns -= READER_OUTLINE + 3;
    columns -= columns > 30 ? 4 : 2;
    return columns > WIDEST ? WIDEST : columns > 16 ? columns : 16;
}

int reader_text_left(const struct terminal *t)
{
    int left = terminal_columns(t) > 30 ? 2 : 1;
    return terminal_columns(t) >= READER_OUTLINE_FROM ? left + READER_OUTLINE + 3 : left;
}

size_t reader_rows(const struct reader *r)
{
    int height = screen_height(screens_terminal(r->screen.stack));
    return height > 0 ? (size_t)height : 1;
}

size_t reader_last_top(const struct reader *r)
{
    size_t rows = reader_rows(r);
    return r->page->count > rows ? r->page->count - rows : 0;
}

size_t reader_section(const struct reader *r)
{
    return page_section(r->page, r->want);
}

bool reader_shows(const struct reader *r, size_t line)
{
    return line >= r->top && line < r->top + reader_rows(r);
}

void reader_show_place(struct reader *r)
{
    size_t last = reader_last_top(r);
    r->top = r->want < last ? r->want : last;
}

static void set_place(struct reader *r, size_t line)
{
    r->want = line;
    r->place = page_place(r->page, line);
    reader_show_place(r);
}

/* The same place after the lines were laid out anew. */
static void find_place(struct reader *r)
{
    r->want = page_line(r->page, r->place);
    reader_show_place(r);
}

void reader_return_to(struct reader *r, struct page_place place)
{
    r->place = place;
    find_place(r);
}

void reader_go_to(struct reader *r, size_t line)
{
    size_t last = reader_last_top(r);
    set_place(r, line < last ? line : last);
}

void reader_go_to_end(struct reader *r)
{
    set_place(r, r->page->count > 0 ? r->page->count - 1 : 0);
}

void reader_go_to_section(struct reader *r, size_t section)
{
    set_place(r, page_line_of(r->page, section));
}

static void go_to_anchor(struct reader *r)
{
    if (r->anchor == NULL)
        return;
    if (r->aim != SIZE_MAX) {
        set_place(r, page_line_of_source(r->page, r->aim, r->aim_source));
        r->aim = SIZE_MAX;
        free(r->anchor);
        r->anchor = NULL;
        return;
    }
    size_t section = r->anchor[0] != '\0' ? sections_find(r->content->sections, r->anchor) : SIZE_MAX;
    if (section != SIZE_MAX) {
        reader_go_to_section(r, section);
    } else if (r->anchor[0] == '\0') {
        int64_t source;
        if (r->progress.done < r->progress.total)
            section = sections_find(r->content->sections, reader_kept_position(r, &source));
        if (section != SIZE_MAX)
            reader_go_to(r, page_line_of_source(r->page, section, source));
    }
    free(r->anchor);
    r->anchor = NULL;
}

static bool track_layout(struct reader *r)
{
    size_t *section_of = calloc(r->page->count + 1, sizeof *section_of);
    if (section_of == NULL)
        return false;
    for (size_t i = 0; i < r->page->count; i++) {
        size_t section = page_section(r->page, i);
        section_of[i] = section == LINE_NO_SECTION ? SIZE_MAX : section;
    }
    bool ok = reading_layout(r->reading, section_of, r->page->count);
    free(section_of);
    return ok;
}

bool reader_lay_out(struct reader *r, const struct terminal *t)
{
    int width = reader_text_width(t);
    if (r->page != NULL && width == r->laid_width)
        return true;
    struct error err;
    size_t changed = r->progress.changed + r->progress.added;
    struct lines *made = r->made_width == (size_t)width ? r->made : NULL;
    if (made == NULL)
        lines_close(r->made);
    r->made = NULL;
    struct page *page = page_open(r->app, r->content, r->marks, changed, made, (size_t)width, terminal_render(t), &err);
    if (page == NULL) {
        screens_fail(r->screen.stack, &err);
        return r->page != NULL;
    }
    if (r->page == NULL || r->page->count != page->count || r->page->lines->link_count != page->lines->link_count)
        r->focus = r->match = SIZE_MAX; /* of other lines */
    reader_find_forget(r);
    page_close(r->page);
    r->page = page;
    r->laid_width = width;
    find_place(r);
    go_to_anchor(r);
    track_layout(r);
    return true;
}
