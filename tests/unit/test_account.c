/* account: the operating system's name for who runs this. */
#include "core/base/account.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
                             "# a comment: with : colons\n"
                             "\n"
                             "+@nis::::::\n"
                             ":x:5:5::/:\n"
                             "short:x\n"
                             "short:x:7\n"
                             "empty:x::9::/:\n"
                             "minus:x:-1:9::/:\n"
                             "hex:x:0x20:9::/:\n"
                             "behind:x:20a:9::/:\n"
                             "first:x:1000:1000::/home/first:/bin/sh\n"
                             "second:x:1000:1000::/home/second:/bin/sh\n"
                             "no password at all::1001:1001::/:\n"
                             "last:x:1002:1002::/:";

static const struct {
    unsigned long uid;
    const char *name;
} cases[] = {
    {0, "root"},  {5, NULL},  {7, NULL},        {9, NULL},                  {20, NULL},     {32, NULL},
    {100, NULL},  {10, NULL}, {1000, "first"},  {1001, "no password at all"}, {1002, "last"}, {(unsigned long)-1, NULL},
};

START_TEST(names)
{
    char path[] = "/tmp/crib-account-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, passwd, sizeof passwd - 1), (ssize_t)sizeof passwd - 1);
    ck_assert_int_eq(close(fd), 0);
    struct arena *a = arena_open();
    const char *name = account_in(a, path, cases[_i].uid);
    unlink(path);
    if (cases[_i].name == NULL)
        ck_assert_ptr_null(name);
    else
        ck_assert_str_eq(name, cases[_i].name);
    arena_close(a);
}
END_TEST

START_TEST(no_such_file)
{
    struct arena *a = arena_open();
    ck_assert_ptr_null(account_in(a, "/tmp/crib-account-not-there", 0));
    ck_assert_ptr_null(account_in(a, "/dev/null", 0));
    arena_close(a);
}
END_TEST

START_TEST(who_runs_this)
{
    struct arena *a = arena_open();
    const struct passwd *entry = getpwuid(geteuid());
    char number[40];
    snprintf(number, sizeof number, "uid-%lu", (unsigned long)geteuid());
    ck_assert_str_eq(account_name(a), entry != NULL ? entry->pw_name : number);
    arena_close(a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("account");
    TCase *c = tcase_create("account");
    tcase_add_loop_test(c, names, 0, COUNT(cases));
    tcase_add_test(c, no_such_file);
    tcase_add_test(c, who_runs_this);
    suite_add_tcase(s, c);
    return suite_run(s);
}
