/* Expected fractions follow Moodle's question/type/{multichoice,shortanswer,numerical,match}/question.php. */
#include "core/base/buf.h"
#include "core/quiz/grade.h"
#include "core/quiz/list.h"
#include "core/quiz/number.h"
#include "tests/unit/question_fixture.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <math.h>
#include <string.h>
#include <sysexits.h>

#define MULTI "S{~%50%a#A ~%50%b#B ~%-50%c#C ~d ####all}"
#define YEAR "S{#=1822:0#exact =%50%1822:2#near ~#far}"
#define MATCH "M{=one->1 =two->2 =->3 =uno->1}"
#define THIRDS "S{~%33.33333%a ~%33.33333%b ~%33.33333%c}"

/* A line typed, its fraction and verdict, its stored form, and its feedback. */
static const struct {
    const char *gift, *line;
    double fraction, raw;
    enum verdict verdict;
    const char *stored, *feedback;
} graded[] = {
    {"S{~a#no =b#yes####all}", "2", 1, 1, VERDICT_RIGHT, "choice 2", "yes|all|"},
    {"S{~a#no =b#yes####all}", " 1 ", 0, 0, VERDICT_WRONG, "choice 1", "no|all|"},
    {"S{~%-25%a =b}", "1", 0, -0.25, VERDICT_WRONG, "choice 1", ""},
    {"S{~%50%a =b}", "1", 0.5, 0.5, VERDICT_PARTIAL, "choice 1", ""},
    {MULTI, "1 2", 1, 1, VERDICT_RIGHT, "choice 1 2", "A|B|all|"},
    {MULTI, "2,1", 1, 1, VERDICT_RIGHT, "choice 1 2", "A|B|all|"},
    {MULTI, "1 3", 0, 0, VERDICT_WRONG, "choice 1 3", "A|C|all|"},
    {MULTI, "3", 0, 0, VERDICT_WRONG, "choice 3", "C|all|"},
    {MULTI, "1 2 3", 0.5, 0.5, VERDICT_PARTIAL, "choice 1 2 3", "A|B|C|all|"},
    {MULTI, "4", 0, 0, VERDICT_WRONG, "choice 4", "all|"},
    {MULTI, "none", 0, 0, VERDICT_WRONG, "choice", "all|"},
    {THIRDS, "1 2 3", 0.9999999, 0.9999999, VERDICT_RIGHT, "choice 1 2 3", ""},
    {"S{~%100%a ~%100%b}", "1 2", 1, 1, VERDICT_RIGHT, "choice 1 2", ""},
    {"S{T#no#yes}", "true", 1, 1, VERDICT_RIGHT, "true", "yes|"},
    {"S{T#no#yes}", "F", 0, 0, VERDICT_WRONG, "false", "no|"},
    {"S{FALSE}", "n", 1, 1, VERDICT_RIGHT, "false", ""},
    {"S{=Frog#Good =%50%Cat =%0%*#No}", "frog", 1, 1, VERDICT_RIGHT, "text frog", "Good|"},
    {"S{=Frog#Good =%50%Cat =%0%*#No}", "  CAT ", 0.5, 0.5, VERDICT_PARTIAL, "text CAT", ""},
    {"S{=Frog#Good =%50%Cat =%0%*#No}", "dog", 0, 0, VERDICT_WRONG, "text dog", "No|"},
    {"S{=%50%a* =ab}", "ab", 0.5, 0.5, VERDICT_PARTIAL, "text ab", ""}, /* the first that fits, not the best */
    {"S{=C:\\\\temp}", "c:\\temp", 1, 1, VERDICT_RIGHT, "text c:\\\\temp", ""},
    {YEAR, "1822", 1, 1, VERDICT_RIGHT, "number 1822", "exact|"},
    {YEAR, "1824", 0.5, 0.5, VERDICT_PARTIAL, "number 1824", "near|"},
    {YEAR, "1824.1", 0, 0, VERDICT_WRONG, "number 1824.1", "far|"},
    {"S{#0.3:0.1}", "0.4", 1, 1, VERDICT_RIGHT, "number 0.4", ""}, /* the ends belong to the range */
    {"S{#0.3:0.1}", "0,2", 1, 1, VERDICT_RIGHT, "number 0.2", ""},
    {"S{#3.141..3.142}", "3.142", 1, 1, VERDICT_RIGHT, "number 3.142", ""},
    {"S{#3.141..3.142}", "3.1421", 0, 0, VERDICT_WRONG, "number 3.1421", ""},
    {"S{#1000000}", "1 000 000", 1, 1, VERDICT_RIGHT, "number 1000000", ""},
    {"S{#1000000}", "1,000,000", 1, 1, VERDICT_RIGHT, "number 1000000", ""},
    {"S{#1234.5}", "1,234.5", 1, 1, VERDICT_RIGHT, "number 1234.5", ""},
    {"S{#1.234}", "1,234", 1, 1, VERDICT_RIGHT, "number 1.234", ""},
    {"S{#2000}", "2x10^3", 1, 1, VERDICT_RIGHT, "number 2000", ""},
    {"S{#2000}", "2E3", 1, 1, VERDICT_RIGHT, "number 2000", ""},
    {"S{#-5}", "\xE2\x88\x92" "5", 1, 1, VERDICT_RIGHT, "number -5", ""},
    {"S{#-.5}", "-.5", 1, 1, VERDICT_RIGHT, "number -0.5", ""},
    {"S{#abc}", "7", 1, 1, VERDICT_RIGHT, "number 7", ""},
    {MATCH, "1a 2b 3a", 1, 1, VERDICT_RIGHT, "match 1 2 - 1", ""},
    {MATCH, "a b a", 1, 1, VERDICT_RIGHT, "match 1 2 - 1", ""},
    {MATCH, "3=C, 2=B, 1=A", 2.0 / 3, 2.0 / 3, VERDICT_PARTIAL, "match 1 2 - 3", ""},
    {MATCH, "c c c", 0, 0, VERDICT_WRONG, "match 3 3 - 3", ""},
    {"S{####model}", "my words", 0, 0, VERDICT_UNASSESSED, "essay - my words", "model|"},
    {"Just text", "", 0, 0, VERDICT_NONE, "seen", ""},
};

START_TEST(grades)
{
    const struct question *q = question(graded[_i].gift);
    struct error err = {0};
    struct response *r = response_parse_line(arena, q, NULL, graded[_i].line, &err);
    ck_assert_msg(r != NULL, "%s <- %s: %s", graded[_i].gift, graded[_i].line, err.why);
    struct grade g;
    ck_assert(grade(q, r, &g));
    ck_assert_msg(fabs(g.fraction - graded[_i].fraction) < 1e-9, "%s <- %s: %g", graded[_i].gift, graded[_i].line,
                  g.fraction);
    ck_assert(fabs(g.raw - graded[_i].raw) < 1e-9);
    ck_assert_int_eq(g.verdict, graded[_i].verdict);

    struct buf stored = {0}, again = {0}, feedback = {0};
    response_encode(r, &stored);
    ck_assert_str_eq(buf_text(&stored), graded[_i].stored);
    struct response *back = response_decode(arena, q, buf_text(&stored), stored.len, &err);
    ck_assert_msg(back != NULL, "%s: %s", graded[_i].stored, err.why);
    response_encode(back, &again);
    ck_assert_str_eq(buf_text(&again), graded[_i].stored);

    const struct question_text *t;
    for (size_t i = 0; (t = grade_feedback(q, r, &g, NULL, i)) != NULL; i++)
        buf_addf(&feedback, "%s|", t->text);
    ck_assert_str_eq(buf_text(&feedback), graded[_i].feedback);
    buf_free(&stored);
    buf_free(&again);
    buf_free(&feedback);
}
END_TEST

/* Feedback comes in the order in which its answers were shown. */
START_TEST(feedback_as_shown)
{
    static const size_t order[] = {2, 0, 1};
    struct error err = {0};
    struct grade g;
    struct buf said = {0};
    const struct question *q = question("S{~%50%a#first ~%-50%b#second ~%50%c#third####all}");
    struct response *r = response_parse_line(arena, q, order, "1 2", &err); /* as shown: c and a */
    ck_assert(r != NULL && grade(q, r, &g));
    const struct question_text *t;
    for (size_t i = 0; (t = grade_feedback(q, r, &g, order, i)) != NULL; i++)
        buf_addf(&said, "%s|", t->text);
    ck_assert_str_eq(buf_text(&said), "third|first|all|");
    buf_free(&said);
}
END_TEST

static const struct {
    const char *gift, *line, *why, *todo;
} refused[] = {
    {"S{~a =b}", "", "nothing is chosen", "a number from 1 to 2"},
    {"S{~a =b}", "3", "no such answer", "a number from 1 to 2"},
    {"S{~a =b}", "0", "no such answer", "1 to 2"},
    {"S{~a =b}", "1 2", "only one", "1 to 2"},
    {"S{~a =b}", "1x", "no such answer", "1 to 2"},
    {"S{~a =b}", "99999999999999999999", "no such answer", "1 to 2"},
    {"S{~a =b}", "none", "no such answer", "1 to 2"},
    {MULTI, "1 1", "twice", "or the word none"},
    {"S{T}", "maybe", "neither", "t for true or f for false"},
    {"S{T}", "", "neither", "t for true or f for false"},
    {"S{=a}", "   ", "nothing was typed", "a word"},
    {"S{=a}", "\xFF", "UTF-8", ""},
    {"S{#5}", "5 V", "follows the number", "without a unit"},
    {"S{#5}", "five", "no number", "a number"},
    {"S{#5}", "1e999", "no number", "a number"},
    {"S{#5}", "", "no number", "a number"},
    {MATCH, "1a 2b", "not every", "a letter from a to c for each of 1 to 3"},
    {MATCH, "1a 1b 2c", "twice", "letter"},
    {MATCH, "4a 1a 2a", "no such left", "letter"},
    {MATCH, "1d 2a 3a", "no such letter", "letter"},
    {MATCH, "1 2 3", "no such letter", "letter"},
};

START_TEST(refuses_lines)
{
    struct error err = {0};
    const struct question *q = question(refused[_i].gift);
    ck_assert_ptr_null(response_parse_line(arena, q, NULL, refused[_i].line, &err));
    ck_assert_msg(strstr(err.why, refused[_i].why) != NULL, "%s: %s", refused[_i].line, err.why);
    ck_assert_msg(strstr(err.todo, refused[_i].todo) != NULL, "%s: %s", refused[_i].line, err.todo);
}
END_TEST

static const struct {
    const char *gift, *stored;
} foreign[] = {
    {"S{~a =b}", "choice"},       {"S{~a =b}", "choice 3"},    {"S{~a =b}", "choice 1 2"}, {"S{~a =b}", "choice  1"},
    {"S{~a =b}", "choice 01"},    {"S{~a =b}", "choice 1 "},   {"S{~a =b}", "choice -"},   {"S{~a =b}", "true"},
    {MULTI, "choice 2 1"},        {MULTI, "choice 1 1"},       {"S{T}", "TRUE"},           {"S{T}", ""},
    {"S{=a}", "text "},           {"S{=a}", "text \\q"},       {"S{=a}", "text a\nb"},     {"S{=a}", "texta"},
    {"S{#5}", "number 5.0"},      {"S{#5}", "number inf"},     {"S{#5}", "number"},        {MATCH, "match 1 2 -"},
    {MATCH, "match 1 2 1 1"},     {MATCH, "match 4 1 - 1"},    {"S{}", "essay x"},         {"S{}", "essay 2 x"},
    {"S{}", "essay 0.50 x"},      {"text", "seen "},           {"text", ""},               {"S{~a =b}", "choice 9999999999"},
};

START_TEST(refuses_foreign_records)
{
    struct error err = {0};
    const struct question *q = question(foreign[_i].gift);
    ck_assert_msg(response_decode(arena, q, foreign[_i].stored, strlen(foreign[_i].stored), &err) == NULL, "%s",
                  foreign[_i].stored);
    ck_assert_int_eq(err.code, EX_DATAERR);
}
END_TEST

static const struct {
    const char *pattern, *text;
    int fits;
} wildcards[] = {
    {"frog", "FROG", 1},          {"frog", "frogs", 0},        {"*", "", 1},           {"*", "anything at all", 1},
    {"a*c", "abc", 1},            {"a*c", "ac", 1},            {"a*c", "abcd", 0},     {"a**c", "axyc", 1},
    {"*b*", "abc", 1},            {"a\\*c", "a*c", 1},         {"a\\*c", "abc", 0},    {"\\**", "*x", 1},
    {"a.c", "abc", 0},            {"(x|y)", "x", 0},           {"New Delhi", "new  delhi", 0},
    {"\xC3\x89t\xC3\xA9", "e\xCC\x81te\xCC\x81", 1}, /* composed and decomposed, capital and small */
    {"\xC3\xA9", "e", 0},                             /* accents count */
    {"stra\xC3\x9F" "e", "STRASSE", 1},               /* full case folding */
    {"\xCE\xA3\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x82", "\xCF\x83\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x83", 1},
    {"*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0},
    {"", "", 1},                  {"", "x", 0},                {"x", "", 0},           {"x", "  x\t", 1},
};

START_TEST(fits_wildcards)
{
    ck_assert_msg(grade_wildcard(wildcards[_i].pattern, wildcards[_i].text) == wildcards[_i].fits, "%s ~ %s",
                  wildcards[_i].pattern, wildcards[_i].text);
}
END_TEST

START_TEST(right_answers)
{
    static const struct {
        const char *gift, *words;
    } table[] = {
        {"S{~a =b}", "b"},          {MULTI, "a; b"},        {"S{F}", "false"},
        {"S{=%50%x =*tom\\*b*}", "tom*b"}, {"S{#5:1}", "5 (4 to 6)"}, {"S{#5}", "5"},
        {"S{#10.3:0.3}", "10.3 (10 to 10.6)"}, {"S{#0.3:0.1}", "0.3 (0.2 to 0.4)"}, {"S{#1e-7}", "1e-07"},
        {"S{#abc}", "any number"},  {MATCH, "one -> 1; two -> 2; uno -> 1"}, {"S{}", ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buf out = {0};
        grade_right_answer(question(table[i].gift), &out);
        ck_assert_str_eq(buf_text(&out), table[i].words);
        buf_free(&out);
    }
}
END_TEST

START_TEST(essays_are_judged)
{
    const struct question *q = question("S{####m}");
    struct error err = {0};
    struct response *r = response_text(arena, q, " a\\b\nc\r ", 8, &err);
    ck_assert_ptr_nonnull(r);
    double self;
    ck_assert(response_parse_judgement(" Partly ", &self, &err));
    r = response_judge(arena, r, self, &err);
    ck_assert_ptr_nonnull(r);
    struct buf out = {0};
    response_encode(r, &out);
    ck_assert_str_eq(buf_text(&out), "essay 0.5 a\\\\b\\nc");
    r = response_decode(arena, q, buf_text(&out), out.len, &err);
    ck_assert_ptr_nonnull(r);
    ck_assert_str_eq(r->text, "a\\b\nc");
    struct grade g;
    ck_assert(grade(q, r, &g));
    ck_assert(fabs(g.fraction - 0.5) < 1e-9);
    ck_assert_int_eq(g.verdict, VERDICT_PARTIAL);
    ck_assert(!response_parse_judgement("x", &self, &err));
    ck_assert_ptr_null(response_judge(arena, r, 2, &err));
    buf_free(&out);
}
END_TEST

START_TEST(order_shown_is_mapped_back)
{
    struct error err = {0};
    static const size_t order[] = {2, 0, 1, 3};
    struct response *r = response_parse_line(arena, question(MULTI), order, "1 4", &err);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->picks[0], 2);
    ck_assert_uint_eq(r->picks[1], 3);
    r = response_parse_line(arena, question(MATCH), order, "b c a", &err);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->matches[0], 0);
    ck_assert_int_eq(r->matches[1], 1);
    ck_assert_int_eq(r->matches[2], RESPONSE_NONE);
    ck_assert_int_eq(r->matches[3], 2);
}
END_TEST

START_TEST(numbers)
{
    static const struct {
        const char *text;
        bool ok;
        double value;
        const char *back;
    } table[] = {
        {"0", true, 0, "0"},        {"-0", true, 0, "0"},       {" 12 ", true, 12, "12"},  {".5", true, 0.5, "0.5"},
        {"5.", true, 5, "5"},       {"1e3", true, 1000, "1000"}, {"1E-2", true, 0.01, "0.01"}, {"+7", true, 7, "7"},
        {"0.1", true, 0.1, "0.1"},  {"123456789.25", true, 123456789.25, "123456789.25"},
        {"0.30000000000000004", true, 0.30000000000000004, "0.30000000000000004"},
        {"1e22", true, 1e22, "1e+22"}, {"100000000000000000000", true, 1e20, "1e+20"},
        {"", false, 0, ""},  {".", false, 0, ""},   {"e5", false, 0, ""},  {"1e", false, 0, ""}, {"0x10", false, 0, ""},
        {"1e999", false, 0, ""}, {"1,5", false, 0, ""}, {"--1", false, 0, ""}, {"1e99999999999999999999", false, 0, ""},
        {"1e-99999999999999999999", true, 0, "0"},
        /* Rounded once: the double next to it would be the nearer one to a product of two rounded factors. */
        {"8.41e21", true, 8.41e21, "8.41e+21"}, {"9007199254740993", true, 9007199254740992.0, "9007199254740992"},
        {"9007199254740993.0000000000000000000000000000000000000000000000000000000000001", true, 9007199254740994.0,
         "9007199254740994"},
        {"2.2250738585072011e-308", true, 2.2250738585072011e-308, "2.225073858507201e-308"},
        {"000000000000000000000000000000000000000000000000000000000000000000000000001.5", true, 1.5, "1.5"},
        {"100000000000000000000000000000000000000000000000000000000000000000000000000e-72", true, 100, "100"},
        {"0.00000000000000000000000000000000000000000000000000000000000000000000000000125e73", true, 0.125e-1, "0.0125"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double value = 0;
        ck_assert_msg(number_parse(str_of(table[i].text), &value) == table[i].ok, "%s", table[i].text);
        if (!table[i].ok)
            continue;
        ck_assert_msg(!(value < table[i].value) && !(value > table[i].value), "%s: %.17g", table[i].text, value);
        char back[40];
        number_format(value, back, sizeof back);
        ck_assert_str_eq(back, table[i].back);
    }
}
END_TEST

START_TEST(lists)
{
    struct question_list list;
    static const char gift[] = "// section: s\n::T\x1b[31m::Stem with some words to wrap at forty columns, no more.{~%50%a#fa ~%50%b ~c}"
                               "\n\n::U::N{#5:1#ok}\n\n::V::M{=a->1 =b->2}\n\n::W::X{T#n#y####g}";
    ck_assert(gift_parse(arena, NULL, "q", gift, sizeof gift - 1, 1, &list));
    struct buf out = {0};
    struct json j = {.out = &out};
    list_json(&j, NULL, &list);
    static const char *const parts[] = {
        "[{\"id\":\"T\\u001b[31m\",\"type\":\"multichoice\"", "\"section\":\"s\"", "\"line\":2,",
        "{\"text\":\"a\",\"format\":\"moodle\",\"weight\":50,\"feedback\":\"fa\"}",
        "\"value\":5,\"tolerance\":1,\"min\":4,\"max\":6", "\"pairs\":[{\"left\":\"a\",\"right\":\"1\"}",
        "\"correct\":true,\"feedback_true\":\"y\",\"feedback_false\":\"n\",\"general_feedback\":\"g\"",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        ck_assert_msg(strstr(buf_text(&out), parts[i]) != NULL, "%s in %s", parts[i], buf_text(&out));
    buf_clear(&out);
    list_text(&list, 40, 0, &out);
    ck_assert_ptr_null(strchr(buf_text(&out), '\x1b'));
    ck_assert_ptr_nonnull(strstr(buf_text(&out), "2. U [numerical] line 4\n   N\n     100%  5 (4 to 6)\n"));
    for (const char *p = buf_text(&out); *p != '\0';) {
        size_t n = strcspn(p, "\n");
        ck_assert_msg(text_width(p, n) <= 40, "%.*s", (int)n, p);
        p += n + (p[n] == '\n');
    }
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("grade");
    TCase *c = tcase_create("grade");
    tcase_add_checked_fixture(c, open_arena, close_arena);
    tcase_add_loop_test(c, grades, 0, sizeof graded / sizeof *graded);
    tcase_add_loop_test(c, refuses_lines, 0, sizeof refused / sizeof *refused);
    tcase_add_loop_test(c, refuses_foreign_records, 0, sizeof foreign / sizeof *foreign);
    tcase_add_loop_test(c, fits_wildcards, 0, sizeof wildcards / sizeof *wildcards);
    tcase_add_test(c, feedback_as_shown);
    tcase_add_test(c, right_answers);
    tcase_add_test(c, essays_are_judged);
    tcase_add_test(c, order_shown_is_mapped_back);
    tcase_add_test(c, numbers);
    tcase_add_test(c, lists);
    suite_add_tcase(s, c);
    return suite_run(s);
}
