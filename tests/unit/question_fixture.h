/* question_fixture: a question from one line of GIFT, in an arena of the test's own. */
#ifndef CRIB_TESTS_QUESTION_FIXTURE_H
#define CRIB_TESTS_QUESTION_FIXTURE_H

#include "core/quiz/gift.h"

#include <check.h>
#include <string.h>

static struct arena *arena;

static inline void open_arena(void)
{
    arena = arena_open();
    ck_assert_ptr_nonnull(arena);
}

static inline void close_arena(void)
{
    arena_close(arena);
}

static inline const struct question *question(const char *gift)
{
    struct question_list list;
    ck_assert(gift_parse(arena, NULL, "q", gift, strlen(gift), 1, &list));
    ck_assert_uint_eq(list.count, 1);
    return list.items[0];
}

#endif
