/* Expected strings follow xAPI 1.0.3, Data, 2.4.4.1 "Interaction Activities". */
#include "core/base/buf.h"
#include "core/quiz/interaction.h"
#include "tests/unit/question_fixture.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

/* type, patterns joined by " | ", a stored response and what xAPI says of it. */
static const struct {
    const char *gift, *type, *patterns, *stored, *response;
} cases[] = {
    {"S{~a =b =c}", "choice", "2 | 3", "choice 1", "1"},
    {"S{~%50%a ~b ~%50%c}", "choice", "1[,]3", "choice 1 2", "1[,]2"},
    {"S{~%50%a ~b ~%50%c}", "choice", "1[,]3", "choice", ""},
    {"S{~%-50%a ~b}", "choice", "", "choice 2", "2"},
    {"S{F}", "true-false", "false", "true", "true"},
    {"S{=Frog =%50%Cat =a\\*b =fr*}", "fill-in", "{case_matters=false}Frog | {case_matters=false}a*b", "text frog",
     "frog"},
    {"S{#5:1}", "numeric", "4[:]6", "number 4.5", "4.5"},
    {"S{#5}", "numeric", "5[:]5", "number -2", "-2"},
    {"S{#=1:0 =%50%2:1}", "numeric", "1[:]1", "number 1000000", "1000000"},
    {"S{#abc}", "numeric", "", "number 1", "1"},
    {"M{=one->1 =->2 =three->3 =uno->1}", "matching", "1[.]a[,]3[.]c[,]4[.]a", "match 2 - - 1", "1[.]b[,]4[.]a"},
    {"S{####m}", "long-fill-in", "", "essay 1 two\\nlines", "two\nlines"},
    {"text", NULL, "", "seen", ""},
};

START_TEST(says_it_as_xapi_does)
{
    const struct question *q = question(cases[_i].gift);
    ck_assert_pstr_eq(interaction_type(q), cases[_i].type);
    const char **patterns;
    size_t count;
    ck_assert(interaction_patterns(arena, q, &patterns, &count));
    struct buf out = {0};
    for (size_t i = 0; i < count; i++)
        buf_addf(&out, "%s%s", i > 0 ? " | " : "", patterns[i]);
    ck_assert_str_eq(buf_text(&out), cases[_i].patterns);
    buf_clear(&out);
    struct error err = {0};
    struct response *r = response_decode(arena, q, cases[_i].stored, strlen(cases[_i].stored), &err);
    ck_assert_msg(r != NULL, "%s", err.why);
    interaction_response(q, r, &out);
    ck_assert_str_eq(buf_text(&out), cases[_i].response);
    buf_free(&out);
}
END_TEST

START_TEST(names_components)
{
    struct interaction_components c;
    ck_assert(interaction_components(arena, question("S{~a =b}"), &c));
    ck_assert_uint_eq(c.choice_count, 2);
    ck_assert_str_eq(c.choices[1].id, "2");
    ck_assert_str_eq(c.choices[1].text, "b");
    ck_assert_uint_eq(c.source_count + c.target_count, 0);
    ck_assert(interaction_components(arena, question("M{=one->1 =->2 =three->1}"), &c));
    ck_assert_uint_eq(c.source_count, 2);
    ck_assert_str_eq(c.source[1].id, "3");
    ck_assert_str_eq(c.source[1].text, "three");
    ck_assert_uint_eq(c.target_count, 2);
    ck_assert_str_eq(c.target[1].id, "b");
    ck_assert_str_eq(c.target[1].text, "2");
    ck_assert(interaction_components(arena, question("S{T}"), &c));
    ck_assert_uint_eq(c.choice_count + c.source_count + c.target_count, 0);
}
END_TEST

START_TEST(letters_go_on_after_z)
{
    static const struct {
        size_t index;
        const char *letters;
    } table[] = {{0, "a"}, {25, "z"}, {26, "aa"}, {51, "az"}, {52, "ba"}, {701, "zz"}, {702, "aaa"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char out[16];
        response_letters(table[i].index, out, sizeof out);
        ck_assert_str_eq(out, table[i].letters);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("interaction");
    TCase *c = tcase_create("interaction");
    tcase_add_checked_fixture(c, open_arena, close_arena);
    tcase_add_loop_test(c, says_it_as_xapi_does, 0, sizeof cases / sizeof *cases);
    tcase_add_test(c, names_components);
    tcase_add_test(c, letters_go_on_after_z);
    suite_add_tcase(s, c);
    return suite_run(s);
}
