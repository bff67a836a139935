/* error: the one line that people see. diag: the list that `crib lint` prints. */
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static void printed(const struct error *err, const char *expected)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    ck_assert_ptr_nonnull(f);
    error_print(err, "crib", f);
    fclose(f);
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(line)
{
    struct error err = {0};
    ck_assert(!error_set(&err, EX_NOINPUT, "cannot read", "pump.md", "not there", "look again"));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    printed(&err, "crib: cannot read: pump.md: not there (look again)\n");
    error_set(&err, EX_NOINPUT, "cannot read", NULL, NULL, NULL);
    printed(&err, "crib: cannot read\n");
    error_set(&err, EX_NOINPUT, "cannot read", NULL, "why", "");
    ck_assert(!error_add(&err, "pump.md"));
    printed(&err, "crib: pump.md: cannot read: why\n");
    error_memory(&err);
    ck_assert_int_eq(err.code, EX_OSERR);
    printed(&err, "crib: out of memory (close other programs and try again)\n");
}
END_TEST

START_TEST(line_is_safe)
{
    struct error err = {0};
    error_set(&err, EX_DATAERR, "cannot read", "\x1B]0;x\x07\n.md", "\xC2\x9B" "31m", "\xFF");
    printed(&err, "crib: cannot read: \xEF\xBF\xBD]0;x\xEF\xBF\xBD .md: \xEF\xBF\xBD" "31m (\xEF\xBF\xBD)\n");
}
END_TEST

START_TEST(nobody_listens)
{
    ck_assert(!error_set(NULL, 1, "a", "b", "c", "d"));
    ck_assert(!error_errno(NULL, ENOENT, "a", "b", NULL));
    ck_assert(!error_memory(NULL));
    ck_assert(!error_add(NULL, "a"));
}
END_TEST

static const struct {
    int errno_value, code;
    const char *todo;
} errno_cases[] = {
    {ENOENT, EX_NOINPUT, "is the name right?"},
    {ENOTDIR, EX_NOINPUT, "is the name right?"},
    {EACCES, EX_NOPERM, "its owner, or root, can allow it"},
    {EPERM, EX_NOPERM, "its owner, or root, can allow it"},
    {EROFS, EX_NOPERM, "that disk can only be read"},
    {ENOMEM, EX_OSERR, ""},
    {ENOSPC, EX_IOERR, "free some disk space"},
    {EMFILE, EX_IOERR, "close other programs and try again"},
    {EIO, EX_IOERR, ""},
};

START_TEST(errno_table)
{
    struct error err = {0};
    ck_assert(!error_errno(&err, errno_cases[_i].errno_value, "cannot write", "a", NULL));
    ck_assert_int_eq(err.code, errno_cases[_i].code);
    ck_assert_str_eq(err.why, strerror(errno_cases[_i].errno_value));
    ck_assert_str_eq(err.todo, errno_cases[_i].todo);
    error_errno(&err, errno_cases[_i].errno_value, "cannot start", "a", "is it installed?");
    ck_assert_str_eq(err.todo, "is it installed?");
}
END_TEST

/* Too long a text is cut, and never within a character: at every offset of a two- and a three-byte one. */
START_TEST(long_texts)
{
    for (size_t before = 310; before < 325; before++) {
        char text[1000] = "";
        memset(text, 'x', before);
        for (size_t at = before; at + 3 < sizeof text; at += 3)
            memcpy(text + at, before % 2 == 0 ? "\xE2\x82\xAC" : "\xC3\xB6.", 4);
        struct error err = {0};
        error_set(&err, 1, text, text, text, text);
        const char *const kept[] = {err.what, err.where, err.why, err.todo};
        for (size_t i = 0; i < 4; i++) {
            size_t n = strlen(kept[i]);
            ck_assert_uint_ge(n, sizeof err.what - 4);
            ck_assert_uint_eq(text_invalid(kept[i], n), n);
        }
        error_add(&err, "context");
        ck_assert_uint_eq(text_invalid(err.what, strlen(err.what)), strlen(err.what));
        ck_assert(strncmp(err.what, "context: x", 10) == 0);
    }
}
END_TEST

/* --- diag ---------------------------------------------------------------------------------------------------------- */

START_TEST(sorted)
{
    struct diags *d = diags_open();
    ck_assert_ptr_nonnull(d);
    diags_add(d, SEVERITY_ERROR, "b.md", 1, 1, NULL, "third");
    diags_add(d, SEVERITY_WARNING, "a.md", 10, 2, "", "second");
    diags_add(d, SEVERITY_ERROR, "a.md", 2, 9, "do %s", "first %d", 1);
    diags_add(d, SEVERITY_ERROR, "b.md", 1, 1, "x", "fourth");
    diags_add(d, SEVERITY_ERROR, "a.md", 10, 1, "x", "before second");
    diags_sort(d);
    static const char *const order[] = {"first 1", "before second", "second", "third", "fourth"};
    ck_assert_uint_eq(diags_count(d), 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(diags_at(d, i)->text, order[i]);
    ck_assert_str_eq(diags_at(d, 0)->todo, "do %s"); /* todo is no format */
    ck_assert_str_eq(diags_at(d, 3)->todo, "");
    ck_assert_uint_eq(diags_errors(d), 4);
    ck_assert_uint_eq(diags_warnings(d), 1);
    diags_close(d);
    diags_close(NULL);
    diags_add(NULL, SEVERITY_ERROR, "a", 1, 1, "", "x");
}
END_TEST

START_TEST(flood)
{
    struct diags *d = diags_open();
    ck_assert_ptr_nonnull(d);
    for (size_t i = 0; i < 12000; i++)
        diags_add(d, i % 2 == 0 ? SEVERITY_ERROR : SEVERITY_WARNING, "a.md", 12000 - i, 0, "", "%zu", i);
    ck_assert_uint_eq(diags_count(d), 10000);
    ck_assert_uint_eq(diags_errors(d), 6000);
    ck_assert_uint_eq(diags_warnings(d), 6000);
    diags_sort(d);
    ck_assert_str_eq(diags_at(d, 0)->text, "9999");
    diags_close(d);
}
END_TEST

START_TEST(long_diag)
{
    struct diags *d = diags_open();
    ck_assert_ptr_nonnull(d);
    for (int before = 0; before < 4; before++) {
        char text[3000];
        memset(text, 'x', (size_t)before);
        for (size_t at = (size_t)before; at + 4 < sizeof text; at += 3)
            memcpy(text + at, "\xE2\x82\xAC", 4);
        diags_add(d, SEVERITY_ERROR, "a.md", 1, 1, "", "%s", text);
        const char *kept = diags_at(d, (size_t)before)->text;
        ck_assert_uint_ge(strlen(kept), 400);
        ck_assert_uint_eq(text_invalid(kept, strlen(kept)), strlen(kept));
    }
    diags_close(d);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("error");
    TCase *c = tcase_create("error");
    tcase_add_test(c, line);
    tcase_add_test(c, line_is_safe);
    tcase_add_test(c, nobody_listens);
    tcase_add_loop_test(c, errno_table, 0, (int)(sizeof errno_cases / sizeof *errno_cases));
    tcase_add_test(c, long_texts);
    TCase *diag = tcase_create("diag");
    tcase_add_test(diag, sorted);
    tcase_add_test(diag, flood);
    tcase_add_test(diag, long_diag);
    suite_add_tcase(s, c);
    suite_add_tcase(s, diag);
    return suite_run(s);
}
