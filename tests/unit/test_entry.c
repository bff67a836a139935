/* The terminal's entry made thrifty: what is changed, what stays, and that no bytes are too hostile. */
#include "tui/screen/entry.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

enum { STRINGS = 200 };

struct given {
    const char *name, *text;
};

static size_t place_of(const char *name)
{
    size_t i = 0;
    while (strcmp(strnames[i], name) != 0)
        i++;
    return i;
}

static void add_two(struct buf *b, size_t n)
{
    buf_addc(b, (char)(unsigned char)(n & 0xFF));
    buf_addc(b, (char)(unsigned char)(n >> 8));
}

/* As tic writes it: header, names, one flag, a number, strings; and something of ncurses' behind. */
static struct buf make(const struct given *given, size_t count, size_t magic)
{
    struct buf b = {0}, table = {0};
    size_t places[STRINGS];
    for (size_t i = 0; i < STRINGS; i++)
        places[i] = 0xFFFF;
    for (size_t i = 0; i < count; i++) {
        places[place_of(given[i].name)] = table.len;
        buf_add(&table, given[i].text, strlen(given[i].text) + 1);
    }
    const size_t header[] = {magic, 5, 2, 1, STRINGS, table.len};
    for (size_t i = 0; i < 6; i++)
        add_two(&b, header[i]);
    buf_add(&b, "x|yz\0\1\1\0", 8); /* seven bytes, and one to an even place */
    add_two(&b, 80);
    if (magic == 01036)
        add_two(&b, 0);
    for (size_t i = 0; i < STRINGS; i++)
        add_two(&b, places[i]);
    buf_add(&b, table.data, table.len);
    buf_addn(&b, '\0', b.len & 1);
    buf_adds(&b, "extended");
    buf_free(&table);
    return b;
}

static const char *string_of(const struct buf *b, const char *name, size_t wide)
{
    const unsigned char *p = (const unsigned char *)b->data;
    size_t strings = 12 + 8 + wide, at = strings + 2 * place_of(name);
    size_t place = (size_t)p[at] | (size_t)p[at + 1] << 8;
    return place == 0xFFFF ? NULL : b->data + strings + 2 * STRINGS + place;
}

static const struct given xterm[] = {
    {"cud1", "\n"},      {"cud", "\033[%p1%dB"}, {"bold", "\033[1m"},   {"rev", "\033[7m"},        {"smul", "\033[4m"},
    {"rmul", "\033[24m"}, {"sgr0", "\033(B\033[m"}, {"rmacs", "\033(B"}, {"sgr", "\033[0%?%p6%t;1%;m"}, {"el", "\033[K"},
};
enum { XTERM = sizeof xterm / sizeof *xterm };

static const struct {
    const char *without; /* a string that the entry has not */
    const char *down, *reset;
    bool sgr, changed;
} cases[] = {
    {"", "\033[B", "\033[m", false, true},
    {"cud", "\n", "\033[m", false, true},
    {"rmul", "\033[B", "\033(B\033[m", true, true}, /* an attribute that nothing takes back by itself */
    {"rmacs", "\033[B", "\033(B\033[m", false, true},
    {"sgr", "\033[B", "\033(B\033[m", false, true},
    {"cud1", NULL, "\033[m", false, true},
};

START_TEST(what_is_changed)
{
    struct given given[XTERM];
    size_t n = 0;
    for (size_t i = 0; i < XTERM; i++)
        if (strcmp(xterm[i].name, cases[_i].without) != 0)
            given[n++] = xterm[i];
    for (size_t wide = 2; wide <= 4; wide += 2) {
        struct buf in = make(given, n, wide == 2 ? 0432 : 01036), out = {0};
        ck_assert_int_eq(entry_thrifty_of("yz", in.data, in.len, &out), cases[_i].changed);
        const char *down = string_of(&out, "cud1", wide), *reset = string_of(&out, "sgr0", wide);
        ck_assert(cases[_i].down == NULL ? down == NULL : strcmp(down, cases[_i].down) == 0);
        ck_assert_str_eq(reset, cases[_i].reset);
        ck_assert_int_eq(string_of(&out, "sgr", wide) != NULL, cases[_i].sgr);
        ck_assert_str_eq(string_of(&out, "el", wide), "\033[K");
        ck_assert_uint_ge(out.len, 8);
        ck_assert_str_eq(out.data + out.len - 8, "extended");
        ck_assert_uint_eq((out.len - 8) % 2, 0);
        buf_free(&in);
        buf_free(&out);
    }
}
END_TEST

START_TEST(nothing_to_gain)
{
    struct buf in = make(&xterm[9], 1, 0432), out = {0};
    ck_assert(!entry_thrifty_of("yz", in.data, in.len, &out));
    ck_assert_uint_eq(out.len, 0);
    buf_free(&in);
}
END_TEST

START_TEST(names)
{
    static const struct {
        const char *name;
        bool known;
    } table[] = {{"x", true}, {"yz", true}, {"y", false}, {"z", false}, {"x|yz", false}, {"yzz", false}, {"", false}};
    struct buf in = make(xterm, XTERM, 0432);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buf out = {0};
        ck_assert_msg(entry_thrifty_of(table[i].name, in.data, in.len, &out) == table[i].known, "%s", table[i].name);
        buf_free(&out);
    }
    buf_free(&in);
}
END_TEST

/* In memory of exactly its size, so that a byte too far is seen. */
START_TEST(hostile_bytes)
{
    struct buf whole = make(xterm, XTERM, 0432);
    for (size_t n = 0; n <= whole.len; n++) {
        struct buf out = {0};
        char *cut = malloc(n + 1);
        ck_assert_ptr_nonnull(cut);
        memcpy(cut, whole.data, n);
        (void)entry_thrifty_of("yz", cut, n, &out);
        buf_free(&out);
        free(cut);
    }
    unsigned random = 1;
    for (size_t round = 0; round < 3000; round++) {
        struct buf out = {0};
        char *bad = malloc(whole.len);
        ck_assert_ptr_nonnull(bad);
        memcpy(bad, whole.data, whole.len);
        for (size_t k = 0; k < 1 + round % 4; k++) {
            random = random * 1103515245U + 12345U;
            bad[(random >> 8) % (round % 2 == 0 ? 12 : whole.len)] = (char)(unsigned char)(random >> 24);
        }
        (void)entry_thrifty_of("yz", bad, whole.len, &out);
        buf_free(&out);
        free(bad);
    }
    buf_free(&whole);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("entry");
    TCase *t = tcase_create("entry");
    tcase_add_loop_test(t, what_is_changed, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(t, nothing_to_gain);
    tcase_add_test(t, names);
    tcase_add_test(t, hostile_bytes);
    suite_add_tcase(s, t);
    return suite_run(s);
}
