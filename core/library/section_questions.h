/* section_questions: a module's questions: those of its gift blocks, block by block, as one list. */
#ifndef CRIB_LIBRARY_SECTION_QUESTIONS_H
#define CRIB_LIBRARY_SECTION_QUESTIONS_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/library/section.h"
#include "core/quiz/question.h"

#include <stdbool.h>

/* The questions of all blocks in document order, with identities over the whole (question_identities), in the arena.
 * What can't be read goes to diags (NULL allowed) under the name file. false when memory is out. */
bool section_questions(struct arena *a, const struct sections *sections, const char *file, struct diags *diags,
                       struct question_list *all);

#endif
