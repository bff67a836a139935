/* http: ranges, entity tags, dates and percent-encoding, as RFC 9110 and RFC 3986 have them. */
#include "core/base/error.h"
#include "sync/serve/files.h"
#include "sync/serve/http.h"
#include "sync/serve/listen.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <netdb.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const struct {
    const char *header;
    uint64_t size;
    enum http_range result;
    uint64_t first, count;
} ranges[] = {
    {NULL, 100, HTTP_RANGE_WHOLE, 0, 0},
    {"", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=0-0", 100, HTTP_RANGE_PART, 0, 1},
    {"bytes=0-99", 100, HTTP_RANGE_PART, 0, 100},
    {"bytes=0-100", 100, HTTP_RANGE_PART, 0, 100},
    {"bytes=10-", 100, HTTP_RANGE_PART, 10, 90},
    {"bytes=99-", 100, HTTP_RANGE_PART, 99, 1},
    {"BYTES=10-19", 100, HTTP_RANGE_PART, 10, 10},
    {"bytes= 10-19 ", 100, HTTP_RANGE_PART, 10, 10},
    {"bytes=-1", 100, HTTP_RANGE_PART, 99, 1},
    {"bytes=-100", 100, HTTP_RANGE_PART, 0, 100},
    {"bytes=-500", 100, HTTP_RANGE_PART, 0, 100},
    {"bytes=-0", 100, HTTP_RANGE_OUTSIDE, 0, 0},
    {"bytes=100-", 100, HTTP_RANGE_OUTSIDE, 0, 0},
    {"bytes=100-200", 100, HTTP_RANGE_OUTSIDE, 0, 0},
    {"bytes=0-", 0, HTTP_RANGE_OUTSIDE, 0, 0},
    {"bytes=-5", 0, HTTP_RANGE_OUTSIDE, 0, 0},
    {"bytes=20-10", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=0-1,5-6", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=a-b", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=-", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=1", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=--1", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=1-2x", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"lines=1-2", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=99999999999999999999-", 100, HTTP_RANGE_WHOLE, 0, 0},
    {"bytes=0-18446744073709551616", 100, HTTP_RANGE_WHOLE, 0, 0},
};

START_TEST(range)
{
    uint64_t first = 0, count = 0;
    ck_assert_msg(http_range(ranges[_i].header, ranges[_i].size, &first, &count) == ranges[_i].result, "%s",
                  ranges[_i].header);
    if (ranges[_i].result == HTTP_RANGE_PART) {
        ck_assert_uint_eq(first, ranges[_i].first);
        ck_assert_uint_eq(count, ranges[_i].count);
    }
}
END_TEST

static const struct {
    const char *header;
    bool listed;
} tags[] = {
    {"\"a\"", true},          {"W/\"a\"", true},   {"*", true},        {" * ", true},     {"\"b\", \"a\"", true},
    {"\"b\",W/\"a\"", true},  {"\"b\"", false},    {"a", false},       {"", false},       {"\"a", false},
    {"\"ab\"", false},        {"* x", false},      {",\"a\"", false},  {"\"b\" \"a\"", false},
    {"\"b, \"a\"", false},
};

START_TEST(etag)
{
    ck_assert_msg(http_etag_listed(tags[_i].header, "\"a\"") == tags[_i].listed, "%s", tags[_i].header);
    ck_assert(!http_etag_listed(NULL, "\"a\""));
}
END_TEST

START_TEST(if_range)
{
    const char *date = "Sun, 06 Nov 1994 08:49:37 GMT";
    ck_assert(http_if_range(NULL, "\"a\"", date));
    ck_assert(http_if_range("\"a\"", "\"a\"", date));
    ck_assert(http_if_range(date, "\"a\"", date));
    ck_assert(!http_if_range("W/\"a\"", "\"a\"", date)); /* strong comparison */
    ck_assert(!http_if_range("\"b\"", "\"a\"", date));
    ck_assert(!http_if_range("Sun, 06 Nov 1994 08:49:38 GMT", "\"a\"", date));
}
END_TEST

START_TEST(date)
{
    char out[HTTP_DATE_SIZE];
    http_date(784111777, out);
    ck_assert_str_eq(out, "Sun, 06 Nov 1994 08:49:37 GMT");
    http_date(0, out);
    ck_assert_str_eq(out, "Thu, 01 Jan 1970 00:00:00 GMT");
    http_date((time_t)1 << 60, out);
    ck_assert_str_eq(out, "");
}
END_TEST

static const struct {
    const char *text, *result;
} escapes[] = {
    {"", ""},           {"a", "a"},           {"%41b", "Ab"},         {"%2e%2E/x", "../x"}, {"%2f", "/"},
    {"%00", "%00"},     {"a%0d%0ab", "a%0d%0ab"}, {"%7f", "%7f"},     {"%", "%"},           {"%4", "%4"},
    {"%4g", "%4g"},     {"%%41", "%A"},       {"%2541", "%41"},       {"%c3%a9", "\xC3\xA9"}, {"+", "+"},
};

START_TEST(unescape)
{
    char text[64];
    snprintf(text, sizeof text, "%s", escapes[_i].text);
    ck_assert_uint_eq(http_unescape(text), strlen(escapes[_i].result));
    ck_assert_str_eq(text, escapes[_i].result);
}
END_TEST

static const struct {
    const char *path;
    enum files_kind kind;
} paths[] = {
    {"channel.json", FILES_POINTER},
    {"channel.json.minisig", FILES_POINTER},
    {"keys/1.json", FILES_KEYS},
    {"keys/1.json.minisig", FILES_KEYS},
    {"pack/all-00ff.tar.zst", FILES_IMMUTABLE},
    {"delta/all-00-ff.zst", FILES_IMMUTABLE},
    {"sig/00ff.minisig", FILES_IMMUTABLE},
    {"", FILES_NONE},
    {"channel.yaml", FILES_NONE},
    {"channel.json/", FILES_NONE},
    {"pack", FILES_NONE},
    {"pack/", FILES_NONE},
    {"pack//x", FILES_NONE},
    {"pack/.", FILES_NONE},
    {"pack/..", FILES_NONE},
    {"pack/.hidden", FILES_NONE},
    {"pack/../channel.json", FILES_NONE},
    {"pack/a/b", FILES_NONE},
    {"pack/a\\b", FILES_NONE},
    {"pack/a b", FILES_NONE},
    {"pack/%2e", FILES_NONE},
    {"pack/\xC3\xA9", FILES_NONE},
    {"Pack/x", FILES_NONE},
    {"/channel.json", FILES_NONE},
    {"./channel.json", FILES_NONE},
    {"modules/a.md", FILES_NONE},
    {".git/config", FILES_NONE},
};

START_TEST(kind)
{
    ck_assert_msg(files_kind(paths[_i].path) == paths[_i].kind, "%s", paths[_i].path);
}
END_TEST

static const char *const no_addresses[] = {
    "", ":", "x:", ":80", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:80x", "127.0.0.1:-1", "::1:80", "[::1:80", "[]:80",
    "127.0.0.1:123456", "not an address:80", "127.0.0.1:80 ",
};

START_TEST(no_address)
{
    struct error err = {0};
    struct listening at;
    ck_assert_msg(!listen_open(no_addresses[_i], &at, &err), "%s", no_addresses[_i]);
    ck_assert_int_eq(err.code, EX_USAGE);
    ck_assert(err.todo[0] != '\0');
}
END_TEST

START_TEST(address)
{
    static const char *const good[] = {"0", "127.0.0.1:0", "localhost:0", "*:0"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct listening at;
        struct addrinfo *found = NULL;
        if (strncmp(good[i], "localhost", 9) == 0 && getaddrinfo("localhost", NULL, NULL, &found) != 0)
            continue; /* a machine without /etc/hosts */
        if (found != NULL)
            freeaddrinfo(found);
        ck_assert_msg(listen_open(good[i], &at, NULL), "%s", good[i]);
        ck_assert_uint_gt(at.port, 0);
        char port[16];
        snprintf(port, sizeof port, ":%u", at.port);
        ck_assert_ptr_nonnull(strstr(at.authority, port));
        close(at.fd);
    }
}
END_TEST

START_TEST(address_taken)
{
    struct listening at, second;
    struct error err = {0};
    ck_assert(listen_open("127.0.0.1:0", &at, NULL));
    ck_assert(!listen_open(at.authority, &second, &err));
    ck_assert_int_eq(err.code, EX_UNAVAILABLE);
    close(at.fd);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

int main(void)
{
    Suite *s = suite_create("http");
    TCase *c = tcase_create("http");
    tcase_add_loop_test(c, range, 0, COUNT(ranges));
    tcase_add_loop_test(c, etag, 0, COUNT(tags));
    tcase_add_test(c, if_range);
    tcase_add_test(c, date);
    tcase_add_loop_test(c, unescape, 0, COUNT(escapes));
    tcase_add_loop_test(c, kind, 0, COUNT(paths));
    tcase_add_loop_test(c, no_address, 0, COUNT(no_addresses));
    tcase_add_test(c, address);
    tcase_add_test(c, address_taken);
    suite_add_tcase(s, c);
    return suite_run(s);
}
