#include "core/base/buf.h"
#include "core/quiz/gift.h"
#include "core/quiz/run.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <math.h>
#include <string.h>
#include <sysexits.h>

static const char bank[] = "::Q1::A{~a =b ~c ~d ~e}\n\n::Q2::B{T}\n\n::Q3::C{=one->1 =two->2 =three->3 =four->4}\n\n"
                           "::Q4::D{#5:1}\n\n::Q5::text\n\n::Q6::E{~%-50%a =b}\n\n::Q7::F{####m}\n\n::Q8::G{=x =%50%y}";

static struct arena *arena;
static struct question_list list;

static void setup(void)
{
    arena = arena_open();
    ck_assert_ptr_nonnull(arena);
    ck_assert(gift_parse(arena, NULL, "q", bank, sizeof bank - 1, 1, &list));
    ck_assert_uint_eq(list.count, 8);
}

static void teardown(void)
{
    arena_close(arena);
}

static struct run *open_run(uint64_t seed, bool shuffle)
{
    struct run_options o = {.seed = seed, .shuffle = shuffle, .pass = 80, .feedback = FEEDBACK_ANSWER};
    struct run *r = run_open(&list, &o, NULL);
    ck_assert_ptr_nonnull(r);
    return r;
}

static size_t index_of(const struct run *r, const char *id)
{
    for (size_t i = 0; i < run_count(r); i++)
        if (strcmp(run_question(r, i)->id, id) == 0)
            return i;
    ck_abort_msg("no question %s", id);
    return 0;
}

static void answer(struct run *r, const char *id, const char *stored)
{
    struct error err = {0};
    size_t i = index_of(r, id);
    struct response *response = response_decode(arena, run_question(r, i), stored, strlen(stored), &err);
    ck_assert_msg(response != NULL, "%s: %s", stored, err.why);
    ck_assert(run_answer(r, i, response, NULL, &err));
}

/* Ids and option orders of a run, as text. */
static void write_order(const struct run *r, struct buf *out)
{
    for (size_t i = 0; i < run_count(r); i++) {
        buf_addf(out, "%s", run_question(r, i)->id);
        for (size_t k = 0; run_order(r, i) != NULL && k < question_option_count(run_question(r, i)); k++)
            buf_addf(out, ",%zu", run_order(r, i)[k]);
        buf_addc(out, ' ');
    }
}

START_TEST(unshuffled_is_the_source)
{
    struct run *r = open_run(7, false);
    struct buf out = {0};
    write_order(r, &out);
    ck_assert_str_eq(buf_text(&out), "Q1,0,1,2,3,4 Q2 Q3,0,1,2,3 Q4 Q5 Q6,0,1 Q7 Q8 ");
    buf_free(&out);
    run_close(r);
}
END_TEST

/* The very order is part of the contract: a record written today must resume tomorrow. */
START_TEST(a_seed_fixes_the_order)
{
    struct buf one = {0}, two = {0}, other = {0};
    struct run *a = open_run(42, true), *b = open_run(42, true), *c = open_run(43, true);
    write_order(a, &one);
    write_order(b, &two);
    write_order(c, &other);
    ck_assert_str_eq(buf_text(&one), buf_text(&two));
    ck_assert_str_ne(buf_text(&one), buf_text(&other));
    ck_assert_str_eq(buf_text(&one), "Q4 Q3,0,2,3,1 Q2 Q1,1,0,4,2,3 Q5 Q8 Q7 Q6,0,1 ");
    buf_free(&one);
    buf_free(&two);
    buf_free(&other);
    run_close(a);
    run_close(b);
    run_close(c);
}
END_TEST

/* What "the questions below" means stays true: groups keep their places, and each its questions. */
START_TEST(a_description_leads_its_questions)
{
    static const char text[] = "::a::A{T}\n\n::b::B{T}\n\n::D1::below\n\n::c::C{T}\n\n::d::D{T}\n\n::e::E{T}\n\n"
                               "::D2::below\n\n::f::F{T}\n\n::g::G{T}";
    static const char group[] = "001111222";
    struct question_list led = {0};
    ck_assert(gift_parse(arena, NULL, "q", text, sizeof text - 1, 1, &led));
    bool moved = false;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct run_options o = {.seed = seed, .shuffle = true};
        struct run *r = run_open(&led, &o, NULL);
        ck_assert_ptr_nonnull(r);
        for (size_t i = 0; i < run_count(r); i++) {
            size_t from = 0;
            while (led.items[from] != run_question(r, i))
                from++;
            ck_assert_int_eq(group[from], group[i]);
            ck_assert_int_eq(run_question(r, i)->type == QUESTION_DESCRIPTION, i == 2 || i == 6);
            moved = moved || from != i;
        }
        run_close(r);
    }
    ck_assert(moved);
}
END_TEST

START_TEST(a_change_of_the_list_moves_nothing_else)
{
    struct run *whole = open_run(9, true);
    struct question *fewer[7];
    for (size_t i = 0, n = 0; i < 8; i++)
        if (i != 3)
            fewer[n++] = list.items[i];
    struct question_list less = {fewer, 7};
    struct run_options o = *run_options(whole);
    struct run *part = run_open(&less, &o, NULL);
    ck_assert_ptr_nonnull(part);
    size_t k = 0;
    for (size_t i = 0; i < run_count(whole); i++) {
        if (strcmp(run_question(whole, i)->id, "Q4") == 0)
            continue;
        ck_assert_ptr_eq(run_question(whole, i), run_question(part, k));
        k++;
    }
    run_close(part);
    run_close(whole);
}
END_TEST

/* Every permutation of three is met, none more than half as often again as its share. */
START_TEST(shuffles_fairly)
{
    size_t seen[27] = {0};
    static const char three[] = "::T::S{~a ~b =c}";
    struct question_list one;
    ck_assert(gift_parse(arena, NULL, "q", three, sizeof three - 1, 1, &one));
    for (uint64_t seed = 0; seed < 6000; seed++) {
        struct run_options o = {.seed = seed, .shuffle = true};
        struct run *r = run_open(&one, &o, NULL);
        const size_t *order = run_order(r, 0);
        seen[order[0] * 9 + order[1] * 3 + order[2]]++;
        run_close(r);
    }
    size_t kinds = 0;
    for (size_t i = 0; i < 27; i++) {
        kinds += seen[i] > 0;
        ck_assert(seen[i] == 0 || (seen[i] > 850 && seen[i] < 1150));
    }
    ck_assert_uint_eq(kinds, 6);
}
END_TEST

START_TEST(scores)
{
    struct run *r = open_run(1, true);
    ck_assert_uint_eq(run_scored(r), 7);
    ck_assert(fabs(run_score(r)) < 1e-9);
    ck_assert(!run_done(r));
    answer(r, "Q1", "choice 2"); /* 1 */
    answer(r, "Q2", "true");     /* 1 */
    answer(r, "Q3", "match 1 2 4 3"); /* 0.5 */
    answer(r, "Q4", "number 6"); /* 1 */
    answer(r, "Q6", "choice 1"); /* -0.5 */
    answer(r, "Q7", "essay - draft");
    answer(r, "Q8", "text Y"); /* 0.5 */
    ck_assert_uint_eq(run_answered(r), 6);
    ck_assert(fabs(run_score(r) - 100 * 3.5 / 7) < 1e-9);
    ck_assert(!run_done(r)); /* the description is unseen, the essay is not judged */
    answer(r, "Q5", "seen");
    ck_assert_uint_eq(run_next(r, 0), index_of(r, "Q7"));
    answer(r, "Q7", "essay 1 done");
    ck_assert(run_done(r));
    ck_assert_uint_eq(run_next(r, 3), run_count(r));
    ck_assert(fabs(run_score(r) - 100 * 4.5 / 7) < 1e-9);
    ck_assert(!run_passed(r));
    size_t missed[8];
    ck_assert_uint_eq(run_missed(r, missed), 3);
    answer(r, "Q6", "choice 2");
    answer(r, "Q3", "match 1 2 3 4");
    ck_assert(fabs(run_score(r) - 100 * 6.5 / 7) < 1e-9);
    ck_assert(run_passed(r));
    run_close(r);
}
END_TEST

START_TEST(a_score_is_never_negative)
{
    static const char gift[] = "S{~%-100%a =b}";
    struct question_list one;
    ck_assert(gift_parse(arena, NULL, "q", gift, sizeof gift - 1, 1, &one));
    struct run_options o = {.pass = 0};
    struct run *r = run_open(&one, &o, NULL);
    answer(r, one.items[0]->id, "choice 1");
    ck_assert(fabs(run_score(r)) < 1e-9);
    ck_assert(run_passed(r)); /* a pass mark of 0 */
    run_close(r);
}
END_TEST

START_TEST(nothing_scored_is_passed_when_seen)
{
    static const char gift[] = "only text";
    struct question_list one;
    ck_assert(gift_parse(arena, NULL, "q", gift, sizeof gift - 1, 1, &one));
    struct run_options o = {.pass = 80};
    struct run *r = run_open(&one, &o, NULL);
    ck_assert(!run_passed(r));
    answer(r, one.items[0]->id, "seen");
    ck_assert(run_passed(r));
    run_close(r);
}
END_TEST

START_TEST(resumes)
{
    struct run *first = open_run(77, true), *second = open_run(77, true);
    struct error err = {0};
    static const char *const stored[] = {"choice 2", "false", "match 1 2 4 3", "number 9", "seen"};
    for (size_t i = 0; i < 5; i++) {
        const struct question *q = list.items[i];
        answer(first, q->id, stored[i]);
        struct grade g;
        ck_assert(run_grade(first, index_of(first, q->id), &g));
        ck_assert(run_restore(second, q->id, stored[i], g.fraction, &err));
    }
    ck_assert_uint_eq(run_next(first, 0), run_next(second, 0));
    ck_assert(fabs(run_score(first) - run_score(second)) < 1e-9);

    /* What the record says was earned stays earned. */
    ck_assert(run_restore(second, "Q2", "false", 1, &err));
    struct grade g;
    ck_assert(run_grade(second, index_of(second, "Q2"), &g));
    ck_assert_int_eq(g.verdict, VERDICT_RIGHT);
    /* A negative weight is not lost though the record holds 0. */
    ck_assert(run_restore(second, "Q6", "choice 1", 0, &err));
    ck_assert(run_grade(second, index_of(second, "Q6"), &g));
    ck_assert(fabs(g.raw + 0.5) < 1e-9);

    double before = run_score(second);
    ck_assert(!run_restore(second, "Q9", "true", 1, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert(!run_restore(second, "Q2", "perhaps", 1, &err));
    ck_assert(!run_restore(second, "Q2", "true", 2, &err));
    ck_assert(!run_restore(second, "Q2", "true", NAN, &err));
    ck_assert(fabs(run_score(second) - before) < 1e-9);
    run_close(first);
    run_close(second);
}
END_TEST

START_TEST(retries_the_missed)
{
    struct run *r = open_run(5, true);
    struct error err = {0};
    ck_assert_ptr_null(run_retry(r, 6, &err));
    ck_assert_int_eq(err.code, EX_USAGE);
    answer(r, "Q1", "choice 1");
    answer(r, "Q2", "true");
    answer(r, "Q8", "text y");
    struct run *again = run_retry(r, 6, &err);
    ck_assert_ptr_nonnull(again);
    ck_assert_uint_eq(run_count(again), 3); /* Q8 below its description */
    ck_assert_uint_eq(run_scored(again), 2);
    ck_assert_ptr_null(run_response(again, 0));
    index_of(again, "Q1");
    index_of(again, "Q8");
    ck_assert(run_options(again)->seed == 6);
    run_close(r);
    answer(again, "Q1", "choice 2");
    answer(again, "Q8", "text x");
    answer(again, "Q5", "seen");
    ck_assert(run_passed(again));
    run_close(again);
}
END_TEST

START_TEST(a_retry_keeps_the_description)
{
    struct run *r = open_run(5, true);
    struct error err = {0};
    answer(r, "Q1", "choice 1");
    answer(r, "Q6", "choice 1");
    answer(r, "Q8", "text y");
    struct run *again = run_retry(r, 6, &err);
    ck_assert_ptr_nonnull(again);
    ck_assert_uint_eq(run_count(again), 4);
    ck_assert_uint_eq(index_of(again, "Q1"), 0);
    ck_assert_uint_eq(index_of(again, "Q5"), 1);
    ck_assert_uint_eq(run_scored(again), 3);
    run_close(again);
    run_close(r);
}
END_TEST

START_TEST(leads_and_times)
{
    ck_assert_ptr_null(question_lead(&list, 4));
    ck_assert_ptr_eq(question_lead(&list, 5), list.items[4]);
    ck_assert_ptr_eq(question_lead(&list, 7), list.items[4]);
    static const bool recalled[] = {true, true, true, true, false, true, false, true};
    for (size_t i = 0; i < 8; i++) {
        ck_assert_msg(question_recalled(list.items[i]) == recalled[i], "%zu", i);
        int64_t ms = question_expected_ms(list.items[i]);
        ck_assert_msg(ms > 0 && ms < 120000, "%zu: %lld", i, (long long)ms);
    }
    ck_assert_int_eq(question_expected_ms(list.items[0]), 6 * 250 + 4000); /* six words, one choice */
    ck_assert_int_eq(question_expected_ms(list.items[2]), 9 * 250 + 2000 + 4 * 4000);
}
END_TEST

START_TEST(feedback_follows_the_policy)
{
    for (enum feedback_policy p = FEEDBACK_ANSWER; p <= FEEDBACK_NONE; p++) {
        struct question_list one = {&list.items[1], 1};
        struct run_options o = {.feedback = p};
        struct run *r = run_open(&one, &o, NULL);
        ck_assert(run_feedback_now(r) == (p == FEEDBACK_ANSWER));
        answer(r, "Q2", "true");
        ck_assert(run_feedback_now(r) == (p != FEEDBACK_NONE));
        run_close(r);
    }
}
END_TEST

START_TEST(an_empty_list)
{
    struct question_list none = {NULL, 0};
    struct run_options o = {.shuffle = true};
    struct run *r = run_open(&none, &o, NULL);
    ck_assert_ptr_nonnull(r);
    ck_assert(run_done(r));
    ck_assert_uint_eq(run_next(r, 0), 0);
    run_close(r);
    run_close(NULL);
}
END_TEST

START_TEST(a_description_is_no_question)
{
    static const char *const places[] = {"Question 1 of 7", "Question 2 of 7", "Question 3 of 7", "Question 4 of 7",
                                         "Before question 5 of 7", "Question 5 of 7", "Question 6 of 7",
                                         "Question 7 of 7"};
    struct run *r = open_run(1, false);
    for (size_t i = 0; i < run_count(r); i++) {
        char place[64];
        run_place(r, i, place, sizeof place);
        ck_assert_str_eq(place, places[i]);
    }
    ck_assert_uint_eq(run_number(r, 3), 4);
    ck_assert_uint_eq(run_number(r, 7), 7);
    run_close(r);
    static const char last[] = "::Q1::A{T}\n\n::Q2::That was it.";
    char place[64];
    ck_assert(gift_parse(arena, NULL, "q", last, sizeof last - 1, 1, &list));
    r = open_run(1, false);
    run_place(r, 1, place, sizeof place);
    ck_assert_str_eq(place, "Before the result");
    run_close(r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("run");
    TCase *c = tcase_create("run");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, unshuffled_is_the_source);
    tcase_add_test(c, a_seed_fixes_the_order);
    tcase_add_test(c, a_change_of_the_list_moves_nothing_else);
    tcase_add_test(c, shuffles_fairly);
    tcase_add_test(c, a_description_leads_its_questions);
    tcase_add_test(c, scores);
    tcase_add_test(c, a_score_is_never_negative);
    tcase_add_test(c, nothing_scored_is_passed_when_seen);
    tcase_add_test(c, resumes);
    tcase_add_test(c, retries_the_missed);
    tcase_add_test(c, a_retry_keeps_the_description);
    tcase_add_test(c, leads_and_times);
    tcase_add_test(c, feedback_follows_the_policy);
    tcase_add_test(c, an_empty_list);
    tcase_add_test(c, a_description_is_no_question);
    suite_add_tcase(s, c);
    return suite_run(s);
}
