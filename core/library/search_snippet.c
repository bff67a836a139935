#include "core/library/search_match.h"
#include "core/library/search_private.h"
#include "core/library/tokens.h"

#include <string.h>

enum { WORDS_SHOWN = 8, PLACES_MOST = 64, BEFORE = 24, WORD_MOST = 12, FIRST_READ = 1 << 16 };

struct typed {
    char words[WORDS_SHOWN][TOKEN_MOST];
    size_t lengths[WORDS_SHOWN];
    size_t count;
    bool near;         /* a letter may be changed */
    bool begins[256];  /* can a word with this first byte be one of them? */
};

/* Where a typed word begins. */
struct place {
    size_t at, len, word;
};

struct places {
    struct place items[PLACES_MOST];
    size_t count;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static void take(void *context, const char *word, size_t n, bool joined)
{
    struct typed *t = context;
    (void)joined;
    if (t->count == WORDS_SHOWN || n == 0)
        return;
    memcpy(t->words[t->count], word, n);
    t->lengths[t->count++] = n;
    t->begins[(unsigned char)word[0]] = t->begins[(unsigned char)upper(word[0])] = true;
}

static bool is_word_byte(char c)
{
    unsigned char b = (unsigned char)c;
    return (b >= '0' && b <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || b >= 0x80;
}

static size_t word_end(const char *text, size_t n, size_t at)
{
    while (at < n && is_word_byte(text[at]))
        at++;
    return at;
}

/* A word of the text, folded: as it stands in ASCII, else as text_fold has it. */
static size_t fold(const char *word, size_t n, char out[TOKEN_MOST])
{
    struct buf folded = {0};
    size_t k = 0;
    for (; k < n && k < TOKEN_MOST && (unsigned char)word[k] < 0x80; k++)
        out[k] = lower(word[k]);
    if (k == n || k == TOKEN_MOST)
        return k;
    text_fold(&folded, word, n);
    k = folded.len < TOKEN_MOST ? folded.len : TOKEN_MOST;
    if (k > 0)
        memcpy(out, folded.data, k);
    buf_free(&folded);
    return k;
}

/* Which typed word the word begins with, or, with a letter changed, is; its length in the text. */
static bool is_place(const struct typed *t, const char *text, size_t n, struct place *p)
{
    if ((unsigned char)text[0] < 0x80 && !t->near && !t->begins[(unsigned char)text[0]])
        return false;
    char word[TOKEN_MOST];
    size_t len = fold(text, n, word);
    for (size_t w = 0; w < t->count; w++) {
        size_t typed = t->lengths[w];
        bool one_of_many = typed < 2 && t->count > 1;
        if (!one_of_many && typed <= len && memcmp(word, t->words[w], typed) == 0) {
            *p = (struct place){0, len == n ? typed : n, w};
            return true;
        }
        if (t->near && typed >= 3 && len >= 3 && match_near(t->words[w], typed, word, len, w + 1 == t->count)) {
            *p = (struct place){0, n, w};
            return true;
        }
    }
    return false;
}

/* Ideographs have no blanks between them: each can begin a word. */
static bool is_ideograph(char c)
{
    return (unsigned char)c >= 0xE3 && (unsigned char)c <= 0xF0;
}

static void find_places(const char *text, size_t n, const struct typed *t, struct places *found)
{
    found->count = 0;
    for (size_t i = 0; i < n && found->count < PLACES_MOST;) {
        if (!is_word_byte(text[i])) {
            i++;
            continue;
        }
        size_t end = word_end(text, n, i);
        struct place p;
        if (is_ideograph(text[i])) {
            uint32_t point;
            size_t k = text_decode(text + i, n - i, &point);
            end = i + k;
        }
        if (is_place(t, text + i, end - i, &p)) {
            p.at = i;
            found->items[found->count++] = p;
        }
        i = end;
    }
}

/* The place from which most of the words stand within so many bytes; NULL where there is none. */
static const struct place *best_place(const struct places *found, size_t within)
{
    const struct place *best = NULL;
    unsigned most = 0;
    for (size_t i = 0; i < found->count; i++) {
        unsigned words = 0, letters = 0;
        for (size_t k = i; k < found->count && found->items[k].at < found->items[i].at + within; k++)
            if (!(words & 1U << found->items[k].word)) {
                words |= 1U << found->items[k].word;
                letters += 8 + (unsigned)(found->items[k].len < 8 ? found->items[k].len : 8);
            }
        if (letters > most) {
            most = letters;
            best = &found->items[i];
        }
    }
    return best;
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
static void read_source(const struct search *s, const struct search_hit *hit, size_t most, struct buf *out)
{
    const struct segment *g;
    const char *problem = search_problem(s, hit->doc);
    size_t section = search_section_of(s, hit->doc, hit->section, &g);
    if (section == SIZE_MAX && problem[0] != '\0') {
        buf_adds(out, problem);
        return;
    }
    if (section == SIZE_MAX)
        section = search_section_of(s, hit->doc, 0, &g);
    if (section != SIZE_MAX)
        (void)segment_read(g, section, most, out); /* what can't be read shows nothing */
}

/* Where to begin so that the match is seen: the start, or a word shortly before it. */
static size_t start_of(const char *text, size_t match, size_t len, size_t columns)
{
    if (match + len <= columns / 2)
        return 0;
    size_t before = columns / 3 < BEFORE ? columns / 3 : BEFORE, from = match > before ? match - before : 0;
    while (from < match && from > 0 && text[from - 1] != ' ' && text[from - 1] != '\n')
        from++;
    return from;
}

/* Where the last whole word of text[0..n) ends; n where that would cost more than a long word. */
static size_t whole_words(const char *text, size_t n)
{
    size_t end = n;
    while (end > 0 && n - end < WORD_MOST && text[end] != ' ')
        end--;
    if (end == 0 || text[end] != ' ')
        return n;
    while (end > 0 && text[end - 1] == ' ')
        end--;
    return end;
}

static void cut(const struct buf *source, const struct place *match, size_t columns, struct buf *out, size_t *at,
                size_t *len)
{
    struct buf line = {0};
    const char *text = buf_text(source);
    size_t place = match != NULL ? match->at : 0, from = match != NULL ? start_of(text, place, match->len, columns) : 0;
    if (from > 0)
        buf_adds(&line, "\xE2\x80\xA6");
    text_safe(&line, text + from, place - from, 0);
    size_t before = line.len;
    size_t rest = source->len - place, taken = text_cut(text + place, rest, columns * 4);
    text_safe(&line, text + place, taken, 0);
    collapse(&line, &before);
    size_t fits = text_fit(buf_text(&line), line.len, columns, NULL), start = out->len;
    bool all = fits == line.len && taken == rest;
    if (!all)
        fits = whole_words(buf_text(&line), text_fit(buf_text(&line), line.len, columns > 0 ? columns - 1 : 0, NULL));
    buf_add(out, buf_text(&line), fits);
    if (!all && columns > 0)
        buf_adds(out, "\xE2\x80\xA6");
    bool shown = match != NULL && before + match->len <= fits;
    if (at != NULL)
        *at = shown ? start + before : start;
    if (len != NULL)
        *len = shown ? match->len : 0;
    buf_free(&line);
}

void search_snippet(const struct search *s, const struct search_hit *hit, const char *text, size_t columns,
                    struct buf *out, size_t *at, size_t *len)
{
    struct typed typed = {.near = hit->typo};
    struct places found = {.count = 0};
    struct buf source = {0};
    tokens_of(text, strlen(text), take, &typed);
    read_source(s, hit, FIRST_READ, &source);
    find_places(buf_text(&source), source.len, &typed, &found);
    if (found.count == 0 && source.len == FIRST_READ) { /* a long section: its match stands further on */
        buf_clear(&source);
        read_source(s, hit, SIZE_MAX, &source);
        find_places(buf_text(&source), source.len, &typed, &found);
    }
    cut(&source, best_place(&found, columns), columns, out, at, len);
    buf_free(&source);
}
