#include "core/library/section.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <sodium.h>
#include <string.h>

static struct document *document;
static struct arena *arena;
static struct diags *diags;

static const struct sections *sections(const char *text, size_t len, size_t first_line)
{
    document = document_parse(text, len, first_line, NULL);
    arena = arena_open();
    diags = diags_open();
    ck_assert(document != NULL && arena != NULL && diags != NULL);
    const struct sections *s = sections_of(document, arena, "m.md", diags, NULL);
    ck_assert_ptr_nonnull(s);
    return s;
}

static void done(void)
{
    document_close(document);
    arena_close(arena);
    diags_close(diags);
}

static const struct {
    const char *markdown, *anchors; /* as anchor:level, blanks between */
    size_t errors, warnings;
} anchor_cases[] = {
    {"", "", 0, 0},
    {"text\n", "top:0", 0, 0},
    {"# A\n", "a:1", 0, 0},
    {"text\n# A\n## B\n", "top:0 a:1 b:2", 0, 0},
    {"# Before you start: it's *hot*!\n", "before-you-start-its-hot:1", 0, 0},
    {"# `code_1` and 4–20 mA\n", "code_1-and-420-ma:1", 0, 0},
    {"# \xC3\x9C" "berhitzung \xE6\xBC\xA2\xE5\xAD\x97\n", "\xC3\xBC" "berhitzung-\xE6\xBC\xA2\xE5\xAD\x97:1", 0, 0},
    {"# !!!\n", "section:1", 0, 0},
    {"# A\n# A\n# A\n", "a:1 a-1:1 a-2:1", 0, 2},
    {"# A\n# A-1\n# A\n", "a:1 a-1:1 a-2:1", 0, 1},
    {"# A {#x}\n# B {#x}\n", "x:1 x:1", 1, 0},
    {"# X\n# B {#x}\n", "x-1:1 x:1", 0, 1},
    {"text\n# Top\n", "top:0 top-1:1", 0, 1},
    {"# A\n> # Quoted\n\n- # Listed\n", "a:1", 0, 0},
    {"A\n=\nB\n-\n", "a:1 b:2", 0, 0},
    {"```gift\nq\n```\n# A\n", "a:1", 0, 0},
};

START_TEST(test_anchors)
{
    const struct sections *s = sections(anchor_cases[_i].markdown, strlen(anchor_cases[_i].markdown), 1);
    struct buf got = {0};
    for (size_t i = 0; i < s->count; i++)
        buf_addf(&got, "%s%s:%u", i > 0 ? " " : "", s->items[i].anchor, s->items[i].level);
    ck_assert_str_eq(buf_text(&got), anchor_cases[_i].anchors);
    ck_assert_uint_eq(diags_errors(diags), anchor_cases[_i].errors);
    ck_assert_uint_eq(diags_warnings(diags), anchor_cases[_i].warnings);
    buf_free(&got);
    done();
}
END_TEST

/* The hash of a text with one section, and the bytes that are hashed behind the prefix. */
static const struct {
    const char *markdown, *hashed;
} hash_cases[] = {
    {"# A\n\nOne.\nTwo.\n", "\nOne.\nTwo.\n"},
    {"# Another title {#id}\n\nOne.\nTwo.\n", "\nOne.\nTwo.\n"},
    {"# A\r\n\r\nOne.\r\nTwo.\r\n", "\nOne.\nTwo.\n"},
    {"# A\r\rOne.\rTwo.", "\nOne.\nTwo.\n"},
    {"A\n===\n\nOne.\nTwo.\n", "\nOne.\nTwo.\n"},
    {"# A\n\nOne.  \nTwo.\t \n \n\n\n", "\nOne.\nTwo.\n"},
    {"# A\n\nOne.\nTwo.\n\n```gift\nq {=1}\n```\n\n", "\nOne.\nTwo.\n"},
    {"# A\n\nOne.\n\n```gift\nq\n```\n\nTwo.\n", "\nOne.\n\nTwo.\n"},
    {"# A\n\n> # x\n\n```\na\n\n\nb\n```\n", "\n> # x\n\n```\na\n\n\nb\n```\n"},
    {"\xEF\xBB\xBFtop\n", "top\n"},
    {"# A\n", ""},
};

static void expect_hash(const unsigned char *hash, const char *hashed)
{
    unsigned char want[SECTION_HASH];
    struct buf b = {0};
    buf_add(&b, "crib-section-1", sizeof "crib-section-1");
    buf_adds(&b, hashed);
    crypto_generichash(want, sizeof want, (const unsigned char *)b.data, b.len, NULL, 0);
    buf_free(&b);
    ck_assert_mem_eq(hash, want, SECTION_HASH);
}

START_TEST(test_hash)
{
    const struct sections *s = sections(hash_cases[_i].markdown, strlen(hash_cases[_i].markdown), 1);
    ck_assert_uint_eq(s->count, 1);
    expect_hash(s->items[0].hash, hash_cases[_i].hashed);
    done();
}
END_TEST

/* The format itself is pinned: this number never changes. */
START_TEST(test_hash_pinned)
{
    static const char text[] = "## Bleed the casing {#bleed}\n\nOpen the vent valve.\n";
    const struct sections *s = sections(text, sizeof text - 1, 1);
    char hex[2 * SECTION_HASH + 1];
    sodium_bin2hex(hex, sizeof hex, s->items[0].hash, SECTION_HASH);
    ck_assert_str_eq(hex, "02cb975ab64cb961dc581afaf382709c0a090556b743189289dcd22e0927104d");
    done();
}
END_TEST

START_TEST(test_ranges_and_texts)
{
    static const char text[] = "intro *x*\n\n# One\n\npara `c` [l](u)\n\n| h |\n|---|\n| v |\n\n```sh\nls -l\n```\n\n"
                               "```gift\nq {=1}\n```\n\n## Two\n<b>html</b> <!-- no -->\n\n<div>\nblock\n</div>\n";
    const struct sections *s = sections(text, sizeof text - 1, 21);
    static const struct {
        size_t line, last_line, words;
        const char *title, *text;
    } want[] = {
        {21, 22, 2, "", "intro x"},
        {23, 38, 8, "One", "para c l\nh\nv\nls -l"},
        {39, 44, 3, "Two", "html \n\nblock"},
    };
    ck_assert_uint_eq(s->count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(s->items[i].line, want[i].line);
        ck_assert_uint_eq(s->items[i].last_line, want[i].last_line);
        ck_assert_uint_eq(s->items[i].words, want[i].words);
        ck_assert_str_eq(s->items[i].title, want[i].title);
        ck_assert_str_eq(s->items[i].text, want[i].text);
        ck_assert_uint_eq(s->items[i].text_len, strlen(want[i].text));
    }
    ck_assert_uint_eq(sections_find(s, "two"), 2);
    ck_assert_uint_eq(sections_find(s, "three"), SIZE_MAX);
    done();
}
END_TEST

START_TEST(test_links_and_gifts)
{
    static const char text[] = "[a](x) ![i](y.png)\n\n```gift\nq1\n```\n\n# H\n\n- b <https://z>\n\n  ```gift\n  q2\n  ```\n";
    const struct sections *s = sections(text, sizeof text - 1, 5);
    ck_assert_uint_eq(s->link_count, 3);
    ck_assert_str_eq(s->links[0].target, "x");
    ck_assert(!s->links[0].image && s->links[1].image);
    ck_assert_uint_eq(s->links[1].column, 8);
    ck_assert_str_eq(s->links[2].target, "https://z");
    ck_assert_uint_eq(s->links[2].line, 13);
    ck_assert_uint_eq(s->links[2].section, 1);
    ck_assert_uint_eq(s->gift_count, 2);
    ck_assert_uint_eq(s->gifts[0].line, 8);
    ck_assert_uint_eq(s->gifts[0].section, 0);
    ck_assert_str_eq(s->gifts[1].text, "q2\n");
    ck_assert_uint_eq(s->gifts[1].line, 16);
    ck_assert_uint_eq(s->gifts[1].section, 1);
    done();
}
END_TEST

/* Many headings of one name stay quick: numbers go on where they were. */
START_TEST(test_many_repeats)
{
    struct buf b = {0};
    for (size_t i = 0; i < 20000; i++)
        buf_adds(&b, "# same\n");
    const struct sections *s = sections(b.data, b.len, 1);
    ck_assert_uint_eq(s->count, 20000);
    ck_assert_str_eq(s->items[19999].anchor, "same-19999");
    buf_free(&b);
    done();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("section");
    TCase *t = tcase_create("all");
    tcase_add_loop_test(t, test_anchors, 0, (int)(sizeof anchor_cases / sizeof *anchor_cases));
    tcase_add_loop_test(t, test_hash, 0, (int)(sizeof hash_cases / sizeof *hash_cases));
    tcase_add_test(t, test_hash_pinned);
    tcase_add_test(t, test_ranges_and_texts);
    tcase_add_test(t, test_links_and_gifts);
    tcase_add_test(t, test_many_repeats);
    suite_add_tcase(s, t);
    return suite_run(s);
}
