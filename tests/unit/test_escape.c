#include "tui/screen/escape.h"
#include "tui/screen/terminal.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

/* What stands behind the escape. */
static const struct {
    const char *bytes;
    uint32_t key;
} whole[] = {
    {"[A", K_UP},      {"OB", K_DOWN},       {"[1;5C", K_RIGHT},  {"[1;3D", K_LEFT}, {"O5C", K_RIGHT},
    {"[H", K_HOME},    {"OF", K_END},        {"[1~", K_HOME},     {"[4;2~", K_END},  {"[3;5~", K_DELETE},
    {"[5~", K_PAGE_UP}, {"[6;5~", K_PAGE_DOWN}, {"[8~", K_END},   {"[11~", K_F1},    {"OP", K_F1},
    {"[[A", K_F1},     {"[[B", 0},           {"[Z", K_BACK_TAB},  {"OM", K_ENTER},   {"[M", 0},
    {"[I", 0},         {"[O", 0},            {"[27;5;13~", 0},    {"[13;5u", 0},     {"[<0;10;7M", 0},
    {"[?1;2c", 0},     {"[99999999999~", 0}, {"[200~", 0},        {"[24;80R", 0},
};

START_TEST(sequences)
{
    const char *bytes = whole[_i].bytes;
    size_t n = strlen(bytes);
    for (size_t i = 1; i <= n; i++) {
        ck_assert_msg(escape_begins(bytes, i), "%s", bytes);
        ck_assert_msg(escape_ends(bytes, i) == (i == n), "%s at %zu", bytes, i);
    }
    ck_assert_msg(escape_key(bytes, n) == whole[_i].key, "%s", bytes);
}
END_TEST

START_TEST(other_keys)
{
    static const char *const others[] = {"a", "\x1b[A", "]0;x", "[\x07", "[1\x1b", "O\xC3", "[\x7f"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(!escape_begins(others[i], strlen(others[i])), "%zu", i);
    char longest[ESCAPE_MOST + 2];
    memset(longest, '1', sizeof longest);
    longest[0] = '[';
    ck_assert(!escape_begins(longest, 0));
    ck_assert(escape_begins(longest, ESCAPE_MOST));
    ck_assert(!escape_begins(longest, ESCAPE_MOST + 1));
}
END_TEST

START_TEST(names)
{
    static const struct {
        const char *name;
        uint32_t key;
    } rows[] = {{"kLFT5", K_LEFT}, {"kRIT3", K_RIGHT}, {"kUP", 0},    {"kUP2", K_UP}, {"kDN6", K_DOWN}, {"kDC5", K_DELETE},
                {"kDC9", 0},       {"kPRV5", K_PAGE_UP}, {"kLFT55", 0}, {"", 0},        {"k", 0},         {"kNXT5", K_PAGE_DOWN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(escape_key_named(rows[i].name) == rows[i].key, "%s", rows[i].name);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("escape");
    TCase *t = tcase_create("keys");
    tcase_add_loop_test(t, sequences, 0, sizeof whole / sizeof *whole);
    tcase_add_test(t, other_keys);
    tcase_add_test(t, names);
    suite_add_tcase(s, t);
    return suite_run(s);
}
