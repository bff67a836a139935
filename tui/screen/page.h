/* page: all that the reader shows of a module or page, as lines: its head (title, problem, outcome, what changed), its
 * text, and its last line (owner, last change, overdue review). */
#ifndef CRIB_SCREEN_PAGE_H
#define CRIB_SCREEN_PAGE_H

#include "core/base/error.h"
#include "core/record/progress.h"
#include "tui/content.h"
#include "tui/render/render.h"
#include "tui/screen/terminal.h"

#include <stddef.h>

struct page_line {
    enum style style;
    const char *text;
};

struct page {
    struct arena *arena;       /* of head and tail */
    struct page_line *head;
    size_t head_count;
    struct page_line *tail;
    size_t tail_count;
    struct lines *lines;
    size_t count; /* of all lines */
    size_t width;
};

/* Lays the content out. marks: one a section, or NULL. changed: how many sections changed since they were read (the
 * author's change lines are shown then). lines: what page_lines made of it for this width, which the page owns from
 * then on, even when it fails; NULL where nothing is made yet. The content must outlive the page; the caller owns the
 * page: page_close. */
struct page *page_open(struct app *app, const struct content *c, const enum section_mark *marks, size_t changed,
                       struct lines *lines, size_t width, unsigned flags, struct error *err);

/* The text of a content without marks as lines, apart from the app: another thread may do it. */
struct lines *page_lines(const struct content *c, size_t width, unsigned flags, struct error *err);
void page_close(struct page *p); /* NULL is allowed */

/* The section of a line (an index into content's sections), or LINE_NO_SECTION. */
size_t page_section(const struct page *p, size_t line);

/* The first line of a section; 0 for LINE_NO_SECTION. */
size_t page_line_of(const struct page *p, size_t section);

/* A place on a page: the same words at every width, with other marks, and in another version of the content as long as
 * section is that version's. */
struct page_place {
    enum page_part { PAGE_HEAD, PAGE_TEXT, PAGE_TAIL } part;
    size_t section; /* PAGE_TEXT: index into content's sections, or LINE_NO_SECTION */
    size_t offset;  /* how much text stands before it in the section, the head or the tail */
};

struct page_place page_place(const struct page *p, size_t line);

/* The line that shows a place; the nearest where it is not there any more. */
size_t page_line(const struct page *p, struct page_place place);

/* The line of the source file that a line shows; 0 in head and tail. */
size_t page_source(const struct page *p, size_t line);

/* The line that shows a section's so manieth line of source, counted from its heading's (0). */
size_t page_line_of_source(const struct page *p, size_t section, int64_t lines);

/* The plain text of a line, safe, in lines' own memory; n takes its length. */
const char *page_text(const struct page *p, size_t line, size_t *n);

/* Draws a line. found: words to mark ("" for none), with mark; focus: the link that Enter follows, or SIZE_MAX. */
void page_draw(const struct page *p, struct terminal *t, size_t line, int y, int x, int columns, const char *found,
               enum style mark, size_t focus);

#endif
