/* clock: civil dates, and times as RFC 3339 writes them. */
#include "core/base/clock.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define DAY INT64_C(86400000)

static const struct {
    int year, month, day;
    int64_t days; /* -1000000: there is no such day */
} day_cases[] = {
    {1970, 1, 1, 0},        {1969, 12, 31, -1},     {2000, 2, 29, 11016},    {2000, 3, 1, 11017},
    {2024, 2, 29, 19782},   {2026, 11, 23, 20780},  {1, 1, 1, -719162},      {9999, 12, 31, 2932896},
    {2023, 2, 29, -1000000}, {1900, 2, 29, -1000000}, {2100, 2, 29, -1000000}, {2024, 2, 30, -1000000},
    {2024, 4, 31, -1000000}, {2024, 0, 1, -1000000},  {2024, 13, 1, -1000000}, {2024, 1, 0, -1000000},
    {2024, 1, 32, -1000000}, {0, 1, 1, -1000000},     {10000, 1, 1, -1000000}, {2024, -1, 1, -1000000},
};

START_TEST(days_table)
{
    int64_t days = -1000000;
    bool is = clock_days(day_cases[_i].year, day_cases[_i].month, day_cases[_i].day, &days);
    ck_assert_int_eq(days, day_cases[_i].days);
    ck_assert(is == (day_cases[_i].days != -1000000));
}
END_TEST

/* Every day of four centuries comes back as it went in, and follows the one before. */
START_TEST(days_round_trip)
{
    int64_t before = -1;
    ck_assert(clock_days(1799, 12, 31, &before));
    size_t seen = 0;
    for (int year = 1800; year < 2200; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 31; day++) {
                int64_t days;
                if (!clock_days(year, month, day, &days))
                    continue;
                if (days != before + 1)
                    ck_abort_msg("%04d-%02d-%02d does not follow", year, month, day);
                before = days;
                seen++;
                char text[40];
                clock_format(days * DAY, 0, text, sizeof text);
                int y, m, d;
                if (sscanf(text, "%d-%d-%dT", &y, &m, &d) != 3 || y != year || m != month || d != day)
                    ck_abort_msg("%04d-%02d-%02d came back as %s", year, month, day, text);
            }
    ck_assert_uint_eq(seen, 146097);
}
END_TEST

static const struct {
    const char *text;
    int64_t ms; /* -1: refused */
} parse_cases[] = {
    {"1970-01-01", 0},
    {"1970-01-02", DAY},
    {"2026-11-23T04:31:09.123+01:00", INT64_C(1795404669123)},
    {"2026-11-23T03:31:09.123Z", INT64_C(1795404669123)},
    {"2026-11-23t03:31:09.123z", INT64_C(1795404669123)},
    {"2026-11-23 03:31:09.123Z", INT64_C(1795404669123)},
    {"2026-11-22T22:01:09.123-05:30", INT64_C(1795404669123)},
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01T00:00:00.5Z", 500},
    {"1970-01-01T00:00:00.0009Z", 0},
    {"1970-01-01T00:00:00.123456789Z", 123},
    {"1970-01-01T00:00:60Z", 60000}, /* a leap second */
    {"2024-02-29", 19782 * DAY},
    {"", -1},
    {"today", -1},
    {"2026", -1},
    {"2026-11", -1},
    {"2026-11-23T", -1},
    {"2026-11-23T04:31", -1},
    {"2026-11-23T04:31:09", -1},
    {"2026-11-23T04:31:09.Z", -1},
    {"2026-11-23T04:31:09+0100", -1},
    {"2026-11-23T04:31:09+01:60", -1},
    {"2026-11-23T04:31:09+24:00", -1},
    {"2026-11-23T24:00:00Z", -1},
    {"2026-11-23T23:60:00Z", -1},
    {"2026-11-23T23:59:61Z", -1},
    {"2026-11-23T04:31:09Zx", -1},
    {"2026-11-23x", -1},
    {" 2026-11-23", -1},
    {"2023-02-29", -1},
    {"0000-01-01", -1},
    {"2026-1-23", -1},
    {"+026-11-23", -1},
    {"-2026-11-23", -1},
};

START_TEST(parse_table)
{
    int64_t ms = -1;
    bool is = clock_parse(parse_cases[_i].text, &ms);
    ck_assert_msg(ms == parse_cases[_i].ms && is == (parse_cases[_i].ms != -1), "\"%s\": %s, %lld",
                  parse_cases[_i].text, is ? "read" : "refused", (long long)ms);
}
END_TEST

static const struct {
    int64_t ms;
    int offset;
    const char *text;
} format_cases[] = {
    {0, 0, "1970-01-01T00:00:00.000+00:00"},
    {-1, 0, "1969-12-31T23:59:59.999+00:00"},
    {INT64_C(1795404669123), 60, "2026-11-23T04:31:09.123+01:00"},
    {INT64_C(1795404669123), -330, "2026-11-22T22:01:09.123-05:30"},
    {INT64_C(1795404669123), 0, "2026-11-23T03:31:09.123+00:00"},
    {INT64_C(1709164800000), 0, "2024-02-29T00:00:00.000+00:00"},
    {INT64_C(253402300799999), 0, "9999-12-31T23:59:59.999+00:00"},
};

START_TEST(format_table)
{
    char out[30];
    clock_format(format_cases[_i].ms, format_cases[_i].offset, out, sizeof out);
    ck_assert_str_eq(out, format_cases[_i].text);
    int64_t back;
    ck_assert(clock_parse(out, &back));
    ck_assert_int_eq(back, format_cases[_i].ms);
}
END_TEST

/* Times that no calendar of four digits holds: cut, not overrun. */
START_TEST(format_extremes)
{
    static const int64_t times[] = {INT64_MAX, INT64_MIN, INT64_C(253402300800000), INT64_C(-62135596800001)};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char out[32], day[12];
        memset(out, '#', sizeof out);
        memset(day, '#', sizeof day);
        clock_format(times[i], 840, out, 30);
        clock_format_day(times[i], day, 11);
        ck_assert(memchr(out, '\0', 30) != NULL && out[30] == '#');
        ck_assert(memchr(day, '\0', 11) != NULL && day[11] == '#');
    }
}
END_TEST

static const struct {
    const char *zone;
    int64_t ms;
    int minutes;
    const char *day;
} zone_cases[] = {
    {"UTC0", INT64_C(1795404669123), 0, "2026-11-23"},
    {"XXX-5:30", INT64_C(1795404669123), 330, "2026-11-23"},
    {"XXX9:30", INT64_C(1795404669123), -570, "2026-11-22"},
    {"CET-1CEST,M3.5.0,M10.5.0/3", INT64_C(1782864000000), 120, "2026-07-01"},
    {"CET-1CEST,M3.5.0,M10.5.0/3", INT64_C(1795404669123), 60, "2026-11-23"},
    {"XXX-14", INT64_C(1795392000000), 840, "2026-11-23"},
};

static const struct {
    const char *from, *span, *after; /* NULL: it is none */
} span_cases[] = {
    {"2026-10-02", "12 months", "2027-10-02"},  {"2026-10-02", "1 year", "2027-10-02"},
    {"2024-02-29", "1 year", "2025-02-28"},     {"2024-02-29", "4 years", "2028-02-29"},
    {"2026-01-31", "1 month", "2026-02-28"},    {"2026-11-30", "3 months", "2027-02-28"},
    {"2026-10-02", "90 days", "2026-12-31"},    {"2026-10-02", "6 weeks", "2026-11-13"},
    {"2026-10-02T10:11:12.345+00:00", "1 day", "2026-10-03T10:11:12.345+00:00"},
    {"2026-10-02", "12months", NULL},           {"2026-10-02", "0 months", NULL},
    {"2026-10-02", "-1 months", NULL},          {"2026-10-02", "12", NULL},
    {"2026-10-02", "", NULL},                   {"2026-10-02", "a year", NULL},
    {"2026-10-02", "1 yearss", NULL},           {"2026-10-02", "9000 years", NULL},
    {"2026-10-02", "99999999999999999999 days", NULL}, {"2026-10-02", "3999999 days", NULL},
};

START_TEST(span_table)
{
    int64_t from, after, wanted;
    ck_assert(clock_parse(span_cases[_i].from, &from));
    bool is = clock_after(from, span_cases[_i].span, &after);
    ck_assert_msg(is == (span_cases[_i].after != NULL), "%s", span_cases[_i].span);
    if (is) {
        ck_assert(clock_parse(span_cases[_i].after, &wanted));
        ck_assert_int_eq(after, wanted);
    }
}
END_TEST

START_TEST(zone_table)
{
    setenv("TZ", zone_cases[_i].zone, 1);
    tzset();
    char day[11];
    ck_assert_int_eq(clock_offset_minutes(zone_cases[_i].ms), zone_cases[_i].minutes);
    clock_format_day(zone_cases[_i].ms, day, sizeof day);
    ck_assert_str_eq(day, zone_cases[_i].day);
}
END_TEST

static const struct {
    const char *text;
    int64_t ms; /* -1: the real clock */
} fixed_cases[] = {
    {"2026-11-23T03:31:09.123Z", INT64_C(1795404669123)},
    {"1795404669123", INT64_C(1795404669123)},
    {"0", 0},
    {"", -1},
    {"soon", -1},
    {"12 o'clock", -1},
    {"9223372036854775807", -1},
    {"99999999999999999999999", -1},
};

START_TEST(fixed_table)
{
    setenv("CRIB_CLOCK", fixed_cases[_i].text, 1);
    int64_t ms = clock_wall_ms();
    if (fixed_cases[_i].ms >= 0)
        ck_assert_int_eq(ms, fixed_cases[_i].ms);
    else
        ck_assert_msg(llabs(ms - (int64_t)time(NULL) * 1000) < 10000, "\"%s\" set the clock", fixed_cases[_i].text);
    unsetenv("CRIB_CLOCK");
}
END_TEST

START_TEST(running)
{
    int64_t before = clock_monotonic_ms();
    struct timespec pause = {0, 3000000};
    nanosleep(&pause, NULL);
    ck_assert_int_gt(clock_monotonic_ms(), before);
    char id[65], small[4];
    clock_boot_id(id, sizeof id);
    ck_assert(strlen(id) <= 64 && strpbrk(id, "\r\n") == NULL);
    clock_boot_id(small, sizeof small);
    ck_assert_uint_le(strlen(small), 3);
    ck_assert(strncmp(id, small, strlen(small)) == 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clock");
    TCase *c = tcase_create("clock");
    tcase_set_timeout(c, 30);
    tcase_add_loop_test(c, days_table, 0, COUNT(day_cases));
    tcase_add_test(c, days_round_trip);
    tcase_add_loop_test(c, parse_table, 0, COUNT(parse_cases));
    tcase_add_loop_test(c, span_table, 0, COUNT(span_cases));
    tcase_add_loop_test(c, format_table, 0, COUNT(format_cases));
    tcase_add_test(c, format_extremes);
    tcase_add_loop_test(c, zone_table, 0, COUNT(zone_cases));
    tcase_add_loop_test(c, fixed_table, 0, COUNT(fixed_cases));
    tcase_add_test(c, running);
    suite_add_tcase(s, c);
    return suite_run(s);
}
