#include "tui/cli/watch_plain.h"

#include <string.h>

/* The length of such a sequence at text (`ESC [ 1 ; 3 1 m`, `ESC [ K`), or 0. */
static size_t colour_at(const char *text, size_t n)
{
    size_t i = 2;
    if (n < 3 || text[0] != '\033' || text[1] != '[')
        return 0;
    while (i < n && ((text[i] >= '0' && text[i] <= '9') || text[i] == ';' || text[i] == ':'))
        i++;
    return i < n && (text[i] == 'm' || text[i] == 'K') ? i + 1 : 0;
}

/* The next one at or behind at, with its length; n where there is none. */
static size_t next_colour(const char *text, size_t n, size_t at, size_t *length)
{
    const char *escape;
    *length = 0;
    while (at < n && (escape = memchr(text + at, '\033', n - at)) != NULL) {
        at = (size_t)(escape - text);
        *length = colour_at(escape, n - at);
        if (*length > 0)
            return at;
        at++;
    }
    return n;
}

static void add_blanks(struct buf *out, size_t n)
{
    static const char blanks[] = "                                ";
    for (size_t k; n > 0; n -= k) {
        k = n < sizeof blanks - 1 ? n : sizeof blanks - 1;
        buf_add(out, blanks, k);
    }
}

/* Text without colours, with the blanks that are owed before its line feed. */
static void add_text(struct buf *out, const char *text, size_t n, size_t *owed)
{
    const char *feed;
    while (n > 0 && *owed > 0 && (feed = memchr(text, '\n', n)) != NULL) {
        size_t k = (size_t)(feed - text);
        buf_add(out, text, k);
        add_blanks(out, *owed);
        buf_addc(out, '\n');
        *owed = 0;
        text += k + 1;
        n -= k + 1;
    }
    buf_add(out, text, n);
}

bool plain_lines(const char *text, size_t n, struct buf *out)
{
    size_t owed = 0, from = 0, length, at = next_colour(text, n, 0, &length);
    if (at == n)
        return false;
    buf_clear(out);
    while (from < n) {
        add_text(out, text + from, at - from, &owed);
        owed += length;
        from = at + length;
        at = next_colour(text, n, from, &length);
    }
    add_blanks(out, owed);
    return buf_ok(out);
}
