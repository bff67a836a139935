/* Values published in the test suites of fsrs-rs (model_v6.rs, inference.rs) and py-fsrs (FSRS-6, default parameters). */
#include "core/record/fsrs.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define NEAR(got, want, tolerance) \
    ck_assert_msg(fabs((got) - (want)) <= (tolerance), "got %.9g, want %.9g", (double)(got), (double)(want))

static const double *const w = fsrs_defaults;

START_TEST(forgetting_curve)
{
    static const double days[] = {0, 1, 2, 3, 4, 5}, stability[] = {1, 2, 3, 4, 4, 2},
                        want[] = {1.0, 0.9403443, 0.9253786, 0.9185229, 0.9, 0.8261359};
    for (size_t i = 0; i < 6; i++)
        NEAR(fsrs_retrievability(w, stability[i], days[i]), want[i], 1e-6);
    NEAR(fsrs_retrievability(w, 5, -3), 1, 0);
}
END_TEST

START_TEST(first_answer)
{
    static const double stability[] = {0.212, 1.2931, 2.3065, 8.2956},
                        difficulty[] = {6.4133, 5.11217071, 2.11810397, 1.0};
    for (int grade = 1; grade <= 4; grade++) {
        struct fsrs_memory m = fsrs_first(w, (enum rating)grade);
        NEAR(m.stability, stability[grade - 1], 1e-9);
        NEAR(m.difficulty, difficulty[grade - 1], 1e-6);
    }
}
END_TEST

START_TEST(second_answer)
{
    static const struct {
        int grade;
        double days, stability, difficulty;
    } rows[] = {
        {1, 1, 0.10088589, 8.806304}, {2, 1, 3.2494123, 6.7404594},  {3, 1, 7.3153, 2.1112142},
        {4, 1, 18.014914, 1.0},       {1, 2, 0.112798266, 8.806304}, {2, 2, 4.4694576, 6.7404594},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum rating g = (enum rating)rows[i].grade;
        struct fsrs_memory m = fsrs_next(w, fsrs_first(w, g), g, rows[i].days);
        NEAR(m.stability, rows[i].stability, 1e-4);
        NEAR(m.difficulty, rows[i].difficulty, 1e-4);
    }
}
END_TEST

START_TEST(steps)
{
    static const double difficulty[] = {8.341763, 6.6659956, 4.990228, 3.3144615};
    static const double r[] = {0.9, 0.8, 0.7, 0.6};
    static const double success[] = {25.602541, 28.226582, 58.656002, 127.226685};
    static const double failure[] = {1.0525396, 1.1894329, 1.3680838, 1.584989};
    for (int i = 0; i < 4; i++) {
        enum rating g = (enum rating)(i + 1);
        struct fsrs_memory m = {5, i + 1};
        NEAR(fsrs_difficulty_next(w, 5, g), difficulty[i], 1e-5);
        NEAR(fsrs_stability_success(w, m, r[i], g), success[i], 1e-3);
        NEAR(fsrs_stability_failure(w, m, r[i]), failure[i], 1e-5);
    }
}
END_TEST

START_TEST(memory_state)
{
    static const int grades[] = {1, 3, 3, 3, 3, 3};
    static const double days[] = {0, 0, 1, 3, 8, 21};
    struct fsrs_memory m = fsrs_first(w, RATING_AGAIN);
    for (size_t i = 1; i < 6; i++)
        m = fsrs_next(w, m, (enum rating)grades[i], days[i]);
    NEAR(m.stability, 53.62691, 1e-4);
    NEAR(m.difficulty, 6.3574867, 1e-5);
    double frozen[FSRS_PARAMETERS];
    memcpy(frozen, w, sizeof frozen);
    frozen[17] = frozen[18] = frozen[19] = 0; /* without the same-day rule */
    m = fsrs_first(frozen, RATING_AGAIN);
    for (size_t i = 1; i < 6; i++)
        m = fsrs_next(frozen, m, (enum rating)grades[i], days[i]);
    NEAR(m.stability, 53.335106, 1e-4);
    NEAR(m.difficulty, 6.3574867, 1e-5);
}
END_TEST

START_TEST(intervals)
{
    static const double want[] = {3116766, 34793, 2508, 387, 90, 27, 9, 3, 1};
    for (int i = 0; i < 9; i++)
        NEAR(fsrs_interval(w, 1, (i + 1) / 10.0), want[i], want[i] < 1000 ? 0.5 : want[i] * 1e-3);
    NEAR(fsrs_interval(w, 121.01552, 0.9), 121.01552, 1e-6);
    ck_assert_int_eq(fsrs_days(w, 0.2, FSRS_RETENTION), 1);
    ck_assert_int_eq(fsrs_days(w, 1e9, FSRS_RETENTION), 36500);
    ck_assert_int_eq(fsrs_days(w, 46.4, FSRS_RETENTION), 46);
}
END_TEST

/* py-fsrs' history of intervals: learning steps answered within the day, then each review when it is due. */
START_TEST(history)
{
    static const struct {
        int grade, days_before, interval;
    } rows[] = {{3, 0, 0}, {3, 0, 2}, {3, 2, 11}, {3, 11, 46}, {3, 46, 163}, {3, 163, 498}, {1, 498, 0},
                {1, 0, 0}, {3, 0, 2}, {3, 2, 4},  {3, 4, 7},   {3, 7, 12},   {3, 12, 21}};
    struct fsrs_memory m = fsrs_first(w, RATING_GOOD);
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++) {
        m = fsrs_next(w, m, (enum rating)rows[i].grade, rows[i].days_before);
        if (rows[i].interval > 0)
            ck_assert_int_eq(fsrs_days(w, m.stability, FSRS_RETENTION), rows[i].interval);
    }
}
END_TEST

START_TEST(limits)
{
    struct fsrs_memory m = {36500, 1};
    for (int i = 0; i < 50; i++) {
        m = fsrs_next(w, m, RATING_EASY, 40000);
        ck_assert(m.stability <= 36500 && m.difficulty >= 1);
    }
    for (int i = 0; i < 200; i++) {
        m = fsrs_next(w, m, RATING_AGAIN, i % 2);
        ck_assert(m.stability >= 0.001 && m.difficulty <= 10 && isfinite(m.stability));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fsrs");
    TCase *t = tcase_create("published values");
    tcase_add_test(t, forgetting_curve);
    tcase_add_test(t, first_answer);
    tcase_add_test(t, second_answer);
    tcase_add_test(t, steps);
    tcase_add_test(t, memory_state);
    tcase_add_test(t, intervals);
    tcase_add_test(t, history);
    tcase_add_test(t, limits);
    suite_add_tcase(s, t);
    return suite_run(s);
}
