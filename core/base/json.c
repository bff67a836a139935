#include "core/base/json.h"

#include "core/base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void add_escaped(struct buf *out, const char *s, size_t n)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t k = text_decode(s + i, n - i, &c);
        if (c == '"' || c == '\\') {
            buf_addc(out, '\\');
            buf_addc(out, (char)c);
        } else if (c == '\n') {
            buf_adds(out, "\\n");
        } else if (c == '\t') {
            buf_adds(out, "\\t");
        } else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200E && c <= 0x200F) ||
                   (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) {
            buf_addf(out, "\\u%04" PRIx32, c);
        } else if (k == 1 && c >= 0x80) {
            buf_adds(out, "\xEF\xBF\xBD");
        } else {
            buf_add(out, s + i, k);
        }
        i += k;
    }
    buf_addc(out, '"');
}

static void before(struct json *j, const char *key)
{
    if (j->comma)
        buf_addc(j->out, ',');
    j->comma = true;
    if (key != NULL) {
        add_escaped(j->out, key, strlen(key));
        buf_addc(j->out, ':');
    }
}

static void open_with(struct json *j, const char *key, char bracket)
{
    before(j, key);
    buf_addc(j->out, bracket);
    j->comma = false;
}

static void close_with(struct json *j, char bracket)
{
    buf_addc(j->out, bracket);
    j->comma = true;
}

void json_open_object(struct json *j, const char *key)
{
    open_with(j, key, '{');
}

void json_close_object(struct json *j)
{
    close_with(j, '}');
}

void json_open_array(struct json *j, const char *key)
{
    open_with(j, key, '[');
}

void json_close_array(struct json *j)
{
    close_with(j, ']');
}

void json_text(struct json *j, const char *key, const char *text, size_t n)
{
    before(j, key);
    add_escaped(j->out, text, n);
}

void json_string(struct json *j, const char *key, const char *text)
{
    if (text == NULL)
        json_null(j, key);
    else
        json_text(j, key, text, strlen(text));
}

void json_hex(struct json *j, const char *key, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    before(j, key);
    buf_addc(j->out, '"');
    for (size_t i = 0; i < n; i++) {
        buf_addc(j->out, digits[bytes[i] >> 4]);
        buf_addc(j->out, digits[bytes[i] & 15]);
    }
    buf_addc(j->out, '"');
}

void json_int(struct json *j, const char *key, int64_t value)
{
    before(j, key);
    buf_addf(j->out, "%" PRId64, value);
}

void json_double(struct json *j, const char *key, double value)
{
    if (!isfinite(value)) {
        json_null(j, key);
        return;
    }
    before(j, key);
    char digits[40];
    if (fabs(value) < 1e15 && fabs(value - round(value)) <= 0) {
        buf_addf(j->out, "%.0f", value);
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        double back = 0;
        if (sscanf(digits, "%lf", &back) == 1 && !(back < value) && !(back > value))
            break;
    }
    char *sign = strpbrk(digits, ",.");
    if (sign != NULL)
        *sign = '.'; /* whatever the locale writes */
    buf_adds(j->out, digits);
}

void json_bool(struct json *j, const char *key, bool value)
{
    before(j, key);
    buf_adds(j->out, value ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
    before(j, key);
    buf_adds(j->out, "null");
}

void json_strings(struct json *j, const char *key, struct strings list)
{
    json_open_array(j, key);
    for (size_t i = 0; i < list.count; i++)
        json_string(j, NULL, list.items[i]);
    json_close_array(j);
}

void json_add_ascii(struct buf *out, const char *json, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t c;
        i += text_decode(json + i, n - i, &c);
        if (c < 0x80)
            buf_addc(out, (char)c);
        else if (c < 0x10000)
            buf_addf(out, "\\u%04" PRIx32, c);
        else
            buf_addf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + ((c - 0x10000) & 0x3FF));
    }
}
