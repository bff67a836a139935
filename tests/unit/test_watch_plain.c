/* watch_plain: colours leave a line, its place and length stay. */
#include "tui/cli/watch_plain.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text, *plain; /* NULL: there is nothing to take out */
} cases[] = {
    {"", NULL},
    {"alarm E-204\n", NULL},
    {"\033", NULL},
    {"\033[", NULL},
    {"\033[31", NULL},
    {"\033[2J\033]0;x\007\033[1A\n", NULL}, /* no colours */
    {"a \033[31mred\033[0m b\nnext\n", "a red b         \nnext\n"},
    {"\033[01;31m\033[Kpressure\033[m\033[K low\n", "pressure low                 \n"}, /* as grep marks it */
    {"a\n\033[1mb", "a\nb    "},
    {"\033[1m\n\033[38;5;196mx\n\033[m", "    \nx           \n   "},
    {"\033\033[1mx\n", "\033x    \n"},
};

START_TEST(without_colours)
{
    struct buf out = {0};
    const char *text = cases[_i].text;
    bool some = plain_lines(text, strlen(text), &out);
    ck_assert_msg(some == (cases[_i].plain != NULL), "%d", _i);
    if (some)
        ck_assert_str_eq(buf_text(&out), cases[_i].plain);
    buf_free(&out);
}
END_TEST

/* Whatever stands there: as long as before, each line feed where it was. */
START_TEST(places_stay)
{
    static const char pieces[][8] = {"\033[1m", "\033[K", "\n", "x", "\033", "[", "m", "yz ", "\033[;m", ""};
    struct buf text = {0}, out = {0};
    srand((unsigned)_i + 1);
    for (int i = 0; i < 60; i++) {
        const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];
        buf_add(&text, *piece != '\0' ? piece : "\0", *piece != '\0' ? strlen(piece) : 1);
    }
    if (plain_lines(text.data, text.len, &out)) {
        ck_assert_uint_eq(out.len, text.len);
        for (size_t i = 0; i < text.len; i++)
            ck_assert_int_eq(out.data[i] == '\n', text.data[i] == '\n');
    }
    buf_free(&text);
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("watch_plain");
    TCase *c = tcase_create("watch_plain");
    tcase_add_loop_test(c, without_colours, 0, sizeof cases / sizeof *cases);
    tcase_add_loop_test(c, places_stay, 0, 200);
    suite_add_tcase(s, c);
    return suite_run(s);
}
