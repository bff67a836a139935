/* arena and buf: alignment, overflow, and what stays valid. */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

START_TEST(arena_gives_zeroed_aligned_memory)
{
    struct arena *a = arena_open();
    ck_assert_ptr_nonnull(a);
    unsigned char *first = NULL;
    for (int round = 0; round < 2; round++) {
        for (size_t size = 0; size < 3000; size = size * 2 + 1) {
            unsigned char *p = arena_alloc(a, size);
            ck_assert_ptr_nonnull(p);
            ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                ck_assert_uint_eq(p[i], 0);
            memset(p, 0xAA, size);
            if (size == 0 && round == 0)
                first = p;
            if (size == 0)
                ck_assert_msg(p == first, "what was handed back is used again");
        }
        arena_reset(a);
    }
    arena_close(a);
    arena_close(NULL);
}
END_TEST

START_TEST(arena_keeps_what_it_gave)
{
    enum { COUNT = 2000 };
    static unsigned *given[COUNT];
    struct arena *a = arena_open();
    ck_assert_ptr_nonnull(a);
    for (unsigned i = 0; i < COUNT; i++) {
        size_t n = i % 97 == 0 ? 5000 : i % 13 + 1; /* small ones between large ones */
        ck_assert_ptr_nonnull(given[i] = arena_array(a, n, sizeof(unsigned)));
        for (size_t k = 0; k < n; k++)
            given[i][k] = i;
    }
    for (unsigned i = 0; i < COUNT; i++) {
        size_t n = i % 97 == 0 ? 5000 : i % 13 + 1;
        for (size_t k = 0; k < n; k++)
            if (given[i][k] != i)
                ck_abort_msg("block %u holds %u", i, given[i][k]);
    }
    arena_close(a);
}
END_TEST

START_TEST(arena_refuses_overflow)
{
    struct arena *a = arena_open();
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_null(arena_alloc(a, SIZE_MAX));
    ck_assert_ptr_null(arena_alloc(a, SIZE_MAX - 8));
    ck_assert_ptr_null(arena_array(a, SIZE_MAX / 2, 3));
    ck_assert_ptr_null(arena_array(a, 3, SIZE_MAX / 2));
    ck_assert_ptr_null(arena_copy(a, "x", SIZE_MAX));
    ck_assert_ptr_nonnull(arena_array(a, 0, 8));
    ck_assert_ptr_nonnull(arena_array(a, 8, 0));
    ck_assert_ptr_nonnull(arena_alloc(a, 8)); /* still works */
    arena_close(a);
}
END_TEST

START_TEST(arena_texts)
{
    struct arena *a = arena_open();
    ck_assert_ptr_nonnull(a);
    ck_assert_str_eq(arena_strdup(a, ""), "");
    ck_assert_str_eq(arena_strdup(a, "pump"), "pump");
    ck_assert_str_eq(arena_copy(a, "pump", 2), "pu");
    ck_assert_str_eq(arena_copy(a, NULL, 0), "");
    ck_assert_int_eq(memcmp(arena_copy(a, "a\0b", 3), "a\0b", 4), 0);
    ck_assert_str_eq(arena_printf(a, "%s-%d", "P", 101), "P-101");
    char *longer = arena_printf(a, "%*s", 100000, "x");
    ck_assert_uint_eq(strlen(longer), 100000);
    arena_close(a);
}
END_TEST

START_TEST(buf_reserved_is_text)
{
    /* Memory that was something else before. */
    char *dirty = malloc(64);
    ck_assert_ptr_nonnull(dirty);
    memset(dirty, 'x', 64);
    free(dirty);
    struct buf b = {0};
    ck_assert(buf_reserve(&b, 1));
    ck_assert_str_eq(buf_text(&b), "");
    buf_adds(&b, "abc");
    ck_assert(buf_reserve(&b, 1000));
    ck_assert_str_eq(buf_text(&b), "abc");
    buf_free(&b);
}
END_TEST

START_TEST(buf_appends)
{
    struct buf b = {0};
    ck_assert_str_eq(buf_text(&b), "");
    buf_add(&b, "a\0b", 3);
    buf_addc(&b, 'c');
    buf_adds(&b, "");
    buf_adds(&b, "de");
    buf_addn(&b, '-', 3);
    buf_addn(&b, '-', 0);
    buf_addf(&b, "%05d", 42);
    ck_assert(buf_ok(&b));
    ck_assert_uint_eq(b.len, 14);
    ck_assert_int_eq(memcmp(b.data, "a\0bcde---00042", 15), 0);
    buf_clear(&b);
    ck_assert_str_eq(buf_text(&b), "");
    buf_add(&b, NULL, 0);
    ck_assert(buf_ok(&b) && b.len == 0);
    buf_free(&b);
    ck_assert(b.data == NULL && b.len == 0);
    buf_adds(&b, "again");
    ck_assert_str_eq(buf_text(&b), "again");
    buf_free(&b);
}
END_TEST

START_TEST(buf_grows)
{
    struct buf b = {0};
    for (int i = 0; i < 100000; i++)
        buf_addc(&b, (char)('a' + i % 26));
    ck_assert(buf_ok(&b) && b.len == 100000 && b.data[b.len] == '\0');
    for (size_t i = 0; i < b.len; i++)
        if (b.data[i] != (char)('a' + i % 26))
            ck_abort_msg("byte %zu is %c", i, b.data[i]);
    buf_addf(&b, "%*s", 50000, "x");
    ck_assert_uint_eq(b.len, 150000);
    buf_free(&b);
}
END_TEST

/* Once memory ran out nothing is appended any more, and nothing that was there is lost. */
START_TEST(buf_remembers_failure)
{
    struct buf b = {0};
    buf_adds(&b, "kept");
    ck_assert(!buf_reserve(&b, SIZE_MAX));
    ck_assert(!buf_ok(&b));
    buf_adds(&b, "more");
    buf_addc(&b, 'x');
    buf_addf(&b, "%d", 1);
    buf_addn(&b, 'x', 5);
    ck_assert_str_eq(buf_text(&b), "kept");
    ck_assert(!buf_ok(&b));
    buf_clear(&b);
    buf_adds(&b, "new");
    ck_assert(buf_ok(&b));
    ck_assert_str_eq(buf_text(&b), "new");
    buf_free(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("memory");
    TCase *c = tcase_create("memory");
    tcase_add_test(c, arena_gives_zeroed_aligned_memory);
    tcase_add_test(c, arena_keeps_what_it_gave);
    tcase_add_test(c, arena_refuses_overflow);
    tcase_add_test(c, arena_texts);
    tcase_add_test(c, buf_reserved_is_text);
    tcase_add_test(c, buf_appends);
    tcase_add_test(c, buf_grows);
    tcase_add_test(c, buf_remembers_failure);
    suite_add_tcase(s, c);
    return suite_run(s);
}
