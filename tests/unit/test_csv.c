/* csv: what a spreadsheet reads back is what was written, but for what it would run or a terminal would act on. */
#include "core/base/csv.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>

static const struct {
    const char *cell, *out;
} cells[] = {
    {"pump", "pump"},
    {"", "\"\""},
    {"a, b", "\"a, b\""},
    {"say \"no\"", "\"say \"\"no\"\"\""},
    {"two\nlines", "\"two\nlines\""},
    {"=1+1", "'=1+1"},
    {"+49", "'+49"},
    {"-5", "'-5"},
    {"@SUM(A1)", "'@SUM(A1)"},
    {"=A(\"x\",1)", "\"'=A(\"\"x\"\",1)\""},
    {"a=1", "a=1"},
    {"\033[2J", "\xEF\xBF\xBD[2J"},
};

START_TEST(each_cell)
{
    struct buf out = {0};
    csv_cell(&out, cells[_i].cell);
    csv_end(&out);
    char expected[80];
    snprintf(expected, sizeof expected, "%s\r\n", cells[_i].out);
    ck_assert_str_eq(buf_text(&out), expected);
    buf_free(&out);
}
END_TEST

START_TEST(rows)
{
    struct buf out = {0};
    for (int row = 0; row < 2; row++) {
        csv_cell(&out, "");
        csv_cell(&out, "x");
        csv_end(&out);
    }
    ck_assert_str_eq(buf_text(&out), "\"\",x\r\n\"\",x\r\n");
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv");
    TCase *t = tcase_create("csv");
    tcase_add_loop_test(t, each_cell, 0, sizeof cells / sizeof *cells);
    tcase_add_test(t, rows);
    suite_add_tcase(s, t);
    return suite_run(s);
}
