/* json: commas, escapes and numbers as RFC 8259 wants them. */
#include "core/base/hex.h"
#include "core/base/json.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

START_TEST(nesting)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_open_array(&j, "empty");
    json_close_array(&j);
    json_open_object(&j, "none");
    json_close_object(&j);
    json_open_array(&j, "list");
    json_int(&j, NULL, 1);
    json_open_object(&j, NULL);
    json_bool(&j, "yes", true);
    json_bool(&j, "no", false);
    json_close_object(&j);
    json_open_array(&j, NULL);
    json_null(&j, NULL);
    json_close_array(&j);
    json_string(&j, NULL, "x");
    json_close_array(&j);
    json_strings(&j, "texts", (struct strings){(const char *const[]){"a", "\""}, 2});
    json_strings(&j, "none", (struct strings){0});
    json_string(&j, "absent", NULL);
    json_close_object(&j);
    ck_assert_str_eq(buf_text(&out), "{\"empty\":[],\"none\":{},\"list\":[1,{\"yes\":true,\"no\":false},[null],\"x\"],"
                                     "\"texts\":[\"a\",\"\\\"\"],\"none\":[],\"absent\":null}");
    buf_free(&out);
}
END_TEST

static const struct {
    const char *in;
    size_t n;
    const char *out;
} text_cases[] = {
    {"", 0, "\"\""},
    {"plain", 5, "\"plain\""},
    {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
    {"\n\t\r\b\f", 5, "\"\\n\\t\\u000d\\u0008\\u000c\""},
    {"\x1B[31m", 5, "\"\\u001b[31m\""},
    {"a\0b", 3, "\"a\\u0000b\""},
    {"\x7F", 1, "\"\\u007f\""},
    {"\xC2\x9B", 2, "\"\\u009b\""},
    {"Größe 漢", 11, "\"Größe 漢\""},
    {"\xF0\x9F\x94\xA7", 4, "\"\xF0\x9F\x94\xA7\""},
    {"\xFF", 1, "\"\xEF\xBF\xBD\""},
    {"\xED\xA0\x80", 3, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8F\xD8\x9C", 11, "\"\\u202e\\u2066\\u200f\\u061c\""},
    {"\xE2\x80\xA8\xE2\x80\xA9", 6, "\"\\u2028\\u2029\""},
};

START_TEST(text_table)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_text(&j, NULL, text_cases[_i].in, text_cases[_i].n);
    ck_assert_str_eq(buf_text(&out), text_cases[_i].out);
    buf_free(&out);
}
END_TEST

START_TEST(keys_are_escaped)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_int(&j, "a\"\x1B", -9);
    json_close_object(&j);
    ck_assert_str_eq(buf_text(&out), "{\"a\\\"\\u001b\":-9}");
    buf_free(&out);
}
END_TEST

static const struct {
    double value;
    const char *out;
} number_cases[] = {
    {0, "0"},       {1, "1"},        {-1, "-1"},           {0.5, "0.5"},          {100, "100"},
    {0.1, "0.1"},   {1.0 / 3, "0.3333333333333333"},       {66.66667, "66.66667"}, {NAN, "null"},
    {INFINITY, "null"}, {-INFINITY, "null"}, {1e15, "1e+15"}, {999999999999999, "999999999999999"},
    {DBL_MAX, "1.7976931348623157e+308"},
};

START_TEST(number_table)
{
    /* A locale with a decimal comma must not show; where none is installed this is the C locale's turn. */
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        setlocale(LC_ALL, "C");
    struct buf out = {0};
    struct json j = {.out = &out};
    json_double(&j, NULL, number_cases[_i].value);
    ck_assert_str_eq(buf_text(&out), number_cases[_i].out);
    buf_free(&out);
}
END_TEST

START_TEST(doubles_round_trip)
{
    static const double values[] = {DBL_MIN, DBL_EPSILON, 4.9e-324, 1.1, 2.5e-7, 123456.789, 0.1 + 0.2, 1e22, -1e-300};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct buf out = {0};
        struct json j = {.out = &out};
        json_double(&j, NULL, values[i]);
        double back = strtod(buf_text(&out), NULL);
        ck_assert_msg(memcmp(&back, &values[i], sizeof back) == 0, "%.17g came back from %s", values[i], buf_text(&out));
        buf_free(&out);
    }
}
END_TEST

START_TEST(integers)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    json_int(&j, NULL, INT64_MIN);
    json_int(&j, NULL, INT64_MAX);
    json_close_array(&j);
    ck_assert_str_eq(buf_text(&out), "[-9223372036854775808,9223372036854775807]");
    buf_free(&out);
}
END_TEST

START_TEST(hexadecimal)
{
    static const unsigned char bytes[] = {0x00, 0x0f, 0xa5, 0xff};
    static const struct {
        const char *text;
        bool good;
    } cases[] = {{"000fa5ff", true},   {"000FA5FF", true},    {"000fa5f", false}, {"000fa5ff0", false}, {"", false},
                 {"000fa5fg", false},  {"00:fa5ff", false},   {" 00fa5ff", false}, {NULL, false}};
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_hex(&j, "a", bytes, sizeof bytes);
    json_hex(&j, "b", bytes, 0);
    json_close_object(&j);
    ck_assert_str_eq(buf_text(&out), "{\"a\":\"000fa5ff\",\"b\":\"\"}");
    buf_free(&out);
    for (int i = 0; i < COUNT(cases); i++) {
        unsigned char back[sizeof bytes] = {1, 1, 1, 1};
        ck_assert_msg(hex_read(cases[i].text, back, sizeof back) == cases[i].good, "case %d", i);
        if (cases[i].good)
            ck_assert_mem_eq(back, bytes, sizeof back);
    }
}
END_TEST

START_TEST(ascii_loses_nothing)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"{\"a\":\"plain \\n\"}", "{\"a\":\"plain \\n\"}"},
        {"\"\xC2\xB0\xC3\xB6\"", "\"\\u00b0\\u00f6\""},
        {"\"\xE6\xBC\xA2\xEF\xBF\xBD\"", "\"\\u6f22\\ufffd\""},
        {"\"\xF0\x9F\x94\xA7\"", "\"\\ud83d\\udd27\""},
        {"\"\xF4\x8F\xBF\xBF\xF0\x90\x80\x80\"", "\"\\udbff\\udfff\\ud800\\udc00\""},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        json_add_ascii(&out, cases[i].in, strlen(cases[i].in));
        ck_assert_str_eq(buf_text(&out), cases[i].out);
        buf_free(&out);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json");
    TCase *c = tcase_create("json");
    tcase_add_test(c, nesting);
    tcase_add_test(c, ascii_loses_nothing);
    tcase_add_test(c, hexadecimal);
    tcase_add_loop_test(c, text_table, 0, COUNT(text_cases));
    tcase_add_test(c, keys_are_escaped);
    tcase_add_loop_test(c, number_table, 0, COUNT(number_cases));
    tcase_add_test(c, doubles_round_trip);
    tcase_add_test(c, integers);
    suite_add_tcase(s, c);
    return suite_run(s);
}
