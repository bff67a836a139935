/* Questions' texts as lines: what stands in banks of other programs is shown sensibly. */
#include "core/quiz/question_markdown.h"
#include "tui/render/ansi.h"
#include "tui/render/question_lines.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

static const struct {
    enum question_format format;
    const char *text, *shown;
} table[] = {
    {FORMAT_MOODLE, "", ""},
    {FORMAT_MOODLE, "plain words", "plain words\n"},
    {FORMAT_MOODLE, "one\ntwo", "one\ntwo\n"},
    {FORMAT_MOODLE, "one\n\ntwo\n  \n\n# three\n\n", "one\n\ntwo\n\n# three\n"},
    {FORMAT_MOODLE, "\n\none<br>\n\n- two", "one\n\n- two\n"},
    {FORMAT_PLAIN, "one\n\ntwo\n\n", "one\n\ntwo\n"},
    {FORMAT_HTML, "one\ntwo", "one two\n"},
    {FORMAT_HTML, "one\n\ntwo", "one two\n"},
    {FORMAT_HTML, "<p>one</p><p>two</p>", "one\ntwo\n"},
    {FORMAT_HTML, "one<br/>two<BR>", "one\ntwo\n"},
    {FORMAT_HTML, "a <b>bold</b> and <em>soft</em> word", "a bold and soft word\n"},
    {FORMAT_HTML, "a<b>(x)</b>c <i>unclosed", "a(x)c unclosed\n"},
    {FORMAT_HTML, "5&nbsp;&Omega; &lt; 6 &amp;amp; &nosuch;", "5\xC2\xA0\xCE\xA9 < 6 &amp; &nosuch;\n"},
    {FORMAT_HTML, "<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"},
    {FORMAT_HTML, "see <img src=\"x.png\" alt=\"a *pump*\"> here", "see [a *pump*] here\n"},
    {FORMAT_HTML, "10<sup>3</sup> H<sub>2</sub>O", "10^3 H2O\n"},
    {FORMAT_HTML, "x<!-- hidden -->y <script>", "xy\n"},
    {FORMAT_HTML, "a < b and 3<4 <", "a < b and 3<4 <\n"},
    {FORMAT_MOODLE, "# no heading *no emphasis* `no code` [no](link)",
     "# no heading *no emphasis* `no code` [no](link)\n"},
    {FORMAT_MOODLE, "1. no list", "1. no list\n"},
    {FORMAT_PLAIN, "<b>&amp;</b>\n- x", "<b>&amp;</b>\n- x\n"},
    {FORMAT_MARKDOWN, "a **bold** `code`", "a bold code\n"},
    {FORMAT_MARKDOWN, "gap _____ here", "gap _____ here\n"},
    {FORMAT_HTML, "esc &#27;[31m \x1b[2J \xFF", "esc \xEF\xBF\xBD[31m \xEF\xBF\xBD[2J \xEF\xBF\xBD\n"},
};

START_TEST(formats_are_shown)
{
    struct question_text text = {table[_i].text, table[_i].format};
    struct render_options options = {.width = 78};
    struct error err = {0};
    struct lines *lines = question_lines(&text, &options, &err);
    ck_assert_ptr_nonnull(lines);
    struct buf out = {0};
    ansi_lines(&out, lines, &(struct ansi_options){0});
    ck_assert_str_eq(buf_text(&out), table[_i].shown);
    buf_free(&out);
    lines_close(lines);
}
END_TEST

/* Targets belong to the document, which is gone. */
START_TEST(links_lead_nowhere)
{
    struct question_text text = {"see [the manual](https://example.com) and <https://example.com>", FORMAT_MARKDOWN};
    struct render_options options = {.width = 78};
    struct error err = {0};
    struct lines *lines = question_lines(&text, &options, &err);
    ck_assert_ptr_nonnull(lines);
    ck_assert_uint_eq(lines->link_count, 0);
    ck_assert_uint_gt(lines->span_count, 0);
    for (size_t i = 0; i < lines->span_count; i++)
        ck_assert_uint_eq(lines->spans[i].link, 0);
    lines_close(lines);
}
END_TEST

START_TEST(hostile_tags_take_no_time)
{
    enum { MANY = 20000 };
    static const char *const parts[] = {"<a ", "<!--", "<b>", "&a", "<b>x</b"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buf text = {0}, out = {0};
        for (size_t k = 0; k < MANY; k++)
            buf_adds(&text, parts[i]);
        struct question_text q = {buf_text(&text), FORMAT_HTML};
        question_markdown(&q, &out);
        ck_assert(buf_ok(&out));
        buf_free(&text);
        buf_free(&out);
    }
}
END_TEST

static const struct {
    enum question_format format;
    const char *text, *line;
} plain[] = {
    {FORMAT_HTML, "<p>one <b>two</b></p><p>three</p>", "one two three"},
    {FORMAT_PLAIN, "one\ntwo", "one two"},
    {FORMAT_MARKDOWN, " \t)", ")"}, /* a code block */
    {FORMAT_MARKDOWN, "Type\n\n```\nls -l\n\n    pwd\n```\n\nand Enter", "Type ls -l pwd and Enter"},
    {FORMAT_MARKDOWN, "one  \ntwo\nthree", "one two three"},
    {FORMAT_MARKDOWN, "one&#10;two&#13;", "one two"},
    {FORMAT_HTML, "&#10;one &#10; two", "one two"},
    {FORMAT_MARKDOWN, "```\n```", ""},
};

START_TEST(one_line)
{
    struct question_text text = {plain[_i].text, plain[_i].format};
    struct buf out = {0};
    buf_adds(&out, "1 ");
    question_plain(&text, &out);
    ck_assert_int_eq(strncmp(buf_text(&out), "1 ", 2), 0);
    ck_assert_str_eq(buf_text(&out) + 2, plain[_i].line);
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("question_lines");
    TCase *t = tcase_create("formats");
    tcase_add_loop_test(t, formats_are_shown, 0, (int)(sizeof table / sizeof *table));
    tcase_add_test(t, links_lead_nowhere);
    tcase_add_test(t, hostile_tags_take_no_time);
    tcase_add_loop_test(t, one_line, 0, (int)(sizeof plain / sizeof *plain));
    suite_add_tcase(s, t);
    return suite_run(s);
}
