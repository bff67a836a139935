#include "core/library/search_match.h"

#include <string.h>

/* How a typed word stands to a word of the index. deep: every word that shares so many first bytes with this one fails
 * as it did. */
struct comparison {
    const char *word, *term;
    size_t n, len;
    bool prefix;
    size_t deep;
};

static void fails_at(struct comparison *c, size_t depth)
{
    c->deep = depth > c->deep ? depth : c->deep;
}

/* Is the rest of the word, from i on, the rest of the term, from k on? */
static bool same(struct comparison *c, size_t i, size_t k)
{
    if (k > c->len) {
        fails_at(c, k);
        return false;
    }
    while (i < c->n && k < c->len && c->word[i] == c->term[k]) {
        i++;
        k++;
    }
    if (i == c->n && (c->prefix || k == c->len))
        return true;
    fails_at(c, k + 1);
    return false;
}

static bool near(struct comparison *c)
{
    const char *word = c->word, *term = c->term;
    size_t i = 0, n = c->n, len = c->len;
    c->deep = 0;
    while (i < n && i < len && word[i] == term[i])
        i++;
    if (i == n && (c->prefix || len - n <= 1))
        return true;
    if (i == len && n - len <= 1)
        return true;
    if (i == n || i == len) {
        fails_at(c, i + 2);
        return false;
    }
    bool swapped = i + 1 < n && i + 1 < len && word[i] == term[i + 1] && word[i + 1] == term[i];
    fails_at(c, i + 2); /* another letter after this one may make it swapped */
    return same(c, i + 1, i + 1) || /* another letter */
           same(c, i, i + 1) ||     /* one is missing */
           same(c, i + 1, i) ||     /* one too many */
           (swapped && same(c, i + 2, i + 2));
}

bool match_near(const char *word, size_t n, const char *term, size_t len, bool prefix)
{
    struct comparison c = {.word = word, .term = term, .n = n, .len = len, .prefix = prefix};
    return near(&c);
}

bool match_stands(const struct segment *s, const char *word, size_t n, bool begun)
{
    struct word_at at;
    if (word_seek(&at, s, word, n) && word_begins(&at, word, n) && (at.len == n || begun || n >= 3))
        return true;
    return n >= 4 && word[n - 1] == 's' && word_seek(&at, s, word, n - 1) && at.len == n - 1 && word_begins(&at, word, n - 1);
}

/* Keeps the words with the most postings. */
static void keep(struct near *found, const struct word_at *w)
{
    if (found->count < NEAR_MOST) {
        found->items[found->count++] = *w;
        return;
    }
    size_t least = 0;
    for (size_t i = 1; i < found->count; i++)
        if (found->items[i].postings_len < found->items[least].postings_len)
            least = i;
    if (found->items[least].postings_len < w->postings_len)
        found->items[least] = *w;
}

/* Walks the words from where w stands to the end (or those with the first byte alone). Words that share with a failed
 * one what made it fail are passed over unread, which is most of them. */
static void walk(struct word_at *w, struct comparison *c, bool one_letter, struct near *found)
{
    size_t other;
    do {
        if (one_letter && w->text[0] != c->word[0])
            return;
        other = SIZE_MAX;
        c->term = w->text;
        c->len = w->len;
        if (w->len < 3 || w->len + 1 < c->n)
            continue;
        if (near(c))
            keep(found, w);
        else
            other = c->deep;
    } while (word_next_other(w, other));
}

void match_typos(const struct segment *s, const char *word, size_t n, bool begun, struct near *found)
{
    struct word_at w;
    struct comparison c = {.word = word, .n = n, .prefix = begun && n >= 4};
    found->count = 0;
    if (n >= 3 && word_seek(&w, s, word, 1))
        walk(&w, &c, true, found);
    if (found->count == 0 && n >= 4 && word_seek(&w, s, "", 0))
        walk(&w, &c, false, found);
}
