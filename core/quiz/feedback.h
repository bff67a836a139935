/* feedback: when a quiz tells how an answer was: after each answer, at the end, or not at all. */
#ifndef CRIB_QUIZ_FEEDBACK_H
#define CRIB_QUIZ_FEEDBACK_H

enum feedback_policy { FEEDBACK_ANSWER, FEEDBACK_END, FEEDBACK_NONE };

/* "answer", "end", "none". */
const char *feedback_policy_name(enum feedback_policy p);

#endif
