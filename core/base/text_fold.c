/* Texts as they are compared: folded, and in normal form. */
#include "core/base/text.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool is_space_point(utf8proc_int32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x2028 || c == 0x2029 || c == 0x3000 ||
           utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

static void add_point(struct buf *out, utf8proc_int32_t c)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);
    if (n > 0)
        buf_add(out, (const char *)bytes, (size_t)n);
}

/* Normalises through utf8proc, then collapses blanks. */
static void normalised(struct buf *out, const char *s, size_t n, utf8proc_option_t options)
{
    utf8proc_int32_t *points = malloc((n + 1) * sizeof *points);
    if (points == NULL) {
        out->failed = true;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < n;) {
        uint32_t c;
        i += text_decode(s + i, n - i, &c);
        points[count++] = (utf8proc_int32_t)c;
    }
    struct buf whole = {0};
    for (size_t i = 0; i < count; i++)
        add_point(&whole, points[i]);
    free(points);
    if (whole.failed || whole.len == 0) {
        out->failed |= whole.failed;
        buf_free(&whole);
        return;
    }
    utf8proc_uint8_t *done = NULL;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)whole.data, (utf8proc_ssize_t)whole.len, &done, options);
    buf_free(&whole);
    if (len < 0 || done == NULL) {
        out->failed = true;
        return;
    }
    bool gap = false, any = false;
    for (size_t i = 0; i < (size_t)len;) {
        uint32_t c;
        i += text_decode((const char *)done + i, (size_t)len - i, &c);
        if (is_space_point((utf8proc_int32_t)c)) {
            gap = any;
            continue;
        }
        if (gap)
            buf_addc(out, ' ');
        gap = false;
        any = true;
        add_point(out, (utf8proc_int32_t)c);
    }
    free(done);
}

static bool all_ascii(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] >= 0x80 || s[i] == '\0')
            return false;
    return true;
}

static void ascii_collapsed(struct buf *out, const char *s, size_t n, bool lower)
{
    bool gap = false, any = false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == ' ' || (s[i] >= '\t' && s[i] <= '\r')) {
            gap = any;
            continue;
        }
        if (gap)
            buf_addc(out, ' ');
        gap = false;
        any = true;
        buf_addc(out, lower && s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i]);
    }
}

void text_fold(struct buf *out, const char *s, size_t n)
{
    if (all_ascii(s, n))
        ascii_collapsed(out, s, n, true);
    else
        normalised(out, s, n,
                   UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                       UTF8PROC_IGNORE);
}

void text_nfc(struct buf *out, const char *s, size_t n)
{
    if (all_ascii(s, n))
        ascii_collapsed(out, s, n, false);
    else
        normalised(out, s, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}
