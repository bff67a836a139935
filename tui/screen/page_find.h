/* page_find: where words stand on a page.
 *
 * Words are compared as the library's search compares them: whatever their case, their accents, their normal form and
 * the blanks between them (text_fold). What was wrapped is found too: a line goes on in the next one, unless an empty
 * line parts them; bars, indents and the marks of cut code lines don't count. */
#ifndef CRIB_SCREEN_PAGE_FIND_H
#define CRIB_SCREEN_PAGE_FIND_H

#include "tui/screen/page.h"

struct page_find;

/* Folds the page's text once, so that each key of a search is quick. NULL when memory is out. The caller owns it; it
 * refers to the page no more. */
struct page_find *page_find_open(const struct page *p);
void page_find_close(struct page_find *f); /* NULL is allowed */

/* The line where words begin to stand: the first one from line `from` on, or with forward false the last one up to it;
 * round the end, or the start. SIZE_MAX where they stand nowhere or are empty. */
size_t page_find_line(const struct page_find *f, const char *words, size_t from, bool forward);

/* The bytes of a line that belong to words, at most `most` ranges; returns how many. */
struct page_mark {
    size_t from, to;
};
size_t page_find_marks(const struct page *p, size_t line, const char *words, struct page_mark *marks, size_t most);

#endif
