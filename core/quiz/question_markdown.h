/* question_markdown: a question's texts as Markdown, whatever format they were written in.
 *
 * HTML and Moodle's auto-format come from question banks: paragraphs, breaks and list items become lines, bold and italics
 * stay, entities are left for Markdown to decode, images become their alternative text, other tags are left out. Plain
 * text is shown as it stands; there and in the auto-format blank lines stay. */
#ifndef CRIB_QUIZ_QUESTION_MARKDOWN_H
#define CRIB_QUIZ_QUESTION_MARKDOWN_H

#include "core/base/buf.h"
#include "core/quiz/question.h"

/* Appends Markdown that shows the same as the text. */
void question_markdown(const struct question_text *text, struct buf *out);

#endif
