#include "tui/screen/page_find.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct page_find {
    struct buf text;  /* all lines, folded */
    uint32_t *starts; /* of each line in it; one more for the end */
    size_t count;
};

/* Which bytes of a line a folded byte comes from. */
struct origin {
    size_t line, from, to;
};

/* Folded text; origins where it is wanted from where each byte comes, else NULL. */
struct folded {
    struct buf *text;
    struct origin *origins;
    size_t most; /* how many there is room for */
};

static void add(struct folded *f, const char *s, size_t n, struct origin origin)
{
    for (size_t i = 0; f->origins != NULL && i < n && f->text->len + i < f->most; i++)
        f->origins[f->text->len + i] = origin;
    buf_add(f->text, s, n);
}

static void add_blank(struct folded *f, struct origin origin)
{
    size_t n = f->text->len;
    if (n > 0 && f->text->data[n - 1] != ' ' && f->text->data[n - 1] != '\n')
        add(f, " ", 1, origin);
}

/* Folds one cluster that is not ASCII alone. */
static void add_cluster(struct folded *f, const char *s, size_t n, struct origin origin)
{
    char bytes[64];
    struct buf one = {0};
    text_fold(&one, s, n);
    size_t k = one.len < sizeof bytes ? one.len : sizeof bytes;
    if (k > 0) {
        memcpy(bytes, one.data, k);
        add(f, bytes, k, origin);
    } else if (text_width(s, n) > 0) {
        add_blank(f, origin); /* of whatever kind */
    }
    buf_free(&one);
}

static void fold(struct folded *f, size_t line, const char *s, size_t from, size_t n)
{
    for (size_t i = from; i < n;) {
        bool alone = (unsigned char)s[i] < 0x80 && (i + 1 == n || (unsigned char)s[i + 1] < 0x80);
        int columns;
        size_t k = alone ? 1 : text_cluster(s + i, n - i, &columns);
        k = k > 0 ? k : 1;
        struct origin origin = {line, i, i + k};
        if (!alone) {
            add_cluster(f, s + i, k, origin);
        } else if (s[i] == ' ' || s[i] == '\t') {
            add_blank(f, origin);
        } else {
            char c = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
            add(f, &c, 1, origin);
        }
        i += k;
    }
}

/* Where the text of a line begins, behind blanks and the bars of quotes and call-outs; *cut: it continues a line of
 * code in the middle of a word. */
static size_t text_begins(const char *s, size_t n, bool *cut)
{
    static const char *const bars[] = {" ", "\xE2\x94\x82", "\xE2\x96\x8C"}; /* U+2502, U+258C */
    static const char mark[] = "\xE2\x86\xAA ";                              /* U+21AA */
    size_t at = 0;
    for (size_t i = 0; i < sizeof bars / sizeof *bars;) {
        size_t k = strlen(bars[i]);
        bool here = n - at >= k && memcmp(s + at, bars[i], k) == 0;
        at += here ? k : 0;
        i = here ? 0 : i + 1;
    }
    *cut = n - at >= sizeof mark - 1 && memcmp(s + at, mark, sizeof mark - 1) == 0;
    return *cut ? at + sizeof mark - 1 : at;
}

/* Whether a line of code was cut at a blank, which the end of the line before doesn't show. */
static bool cut_at_blank(const struct page *p, size_t line)
{
    if (line <= p->head_count || line - p->head_count >= p->lines->count)
        return false;
    size_t n;
    bool cut;
    const char *before = page_text(p, line - 1, &n);
    const struct line *l = &p->lines->items[line - p->head_count];
    return l->at - l[-1].at > n - text_begins(before, n, &cut);
}

/* Adds a line behind the one before. */
static void fold_line(struct folded *f, const struct page *p, size_t line)
{
    size_t n;
    bool cut;
    const char *s = page_text(p, line, &n);
    size_t begins = text_begins(s, n, &cut);
    if (begins == n)
        add(f, "\n", 1, (struct origin){line, 0, 0});
    else if (!cut || cut_at_blank(p, line))
        add_blank(f, (struct origin){line, begins, begins});
    fold(f, line, s, begins, n);
}

/* Folds what is looked for; false where nothing is left of it. */
static bool fold_words(struct buf *out, const char *words)
{
    struct folded f = {.text = out};
    fold(&f, 0, words, 0, strlen(words));
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    return buf_ok(out) && out->len > 0;
}

/* Where needle stands in text[from..n); SIZE_MAX for nowhere. */
static size_t find(const char *text, size_t from, size_t n, const struct buf *needle)
{
    while (n - from >= needle->len) {
        const char *at = memchr(text + from, needle->data[0], n - from - needle->len + 1);
        if (at == NULL)
            break;
        if (memcmp(at, needle->data, needle->len) == 0)
            return (size_t)(at - text);
        from = (size_t)(at - text) + 1;
    }
    return SIZE_MAX;
}

struct page_find *page_find_open(const struct page *p)
{
    struct page_find *f = calloc(1, sizeof *f);
    if (f == NULL || (f->starts = calloc(p->count + 1, sizeof *f->starts)) == NULL) {
        page_find_close(f);
        return NULL;
    }
    struct folded folded = {.text = &f->text};
    f->count = p->count;
    for (size_t i = 0; i < p->count; i++) {
        f->starts[i] = (uint32_t)f->text.len;
        fold_line(&folded, p, i);
    }
    f->starts[p->count] = (uint32_t)f->text.len;
    if (!buf_ok(&f->text) || f->text.len > UINT32_MAX) {
        page_find_close(f);
        return NULL;
    }
    return f;
}

void page_find_close(struct page_find *f)
{
    if (f == NULL)
        return;
    free(f->starts);
    buf_free(&f->text);
    free(f);
}

static size_t line_of(const struct page_find *f, size_t at)
{
    size_t low = 0, high = f->count;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (f->starts[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The last place in text[from..to) where needle begins; SIZE_MAX for nowhere. */
static size_t find_last(const struct page_find *f, size_t from, size_t to, const struct buf *needle)
{
    size_t last = SIZE_MAX;
    for (size_t at = from; (at = find(buf_text(&f->text), at, f->text.len, needle)) < to; at++)
        last = at;
    return last;
}

size_t page_find_line(const struct page_find *f, const char *words, size_t from, bool forward)
{
    struct buf needle = {0};
    size_t at = SIZE_MAX;
    if (f->count > 0 && fold_words(&needle, words)) {
        size_t line = from < f->count ? from : f->count - 1;
        size_t begin = f->starts[line], end = f->starts[line + 1], n = f->text.len;
        if (line > 0 && begin < n && f->text.data[begin] == ' ')
            begin++; /* the blank before a line belongs to the match that comes over from the line above */
        at = forward ? find(buf_text(&f->text), begin, n, &needle) : find_last(f, 0, end, &needle);
        if (at == SIZE_MAX)
            at = forward ? find(buf_text(&f->text), 0, n, &needle) : find_last(f, end, n, &needle);
    }
    buf_free(&needle);
    return at == SIZE_MAX ? SIZE_MAX : line_of(f, at);
}

/* The part of a match that lies on the line. */
static struct page_mark part_on(const struct origin *origins, size_t at, size_t n, size_t line)
{
    struct page_mark mark = {SIZE_MAX, 0};
    for (size_t i = at; i < at + n; i++)
        if (origins[i].line == line && origins[i].to > origins[i].from) {
            mark.from = origins[i].from < mark.from ? origins[i].from : mark.from;
            mark.to = origins[i].to > mark.to ? origins[i].to : mark.to;
        }
    return mark;
}

size_t page_find_marks(const struct page *p, size_t line, const char *words, struct page_mark *marks, size_t most)
{
    enum { ROOM = 8192 };
    struct origin *origins = malloc(ROOM * sizeof *origins);
    struct buf text = {0}, needle = {0};
    struct folded f = {&text, origins, ROOM};
    size_t count = 0;
    if (origins != NULL && fold_words(&needle, words)) {
        for (size_t i = line > 0 ? line - 1 : 0; i <= line + 1 && i < p->count; i++)
            fold_line(&f, p, i);
        size_t n = text.len < ROOM ? text.len : ROOM;
        for (size_t at = 0; buf_ok(&text) && count < most && (at = find(buf_text(&text), at, n, &needle)) != SIZE_MAX;
             at += needle.len) {
            struct page_mark mark = part_on(origins, at, needle.len, line);
            if (mark.from < mark.to)
                marks[count++] = mark;
        }
    }
    free(origins);
    buf_free(&text);
    buf_free(&needle);
    return count;
}
