/* grade: what an answer is worth, as Moodle's question types compute it (question/type/.../question.php).
 *
 * choice        the weight of the answer chosen (below 0 where the weight is, as in Moodle)
 * multichoice   the sum of the weights chosen, not below 0, not above 1
 * true/false    1 or 0
 * short answer  the weight of the first pattern that fits: NFC, upper and lower case alike (Unicode case folding),
 *               accents count, `*` stands for any run of characters, blanks at the ends do not count
 * numerical     the weight of the first answer whose range holds the number; the range's ends belong to it, widened
 *               by 1e-14 of the value against rounding
 * match         right pairs / pairs that have a left side; equal right sides are the same
 * essay         what the learner said of it
 * description   not scored */
#ifndef CRIB_QUIZ_GRADE_H
#define CRIB_QUIZ_GRADE_H

#include "core/quiz/question.h"
#include "core/quiz/response.h"

#include <stdbool.h>
#include <stddef.h>

enum verdict {
    VERDICT_WRONG,      /* fraction below 0.000001 */
    VERDICT_PARTIAL,
    VERDICT_RIGHT,      /* fraction above 0.999999 */
    VERDICT_UNASSESSED, /* an essay that the learner has not judged yet */
    VERDICT_NONE,       /* a description */
};

struct grade {
    double fraction; /* 0..1; 0 while unassessed */
    double raw;      /* -1..1: what goes into the score; below 0 only where a choice, short answer or number has a
                        negative weight, else the fraction */
    enum verdict verdict;
    size_t matched; /* short answer, numerical, choice: the answer that gave the weight, or GRADE_NO_MATCH */
};

#define GRADE_NO_MATCH ((size_t)-1)

/* Grades r, a response to q. Always gives a result except when memory is out (false). */
bool grade(const struct question *q, const struct response *r, struct grade *g);

/* The feedback to show for this response, one after the other: i from 0 until NULL is returned. First that of each
 * answer chosen or matched (empty ones skipped), in the order shown (order: as run_order's; NULL: that of the source),
 * then the general feedback. */
const struct question_text *grade_feedback(const struct question *q, const struct response *r, const struct grade *g,
                                           const size_t *order, size_t i);

/* Appends the right answer in words, as it may be shown after answering: the best answer's text, all answers of
 * positive weight, true or false, the number with its range, the pairs. Nothing for essays and descriptions. Not yet
 * safe for a terminal. */
void grade_right_answer(const struct question *q, struct buf *out);

/* Does text fit the pattern of a short answer? -1 when memory is out. */
int grade_wildcard(const char *pattern, const char *text);

#endif
