/* question_lines: a question's texts as styled lines, whatever format they were written in.
 *
 * Markdown is rendered as everywhere. HTML and Moodle's auto-format come from question banks: paragraphs, breaks and
 * list items become lines, bold and italics stay, entities are decoded, images become their alternative text, other
 * tags are left out. Plain text is shown as it stands; there and in the auto-format blank lines stay. */
#ifndef CRIB_RENDER_QUESTION_LINES_H
#define CRIB_RENDER_QUESTION_LINES_H

#include "core/base/buf.h"
#include "core/quiz/question.h"
#include "tui/render/render.h"

/* The lines; links in them lead nowhere. The caller owns them (lines_close). NULL and err when memory is out. */
struct lines *question_lines(const struct question_text *text, const struct render_options *options,
                             struct error *err);

/* Appends the text as Markdown that shows the same. */
void question_markdown(const struct question_text *text, struct buf *out);

/* Appends the text on one line, markup gone, its line ends blanks: for lists and headers. Not yet safe for a
 * terminal. */
void question_plain(const struct question_text *text, struct buf *out);

#endif
