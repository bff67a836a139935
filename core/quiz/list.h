/* list: a quiz's questions without running it, for `crib quiz WHAT --list`. */
#ifndef CRIB_QUIZ_LIST_H
#define CRIB_QUIZ_LIST_H

#include "core/base/buf.h"
#include "core/base/json.h"
#include "core/quiz/question.h"

#include <stddef.h>

/* `[ {...}, ... ]`, an object for each question: id, type, title, stem, format, gap, answers (text, format, weight,
 * feedback; a number's value, tolerance, min and max), pairs (left, right), correct and its feedback for true/false,
 * general_feedback, category, section, revision, line, last_line. Keys without content are null or empty, never left
 * out, except those that belong to other types. */
void list_json(struct json *j, const char *key, const struct question_list *list);

/* The list as text for people, with keys and feedback, lines at most columns wide (at least 40), safe for a terminal
 * (text_safe_flags of core/base/text.h in flags; line ends are the list's own). */
void list_text(const struct question_list *list, size_t columns, unsigned flags, struct buf *out);

#endif
