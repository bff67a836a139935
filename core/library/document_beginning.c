#include "core/library/document.h"

#include <stdint.h>
#include <string.h>

/* The code fence that is open; run is 0 outside. */
struct fence {
    char mark;
    size_t run;
};

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

/* Opens or closes a fence where the line is one; in a list item it may stand at any indent. */
static void pass_fence(struct fence *f, const char *line, const char *end)
{
    const char *p = skip_blanks(line, end);
    char mark = p < end ? *p : '\0';
    size_t run = 0;
    while (p + run < end && p[run] == mark)
        run++;
    if (run < 3 || (mark != '`' && mark != '~'))
        return;
    const char *rest = p + run;
    if (f->run == 0 && (mark == '~' || memchr(rest, '`', (size_t)(end - rest)) == NULL))
        *f = (struct fence){mark, run};
    else if (f->mark == mark && run >= f->run && skip_blanks(rest, end) == end)
        f->run = 0;
}

/* Whether a line behind an empty one starts a block at the margin, whatever stands before. */
static bool starts_block(const char *p, const char *end)
{
    return p < end && (*p == '#' || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || (unsigned char)*p >= 0x80);
}

static bool may_define(const char *line, const char *end)
{
    line = skip_blanks(line, end);
    if (line == end || *line != '[')
        return false;
    const char *close = memchr(line, ']', (size_t)(end - line));
    return close != NULL && close + 1 < end && close[1] == ':';
}

size_t document_beginning(const char *text, size_t len, size_t lines)
{
    struct fence fence = {0};
    size_t count = 0, cut = 0;
    bool empty = false; /* the line before */
    for (const char *p = text, *end = text + len, *next; p < end; p = next, count++) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        const char *stop = lf != NULL ? lf : end;
        next = lf != NULL ? lf + 1 : end;
        if (stop > p && stop[-1] == '\r')
            stop--;
        if (cut > 0) { /* what follows can change what stands before in one way: it may define a link */
            if (may_define(p, stop))
                return len;
            continue;
        }
        if (empty && count >= lines && fence.run == 0 && starts_block(p, stop))
            cut = (size_t)(p - text);
        pass_fence(&fence, p, stop);
        empty = skip_blanks(p, stop) == stop;
    }
    return cut > 0 ? cut : len;
}

size_t document_part(const char *text, size_t len, size_t line)
{
    const char *p = text, *end = text + len;
    for (size_t at = 1; at < line; at++) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        if (lf == NULL || may_define(p, lf))
            return SIZE_MAX;
        p = lf + 1;
    }
    return p < end && *p == '#' ? (size_t)(p - text) : SIZE_MAX;
}
