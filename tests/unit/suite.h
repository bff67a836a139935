/* suite: what unit suites do alike: a directory of their own, and how they end. */
#ifndef CRIB_TESTS_SUITE_H
#define CRIB_TESTS_SUITE_H

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Runs the suite; main's status. */
static inline int suite_run(Suite *s)
{
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Makes one below TMPDIR whose name has this one in it. */
static inline void suite_dir(char *dir, size_t size, const char *name)
{
    const char *base = getenv("TMPDIR");
    int n = snprintf(dir, size, "%s/crib-%s-XXXXXX", base != NULL ? base : "/tmp", name);
    ck_assert(n > 0 && (size_t)n < size);
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static inline int suite_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

/* With all that is in it. */
static inline void suite_remove(const char *dir)
{
    ck_assert_int_eq(nftw(dir, suite_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
