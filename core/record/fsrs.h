/* fsrs: when what was learnt is about to be forgotten. FSRS-6, the Free Spaced Repetition Scheduler of
 * open-spaced-repetition, with its published default parameters. Pure functions.
 *
 * Source: the algorithm's description (github.com/open-spaced-repetition/fsrs4anki, wiki "The Algorithm", FSRS-6);
 * test vectors from fsrs-rs and py-fsrs. Without learning steps and without fuzz: crib offers recalls by whole days. */
#ifndef CRIB_RECORD_FSRS_H
#define CRIB_RECORD_FSRS_H

#include "core/record/attempt.h"

/* What is stored with each review: the algorithm and whose parameters. */
#define FSRS_VERSION "FSRS-6/default"

enum { FSRS_PARAMETERS = 21 };

/* The published defaults w0..w20. */
extern const double fsrs_defaults[FSRS_PARAMETERS];

#define FSRS_RETENTION 0.9 /* desired: the share of questions that are still known when they are asked */

struct fsrs_memory {
    double stability;  /* days until retrievability falls to 0.9; 0.001..36500 */
    double difficulty; /* 1..10 */
};

/* After the first answer. */
struct fsrs_memory fsrs_first(const double w[FSRS_PARAMETERS], enum rating rating);

/* After a further answer, so many days later: whole days count, below one the same-day rule holds. */
struct fsrs_memory fsrs_next(const double w[FSRS_PARAMETERS], struct fsrs_memory m, enum rating rating, double days);

/* Probability that it is still known after so many days (fractions count; negative is 0 days). */
double fsrs_retrievability(const double w[FSRS_PARAMETERS], double stability, double days);

/* Days until retrievability falls to `retention` (0.0001..0.9999), not rounded. */
double fsrs_interval(const double w[FSRS_PARAMETERS], double stability, double retention);

/* The same as offered: whole days, 1..36500. */
int fsrs_days(const double w[FSRS_PARAMETERS], double stability, double retention);

/* The steps of fsrs_next, for tests against published values. */
double fsrs_difficulty_next(const double w[FSRS_PARAMETERS], double difficulty, enum rating rating);
double fsrs_stability_success(const double w[FSRS_PARAMETERS], struct fsrs_memory m, double r, enum rating rating);
double fsrs_stability_failure(const double w[FSRS_PARAMETERS], struct fsrs_memory m, double r);

#endif
