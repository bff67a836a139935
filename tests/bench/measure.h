/* measure: how the benchmarks take times, and which of many they tell. */
#ifndef CRIB_TESTS_MEASURE_H
#define CRIB_TESTS_MEASURE_H

#include <stddef.h>
#include <stdlib.h>
#include <time.h>

static inline double clock_seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline double seconds(void)
{
    return clock_seconds_of(CLOCK_MONOTONIC);
}

/* Those that the CPU spent on this process: what else the machine does meanwhile does not count. */
static inline double seconds_cpu(void)
{
    return clock_seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

static inline int measure_order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The value that a part q (0..1) of them does not exceed; n >= 1. Sorts the values. */
static inline double quantile(double *values, size_t n, double q)
{
    qsort(values, n, sizeof *values, measure_order);
    return values[(size_t)((double)(n - 1) * q)];
}

#endif
