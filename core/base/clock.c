#include "core/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LAST_MS INT64_C(253402300799999) /* the end of year 9999: no calendar here goes further */

static int64_t now_ms(clockid_t id)
{
    struct timespec t = {0};
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    const char *fixed = getenv("CRIB_CLOCK");
    if (fixed != NULL) {
        int64_t ms;
        char *end;
        if (clock_parse(fixed, &ms))
            return ms;
        long long number = strtoll(fixed, &end, 10);
        if (end != fixed && *end == '\0' && number >= 0 && number <= LAST_MS)
            return number;
    }
    return now_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
    return now_ms(CLOCK_MONOTONIC);
}

bool clock_days(int year, int month, int day, int64_t *days)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > month_days[month - 1] + (leap && month == 2))
        return false;
    /* Counting years from March puts the leap day last. */
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t shifted = (month + 9) % 12;
    int64_t of_year = (153 * shifted + 2) / 5 + day - 1;
    *days = y * 365 + y / 4 - y / 100 + y / 400 + of_year - 719468;
    return true;
}

static void civil(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

int clock_offset_minutes(int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm local;
    int64_t days;
    if (localtime_r(&seconds, &local) == NULL ||
        !clock_days(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, &days))
        return 0;
    int64_t as_utc = days * 86400 + local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec;
    return (int)((as_utc - (int64_t)seconds) / 60);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Local time as if it were UTC; what is beyond the years 1 to 9999 is cut, and a sum can't overflow. */
static int64_t shifted_ms(int64_t wall_ms, int offset_minutes)
{
    const int64_t first = INT64_C(-62135596800000);
    if (wall_ms < first)
        wall_ms = first;
    if (wall_ms > LAST_MS)
        wall_ms = LAST_MS;
    return wall_ms + (int64_t)offset_minutes * 60000;
}

void clock_format(int64_t wall_ms, int offset_minutes, char *out, size_t size)
{
    int64_t shifted = shifted_ms(wall_ms, offset_minutes);
    int64_t days = floor_div(shifted, 86400000);
    int ms = (int)(shifted - days * 86400000);
    int year, month, day;
    civil(days, &year, &month, &day);
    int minutes = offset_minutes < 0 ? -offset_minutes : offset_minutes;
    snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d", year, month, day, ms / 3600000,
             ms / 60000 % 60, ms / 1000 % 60, ms % 1000, offset_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void clock_format_day(int64_t wall_ms, char *out, size_t size)
{
    int64_t local = shifted_ms(wall_ms, clock_offset_minutes(wall_ms));
    int year, month, day;
    civil(floor_div(local, 86400000), &year, &month, &day);
    snprintf(out, size, "%04d-%02d-%02d", year, month, day);
}

/* A midnight's own offset is not that of noon where clocks were changed in between. */
static int64_t local_midnight(int64_t day)
{
    int64_t utc = day * 86400000, ms = utc - (int64_t)clock_offset_minutes(utc) * 60000;
    return utc - (int64_t)clock_offset_minutes(ms) * 60000;
}

void clock_local_day(int64_t wall_ms, int64_t *begins_ms, int64_t *ends_ms)
{
    int64_t day = floor_div(shifted_ms(wall_ms, clock_offset_minutes(wall_ms)), 86400000);
    *begins_ms = local_midnight(day);
    *ends_ms = local_midnight(day + 1);
}

static bool number(const char **at, int digits, int *value)
{
    *value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool literal(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool parse_zone(const char **at, int *minutes)
{
    if (literal(at, 'Z') || literal(at, 'z')) {
        *minutes = 0;
        return true;
    }
    int sign = **at == '-' ? -1 : 1, h, m;
    if (!literal(at, '+') && !literal(at, '-'))
        return false;
    if (!number(at, 2, &h) || !literal(at, ':') || !number(at, 2, &m) || h > 23 || m > 59)
        return false;
    *minutes = sign * (h * 60 + m);
    return true;
}

bool clock_parse(const char *text, int64_t *wall_ms)
{
    const char *at = text;
    int year, month, day, hour = 0, minute = 0, second = 0, ms = 0, zone = 0;
    if (!number(&at, 4, &year) || !literal(&at, '-') || !number(&at, 2, &month) || !literal(&at, '-') ||
        !number(&at, 2, &day))
        return false;
    if (*at != '\0') {
        if ((!literal(&at, 'T') && !literal(&at, 't') && !literal(&at, ' ')) || !number(&at, 2, &hour) ||
            !literal(&at, ':') || !number(&at, 2, &minute) || !literal(&at, ':') || !number(&at, 2, &second))
            return false;
        if (literal(&at, '.')) {
            int scale = 100;
            if (*at < '0' || *at > '9')
                return false;
            for (; *at >= '0' && *at <= '9'; at++, scale /= 10)
                ms += (*at - '0') * scale;
        }
        if (!parse_zone(&at, &zone) || *at != '\0' || hour > 23 || minute > 59 || second > 60)
            return false;
    }
    int64_t days;
    if (!clock_days(year, month, day, &days))
        return false;
    *wall_ms = days * 86400000 + (int64_t)(hour * 60 + minute - zone) * 60000 + second * 1000 + ms;
    return true;
}

/* Days of one unit, or months. */
static bool span_unit(const char *unit, int *days, int *months)
{
    static const struct {
        const char *name;
        int days, months;
    } units[] = {{"day", 1, 0}, {"week", 7, 0}, {"month", 0, 1}, {"year", 0, 12}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i].name);
        if (strncmp(unit, units[i].name, n) == 0 && (unit[n] == '\0' || strcmp(unit + n, "s") == 0)) {
            *days = units[i].days;
            *months = units[i].months;
            return true;
        }
    }
    return false;
}

static bool months_after(int64_t days, long months, int64_t *after)
{
    int year, month, day;
    civil(days, &year, &month, &day);
    long all = (long)year * 12 + month - 1 + months;
    if (all / 12 > 9999)
        return false;
    while (!clock_days((int)(all / 12), (int)(all % 12) + 1, day, after))
        day--;
    return true;
}

bool clock_after(int64_t wall_ms, const char *span, int64_t *after_ms)
{
    char *unit;
    int unit_days, unit_months;
    if (span[0] < '1' || span[0] > '9')
        return false;
    long n = strtol(span, &unit, 10);
    if (n > 4000000 || *unit != ' ' || !span_unit(unit + 1, &unit_days, &unit_months))
        return false;
    int64_t days = floor_div(wall_ms, 86400000), of_day = wall_ms - days * 86400000, after = days + n * unit_days;
    if (unit_months > 0 && !months_after(days, n * unit_months, &after))
        return false;
    *after_ms = after * 86400000 + of_day;
    return *after_ms <= LAST_MS;
}

void clock_boot_id(char *out, size_t size)
{
    if (size == 0)
        return;
    out[0] = '\0';
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (f == NULL)
        return;
    char line[65];
    if (fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        snprintf(out, size, "%s", line);
    }
    fclose(f);
}
