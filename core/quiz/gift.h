/* gift: Moodle's GIFT format, as Moodle reads it.
 *
 * The authority is Moodle's importer (question/format/gift/format.php and question/format.php, as of Moodle 4.1;
 * weights as question/engine/bank.php lists them). In short: an empty line ends a question; lines that start with //
 * are comments; a backslash takes the meaning from : # = { } ~ and makes \n a line end; the first { and } hold the
 * answers, and what they hold decides the type: none a description, nothing an essay, # a numerical question, ~ a
 * choice (with = one answer, without any number of them), = with -> matching, T TRUE F FALSE true/false, else a short
 * answer.
 *
 * What Moodle accepts is accepted; where Moodle reads something else than the author is likely to mean (any number
 * right, a weight taken for text), a warning says so. What Moodle rejects is an error, the other questions still
 * parse. Added to the format: `// section: ANCHOR`, a comment to Moodle, directly above a question names the section
 * that answers it. Indentation inside a question is kept (Moodle's reader of files cuts it, its parser keeps it).
 * At most 1,000 answers a question and 100,000 questions a text.
 * A question without a title is reported as a warning. */
#ifndef CRIB_QUIZ_GIFT_H
#define CRIB_QUIZ_GIFT_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/quiz/question.h"

#include <stdbool.h>
#include <stddef.h>

/* Parses len bytes, the first of which stands on line first_line of file (for messages: 1 for a whole file, more for
 * a block inside a module). Questions go to the arena and to list, in order, with their identities set; problems go
 * to diags (NULL: nobody reads them). Linear in len. false only when memory is out; then list is empty. */
bool gift_parse(struct arena *a, struct diags *diags, const char *file, const char *text, size_t len,
                size_t first_line, struct question_list *list);

#endif
