#include "tui/screen/entry.h"

#include "core/base/file.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

enum { MOST = 32768, HEADER = 12, SHORT = 2, ABSENT = 0xFFFF, MAGIC = 0432, MAGIC_LONG = 01036 };

/* The parts of a compiled entry: term(5), "Legacy storage format" and its extension to numbers of 32 bits. */
struct entry {
    const unsigned char *bytes;
    size_t n;
    size_t names;          /* bytes, behind the header */
    size_t strings, count; /* where the strings' places stand, and how many */
    size_t table, size;    /* the strings */
};

static size_t two(const unsigned char *p)
{
    return (size_t)p[0] | (size_t)p[1] << 8;
}

static bool read_entry(struct entry *e, const char *bytes, size_t n)
{
    const unsigned char *b = (const unsigned char *)bytes;
    *e = (struct entry){.bytes = b, .n = n};
    if (n < HEADER || n > MOST || (two(b) != MAGIC && two(b) != MAGIC_LONG))
        return false;
    size_t names = two(b + 2), flags = two(b + 4), numbers = two(b + 6), wide = two(b) == MAGIC ? SHORT : 2 * SHORT;
    if (names > MOST || flags > MOST || numbers > MOST)
        return false;
    e->names = names;
    e->count = two(b + 8);
    e->size = two(b + 10);
    e->strings = HEADER + names + flags + ((names + flags) & 1) + numbers * wide;
    e->table = e->strings + e->count * SHORT;
    return e->count <= MOST && e->size <= MOST && e->table + e->size <= n;
}

static size_t index_of(const char *name)
{
    size_t i = 0;
    while (strnames[i] != NULL && strcmp(strnames[i], name) != 0)
        i++;
    return i;
}

/* NULL where the entry has none. */
static const char *string_at(const struct entry *e, const char *name)
{
    size_t i = index_of(name);
    if (i >= e->count)
        return NULL;
    size_t at = two(e->bytes + e->strings + i * SHORT);
    const char *text = (const char *)e->bytes + e->table + at;
    return at < e->size && memchr(text, '\0', e->size - at) != NULL ? text : NULL;
}

static bool is(const char *text, const char *wanted)
{
    return text != NULL && strcmp(text, wanted) == 0;
}

/* A file of terminfo's may have a name that is not among its entry's: curses takes such an entry from a file alone. */
static bool has_name(const struct entry *e, const char *name)
{
    const char *at = (const char *)e->bytes + HEADER, *end = at + strnlen(at, e->names);
    size_t n = strlen(name);
    while (at < end) {
        const char *bar = memchr(at, '|', (size_t)(end - at)), *to = bar != NULL ? bar : end;
        if ((size_t)(to - at) == n && memcmp(at, name, n) == 0)
            return true;
        at = to < end ? to + 1 : end;
    }
    return false;
}

/* Where each attribute can be had by itself, and all be taken back. What ends an underline must end nothing else: a VT100's
 * takes everything back, of which curses knows nothing. */
static bool does_without_sgr(const struct entry *e)
{
    static const char *const needed[] = {"bold", "rev", "smul", "sgr0"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (string_at(e, needed[i]) == NULL)
            return false;
    return string_at(e, "sgr") != NULL && is(string_at(e, "rmul"), "\033[24m");
}

static void set_place(char *strings, const char *name, size_t place)
{
    size_t i = index_of(name);
    strings[i * SHORT] = (char)(unsigned char)(place & 0xFF);
    strings[i * SHORT + 1] = (char)(unsigned char)(place >> 8);
}

/* The character set is left by what entered it: nobody need do so once more with each attribute. */
static const char *bare_reset(const struct entry *e, char out[32])
{
    const char *reset = string_at(e, "sgr0"), *leave = string_at(e, "rmacs");
    size_t n = reset != NULL ? strlen(reset) : 0, k = leave != NULL ? strlen(leave) : 0;
    if (k == 0 || k >= n || n >= 32)
        return NULL;
    if (strncmp(reset, leave, k) == 0)
        snprintf(out, 32, "%s", reset + k);
    else if (strcmp(reset + n - k, leave) == 0)
        snprintf(out, 32, "%.*s", (int)(n - k), reset);
    else
        return NULL;
    return out;
}

/* The entry with these strings behind the others: ncurses' extension follows them, on an even place. */
static void put_together(const struct entry *e, const char *strings, const struct buf *more, struct buf *out)
{
    size_t size = e->size + more->len, end = e->table + e->size;
    size_t rest = end + (end & 1), to = e->table + size;
    buf_add(out, (const char *)e->bytes, HEADER - SHORT);
    buf_addc(out, (char)(unsigned char)(size & 0xFF));
    buf_addc(out, (char)(unsigned char)(size >> 8));
    buf_add(out, (const char *)e->bytes + HEADER, e->strings - HEADER);
    buf_add(out, strings, e->count * SHORT);
    buf_add(out, (const char *)e->bytes + e->table, e->size);
    buf_add(out, buf_text(more), more->len);
    if (rest < e->n) {
        buf_addn(out, '\0', to & 1);
        buf_add(out, (const char *)e->bytes + rest, e->n - rest);
    }
}

static void add_string(const struct entry *e, char *strings, struct buf *more, const char *name, const char *text)
{
    set_place(strings, name, e->size + more->len);
    buf_add(more, text, strlen(text) + 1);
}

static bool change(const struct entry *e, char *strings, struct buf *more)
{
    char reset[32];
    bool down = is(string_at(e, "cud1"), "\n") && is(string_at(e, "cud"), "\033[%p1%dB"), without = does_without_sgr(e);
    if (down)
        add_string(e, strings, more, "cud1", "\033[B");
    if (without && bare_reset(e, reset) != NULL)
        add_string(e, strings, more, "sgr0", reset);
    if (without)
        set_place(strings, "sgr", ABSENT);
    return (down || without) && e->size + more->len <= MOST;
}

bool entry_thrifty_of(const char *name, const char *bytes, size_t n, struct buf *out)
{
    struct entry e;
    struct buf more = {0};
    if (!read_entry(&e, bytes, n) || !has_name(&e, name))
        return false;
    char *strings = malloc(e.count * SHORT + 1);
    if (strings == NULL)
        return false;
    memcpy(strings, e.bytes + e.strings, e.count * SHORT);
    bool good = change(&e, strings, &more);
    if (good)
        put_together(&e, strings, &more, out);
    free(strings);
    buf_free(&more);
    return good && buf_ok(out);
}

/* In a directory of terminfo's: below the name's first letter, or its code. */
static bool read_in(const char *directory, size_t length, const char *name, struct buf *bytes)
{
    char path[1024];
    for (int i = 0; i < 2; i++) {
        int n = i == 0 ? snprintf(path, sizeof path, "%.*s/%c/%s", (int)length, directory, name[0], name)
                       : snprintf(path, sizeof path, "%.*s/%02x/%s", (int)length, directory, (unsigned)(unsigned char)name[0], name);
        if (n > 0 && (size_t)n < sizeof path && file_read(path, MOST, bytes, NULL))
            return true;
    }
    return false;
}

/* In ncurses' order. */
static bool read_file(const char *name, struct buf *bytes)
{
    static const char *const usual[] = {"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo",
                                        "/usr/local/share/terminfo"};
    const char *own = getenv("TERMINFO"), *list = getenv("TERMINFO_DIRS"), *home = getenv("HOME");
    char kept[1024];
    if (own != NULL && own[0] != '\0')
        return read_in(own, strlen(own), name, bytes);
    if (home != NULL && snprintf(kept, sizeof kept, "%s/.terminfo", home) < (int)sizeof kept && read_in(kept, strlen(kept), name, bytes))
        return true;
    for (size_t n; list != NULL && *list != '\0'; list += n + (list[n] == ':')) {
        n = strcspn(list, ":");
        if (n > 0 && read_in(list, n, name, bytes))
            return true;
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (read_in(usual[i], strlen(usual[i]), name, bytes))
            return true;
    return false;
}

bool entry_thrifty(const char *name, struct buf *out)
{
    static const char digits[] = "0123456789ABCDEF";
    struct buf bytes = {0}, changed = {0};
    bool good = name[0] != '\0' && strchr(name, '/') == NULL && read_file(name, &bytes) &&
                entry_thrifty_of(name, buf_text(&bytes), bytes.len, &changed);
    if (good)
        buf_adds(out, "hex:");
    for (size_t i = 0; good && i < changed.len; i++) {
        buf_addc(out, digits[(unsigned char)changed.data[i] >> 4]);
        buf_addc(out, digits[(unsigned char)changed.data[i] & 15]);
    }
    buf_free(&bytes);
    buf_free(&changed);
    return good && buf_ok(out);
}
