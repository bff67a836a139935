/* Which section of a document a code stands in. */
#include "core/library/search_private.h"
#include "core/library/tokens.h"

#include <string.h>

enum { PARTS_MOST = 4, SECTION_READ = 32768 };

/* The last words of a text; a code may be made of several: `E 204`, `A-12-B`. */
struct naming {
    const char *key;
    size_t key_len;
    char words[PARTS_MOST][TOKEN_MOST];
    size_t lens[PARTS_MOST];
    size_t count, times;
};

static bool ends_with_key(const struct naming *n)
{
    size_t left = n->key_len;
    for (size_t back = 1; back <= PARTS_MOST && back <= n->count; back++) {
        size_t at = (n->count - back) % PARTS_MOST, len = n->lens[at];
        if (len > left || memcmp(n->key + left - len, n->words[at], len) != 0)
            return false;
        left -= len;
        if (left == 0)
            return true;
    }
    return false;
}

static void take_word(void *context, const char *word, size_t n, bool joined)
{
    struct naming *s = context;
    if (joined || n > TOKEN_MOST)
        return; /* its parts follow */
    size_t at = s->count++ % PARTS_MOST;
    memcpy(s->words[at], word, n);
    s->lens[at] = n;
    s->times += ends_with_key(s);
}

static size_t times_in(const char *text, size_t n, const char *key)
{
    struct naming s = {.key = key, .key_len = strlen(key)};
    tokens_of(text, n, take_word, &s);
    return s.times;
}

/* Of what was counted so far: the most, and by whom; of equals the first, since there a thing is explained. */
struct most {
    size_t times;
    uint32_t section;
};

static void count(struct most *m, size_t times, uint32_t section)
{
    if (times > m->times)
        *m = (struct most){times, section};
}

uint32_t search_section_naming(const struct search *s, uint32_t doc, const char *code)
{
    char key[TOKEN_MOST * 2 + 1];
    struct most headings = {0, SEARCH_NO_SECTION}, texts = headings;
    size_t n = search_sections(s, doc);
    key[token_key(code, strlen(code), false, key, sizeof key - 1)] = '\0';
    for (uint32_t i = 0; i < n && key[0] != '\0'; i++) {
        const char *heading = search_heading(s, doc, i);
        count(&headings, times_in(heading, strlen(heading), key) > 0, i);
    }
    if (headings.times > 0 || key[0] == '\0')
        return headings.section;
    for (uint32_t i = 0; i < n; i++) {
        const struct segment *g;
        struct buf text = {0};
        size_t at = search_section_of(s, doc, i, &g);
        if (at != SIZE_MAX && segment_read(g, at, SECTION_READ, &text))
            count(&texts, times_in(buf_text(&text), text.len, key), i);
        buf_free(&text);
    }
    return texts.section;
}
