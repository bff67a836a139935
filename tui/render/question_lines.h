/* question_lines: a question's texts as styled lines, whatever format they were written in (question_markdown.h). */
#ifndef CRIB_RENDER_QUESTION_LINES_H
#define CRIB_RENDER_QUESTION_LINES_H

#include "core/base/buf.h"
#include "core/quiz/question.h"
#include "tui/render/render.h"

/* The lines; links in them lead nowhere. The caller owns them (lines_close). NULL and err when memory is out. */
struct lines *question_lines(const struct question_text *text, const struct render_options *options,
                             struct error *err);

/* Appends the text on one line, markup gone, its line ends blanks: for lists and headers. Not yet safe for a
 * terminal. */
void question_plain(const struct question_text *text, struct buf *out);

#endif
