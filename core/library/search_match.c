#include "core/library/search_match.h"

#include <string.h>

/* The first term that does not begin with the bytes, from the first that does. */
static size_t prefix_end(const struct segment *s, size_t low, const char *bytes, size_t n)
{
    size_t high = s->counts[SEG_TERMS];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strncmp(segment_text(s, s->terms[middle].text), bytes, n) == 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t postings_of(const struct segment *s, size_t low, size_t high)
{
    if (low >= high)
        return 0;
    const struct seg_term *first = &s->terms[low], *last = &s->terms[high - 1];
    size_t end = (size_t)last->first_posting + last->postings;
    return end > first->first_posting ? end - first->first_posting : 0;
}

static void add(const struct segment *s, struct match *m, size_t low, size_t high, float weight, bool exact, bool typo)
{
    if (low >= high || m->count == RANGES_MOST)
        return;
    m->ranges[m->count++] = (struct range){(uint32_t)low, (uint32_t)high, weight, exact, typo};
    m->postings += postings_of(s, low, high);
}

static bool is_term(const struct segment *s, size_t at, const char *bytes, size_t n)
{
    if (at >= s->counts[SEG_TERMS])
        return false;
    const char *term = segment_text(s, s->terms[at].text);
    return strlen(term) == n && memcmp(term, bytes, n) == 0;
}

void match_word(const struct segment *s, const struct word *w, struct match *m)
{
    size_t low = segment_term(s, w->text, w->n);
    bool exact = is_term(s, low, w->text, w->n);
    if (exact)
        add(s, m, low, low + 1, 1.0F, true, false);
    size_t from = exact ? low + 1 : low;
    /* A finished word of few letters is not meant to begin another one. */
    if (w->begun || w->n >= 3)
        add(s, m, from, prefix_end(s, low, w->text, w->n), w->begun ? 0.8F : 0.6F, false, false);
    if (w->n >= 4 && w->text[w->n - 1] == 's') {
        size_t stem = segment_term(s, w->text, w->n - 1);
        if (is_term(s, stem, w->text, w->n - 1))
            add(s, m, stem, stem + 1, 0.85F, false, false);
    }
}

static bool same(const char *a, size_t n, const char *b, size_t len, bool prefix)
{
    return (prefix ? n <= len : n == len) && memcmp(a, b, n) == 0;
}

bool match_near(const char *word, size_t n, const char *term, size_t len, bool prefix)
{
    size_t i = 0;
    while (i < n && i < len && word[i] == term[i])
        i++;
    if (i == n)
        return prefix || len - n <= 1;
    if (i == len)
        return n - len <= 1;
    return same(word + i + 1, n - i - 1, term + i + 1, len - i - 1, prefix) ||        /* another letter */
           same(word + i, n - i, term + i + 1, len - i - 1, prefix) ||                /* one is missing */
           same(word + i + 1, n - i - 1, term + i, len - i, prefix) ||                /* one too many */
           (i + 1 < n && i + 1 < len && word[i] == term[i + 1] && word[i + 1] == term[i] &&
            same(word + i + 2, n - i - 2, term + i + 2, len - i - 2, prefix));        /* two swapped */
}

/* Keeps the near terms with the most postings; ranges that stood before stay. */
static void keep_near(const struct segment *s, struct match *m, size_t first, size_t term, float weight)
{
    if (m->count < RANGES_MOST) {
        add(s, m, term, term + 1, weight, false, true);
        return;
    }
    size_t least = first;
    for (size_t i = first; i < m->count; i++)
        if (s->terms[m->ranges[i].low].postings < s->terms[m->ranges[least].low].postings)
            least = i;
    if (first < m->count && s->terms[m->ranges[least].low].postings < s->terms[term].postings) {
        m->postings += s->terms[term].postings - s->terms[m->ranges[least].low].postings;
        m->ranges[least] = (struct range){(uint32_t)term, (uint32_t)term + 1, weight, false, true};
    }
}

static void scan(const struct segment *s, const struct word *w, struct match *m, size_t low, size_t high, size_t first,
                 bool prefix)
{
    for (size_t t = low; t < high; t++) {
        size_t len = s->terms[t].len;
        if (s->terms[t].text + len >= s->counts[SEG_STRINGS])
            continue; /* damaged */
        if (len + 1 < w->n || (!prefix && len > w->n + 1) || len < 3)
            continue;
        const char *term = segment_text(s, s->terms[t].text);
        if (match_near(w->text, w->n, term, len, prefix))
            keep_near(s, m, first, t, len == w->n || !prefix ? 0.5F : 0.4F);
    }
}

void match_typos(const struct segment *s, const struct word *w, struct match *m)
{
    if (w->n < 3)
        return;
    size_t first = m->count;
    bool prefix = w->begun && w->n >= 4;
    size_t low = segment_term(s, w->text, 1), high = prefix_end(s, low, w->text, 1);
    scan(s, w, m, low, high, first, prefix); /* the first letter is seldom the wrong one */
    if (m->count == first && w->n >= 4) {
        scan(s, w, m, 0, low, first, prefix);
        scan(s, w, m, high, s->counts[SEG_TERMS], first, prefix);
    }
}
