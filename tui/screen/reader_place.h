/* reader_place: a page as lines for this terminal, and where the learner is among them.
 *
 * The place is kept as a section and an offset in its text (page_place), and only what the learner does sets it. The
 * lines on the screen follow from it at every draw, so no number of resizes, new marks or updates moves it. Near the
 * end it lies below the first line shown: a section that can't come to the top is where one is nevertheless. */
#ifndef CRIB_SCREEN_READER_PLACE_H
#define CRIB_SCREEN_READER_PLACE_H

#include "tui/screen/reader_state.h"

enum { READER_OUTLINE_FROM = 116, READER_OUTLINE = 32 }; /* columns: with an outline beside the text; its own */

/* Lays the content out for the terminal's width where that is needed, keeping the place; the first time, goes to
 * r->anchor or to where the learner left. All others here need this to have been true once. False, with a word on the
 * screen, when there are no lines. */
bool reader_lay_out(struct reader *r, const struct terminal *t);

int reader_text_width(const struct terminal *t);    /* columns for the text */
int reader_text_left(const struct terminal *t);     /* the column where the text starts */
size_t reader_rows(const struct reader *r);         /* of text, at least 1 */
size_t reader_last_top(const struct reader *r);     /* the largest top that fills the screen */
bool reader_shows(const struct reader *r, size_t line);
size_t reader_section(const struct reader *r);      /* where the learner is; LINE_NO_SECTION where there is none */

/* Makes top follow the place: before a draw. */
void reader_show_place(struct reader *r);

/* The ways to be elsewhere: a line at the top (the last screen at most), the last line of all, a section, a place kept
 * before. */
void reader_go_to(struct reader *r, size_t line);
void reader_go_to_end(struct reader *r);
void reader_go_to_section(struct reader *r, size_t section);
void reader_return_to(struct reader *r, struct page_place place);

#endif
