#include "core/library/search.h"

#include "core/library/tokens.h"

#include <string.h>

enum { WORDS_SHOWN = 8, BEFORE = 24 };

struct typed {
    char words[WORDS_SHOWN][TOKEN_MOST];
    size_t lengths[WORDS_SHOWN];
    size_t count;
};

static void take(void *context, const char *word, size_t n, bool joined)
{
    struct typed *t = context;
    (void)joined;
    if (t->count == WORDS_SHOWN || n == 0)
        return;
    memcpy(t->words[t->count], word, n);
    t->lengths[t->count++] = n;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_word_byte(char c)
{
    unsigned char b = (unsigned char)c;
    return (b >= '0' && b <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || b >= 0x80;
}

/* The first place where one of the words begins; its length in *len. NULL where there is none. */
static const char *first_match(const char *text, size_t n, const struct typed *t, size_t *len)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_word_byte(text[i]) || (i > 0 && is_word_byte(text[i - 1])))
            continue;
        for (size_t w = 0; w < t->count; w++) {
            size_t k = 0;
            while (k < t->lengths[w] && i + k < n && lower(text[i + k]) == t->words[w][k])
                k++;
            if (k == t->lengths[w] && (k > 1 || t->count == 1)) {
                *len = k;
                return text + i;
            }
        }
    }
    return NULL;
}

/* Runs of blanks (cells, line ends) as one; *mark, an offset, moves along. */
static void collapse(struct buf *line, size_t *mark)
{
    size_t to = 0, moved = *mark;
    for (size_t from = 0; from < line->len; from++) {
        if (from == *mark)
            moved = to;
        if (line->data[from] != ' ' || (to > 0 && line->data[to - 1] != ' '))
            line->data[to++] = line->data[from];
    }
    if (*mark >= line->len)
        moved = to;
    *mark = moved;
    line->len = to;
    if (line->data != NULL)
        line->data[to] = '\0';
}

/* What of a document shows its match: the section's text, else the problem, else the first section. */
static const char *source_of(const struct search *s, const struct search_hit *hit)
{
    if (hit->section != SEARCH_NO_SECTION)
        return search_section_text(s, hit->doc, hit->section);
    const char *problem = search_problem(s, hit->doc);
    return problem[0] != '\0' ? problem : search_section_text(s, hit->doc, 0);
}

void search_snippet(const struct search *s, const struct search_hit *hit, const char *text, size_t columns,
                    struct buf *out, size_t *at, size_t *len)
{
    struct typed typed = {.count = 0};
    tokens_of(text, strlen(text), take, &typed);
    const char *source = source_of(s, hit);
    size_t n = strlen(source), match_len = 0;
    const char *match = first_match(source, n, &typed, &match_len);
    size_t from = 0;
    if (match != NULL && (size_t)(match - source) + match_len > columns / 2) {
        from = (size_t)(match - source) > BEFORE ? (size_t)(match - source) - BEFORE : 0;
        while (from < (size_t)(match - source) && from > 0 && source[from - 1] != ' ' && source[from - 1] != '\n')
            from++;
    }
    struct buf line = {0};
    if (from > 0)
        buf_adds(&line, "\xE2\x80\xA6");
    size_t before = line.len;
    if (match != NULL) {
        text_safe(&line, source + from, (size_t)(match - source) - from, 0);
        before = line.len;
    }
    size_t rest = match != NULL ? (size_t)(match - source) : from;
    size_t most = columns * 4 < n - rest ? columns * 4 : n - rest;
    text_safe(&line, source + rest, most, 0);
    collapse(&line, &before);
    size_t fits = text_fit(buf_text(&line), line.len, columns, NULL);
    size_t start = out->len;
    buf_add(out, buf_text(&line), fits);
    bool shown = match != NULL && before + match_len <= fits;
    if (at != NULL)
        *at = start + before;
    if (len != NULL)
        *len = shown ? match_len : 0;
    buf_free(&line);
}
