#include "core/record/fsrs.h"

#include <math.h>

static const double stability_least = 0.001, stability_most = 36500;

const double fsrs_defaults[FSRS_PARAMETERS] = {0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194,
                                               0.001, 1.8722, 0.1666, 0.796,  1.4835, 0.0614, 0.2629,
                                               1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542};

static double clamp(double value, double least, double most)
{
    return fmin(fmax(value, least), most);
}

/* Not clamped. */
static double difficulty_first(const double w[FSRS_PARAMETERS], enum rating rating)
{
    return w[4] - exp(w[5] * ((double)rating - 1)) + 1;
}

/* Moves by the grade, less the nearer to 10 (linear damping), and a little towards the easiest start. */
double fsrs_difficulty_next(const double w[FSRS_PARAMETERS], double difficulty, enum rating rating)
{
    double moved = difficulty - w[6] * ((double)rating - 3) * (10 - difficulty) / 9;
    return clamp(w[7] * difficulty_first(w, RATING_EASY) + (1 - w[7]) * moved, 1, 10);
}

double fsrs_stability_success(const double w[FSRS_PARAMETERS], struct fsrs_memory m, double r, enum rating rating)
{
    double gain = exp(w[8]) * (11 - m.difficulty) * pow(m.stability, -w[9]) * (exp((1 - r) * w[10]) - 1);
    if (rating == RATING_HARD)
        gain *= w[15];
    if (rating == RATING_EASY)
        gain *= w[16];
    return clamp(m.stability * (1 + gain), stability_least, stability_most);
}

double fsrs_stability_failure(const double w[FSRS_PARAMETERS], struct fsrs_memory m, double r)
{
    double after = w[11] * pow(m.difficulty, -w[12]) * (pow(m.stability + 1, w[13]) - 1) * exp((1 - r) * w[14]);
    double most = m.stability / exp(w[17] * w[18]);
    return clamp(fmin(after, most), stability_least, stability_most);
}

static double stability_same_day(const double w[FSRS_PARAMETERS], double stability, enum rating rating)
{
    double factor = exp(w[17] * ((double)rating - 3 + w[18])) * pow(stability, -w[19]);
    if (rating >= RATING_GOOD)
        factor = fmax(factor, 1);
    return clamp(stability * factor, stability_least, stability_most);
}

struct fsrs_memory fsrs_first(const double w[FSRS_PARAMETERS], enum rating rating)
{
    return (struct fsrs_memory){clamp(w[rating - 1], stability_least, stability_most),
                                clamp(difficulty_first(w, rating), 1, 10)};
}

struct fsrs_memory fsrs_next(const double w[FSRS_PARAMETERS], struct fsrs_memory m, enum rating rating, double days)
{
    double whole = floor(fmax(days, 0));
    double r = fsrs_retrievability(w, m.stability, whole);
    struct fsrs_memory next = {m.stability, fsrs_difficulty_next(w, m.difficulty, rating)};
    if (whole < 1)
        next.stability = stability_same_day(w, m.stability, rating);
    else if (rating == RATING_AGAIN)
        next.stability = fsrs_stability_failure(w, m, r);
    else
        next.stability = fsrs_stability_success(w, m, r, rating);
    return next;
}

/* The forgetting curve's factor makes retrievability 0.9 after `stability` days, whatever the decay. */
static double curve(const double w[FSRS_PARAMETERS])
{
    return pow(0.9, -1 / w[20]) - 1;
}

double fsrs_retrievability(const double w[FSRS_PARAMETERS], double stability, double days)
{
    return pow(1 + curve(w) * fmax(days, 0) / fmax(stability, stability_least), -w[20]);
}

double fsrs_interval(const double w[FSRS_PARAMETERS], double stability, double retention)
{
    return stability / curve(w) * (pow(clamp(retention, 0.0001, 0.9999), -1 / w[20]) - 1);
}

int fsrs_days(const double w[FSRS_PARAMETERS], double stability, double retention)
{
    return (int)clamp(round(fsrs_interval(w, stability, retention)), 1, 36500);
}
