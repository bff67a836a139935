/* feedback: when a quiz tells how an answer was: after each answer, at the end, or not at all. */
#ifndef CRIB_QUIZ_FEEDBACK_H
#define CRIB_QUIZ_FEEDBACK_H

#include <stdbool.h>

enum feedback_policy { FEEDBACK_ANSWER, FEEDBACK_END, FEEDBACK_NONE };

/* "answer", "end", "none" and back (false for another word). */
const char *feedback_policy_name(enum feedback_policy p);
bool feedback_policy_parse(const char *name, enum feedback_policy *p);

#endif
