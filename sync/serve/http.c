#include "sync/serve/http.h"

#include "core/base/hex.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* Digits at *at as a number; false where there is none, or where it is larger than 2^63. */
static bool digits(const char **at, uint64_t *value)
{
    const char *p = *at;
    if (*p < '0' || *p > '9')
        return false;
    for (*value = 0; *p >= '0' && *p <= '9'; p++) {
        if (*value > (UINT64_MAX >> 1) / 10 - 1)
            return false;
        *value = *value * 10 + (uint64_t)(*p - '0');
    }
    *at = p;
    return true;
}

enum http_range http_range(const char *header, uint64_t size, uint64_t *first, uint64_t *count)
{
    if (header == NULL || strncasecmp(header, "bytes=", 6) != 0)
        return HTTP_RANGE_WHOLE;
    const char *at = blanks(header + 6);
    uint64_t from = 0, to = 0;
    bool has_from = digits(&at, &from);
    if (*at != '-')
        return HTTP_RANGE_WHOLE;
    at++;
    bool has_to = digits(&at, &to);
    if (*blanks(at) != '\0' || (!has_from && !has_to) || (has_from && has_to && to < from))
        return HTTP_RANGE_WHOLE;
    if (!has_from) { /* the last `to` bytes */
        if (to == 0 || size == 0)
            return HTTP_RANGE_OUTSIDE;
        *count = to < size ? to : size;
        *first = size - *count;
        return HTTP_RANGE_PART;
    }
    if (from >= size)
        return HTTP_RANGE_OUTSIDE;
    *first = from;
    *count = has_to && to < size ? to - from + 1 : size - from;
    return HTTP_RANGE_PART;
}

bool http_etag_listed(const char *header, const char *etag)
{
    if (header == NULL)
        return false;
    size_t n = strlen(etag);
    const char *at = blanks(header);
    if (*at == '*')
        return *blanks(at + 1) == '\0';
    while (*at != '\0') {
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        if (*at != '"')
            return false;
        const char *end = strchr(at + 1, '"');
        if (end == NULL)
            return false;
        if ((size_t)(end + 1 - at) == n && memcmp(at, etag, n) == 0)
            return true;
        at = blanks(end + 1);
        if (*at != ',')
            return false;
        at = blanks(at + 1);
    }
    return false;
}

bool http_if_range(const char *header, const char *etag, const char *last_modified)
{
    return header == NULL || strcmp(header, etag) == 0 || strcmp(header, last_modified) == 0;
}

bool http_is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t n = sizeof json - 1;
    return type != NULL && strncasecmp(type, json, n) == 0 && (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

void http_date(time_t when, char *out)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm tm;
    out[0] = '\0';
    if (gmtime_r(&when, &tm) == NULL || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
        return;
    snprintf(out, HTTP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday % 7], tm.tm_mday % 100,
             months[tm.tm_mon % 12], tm.tm_year + 1900, tm.tm_hour % 100, tm.tm_min % 100, tm.tm_sec % 100);
}

size_t http_unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0';) {
        int high = from[0] == '%' ? hex_value(from[1]) : -1;
        int low = high >= 0 ? hex_value(from[2]) : -1;
        int byte = high * 16 + low;
        if (low >= 0 && byte >= 0x20 && byte != 0x7F) {
            *to++ = (char)byte;
            from += 3;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return (size_t)(to - text);
}
