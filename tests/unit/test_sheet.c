/* One sheet in all its forms: what a cell is in each. */
#include "core/base/sheet.h"
#include "core/base/text.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;
static struct error err;

static void set_up(void)
{
    setenv("TZ", "UTC", 1);
    a = arena_open();
    err = (struct error){0};
}

static void tear_down(void)
{
    arena_close(a);
}

enum { NOW = 1795841113 };
#define AGO(ms) (NOW * 1000LL - (ms))

/* A cell, and what it is on a screen with bars, the same in ASCII, in CSV and in JSON (as value, or with its key where there are two). */
static const struct {
    enum sheet_kind kind;
    bool bar, none;
    const char *text;
    int64_t n, of;
    const char *screen, *ascii, *csv, *json;
} cells[] = {
    {SHEET_TEXT, false, false, "Kim", 0, 0, "Kim", "Kim", "Kim", "\"Kim\""},
    {SHEET_TEXT, false, false, "", 0, 0, "", "", "\"\"", "null"},
    {SHEET_TEXT, false, false, "=cmd()", 0, 0, "=cmd()", "=cmd()", "'=cmd()", "\"=cmd()\""},
    {SHEET_TEXT, false, false, "a,\"b\"", 0, 0, "a,\"b\"", "a,\"b\"", "\"a,\"\"b\"\"\"", "\"a,\\\"b\\\"\""},
    {SHEET_TEXT, false, false, "x\x1b[31m", 0, 0, "x\xEF\xBF\xBD[31m", "x\xEF\xBF\xBD[31m", "x\xEF\xBF\xBD[31m", "\"x\\u001b[31m\""},
    {SHEET_COUNT, false, false, NULL, 12, 0, "12", "12", "12", "12"},
    {SHEET_COUNT, false, false, NULL, 0, 0, "0", "0", "0", "0"},
    {SHEET_OF, false, false, NULL, 2, 3, "2 of 3", "2 of 3", "2,3", "2,\"k_of\":3"},
    {SHEET_OF, false, false, NULL, 0, 0, "", "", "\"\",\"\"", "null,\"k_of\":null"},
    {SHEET_OF, true, false, NULL, 1, 2, "\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x91\xE2\x96\x91\xE2\x96\x91\xE2\x96\x91 1 of 2",
     "####.... 1 of 2", "1,2", "1,\"k_of\":2"},
    {SHEET_SCORE, true, false, NULL, 100, 0, NULL, "######## 100", "100", "100"},
    {SHEET_SCORE, true, false, NULL, 1, 0, NULL, "#.......   1", "1", "1"},
    {SHEET_SCORE, true, false, NULL, 0, 0, NULL, "........   0", "0", "0"},
    {SHEET_SCORE, true, true, NULL, 0, 0, "", "", "\"\"", "null"},
    {SHEET_GAIN, false, false, NULL, 35, 0, "+35", "+35", "35", "35"},
    {SHEET_GAIN, false, false, NULL, -5, 0, "-5", "-5", "-5", "-5"},
    {SHEET_GAIN, false, false, NULL, 0, 0, "0", "0", "0", "0"},
    {SHEET_YES, false, false, NULL, 1, 0, "yes", "yes", "yes", "true"},
    {SHEET_YES, false, false, NULL, 0, 0, "no", "no", "no", "false"},
    {SHEET_DAY, false, false, NULL, NOW * 1000LL, 0, "2026-11-28", "2026-11-28", "2026-11-28", "\"2026-11-28\""},
    {SHEET_DAY, false, false, NULL, 0, 0, "", "", "\"\"", "null"},
    {SHEET_MOMENT, false, false, NULL, NOW * 1000LL, 0, "2026-11-28 04:45", "2026-11-28 04:45", "2026-11-28T04:45:13.000+00:00",
     "\"2026-11-28T04:45:13.000+00:00\""},
    {SHEET_AGE, false, false, NULL, AGO(30000), 0, "now", "now", "2026-11-28T04:44:43.000+00:00", "\"2026-11-28T04:44:43.000+00:00\""},
    {SHEET_AGE, false, false, NULL, AGO(119 * 60000), 0, "119 min", NULL, NULL, NULL},
    {SHEET_AGE, false, false, NULL, AGO(47 * 3600000LL), 0, "47 h", NULL, NULL, NULL},
    {SHEET_AGE, false, false, NULL, AGO(49 * 3600000LL), 0, "2 d", NULL, NULL, NULL},
    {SHEET_DURATION, false, false, NULL, 12400, 0, "12 s", "12 s", "12400", "12400"},
    {SHEET_DURATION, false, false, NULL, 125000, 0, "2 min 05 s", NULL, NULL, NULL},
};

static const char *written(const struct report *r, enum report_form form, bool ascii)
{
    struct buf out = {0};
    const struct report_look look = {.columns = 0, .ascii = ascii, .bars = true};
    ck_assert(report_write(r, form, NULL, &look, &out, &err));
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

static bool ends(const char *text, const char *end, char after)
{
    size_t n = strlen(text), m = strlen(end);
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r' || text[n - 1] == ' ' || text[n - 1] == after))
        n--;
    size_t k = m;
    while (k > 0 && end[k - 1] == ' ')
        k--;
    return n >= k && memcmp(text + n - k, end, k) == 0;
}

START_TEST(cells_in_every_form)
{
    const struct sheet_column column = {.key = "k", .name = "K", .kind = cells[_i].kind, .bar = cells[_i].bar};
    struct sheet *s = sheet_open(a, "rows", "Rows", &column, 1);
    if (cells[_i].none)
        sheet_score(s, -1);
    else if (cells[_i].text != NULL)
        sheet_text(s, cells[_i].text);
    else if (cells[_i].kind == SHEET_OF)
        sheet_of(s, cells[_i].n, cells[_i].of);
    else
        sheet_number(s, cells[_i].n);
    struct report r = {.kind = "test", .of = "", .title = "T", .source = "", .notes = "", .empty = "none", .at_ms = NOW * 1000LL};
    report_add(&r, s);
    const char *screen = written(&r, REPORT_TABLE, false), *ascii = written(&r, REPORT_TABLE, true);
    const char *csv = written(&r, REPORT_CSV, false), *json = written(&r, REPORT_JSON, false);
    if (cells[_i].screen != NULL)
        ck_assert_msg(ends(screen, cells[_i].screen, ' '), "%s", screen);
    if (cells[_i].ascii != NULL)
        ck_assert_msg(ends(ascii, cells[_i].ascii, ' '), "%s", ascii);
    if (cells[_i].csv != NULL)
        ck_assert_msg(ends(csv, arena_printf(a, "\r\n%s", cells[_i].csv), ' '), "%s", csv);
    if (cells[_i].json != NULL)
        ck_assert_msg(ends(json, arena_printf(a, "\"rows\":[{\"k\":%s}]}", cells[_i].json), ' '), "%s", json);
}
END_TEST

static struct report class_of_two(void)
{
    static const struct sheet_column columns[] = {{.key = "name", .name = "name", .kind = SHEET_TEXT, .shrink = true},
                                                  {.key = "id", .name = "id", .kind = SHEET_TEXT, .detail = true},
                                                  {.key = "score", .name = "score", .kind = SHEET_SCORE, .bar = true, .plot = true},
                                                  {.key = "trend", .name = "trend", .kind = SHEET_TREND}};
    struct sheet *people = sheet_open(a, "people", "People", columns, 4), *none = sheet_open(a, "nothing", "Nothing", columns, 4);
    sheet_text(people, "Kim <b>&\"");
    sheet_text(people, "k1");
    sheet_score(people, 80.99);
    sheet_trend(people, (const double[]){0, 50.7, 100}, 3);
    sheet_text(people, "Lee");
    sheet_none(people);
    sheet_none(people);
    sheet_trend(people, NULL, 0);
    struct report r = {.kind = "test", .of = "x", .title = "A <script>", .source = "here", .notes = "what it means", .empty = "none",
                       .at_ms = NOW * 1000LL};
    report_add(&r, people);
    report_add(&r, none);
    return r;
}

START_TEST(a_terminal_shows_bars_and_lines)
{
    struct report r = class_of_two();
    ck_assert_str_eq(written(&r, REPORT_TABLE, true), "A <script>. here\n\nPeople\n"
                                                       "name       score         trend\n"
                                                       "Kim <b>&\"  ######..  80  0 50 100\n"
                                                       "Lee\n\nwhat it means\n");
    ck_assert_ptr_nonnull(strstr(written(&r, REPORT_TABLE, false), "\xE2\x96\x81\xE2\x96\x85\xE2\x96\x88\n"));
    ck_assert_str_eq(written(&r, REPORT_PLAIN, false), "A <script>. here\n\nPeople\nKim <b>&\"; score 80; trend 0 50 100\nLee\n\nwhat it means\n");
}
END_TEST

START_TEST(spreadsheets_and_programs_get_every_column)
{
    struct report r = class_of_two();
    ck_assert_str_eq(written(&r, REPORT_CSV, false), "name,id,score,trend\r\n\"Kim <b>&\"\"\",k1,80,0 50 100\r\nLee,\"\",\"\",\"\"\r\n");
    ck_assert_str_eq(written(&r, REPORT_JSON, false),
                     "{\"report\":\"test\",\"of\":\"x\",\"title\":\"A <script>\",\"source\":\"here\",\"at\":\"2026-11-28T04:45:13.000+00:00\","
                     "\"people\":[{\"name\":\"Kim <b>&\\\"\",\"id\":\"k1\",\"score\":80,\"trend\":[0,50.7,100]},"
                     "{\"name\":\"Lee\",\"id\":null,\"score\":null,\"trend\":null}],\"nothing\":[]}");
}
END_TEST

START_TEST(a_page_needs_nothing_else)
{
    static const char *const never[] = {"<script", "<b>", "http", "src=", "url(", "@import", "href"};
    static const char *const always[] = {"<th scope=\"row\">Kim &lt;b&gt;", "<th scope=\"col\">score", "role=\"img\"", "<caption>People",
                                         "Content-Security-Policy", "lang=\"en\"", "<td class=\"n\">80</td>", "<h1>A &lt;script&gt;</h1>"};
    struct report r = class_of_two();
    const char *page = written(&r, REPORT_HTML, false), *policy = strstr(page, "http-equiv");
    ck_assert_ptr_nonnull(policy);
    const char *rest = arena_printf(a, "%.*s%s", (int)(policy - page), page, policy + strlen("http-equiv"));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        ck_assert_msg(strstr(rest, never[i]) == NULL, "%s", never[i]);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        ck_assert_msg(strstr(page, always[i]) != NULL, "%s", always[i]);
}
END_TEST

/* Without any score there is no plot; a name that is too long for it says so. */
START_TEST(a_plot_of_scores_alone)
{
    static const struct sheet_column columns[] = {{.key = "name", .name = "name", .kind = SHEET_TEXT},
                                                  {.key = "score", .name = "score", .kind = SHEET_SCORE, .plot = true}};
    struct sheet *people = sheet_open(a, "people", "People", columns, 2);
    struct report r = {.kind = "test", .of = "x", .title = "A", .source = "", .notes = "", .empty = "none", .at_ms = NOW * 1000LL};
    report_add(&r, people);
    sheet_text(people, "Kim");
    sheet_none(people);
    ck_assert_ptr_null(strstr(written(&r, REPORT_HTML, false), "<figure"));
    sheet_text(people, "One with a name of many letters");
    sheet_score(people, 50);
    ck_assert_ptr_nonnull(strstr(written(&r, REPORT_HTML, false), ">One with a name of ma\xE2\x80\xA6</text>"));
}
END_TEST

START_TEST(a_part_alone)
{
    struct report r = class_of_two();
    struct buf out = {0};
    ck_assert(report_write(&r, REPORT_CSV, "nothing", NULL, &out, &err));
    ck_assert_str_eq(buf_text(&out), "name,id,score,trend\r\n");
    ck_assert(!report_write(&r, REPORT_CSV, "parts", NULL, &out, &err));
    ck_assert_int_eq(err.code, EX_USAGE);
    ck_assert_str_eq(err.todo, "it has: people, nothing");
    buf_free(&out);
}
END_TEST

START_TEST(narrow_terminals_cut_names)
{
    struct report r = class_of_two();
    struct buf out = {0};
    sheet_text((struct sheet *)r.sheets[0], "A name of more than forty columns, as there are");
    for (int i = 0; i < 3; i++)
        sheet_none((struct sheet *)r.sheets[0]);
    ck_assert(report_write(&r, REPORT_TABLE, NULL, &(struct report_look){.columns = 40, .ascii = true, .bars = true}, &out, &err));
    for (const char *line = buf_text(&out); *line != '\0'; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != '\0'))
        ck_assert_msg(text_width(line, strcspn(line, "\n")) <= 40, "%s", line);
    buf_free(&out);
}
END_TEST

/* Of forty people at 24 lines, the sums are what is on the screen. */
START_TEST(sums_come_first_for_people)
{
    static const struct sheet_column columns[] = {{.key = "name", .name = "name", .kind = SHEET_TEXT}};
    struct sheet *people = sheet_open(a, "people", "People", columns, 1), *sums = sheet_open(a, "sums", "Sums", columns, 1);
    struct report r = {.kind = "k", .of = "", .title = "T", .source = "", .notes = "N", .empty = "nobody", .sums_first = true};
    sheet_text(sums, "all");
    report_add(&r, people);
    report_add(&r, sums);
    ck_assert_str_eq(written(&r, REPORT_PLAIN, false), "T\n\nSums\nall\n\nPeople\nnobody\n");
    sheet_text(people, "Kim");
    ck_assert_str_eq(written(&r, REPORT_PLAIN, false), "T\n\nSums\nall\n\nPeople\nKim\n\nN\n");
    ck_assert_str_eq(written(&r, REPORT_TABLE, false), "T\n\nSums\nname\nall\n\nPeople\nname\nKim\n\nN\n");
    const char *page = written(&r, REPORT_HTML, false);
    ck_assert(strstr(page, "<caption>Sums") != NULL && strstr(page, "<caption>Sums") < strstr(page, "<caption>People"));
    ck_assert_str_eq(written(&r, REPORT_CSV, false), "name\r\nKim\r\n"); /* programs have them as ever */
    const char *json = written(&r, REPORT_JSON, false);
    ck_assert(strstr(json, "\"people\":[") != NULL && strstr(json, "\"people\":[") < strstr(json, "\"sums\":["));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sheet");
    TCase *c = tcase_create("sheet");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, cells_in_every_form, 0, sizeof cells / sizeof *cells);
    tcase_add_test(c, a_terminal_shows_bars_and_lines);
    tcase_add_test(c, spreadsheets_and_programs_get_every_column);
    tcase_add_test(c, a_page_needs_nothing_else);
    tcase_add_test(c, a_plot_of_scores_alone);
    tcase_add_test(c, a_part_alone);
    tcase_add_test(c, narrow_terminals_cut_names);
    tcase_add_test(c, sums_come_first_for_people);
    suite_add_tcase(s, c);
    return suite_run(s);
}
