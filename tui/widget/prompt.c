#include "tui/widget/prompt.h"

#include "core/base/text.h"
#include "tui/screen/terminal.h"

#include <string.h>

void prompt_free(struct prompt *p)
{
    buf_free(&p->text);
    p->cursor = 0;
}

void prompt_set(struct prompt *p, const char *text)
{
    buf_clear(&p->text);
    buf_adds(&p->text, text);
    p->cursor = p->text.len;
}

static size_t cluster_before(const struct prompt *p)
{
    size_t at = 0, last = 0;
    while (at < p->cursor) {
        int columns;
        last = at;
        at += text_cluster(p->text.data + at, p->text.len - at, &columns);
    }
    return last;
}

static size_t cluster_after(const struct prompt *p)
{
    int columns;
    if (p->cursor >= p->text.len)
        return p->text.len;
    return p->cursor + text_cluster(p->text.data + p->cursor, p->text.len - p->cursor, &columns);
}

static size_t word_before(const struct prompt *p)
{
    size_t at = p->cursor;
    while (at > 0 && p->text.data[at - 1] == ' ')
        at--;
    while (at > 0 && p->text.data[at - 1] != ' ')
        at--;
    return at;
}

static bool cut(struct prompt *p, size_t from, size_t to)
{
    if (from >= to)
        return false;
    memmove(p->text.data + from, p->text.data + to, p->text.len - to + 1);
    p->text.len -= to - from;
    p->cursor = from;
    return true;
}

static bool insert(struct prompt *p, const char *bytes, size_t n)
{
    if (p->text.len + n > PROMPT_LONGEST || !buf_reserve(&p->text, n))
        return false;
    memmove(p->text.data + p->cursor + n, p->text.data + p->cursor, p->text.len - p->cursor);
    memcpy(p->text.data + p->cursor, bytes, n);
    p->text.len += n;
    p->text.data[p->text.len] = '\0';
    p->cursor += n;
    return true;
}

bool prompt_key(struct prompt *p, uint32_t key, bool *changed)
{
    *changed = false;
    switch (key) {
    case K_LEFT:
    case K_CONTROL('B'):
        p->cursor = cluster_before(p);
        return true;
    case K_RIGHT:
    case K_CONTROL('F'):
        p->cursor = cluster_after(p);
        return true;
    case K_HOME:
    case K_CONTROL('A'):
        p->cursor = 0;
        return true;
    case K_END:
    case K_CONTROL('E'):
        p->cursor = p->text.len;
        return true;
    case K_BACKSPACE:
        *changed = cut(p, cluster_before(p), p->cursor);
        return true;
    case K_DELETE:
    case K_CONTROL('D'): {
        size_t at = p->cursor;
        *changed = cut(p, at, cluster_after(p));
        return true;
    }
    case K_CONTROL('K'):
        *changed = cut(p, p->cursor, p->text.len);
        return true;
    case K_CONTROL('U'):
        *changed = cut(p, 0, p->cursor);
        return true;
    case K_CONTROL('W'):
        *changed = cut(p, word_before(p), p->cursor);
        return true;
    default:
        break;
    }
    if (key < 0x20 || key == 0x7F || key >= KEYS_START)
        return false;
    char bytes[4];
    *changed = insert(p, bytes, text_encode(key, bytes));
    return true;
}

bool prompt_paste(struct prompt *p, const char *text, size_t len)
{
    struct buf safe = {0};
    text_safe(&safe, text, len, 0);
    struct str line = str_trim((struct str){buf_text(&safe), safe.len});
    size_t room = PROMPT_LONGEST - (p->text.len < PROMPT_LONGEST ? p->text.len : PROMPT_LONGEST);
    size_t n = 0;
    for (int columns; n < line.n;) {
        size_t k = text_cluster(line.p + n, line.n - n, &columns);
        if (n + k > room)
            break;
        n += k;
    }
    bool changed = buf_ok(&safe) && n > 0 && insert(p, line.p, n);
    buf_free(&safe);
    return changed;
}

void prompt_draw(const struct prompt *p, struct terminal *t, int y, int x, int columns, bool focused)
{
    if (columns < 2)
        return;
    const char *text = buf_text(&p->text);
    size_t from = 0;
    while (text_width(text + from, p->cursor - from) > (size_t)(columns - 1)) {
        int w;
        from += text_cluster(text + from, p->text.len - from, &w);
    }
    terminal_put(t, y, x, columns, STYLE_PROMPT, text + from, p->text.len - from);
    if (focused)
        terminal_cursor(t, y, x + (int)text_width(text + from, p->cursor - from));
}
