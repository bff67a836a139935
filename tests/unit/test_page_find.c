/* Finding within a page: what counts as the same, where it is marked, and that no width hides it. */
#include "tui/screen/page_find.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

static struct document *document;

/* A page of nothing but its text. */
static struct page make(const char *text, size_t width)
{
    struct render_options options = {.width = width};
    document = document_parse(text, strlen(text), 1, NULL);
    ck_assert_ptr_nonnull(document);
    struct page p = {.lines = render_document(document, &options, NULL)};
    ck_assert_ptr_nonnull(p.lines);
    p.count = p.lines->count;
    return p;
}

static void leave(struct page *p)
{
    lines_close(p->lines);
    document_close(document);
}

static size_t line_of(const struct page *p, const char *words, size_t from, bool forward)
{
    struct page_find *f = page_find_open(p);
    ck_assert_ptr_nonnull(f);
    size_t line = page_find_line(f, words, from, forward);
    page_find_close(f);
    return line;
}

/* What is marked of a line, ranges parted by |. */
static const char *marked(const struct page *p, size_t line, const char *words)
{
    static char out[256];
    struct page_mark marks[8];
    size_t n, count = page_find_marks(p, line, words, marks, 8);
    const char *text = page_text(p, line, &n);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_le(marks[i].to, n);
        size_t used = strlen(out);
        snprintf(out + used, sizeof out - used, "%s%.*s", i > 0 ? "|" : "", (int)(marks[i].to - marks[i].from),
                 text + marks[i].from);
    }
    return out;
}

START_TEST(test_folds)
{
    static const struct {
        const char *text, *words, *marked; /* NULL: not there */
    } cases[] = {
        {"Prime the Pump", "pump", "Pump"}, {"prime the pump", "PUMP", "pump"}, {"a pump, a PUMP", "pump", "pump|PUMP"},
        {"\xC3\x89" "cole sup\xC3\xA9rieure", "ecole SUP", "\xC3\x89" "cole sup"},
        {"e\xCC\x81" "cole", "\xC3\xA9" "cole", "e\xCC\x81" "cole"}, /* decomposed and composed */
        {"\xC3\xA9t\xC3\xA9", "ete", "\xC3\xA9t\xC3\xA9"}, {"ete", "\xC3\xA9t\xC3\xA9", "ete"},
        {"Stra\xC3\x9F" "e", "strasse", "Stra\xC3\x9F" "e"}, {"\xEF\xAC\x81lter", "filter", "\xEF\xAC\x81lter"},
        {"\xD0\x9D\xD0\x90\xD0\xA1\xD0\x9E\xD0\xA1", "\xD0\xBD\xD0\xB0\xD1\x81\xD0\xBE\xD1\x81",
         "\xD0\x9D\xD0\x90\xD0\xA1\xD0\x9E\xD0\xA1"},
        {"\xE6\xB0\xB4\xE6\xBC\x8F\xE3\x82\x8C", "\xE6\xBC\x8F", "\xE6\xBC\x8F"},
        {"2\xC2\xA0 mm", "2 mm", "2\xC2\xA0 mm"},
        {"the pump", "  the   pump ", "the pump"}, {"the **pu***mp*", "pump", "pump"}, {"`E-204`", "e-204", "E-204"},
        {"the pump", "pumps", NULL}, {"the pump", "", NULL}, {"the pump", "   ", NULL}, {"", "x", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct page p = make(cases[i].text, 80);
        if (cases[i].marked == NULL) {
            ck_assert_uint_eq(line_of(&p, cases[i].words, 0, true), SIZE_MAX);
        } else {
            ck_assert_uint_eq(line_of(&p, cases[i].words, 0, true), 0);
            ck_assert_str_eq(marked(&p, 0, cases[i].words), cases[i].marked);
        }
        leave(&p);
    }
}
END_TEST

/* The same words are found however the text was wrapped: in paragraphs, lists, quotes, call-outs, cut code. */
START_TEST(test_every_width)
{
    static const char text[] = "Before the start, open the vent valve a quarter turn\nand wait.\n\n"
                               "- the suction valve stays fully open while it runs\n\n"
                               "> a quoted line which is a long one as well\n\n"
                               "> **Note** the drive is locked out before the casing is opened\n\n"
                               "```\npumpctl --station north --valve seven\n```\n\nend\n\nof it\n";
    static const char *const words[] = {"vent valve a quarter turn and wait", "valve stays fully open",
                                        "quoted line which is", "locked out before the casing", "--station north"};
    for (size_t width = 16; width < 100; width++) {
        struct page p = make(text, width);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            ck_assert_msg(line_of(&p, words[i], 0, true) != SIZE_MAX, "%zu: %s", width, words[i]);
        ck_assert_uint_eq(line_of(&p, "end of it", 0, true), SIZE_MAX); /* two paragraphs */
        leave(&p);
    }
}
END_TEST

START_TEST(test_marks_over_a_line_end)
{
    struct page p = make("one two three four five six", 16);
    ck_assert_uint_eq(p.count, 2);
    ck_assert_uint_eq(line_of(&p, "three four", 0, true), 0);
    ck_assert_str_eq(marked(&p, 0, "three four"), "three");
    ck_assert_str_eq(marked(&p, 1, "three four"), "four");
    leave(&p);
}
END_TEST

START_TEST(test_round)
{
    struct page p = make("a pump\n\nb\n\na pump\n\nc\n", 40);
    static const struct {
        size_t from;
        bool forward;
        size_t line;
    } cases[] = {{0, true, 0}, {1, true, 4}, {4, true, 4}, {5, true, 0}, {6, false, 4}, {4, false, 4}, {3, false, 0},
                 {0, false, 0}, {99, true, 0}, {99, false, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_uint_eq(line_of(&p, "PUMP", cases[i].from, cases[i].forward), cases[i].line);
    ck_assert_uint_eq(line_of(&p, "b", 4, true), 2);
    ck_assert_uint_eq(line_of(&p, "b", 1, false), 2);
    leave(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("page_find");
    TCase *t = tcase_create("all");
    tcase_add_test(t, test_folds);
    tcase_add_test(t, test_every_width);
    tcase_add_test(t, test_marks_over_a_line_end);
    tcase_add_test(t, test_round);
    suite_add_tcase(s, t);
    return suite_run(s);
}
