#include "core/library/source.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <string.h>

enum { MOST_REPORTED = 10 };

struct cleaning {
    struct buf out;
    const char *file;
    struct diags *diags;
    size_t line;
    size_t line_start;    /* offset into out */
    size_t reported;      /* lines */
    size_t reported_line; /* the last one */
};

static void report(struct cleaning *c, unsigned char byte)
{
    if (c->reported_line == c->line)
        return;
    c->reported_line = c->line;
    c->reported++;
    size_t column = text_characters(buf_text(&c->out) + c->line_start, c->out.len - c->line_start) + 1;
    if (c->reported <= MOST_REPORTED) {
        if (byte == 0)
            diags_add(c->diags, SEVERITY_ERROR, c->file, c->line, column, "take it out", "a NUL byte");
        else
            diags_add(c->diags, SEVERITY_ERROR, c->file, c->line, column, "save the file as UTF-8",
                      "not UTF-8: byte 0x%02X", byte);
    } else if (c->reported == MOST_REPORTED + 1) {
        diags_add(c->diags, SEVERITY_ERROR, c->file, c->line, column, "save the file as UTF-8",
                  "further lines have bytes that are not UTF-8");
    }
}

static void end_line(struct cleaning *c)
{
    buf_addc(&c->out, '\n');
    c->line++;
    c->line_start = c->out.len;
}

/* Bytes without CR and LF, good or bad. */
static void add_run(struct cleaning *c, const char *s, size_t n)
{
    while (n > 0) {
        size_t good = text_invalid(s, n);
        buf_add(&c->out, s, good);
        if (good == n)
            return;
        report(c, (unsigned char)s[good]);
        buf_adds(&c->out, "\xEF\xBF\xBD");
        s += good + 1;
        n -= good + 1;
    }
}

static void clean_all(struct cleaning *c, const char *s, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t end = at;
        while (end < n && s[end] != '\n' && s[end] != '\r')
            end++;
        add_run(c, s + at, end - at);
        if (end < n)
            end_line(c);
        at = end < n && s[end] == '\r' && end + 1 < n && s[end + 1] == '\n' ? end + 2 : end + 1;
    }
}

bool source_clean(struct arena *a, const char *bytes, size_t n, const char *file, struct diags *diags,
                  struct str *clean)
{
    if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        n -= 3;
    }
    *clean = (struct str){n > 0 ? bytes : "", n};
    if (n == 0 || (memchr(bytes, '\r', n) == NULL && text_invalid(bytes, n) == n))
        return true;
    struct cleaning c = {.file = file, .diags = diags, .line = 1};
    clean_all(&c, bytes, n);
    bool ok = buf_ok(&c.out);
    if (ok) {
        char *copy = arena_copy(a, buf_text(&c.out), c.out.len);
        ok = copy != NULL;
        *clean = (struct str){copy, c.out.len};
    }
    buf_free(&c.out);
    return ok;
}
