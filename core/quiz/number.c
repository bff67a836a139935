#include "core/quiz/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number's digits without its point and leading zeros: with the exponent that this leaves, strtod needs no decimal
 * sign, which differs by locale, and rounds once. */
enum { MOST_DIGITS = 64 };

struct decimal {
    char digits[MOST_DIGITS];
    size_t n;
    long exponent;
    bool more; /* digits that found no room were not all 0 */
};

/* The digits at s[at..); step is what each adds to the exponent: 0 before the point, -1 after it. Returns how many. */
static size_t take_digits(struct decimal *d, struct str s, size_t at, long step)
{
    size_t i = at;
    for (; i < s.n && is_digit(s.p[i]); i++) {
        bool kept = d->n < MOST_DIGITS;
        if (kept && (d->n > 0 || s.p[i] != '0'))
            d->digits[d->n++] = s.p[i];
        else if (!kept && s.p[i] != '0')
            d->more = true;
        if (labs(d->exponent) < 100000)
            d->exponent += kept ? step : step + 1;
    }
    return i - at;
}

static double decimal_value(const struct decimal *d, long exponent)
{
    if (d->n == 0)
        return 0;
    char text[MOST_DIGITS + 32];
    snprintf(text, sizeof text, "%.*s%se%ld", (int)d->n, d->digits, d->more ? "1" : "",
             exponent + d->exponent - (d->more ? 1 : 0));
    return strtod(text, NULL);
}

static size_t exponent_part(struct str s, size_t at, long *exponent)
{
    if (at >= s.n || (s.p[at] != 'e' && s.p[at] != 'E'))
        return 0;
    size_t i = at + 1;
    bool minus = i < s.n && s.p[i] == '-';
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
        i++;
    if (i >= s.n || !is_digit(s.p[i]))
        return 0;
    long value = 0;
    for (; i < s.n && is_digit(s.p[i]); i++)
        if (value < 100000)
            value = value * 10 + (s.p[i] - '0');
    *exponent = minus ? -value : value;
    return i - at;
}

size_t number_prefix(struct str s, double *value)
{
    size_t at = 0;
    bool minus = s.n > 0 && s.p[0] == '-';
    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
        at++;
    struct decimal d = {0};
    size_t whole = take_digits(&d, s, at, 0);
    at += whole;
    size_t after = 0;
    if (at < s.n && s.p[at] == '.') {
        after = take_digits(&d, s, at + 1, -1);
        if (whole + after == 0)
            return 0;
        at += after + 1;
    }
    if (whole + after == 0)
        return 0;
    long exponent = 0;
    at += exponent_part(s, at, &exponent);
    double result = decimal_value(&d, exponent);
    if (!isfinite(result))
        return 0;
    *value = minus ? -result : result;
    return at;
}

bool number_parse(struct str s, double *value)
{
    s = str_trim(s);
    return s.n > 0 && number_prefix(s, value) == s.n;
}

void number_format(double value, char *out, size_t size)
{
    char text[40];
    if (fabs(value) < 1e15 && fabs(value - round(value)) <= 0) {
        snprintf(out, size, "%.0f", value + 0.0); /* -0 becomes 0 */
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, value);
        double back = strtod(text, NULL);
        if (!(back < value) && !(back > value))
            break;
    }
    /* The locale's decimal sign may be anything, of any length. */
    size_t n = 0;
    bool sign = false;
    for (const char *p = text; *p != '\0' && n + 1 < size; p++) {
        bool plain = is_digit(*p) || strchr("+-einfa", *p) != NULL;
        if (plain)
            out[n++] = *p;
        else if (!sign)
            out[n++] = '.';
        sign = !plain;
    }
    out[n] = '\0';
}

void number_show(double value, char *out, size_t size)
{
    char text[40];
    snprintf(text, sizeof text, "%.12g", value);
    double shorter = strtod(text, NULL);
    number_format(isfinite(shorter) ? shorter : value, out, size);
}
