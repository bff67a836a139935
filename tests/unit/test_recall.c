#include "record_fixture.h"

#include "core/record/chain.h"
#include "core/record/fsrs.h"
#include "core/record/recall.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <sysexits.h>

static struct error err;
static struct record *r;
static struct arena *a;
static int64_t me;

static void set_up(void)
{
    setenv("CRIB_CLOCK", "2026-11-23T10:00:00Z", 1);
    r = fixture_open(&a, &err);
    OK(record_learner(r, "alex", &me, &err));
}

static void tear_down(void)
{
    fixture_close(r, a);
    unsetenv("CRIB_CLOCK");
}

/* A quiz of q1..q3 answered with these fractions at that module. */
static void take_quiz(const char *module, const double fractions[3], bool passed)
{
    struct subject s = pump;
    struct uuid id;
    s.module = module;
    OK(record_attempt_start(r, me, &s, &pump_start, &id, &err));
    for (size_t i = 0; i < 3; i++) {
        struct given g = given_of(pump_questions[i], fractions[i], 5000);
        OK(record_answer(r, &id, &g, &err));
    }
    OK(record_attempt_finish(r, &id, &s, 90, passed, &err));
}

static size_t due(const char *module, const char *when, const struct recall_question **out)
{
    size_t count;
    *out = record_recall_due(r, a, me, module, clock_ms_of(when), RECALL_MOST, &count, &err);
    ck_assert_ptr_nonnull(*out);
    return count;
}

START_TEST(ratings)
{
    static const struct {
        double fraction;
        int64_t ms, median;
        enum rating want;
    } rows[] = {
        {0, 100, 1000, RATING_AGAIN},     {0.0000001, 1, 1000, RATING_AGAIN}, {0.3, 100, 1000, RATING_HARD},
        {0.99, 100, 1000, RATING_HARD},   {1, 1000, 1000, RATING_GOOD},       {1, 5000, 1000, RATING_GOOD},
        {1, 999, 1000, RATING_EASY},      {1, 1, 0, RATING_GOOD},             {0.9999999, 1, 1000, RATING_EASY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_int_eq(recall_rating(rows[i].fraction, rows[i].ms, rows[i].median), rows[i].want);
}
END_TEST

/* One attempt with one answer, finished. */
static void answer_once(double fraction, int64_t ms)
{
    struct uuid id;
    struct given g = given_of("q1", fraction, ms);
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err));
    OK(record_answer(r, &id, &g, &err));
    OK(record_attempt_finish(r, &id, &pump, 0, false, &err));
}

START_TEST(medians)
{
    int64_t median;
    static const struct {
        int64_t ms;
        double fraction;
        int64_t median; /* after it */
    } rows[] = {{5000, 1, 0},   {1, 0, 0},       {4000, 1, 0},    {1, 0.5, 0},    {3000, 1, 0},
                {2000, 1, 0},   {1000, 1, 3000}, {900, 1, 3000},  {800, 1, 2000}, {0, 1, 2000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        answer_once(rows[i].fraction, rows[i].ms);
        OK(record_median(r, me, "choice", &median, &err));
        ck_assert_msg(median == rows[i].median, "row %zu: %lld", i, (long long)median);
    }
    OK(record_median(r, me, "matching", &median, &err));
    ck_assert_int_eq(median, 0);
    for (int i = 0; i < 102; i++) /* the last hundred count alone */
        answer_once(1, 50);
    OK(record_median(r, me, "choice", &median, &err));
    ck_assert_int_eq(median, 50);
    struct uuid id; /* quicker than the median */
    const struct attempt *t;
    struct given g = given_of("q1", 1, 40);
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err));
    OK(record_answer(r, &id, &g, &err));
    OK(record_attempt(r, a, me, &id, &t, &err));
    ck_assert_int_eq(t->answers[0].rating, RATING_EASY);
}
END_TEST

START_TEST(enters_when_passed)
{
    static const double mixed[] = {1, 0.5, 0}, right[] = {1, 1, 1};
    const struct recall_question *q;
    size_t modules;
    take_quiz("acme/a", mixed, false);
    ck_assert_uint_eq(due(NULL, "2036-01-01", &q), 0);
    take_quiz("acme/a", mixed, true);
    ck_assert_uint_eq(due(NULL, "2026-11-23T10:00:00Z", &q), 0);
    /* Again: stability 0.212, a day; Hard 1.2931, a day; Good 2.3065, two days. */
    ck_assert_uint_eq(due(NULL, "2026-11-24T09:59:59Z", &q), 0);
    ck_assert_uint_eq(due(NULL, "2026-11-24T10:00:00Z", &q), 2);
    ck_assert_str_eq(q[0].question, "q3");
    ck_assert_str_eq(q[1].question, "q2");
    ck_assert_double_eq_tol(q[0].retrievability, fsrs_retrievability(fsrs_defaults, 0.212, 1), 1e-9);
    ck_assert(q[0].retrievability < 0.9);
    ck_assert_uint_eq(due(NULL, "2026-11-25T10:00:00Z", &q), 3);
    const struct recall_module *fading = record_recall_modules(r, a, me, clock_ms_of("2026-11-25T10:00:00Z"), &modules, &err);
    ck_assert_ptr_nonnull(fading);
    ck_assert_uint_eq(modules, 1);
    ck_assert_str_eq(fading->module, "acme/a");
    ck_assert_int_eq(fading->questions, 3);
    const struct progress *p = record_progress(r, a, me, "acme/a", clock_ms_of("2026-11-25T10:00:00Z"), &err);
    ck_assert_int_eq(p->fading, 3);
    ck_assert_int_eq(p->learned, LEARNED_PASSED);
    setenv("CRIB_CLOCK", "2026-11-25T10:00:00Z", 1);
    take_quiz("acme/a", right, false); /* a retake that fails is a review too */
    ck_assert_uint_eq(due(NULL, "2026-11-26T00:00:00Z", &q), 0);
}
END_TEST

START_TEST(answered)
{
    static const double right[] = {1, 1, 1};
    const struct recall_question *q;
    struct given g = given_of("q1", 1, 60000);
    take_quiz("acme/a", right, true);
    setenv("CRIB_CLOCK", "2026-11-25T10:00:00Z", 1);
    struct subject s = pump;
    s.module = "acme/a";
    OK(record_recall_answer(r, me, &s, &g, "text", 4, "c9", &err));
    ck_assert_uint_eq(due(NULL, "2026-11-25T10:00:01Z", &q), 2);
    struct fsrs_memory m = fsrs_next(fsrs_defaults, fsrs_first(fsrs_defaults, RATING_GOOD), RATING_GOOD, 2);
    int days = fsrs_days(fsrs_defaults, m.stability, 0.9);
    int64_t then = clock_ms_of("2026-11-25T10:00:00Z") + (int64_t)days * 86400000;
    size_t count;
    q = record_recall_due(r, a, me, "acme/a", then - 1, 100, &count, &err);
    ck_assert_uint_eq(count, 2);
    q = record_recall_due(r, a, me, "acme/a", then, 100, &count, &err);
    ck_assert_uint_eq(count, 3);
    OK(record_recall_retire(r, me, "acme/a", "q2", &err));
    q = record_recall_due(r, a, me, "acme/a", then, 100, &count, &err);
    ck_assert_uint_eq(count, 2);
    const char *bytes;
    size_t len;
    OK(record_content(r, a, "c9", &bytes, &len, &err));
    ck_assert_mem_eq(bytes, "text", 4);
    (void)q;
}
END_TEST

/* What an event says of an answer, from the question on. */
static void expect_said(const char *kind, const char *want)
{
    sqlite3_stmt *s = db_statement(
        r->db, "SELECT substr(payload, instr(payload, '\"question\"')) FROM event WHERE kind = ?", &err);
    ck_assert(s != NULL && db_bind(s, "s", kind) && db_step(r->db, s, &err) == 1);
    ck_assert_str_eq(db_text(s, 0), want);
    sqlite3_reset(s);
}

/* An answer is told in the same words, wherever it was given. */
START_TEST(told_alike)
{
    static const char said[] = "\"question\":\"q1\",\"question_revision\":\"qr\",\"type\":\"choice\","
                               "\"response\":\"\\\"2\\\" \\u001b[31m\",\"fraction\":0.5,\"ms\":1200,"
                               "\"rating\":2,\"algorithm\":\"" FSRS_VERSION "\"}";
    static const double wrong[] = {-0.1, 1.1, 0.0 / 0.0, 1.0 / 0.0};
    struct given g = given_of("q1", 0.5, 1200), bad = g;
    answer_once(0.5, 1200);
    OK(record_recall_answer(r, me, &pump, &g, NULL, 0, NULL, &err));
    expect_said("attempt.answered", said);
    expect_said("recall.answered", said);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bad.fraction = wrong[i];
        ck_assert(!record_recall_answer(r, me, &pump, &bad, NULL, 0, NULL, &err));
        ck_assert_int_eq(err.code, EX_SOFTWARE);
        ck_assert_str_eq(err.what, "cannot record the answer");
    }
}
END_TEST

/* What its writer judges, and what asks nothing, doesn't come back; what a newer crib names does. */
START_TEST(types_that_come_back)
{
    static const struct {
        const char *type;
        bool comes;
    } rows[] = {{"choice", true}, {"description", false}, {"essay", false}, {"match", true}, {"hotspot", true}};
    struct uuid id;
    const struct recall_question *q;
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err));
    size_t want = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct given g = given_of(rows[i].type, 0, 5000);
        g.type = rows[i].type;
        OK(record_answer(r, &id, &g, &err));
        want += rows[i].comes;
    }
    OK(record_attempt_finish(r, &id, &pump, 90, true, &err));
    struct given essay = given_of("essay", 1, 60000);
    essay.type = "essay";
    OK(record_recall_answer(r, me, &pump, &essay, NULL, 0, NULL, &err));
    ck_assert_uint_eq(due(NULL, "2036-01-01", &q), want);
    for (size_t i = 0; i < want; i++)
        ck_assert(strcmp(q[i].question, "essay") != 0 && strcmp(q[i].question, "description") != 0);
}
END_TEST

START_TEST(spread_over_modules)
{
    static const double wrong[] = {0, 0, 0}, right[] = {1, 1, 1};
    static const char *const modules[] = {"acme/a", "acme/b", "acme/c", "acme/d"};
    const struct recall_question *q;
    take_quiz("acme/a", wrong, true); /* most faded, all three */
    for (size_t i = 1; i < 4; i++)
        take_quiz(modules[i], right, true);
    ck_assert_uint_eq(due(NULL, "2026-12-24", &q), RECALL_MOST);
    int seen[4] = {0};
    for (size_t i = 0; i < 4; i++)
        seen[q[i].module[5] - 'a']++;
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(seen[i], 1);
    ck_assert_str_eq(q[0].module, "acme/a");
    ck_assert_str_eq(q[4].module, "acme/a"); /* the next most faded */
    ck_assert_uint_eq(due("acme/b", "2026-12-24", &q), 3);
    ck_assert_uint_eq(due("acme/zzz", "2026-12-24", &q), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("recall");
    TCase *t = tcase_create("recall");
    tcase_set_timeout(t, 30);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, ratings);
    tcase_add_test(t, medians);
    tcase_add_test(t, enters_when_passed);
    tcase_add_test(t, answered);
    tcase_add_test(t, told_alike);
    tcase_add_test(t, types_that_come_back);
    tcase_add_test(t, spread_over_modules);
    suite_add_tcase(s, t);
    return suite_run(s);
}
