#include "core/base/html.h"

#include "core/base/text.h"

#include <string.h>
#include <strings.h>

enum { TARGET_MOST = 2048 };

static void escape(struct buf *out, const char *s, size_t n)
{
    static const struct {
        char c;
        const char *entity;
    } special[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    size_t from = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof special / sizeof *special; k++)
            if (s[i] == special[k].c) {
                buf_add(out, s + from, i - from);
                buf_adds(out, special[k].entity);
                from = i + 1;
                break;
            }
    buf_add(out, s + from, n - from);
}

static void add_safe(struct buf *out, const char *s, size_t n)
{
    if (text_printable(s, n)) {
        escape(out, s, n);
        return;
    }
    struct buf safe = {0};
    text_safe(&safe, s, n, TEXT_KEEP_NEWLINES);
    escape(out, buf_text(&safe), safe.len);
    out->failed |= safe.failed;
    buf_free(&safe);
}

void html_text(struct buf *out, const char *s, size_t n)
{
    for (const char *tab; n > 0 && (tab = memchr(s, '\t', n)) != NULL;) {
        size_t k = (size_t)(tab - s);
        add_safe(out, s, k);
        buf_addc(out, '\t');
        s += k + 1;
        n -= k + 1;
    }
    if (n > 0)
        add_safe(out, s, n);
}

void html_string(struct buf *out, const char *s)
{
    html_text(out, s, strlen(s));
}

static void add_percent(struct buf *out, unsigned char c)
{
    buf_addf(out, "%%%02X", c);
}

bool html_outside(struct buf *out, const char *target)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:"};
    bool allowed = false;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        allowed |= strncasecmp(target, schemes[i], strlen(schemes[i])) == 0;
    if (!allowed || strlen(target) > TARGET_MOST)
        return false;
    struct buf plain = {0};
    for (const unsigned char *p = (const unsigned char *)target; *p != '\0'; p++)
        if (*p > 0x20 && *p < 0x7F && strchr("\"<>\\^`{|}", *p) == NULL)
            buf_addc(&plain, (char)*p);
        else
            add_percent(&plain, *p);
    bool fits = plain.len <= TARGET_MOST;
    if (fits)
        escape(out, buf_text(&plain), plain.len);
    out->failed |= plain.failed;
    buf_free(&plain);
    return fits;
}

void html_url_part(struct buf *out, const char *s, bool keep_slashes)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *s != '\0'; s++)
        if (strchr(plain, *s) != NULL || (*s == '/' && keep_slashes))
            buf_addc(out, *s);
        else
            add_percent(out, (unsigned char)*s);
}
