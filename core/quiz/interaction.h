/* interaction: questions and responses as xAPI's interaction activities say them (xAPI 1.0.3, Data, 2.4.4.1).
 *
 * Ids of components are numbers of the source from 1 ("1", "2"; right sides of a matching question "a", "b", ...):
 * stable for a revision, free of blanks. [,] parts items, [.] a source from its target, [:] the ends of a range. */
#ifndef CRIB_QUIZ_INTERACTION_H
#define CRIB_QUIZ_INTERACTION_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/quiz/question.h"
#include "core/quiz/response.h"

#include <stdbool.h>
#include <stddef.h>

/* "choice", "true-false", "fill-in", "matching", "numeric", "long-fill-in"; NULL for a description. */
const char *interaction_type(const struct question *q);

struct interaction_component {
    const char *id;
    const char *text; /* goes to the description's language map */
};

/* What the definition lists: choices of a choice; source and target of a matching. Counts are 0 elsewhere. */
struct interaction_components {
    struct interaction_component *choices, *source, *target;
    size_t choice_count, source_count, target_count;
};

/* false when memory is out. */
bool interaction_components(struct arena *a, const struct question *q, struct interaction_components *c);

/* The correct responses pattern: an array of strings, each a whole right response. A choice gives one for every
 * answer of full weight, a multichoice all answers of positive weight together, a short answer one for every pattern
 * of full weight that has no wildcard (`{case_matters=false}` before it), a number its range. None for essays, for
 * descriptions, and where no answer is fully right. false when memory is out. */
bool interaction_patterns(struct arena *a, const struct question *q, const char ***patterns, size_t *count);

/* Appends result.response; nothing for a description. */
void interaction_response(const struct question *q, const struct response *r, struct buf *out);

#endif
