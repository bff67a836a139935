/* csv_read: what spreadsheets save. */
#include "core/base/buf.h"
#include "core/base/csv_read.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

#define TEXT(t) t, sizeof(t) - 1

/* Rows as `LINE[field|field]`, or `!where: why`. */
static const struct {
    const char *text;
    size_t n;
    const char *rows;
} cases[] = {
    {TEXT(""), ""},
    {TEXT("\n\r\n  \n"), ""},
    {TEXT("name,badge"), "1[name|badge]"},
    {TEXT("\xEF\xBB\xBFname,badge\r\nKim,1\r\n"), "1[name|badge]2[Kim|1]"},
    {TEXT("name;roles\nKim;\"a,b\"\n"), "1[name|roles]2[Kim|a,b]"},
    {TEXT("name;x,roles\nKim;a,b\n"), "1[name;x|roles]2[Kim;a|b]"},
    {TEXT("a, b ,\"  c \" ,\nd,,"), "1[a|b|  c |]2[d||]"},
    {TEXT("\"say \"\"hi\"\"\",\"two\nlines\"\nnext,\"\"\n"), "1[say \"hi\"|two\nlines]3[next|]"},
    {TEXT("a\n\n\nb"), "1[a]4[b]"},
    {TEXT("a\rb"), "1[a]2[b]"},
    {TEXT("a\tb,c"), "1[a\tb|c]"},
    {TEXT("x\n\"open\nmore\n"), "!f:2: a quote is opened here and never closed"},
    {TEXT("x\n\"a\"b\n"), "!f:2: text stands behind a closed quote"},
    {TEXT("x\ny\n\xff,\n"), "!f:3: it is not UTF-8: save it as \"CSV UTF-8\""},
    {TEXT("x\n\0,\n"), "!f:2: it is not UTF-8: save it as \"CSV UTF-8\""},
    {TEXT(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"), "!f:1: the line has more than 64 fields"},
};

START_TEST(what_is_read)
{
    struct arena *a = arena_open();
    struct csv csv;
    struct error err = {0};
    struct buf out = {0};
    if (csv_read(a, "f", cases[_i].text, cases[_i].n, &csv, &err)) {
        for (size_t i = 0; i < csv.count; i++) {
            buf_addf(&out, "%zu[", csv.rows[i].line);
            for (size_t k = 0; k < csv.rows[i].count; k++)
                buf_addf(&out, "%s%s", k > 0 ? "|" : "", csv.rows[i].fields[k]);
            buf_addc(&out, ']');
        }
    } else {
        buf_addf(&out, "!%s: %s", err.where, err.why);
    }
    ck_assert_str_eq(buf_text(&out), cases[_i].rows);
    buf_free(&out);
    arena_close(a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv_read");
    TCase *t = tcase_create("csv");
    tcase_add_loop_test(t, what_is_read, 0, (int)(sizeof cases / sizeof *cases));
    suite_add_tcase(s, t);
    return suite_run(s);
}
