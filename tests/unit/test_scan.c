#include "tui/screen/scan.h"
#include "tui/screen/terminal.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

/* One letter a key: `#` is Enter, `^` an arrow, `.` a pause that is too long, `,` one of 20 ms; what became of the keys is written the same way:
 * a key that acted as itself, a scan as [text]. */
struct trial {
    const char *prefix, *suffix;
    bool typing;
    const char *keys, *became;
};

static const struct trial trials[] = {
    {"", "", false, "P-101#", "[P-101]"},
    {"", "", true, "P-101#", "P-101[P-101]"},
    {"", "", false, "P-1.01#", "P-101#"},
    {"", "", true, "P-1.01#", "P-101#"},
    {"", "", false, "P-101.#", "P-101#"},
    {"", "", false, "P1#", "P1#"},
    {"", "", false, "P-,1,01#", "[P-101]"},
    {"", "", false, "P,-101#", "P-[101]"},
    {"", "", true, "P,-,1,0,1,#", "P-101[P-101]"},
    {"~", "", false, "~,P,-,1,#", "[P-1]"},
    {"", "", false, "j.j.j.#", "jjj#"},
    {"", "", false, "jjjjjj#", "jjjjjj#"},
    {"", "", false, "j.jqn4#", "jj[qn4]"},
    {"", "", false, "P-1^01#", "P-1^01#"},
    {"", "", false, " P-1#", " [P-1]"},
    {"", "", false, "^P-101#P-102#", "^[P-101][P-102]"},
    {"~", "", false, "P-101#", "P-101#"},
    {"~", "", false, "~1#", "[1]"},
    {"~", "", true, "~1#", "[1]"},
    {"~", "", true, "~.1#", "~1#"},
    {"~", "", false, "~#", "~#"},
    {"~>", "", true, "~P-1#", "~P-1#"},
    {"~>", "%%", true, "~>P-1%%#x", "[P-1]x"},
    {"~>", "%%", true, "~>P-1%#x", "~>P-1%#x"},
    {"", "%", false, "P-101#", "P-101#"},
    {"", "%", false, "P-101%#", "[P-101]"},
    {"", "%", false, "P-%#", "P-%#"},
    {"\x02", "\x03", true, "\x02" "E-2\x03#", "[E-2]"},
};

static void add_keys(struct buf *out, struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++)
        buf_addc(out, scan->keys[i] == K_ENTER ? '#' : scan->keys[i] == K_UP ? '^' : (char)scan->keys[i]);
    scan_clear(scan);
}

START_TEST(bursts)
{
    const struct trial *t = &trials[_i];
    struct scan scan = {0};
    struct buf out = {0};
    int64_t waited = 5;
    scan_set(&scan, t->prefix, t->suffix);
    for (const char *k = t->keys; *k != '\0'; k++) {
        if (*k == '.' || *k == ',') {
            waited = *k == '.' ? 100 : 20;
            if (scan_quiet(&scan, waited))
                add_keys(&out, &scan);
            continue;
        }
        uint32_t key = *k == '#' ? K_ENTER : *k == '^' ? K_UP : (uint32_t)(unsigned char)*k;
        switch (scan_key(&scan, key, waited, t->typing)) {
        case SCAN_PASS:
            buf_addc(&out, *k);
            break;
        case SCAN_HOLD:
            ck_assert(!scan_quiet(&scan, 5));
            break;
        case SCAN_RELEASE:
            add_keys(&out, &scan);
            break;
        case SCAN_ENDS:
            buf_addc(&out, '[');
            scan_text(&scan, &out);
            buf_addc(&out, ']');
            scan_clear(&scan);
            break;
        }
        waited = 5;
    }
    if (scan.held)
        add_keys(&out, &scan);
    ck_assert_msg(strcmp(buf_text(&out), t->became) == 0, "%s became %s, not %s", t->keys, buf_text(&out), t->became);
    buf_free(&out);
}
END_TEST

/* So many lines, each so many keys: how many keys of them are let go. */
static size_t let_go(struct scan *scan, size_t lines, const char *line, int64_t waited_ms)
{
    size_t gone = 0;
    for (size_t i = 0; i < lines; i++)
        for (const char *c = line; *c != '\0'; c++)
            gone += scan_floods(scan, *c == '#' ? K_ENTER : (uint32_t)*c, waited_ms);
    return gone;
}

/* A file that is pasted without marks would be thousands of scans; who holds Enter down, or scans quickly, is no flood. */
START_TEST(floods)
{
    struct scan scan = {0};
    ck_assert_uint_eq(let_go(&scan, SCAN_FLOOD, "abc#", 0), 0);
    ck_assert_uint_eq(let_go(&scan, 1000, "abc#", 0), 4000);
    ck_assert(!scan_floods(&scan, 'a', SCAN_GAP_MS + 1)); /* somebody is there again */
    ck_assert_uint_eq(let_go(&scan, SCAN_FLOOD - 1, "bc#", 1), 0);
    ck_assert_uint_gt(let_go(&scan, 2, " #", 0), 0); /* lines that are no scans press buttons all the same */
    scan = (struct scan){0};
    ck_assert_uint_eq(let_go(&scan, 1000, "#", 0), 0);
    ck_assert_uint_eq(let_go(&scan, 1000, "jk", 0), 0);
    ck_assert_uint_eq(let_go(&scan, 1000, "y#", SCAN_GAP_MS + 1), 0);
    for (int i = 0; i < 1000; i++) { /* a scanner, and who moves on with it */
        ck_assert(!scan_floods(&scan, 'P', 200));
        ck_assert_uint_eq(let_go(&scan, 1, "-101#", 2), 0);
    }
}
END_TEST

START_TEST(too_long)
{
    struct scan scan = {0};
    scan_set(&scan, "", "");
    for (size_t i = 0; i < SCAN_MOST; i++)
        ck_assert_int_eq(scan_key(&scan, i % 2 == 0 ? 'a' : 'b', 1, false), SCAN_HOLD);
    ck_assert_int_eq(scan_key(&scan, 'c', 1, false), SCAN_RELEASE);
    ck_assert_uint_eq(scan.count, SCAN_MOST + 1);
    scan_clear(&scan);
    ck_assert_int_eq(scan_key(&scan, K_ENTER, 1, false), SCAN_PASS);
}
END_TEST

START_TEST(letters_of_the_world)
{
    struct scan scan = {0};
    struct buf out = {0};
    scan_set(&scan, "\xC2\xA7", "");
    static const uint32_t keys[] = {0xA7, 0xD6, 0x20AC, 0x1F600};
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(scan_key(&scan, keys[i], 1, true), SCAN_HOLD);
    ck_assert_int_eq(scan_key(&scan, K_ENTER, 1, true), SCAN_ENDS);
    scan_text(&scan, &out);
    ck_assert_str_eq(buf_text(&out), "\xC3\x96\xE2\x82\xAC\xF0\x9F\x98\x80");
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scan");
    TCase *t = tcase_create("all");
    tcase_add_loop_test(t, bursts, 0, sizeof trials / sizeof *trials);
    tcase_add_test(t, floods);
    tcase_add_test(t, too_long);
    tcase_add_test(t, letters_of_the_world);
    suite_add_tcase(s, t);
    return suite_run(s);
}
