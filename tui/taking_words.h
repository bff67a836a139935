/* taking_words: what is said of questions, answers and results, alike on the screen and in the line mode.
 *
 * All is appended to out, on one line where nothing else is said, not yet safe for a terminal. */
#ifndef CRIB_TUI_TAKING_WORDS_H
#define CRIB_TUI_TAKING_WORDS_H

#include "tui/taking.h"

/* The question in a list: its title, else its text. */
void taking_name(const struct question *q, struct buf *out);

/* What the learner answered, markup gone. */
void taking_response_words(const struct question *q, const struct response *r, struct buf *out);

/* A matching question's pairs, "left -> right", a line each (LF behind each but the last): those that r made, or, with
 * r NULL, the right ones. */
void taking_pairs(const struct question *q, const struct response *r, struct buf *out);

/* The right answer, markup gone, a matching question's in several lines; nothing where there is none to tell. */
void taking_right_words(const struct question *q, struct buf *out);

/* The title of the section that answers question i, of the module where it has none; nothing for a bank. */
void taking_section_words(const struct taking *t, size_t i, struct buf *out);

/* How a finished quiz went, in as many words as fit so many columns (SIZE_MAX: all), and, in one calm line, what comes
 * next. */
void taking_result_words(const struct taking *t, size_t columns, struct buf *score, struct buf *next);

/* Passed, or nothing missed where there is nothing to pass. */
bool taking_result_good(const struct taking *t);

#endif
