/* output: a table fits where it stands: what is empty goes first, then what may be cut, then it is no table any more. */
#include "core/base/output.h"
#include "tests/unit/suite.h"

#include <check.h>

static const struct {
    size_t columns;
    const char *asset; /* of the first row */
    const char *text;
} cases[] = {
    {0, "", "day         asset  id        title\n2026-11-28         01a22187  Prime a pump\n2026-11-27         01a22188  Seal\n"},
    {40, "", "day         id        title\n2026-11-28  01a22187  Prime a pump\n2026-11-27  01a22188  Seal\n"},
    {32, "", "day         id        title\n2026-11-28  01a22187  Prime a p~\n2026-11-27  01a22188  Seal\n"},
    {40, "P-101", "day         asset  id        title\n2026-11-28  P-101  01a22187  Prime a pu~\n2026-11-27         01a22188  Seal\n"},
    {28, "", "day    2026-11-28\nid     01a22187\ntitle  Prime a pump\n\nday    2026-11-27\nid     01a22188\ntitle  Seal\n"},
};

START_TEST(fits)
{
    static const struct table_column columns[] = {
        {"day", false, false}, {"asset", false, false}, {"id", false, false}, {"title", false, true}};
    struct error err;
    struct buf out = {0};
    struct table *t = table_open(columns, 4);
    ck_assert_ptr_nonnull(t);
    const char *const cells[] = {"2026-11-28", cases[_i].asset, "01a22187", "Prime a pump", "2026-11-27", "", "01a22188", "Seal"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        table_add(t, cells[i]);
    ck_assert(table_write(t, cases[_i].columns, &out, &err));
    ck_assert_str_eq(buf_text(&out), cases[_i].text);
    buf_free(&out);
    table_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("output");
    TCase *t = tcase_create("output");
    tcase_add_loop_test(t, fits, 0, (int)(sizeof cases / sizeof *cases));
    suite_add_tcase(s, t);
    return suite_run(s);
}
