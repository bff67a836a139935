#include "sync/xapi/value.h"

#include "core/base/clock.h"
#include "core/base/hex.h"
#include "core/base/text.h"
#include "core/record/event.h"

#include <stdio.h>
#include <string.h>

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool xapi_uuid(const char *text)
{
    struct uuid id;
    return uuid_parse(text, &id);
}

bool xapi_mailbox(const char *text)
{
    if (strncmp(text, "mailto:", 7) != 0)
        return false;
    const char *local = text + 7, *at = strrchr(local, '@');
    if (at == NULL || at == local || at[1] == '\0' || at[1] == '.' || strpbrk(at + 1, "<>()\"\\") != NULL)
        return false;
    for (const char *c = local; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7F)
            return false;
    return memchr(local, '@', (size_t)(at - local)) == NULL || local[0] == '"';
}

bool xapi_sha1(const char *text)
{
    size_t i = 0;
    while (hex_value(text[i]) >= 0)
        i++;
    return i == 40 && text[i] == '\0';
}

bool xapi_language(const char *text)
{
    for (size_t part = 0;; part++) {
        size_t n = 0, letters = 0;
        for (; letter(text[n]) || digit(text[n]); n++)
            letters += letter(text[n]);
        if (n == 0 || n > 8)
            return false;
        /* a language, or the beginning of a private or an old registered tag */
        if (part == 0 && (letters < n || (n == 1 && strchr("xXiI", text[0]) == NULL) || (n == 1 && text[1] != '-')))
            return false;
        text += n;
        if (*text == '\0')
            return true;
        if (*text++ != '-')
            return false;
    }
}

/* Digits with or without a fraction; 0 where there is no number. */
static size_t number(const char *text, bool *fraction)
{
    size_t n = 0;
    while (digit(text[n]))
        n++;
    *fraction = n > 0 && (text[n] == '.' || text[n] == ',') && digit(text[n + 1]);
    if (*fraction)
        for (n++; digit(text[n]);)
            n++;
    return n;
}

bool xapi_duration(const char *text)
{
    const char *units = "YMWD", *unit = units;
    if (*text++ != 'P' || *text == '\0')
        return false;
    bool fraction = false, weeks = false, days = false, time = false;
    while (*text != '\0') {
        if (*text == 'T' && !time) {
            time = true;
            unit = "HMS";
            text++;
        }
        if (fraction || weeks)
            return false;
        size_t n = number(text, &fraction);
        const char *found = n > 0 && text[n] != '\0' ? strchr(unit, text[n]) : NULL;
        if (found == NULL)
            return false;
        weeks = *found == 'W';
        if (weeks && (days || time))
            return false;
        days = true;
        unit = found + 1;
        text += n + 1;
    }
    return true;
}

static bool two(const char **at, int least, int most, int *value)
{
    const char *p = *at;
    if (!digit(p[0]) || !digit(p[1]))
        return false;
    *value = (p[0] - '0') * 10 + (p[1] - '0');
    *at = p + 2;
    return *value >= least && *value <= most;
}

static bool offset(const char *at, int *minutes)
{
    int hours = 0, rest = 0;
    *minutes = 0;
    if (*at == '\0' || ((*at == 'Z' || *at == 'z') && at[1] == '\0'))
        return true;
    int sign = *at == '-' ? -1 : 1;
    if (*at != '+' && *at != '-')
        return false;
    at++;
    if (!two(&at, 0, 23, &hours))
        return false;
    if (*at == ':')
        at++;
    if (*at != '\0' && !two(&at, 0, 59, &rest))
        return false;
    *minutes = sign * (hours * 60 + rest);
    return *at == '\0' && at[-1] != ':' && (sign > 0 || *minutes != 0);
}

bool xapi_timestamp(const char *text, int64_t *us)
{
    int high = 0, low = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, minutes = 0;
    int64_t days = 0, part = 0;
    const char *at = text;
    bool ok = two(&at, 0, 99, &high) && two(&at, 0, 99, &low) && *at++ == '-' && two(&at, 1, 12, &month) && *at++ == '-' &&
              two(&at, 1, 31, &day) && (*at == 'T' || *at == 't') && clock_days(high * 100 + low, month, day, &days);
    if (!ok)
        return false;
    at++;
    if (!two(&at, 0, 23, &hour) || *at++ != ':' || !two(&at, 0, 59, &minute) || *at++ != ':' || !two(&at, 0, 60, &second))
        return false;
    if ((*at == '.' || *at == ',') && digit(at[1])) {
        int64_t place = 100000;
        for (at++; digit(*at); at++, place /= 10)
            part += place * (*at - '0');
    }
    if (!offset(at, &minutes))
        return false;
    if (us != NULL)
        *us = (((days * 24 + hour) * 60 + minute - minutes) * 60 + second) * 1000000 + part;
    return true;
}

void xapi_time_text(int64_t us, char *out)
{
    char whole[40];
    int64_t ms = us / 1000;
    clock_format(ms, 0, whole, sizeof whole); /* 2026-11-23T04:31:09.123... */
    snprintf(out, XAPI_TIME_SIZE, "%.23s%03uZ", whole, (unsigned)(us % 1000) % 1000U);
}
