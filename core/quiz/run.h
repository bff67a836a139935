/* run: one passage through a list of questions, from the first to the result, with no screen and no database.
 *
 * Orders come from a 64-bit seed and the questions' identities alone: a run that was killed and is opened again with
 * the same seed shows every question and every answer in the same place, and a question that was added or removed
 * meanwhile moves none of the others against each other. What was answered is given back with run_restore. */
#ifndef CRIB_QUIZ_RUN_H
#define CRIB_QUIZ_RUN_H

#include "core/base/error.h"
#include "core/quiz/feedback.h"
#include "core/quiz/grade.h"
#include "core/quiz/question.h"
#include "core/quiz/response.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_options {
    uint64_t seed;
    bool shuffle;      /* questions, answers of choices and right sides of matching; true/false never. A description
                          and the questions below it, up to the next one, stay together where the source has them */
    double pass;       /* pass mark, 0..100 */
    enum feedback_policy feedback;
};

struct run;

/* A run over the list; its questions are borrowed and must outlive it. NULL when memory is out (err). */
struct run *run_open(const struct question_list *list, const struct run_options *options, struct error *err);
void run_close(struct run *r); /* NULL is allowed */

const struct run_options *run_options(const struct run *r);

/* From now on: what was held back may be told. */
void run_set_feedback(struct run *r, enum feedback_policy feedback);

/* Questions in the order of the run; i < run_count. */
size_t run_count(const struct run *r);
const struct question *run_question(const struct run *r, size_t i);

/* What people call question i: its number among those that count for the score. A description, which is none, has that
 * of the question it stands before. */
size_t run_number(const struct run *r, size_t i);

/* Where the learner is, for a title: "Question 2 of 5"; for a description "Before question 2 of 5", behind the last one
 * "Before the result". size at least 64. */
void run_place(const struct run *r, size_t i, char *out, size_t size);

/* The order in which question i's options are shown: order[0] is the source index of the first one.
 * question_option_count entries; NULL for types that have no order (true/false, texts, numbers). Owned by the run. */
const size_t *run_order(const struct run *r, size_t i);

/* The first question not answered yet at or after from, then from the start; run_count when all are answered. An
 * essay without judgement counts as unanswered. */
size_t run_next(const struct run *r, size_t from);

/* Records an answer to question i, replacing an earlier one, and grades it; g (may be NULL) takes the grade. The
 * response is copied into the run. false when memory is out (err); the run is then unchanged. */
bool run_answer(struct run *r, size_t i, const struct response *response, struct grade *g, struct error *err);

/* The same from the record: the question's identity and the stored form of the response. The fraction stored wins
 * over a fresh grading, so that a result never changes after the fact. false (err, EX_DATAERR) when the run has no
 * such question or the text is not a response to it; the run is then unchanged. */
bool run_restore(struct run *r, const char *id, const char *response, double fraction, struct error *err);

/* What was answered; NULL / false before. */
const struct response *run_response(const struct run *r, size_t i);
bool run_grade(const struct run *r, size_t i, struct grade *g);

/* How many questions count for the score (descriptions do not), and how many of those are answered. */
size_t run_scored(const struct run *r);
size_t run_answered(const struct run *r);
bool run_done(const struct run *r); /* every question is answered, descriptions seen */

/* 0..100: the mean of the fractions with a weight of 1 each, as Moodle does by default; unanswered ones count 0, the
 * whole is never below 0. 100 when nothing is scored. */
double run_score(const struct run *r);

/* Done, and the score reaches the pass mark. */
bool run_passed(const struct run *r);

/* The scored questions answered less than right, in the order of the run: fills out (room for run_count) and returns
 * how many. */
size_t run_missed(const struct run *r, size_t *out);

/* A new run over the missed questions alone, each below the description that leads it, under a new seed; it borrows the same questions. NULL with err (EX_USAGE)
 * when nothing was missed, or memory is out. */
struct run *run_retry(const struct run *r, uint64_t seed, struct error *err);

/* May feedback on an answer be shown now: at once with FEEDBACK_ANSWER, when the run is done with FEEDBACK_END. */
bool run_feedback_now(const struct run *r);

#endif
