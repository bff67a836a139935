#include "core/quiz/number.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* mantissa * 10^exponent. Up to 2^53 and 10^22 both factors are exact, so that the result is rounded once. */
static double scaled(uint64_t mantissa, long exponent)
{
    if (mantissa == 0)
        return 0;
    if (mantissa <= (UINT64_C(1) << 53) && exponent >= -22 && exponent <= 22)
        return exponent < 0 ? (double)mantissa / pow(10, (double)-exponent)
                            : (double)mantissa * pow(10, (double)exponent);
    long double wide = (long double)mantissa;
    return (double)(exponent < 0 ? wide / powl(10, (long double)-exponent) : wide * powl(10, (long double)exponent));
}

/* The digits at s[at..), up to 18 of them into the mantissa; the rest only count for the exponent. */
static size_t digits(struct str s, size_t at, uint64_t *mantissa, long *dropped, long *taken)
{
    size_t i = at;
    for (; i < s.n && is_digit(s.p[i]); i++) {
        if (*mantissa < UINT64_C(100000000000000000)) {
            *mantissa = *mantissa * 10 + (uint64_t)(s.p[i] - '0');
            (*taken)++;
        } else if (*dropped < 100000) {
            (*dropped)++;
        }
    }
    return i - at;
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
    uint64_t mantissa = 0;
    long dropped = 0, taken = 0, exponent = 0, lost = 0, fraction = 0;
    size_t whole = digits(s, at, &mantissa, &dropped, &taken);
    at += whole;
    size_t after = 0;
    if (at < s.n && s.p[at] == '.') {
        after = digits(s, at + 1, &mantissa, &lost, &fraction);
        if (whole + after == 0)
            return 0;
        at += after + 1;
    }
    if (whole + after == 0)
        return 0;
    at += exponent_part(s, at, &exponent);
    double result = scaled(mantissa, exponent + dropped - fraction);
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
