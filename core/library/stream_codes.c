#include "core/library/stream_codes.h"

#include "core/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* SSE2 is a part of every x86-64 processor; its intrinsics are the compilers' extension. Elsewhere sort_bytes goes byte by
 * byte, with the same result. */
#if defined(__SSE2__) && !defined(CRIB_NO_SIMD)
#include <emmintrin.h>
#define BY_SIXTEEN 1
#endif

enum { BLOCK = 64, KEYS_BITS = 1 << 18, PAIRS = 256 * 256 };

enum kind { KIND_OTHER, KIND_LETTER, KIND_DIGIT, KIND_JOINER };

struct stream_codes {
    uint8_t kinds[256];
    uint64_t pairs[PAIRS / 64];    /* a key changes its kind from the one to the other, folded */
    uint64_t keys[KEYS_BITS / 64]; /* hashes of keys, and of wild ones' beginnings */
    bool starts[256];              /* a key begins so */
    bool wild[STREAM_WORD + 1];      /* a wild one's beginning is that long */
    bool foreign;                  /* a pattern holds more than ASCII */
    bool any;                      /* there are keys at all */
};

static unsigned char fold(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

struct stream_codes *stream_codes_open(struct error *err)
{
    struct stream_codes *s = calloc(1, sizeof *s);
    if (s == NULL) {
        error_memory(err);
        return NULL;
    }
    for (unsigned c = 0; c < 256; c++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        bool joiner = c == '-' || c == '_' || c == '.' || c == '+';
        s->kinds[c] = letter ? KIND_LETTER : c >= '0' && c <= '9' ? KIND_DIGIT : joiner ? KIND_JOINER : KIND_OTHER;
    }
    return s;
}

void stream_codes_close(struct stream_codes *s)
{
    free(s);
}

/* ---- the tables ---- */

static void set_bit(uint64_t *bits, uint32_t at)
{
    bits[at / 64] |= (uint64_t)1 << (at % 64);
}

static bool bit(const uint64_t *bits, uint32_t at)
{
    return (bits[at / 64] >> (at % 64) & 1) != 0;
}

static uint32_t pair_of(unsigned char before, unsigned char c)
{
    return (uint32_t)fold(before) << 8 | fold(c);
}

static uint32_t place_of(uint32_t hash)
{
    return (hash ^ hash >> 14) % KEYS_BITS;
}

static void add_all_pairs(struct stream_codes *s, bool foreign)
{
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            bool turns = (s->kinds[a] == KIND_LETTER && s->kinds[b] == KIND_DIGIT) || (s->kinds[a] == KIND_DIGIT && s->kinds[b] == KIND_LETTER);
            if (turns && (!foreign || a >= 0x80 || b >= 0x80))
                set_bit(s->pairs, pair_of((unsigned char)a, (unsigned char)b));
        }
}

void stream_codes_add(struct stream_codes *s, const char *key, const char *pattern)
{
    size_t n = strlen(key), plain = strcspn(key, "*?"), turn = 1;
    if (n == 0 || n > STREAM_WORD * 2)
        return;
    while (turn < plain && s->kinds[(unsigned char)key[turn]] == s->kinds[(unsigned char)key[0]])
        turn++;
    if (turn >= plain && plain == n)
        return; /* letters alone, or digits alone */
    s->any = true;
    if (turn < plain)
        set_bit(s->pairs, pair_of((unsigned char)key[turn - 1], (unsigned char)key[turn]));
    else
        add_all_pairs(s, false);
    set_bit(s->keys, place_of(text_hash(key, plain)));
    if (plain < n && plain <= STREAM_WORD)
        s->wild[plain] = true;
    for (unsigned c = 0; c < 256; c++)
        s->starts[c] |= plain == 0 || fold((unsigned char)c) == (unsigned char)key[0];
    for (const char *p = pattern; *p != '\0'; p++)
        if ((unsigned char)*p >= 0x80 && !s->foreign) {
            s->foreign = true;
            add_all_pairs(s, true);
        }
}

/* ---- sorting bytes ---- */

struct sorted {
    uint64_t letters, digits, joiners, blanks;
};

#ifdef BY_SIXTEEN
static __m128i between(__m128i x, char first, char last)
{
    /* Signed comparison: bytes from 0x80 on are below all. */
    return _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8((char)(first - 1))), _mm_cmplt_epi8(x, _mm_set1_epi8((char)(last + 1))));
}

static __m128i is(__m128i x, char c)
{
    return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
}

static uint64_t mask(__m128i x, unsigned at)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(x) << at;
}

static void sort_whole(const char *text, struct sorted *to)
{
    struct sorted k = {0};
    for (unsigned at = 0; at < BLOCK; at += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(text + at));
        __m128i small = _mm_or_si128(x, _mm_set1_epi8(0x20));
        k.letters |= mask(_mm_or_si128(between(small, 'a', 'z'), x), at); /* x's own high bits: from 0x80 on */
        k.digits |= mask(between(x, '0', '9'), at);
        k.joiners |= mask(_mm_or_si128(_mm_or_si128(is(x, '-'), is(x, '_')), _mm_or_si128(is(x, '.'), is(x, '+'))), at);
        k.blanks |= mask(is(x, ' '), at);
    }
    *to = k;
}
#endif

static void sort_bytes(const struct stream_codes *s, const char *text, size_t n, struct sorted *to)
{
#ifdef BY_SIXTEEN
    if (n == BLOCK) {
        sort_whole(text, to);
        return;
    }
#endif
    struct sorted k = {0};
    for (size_t i = 0; i < n; i++) {
        uint64_t here = (uint64_t)1 << i;
        enum kind kind = (enum kind)s->kinds[(unsigned char)text[i]];
        k.letters |= kind == KIND_LETTER ? here : 0;
        k.digits |= kind == KIND_DIGIT ? here : 0;
        k.joiners |= kind == KIND_JOINER ? here : 0;
        k.blanks |= text[i] == ' ' ? here : 0;
    }
    *to = k;
}

/* ---- a place where the kind changes ---- */

struct look {
    const struct stream_codes *s;
    const char *text;
    size_t n;
    stream_codes_take *take;
    void *context;
    size_t taken; /* up to where words were looked at */
};

static enum kind kind_at(const struct look *l, size_t i)
{
    return (enum kind)l->s->kinds[(unsigned char)l->text[i]];
}

static bool is_part(enum kind kind)
{
    return kind == KIND_LETTER || kind == KIND_DIGIT;
}

/* Where a colour ends that an escape sequence sets: at stands in or behind its parameters (`ESC [ 1 ; 3 1 m`). at where there
 * is none. */
static size_t behind_colour(const struct look *l, size_t at)
{
    size_t from = at, end = at;
    while (from > 0 && at - from < STREAM_WORD && l->text[from - 1] != '\0' && strchr("0123456789;:?", l->text[from - 1]) != NULL)
        from--;
    if (from < 2 || l->text[from - 1] != '[' || l->text[from - 2] != '\033')
        return at;
    while (end < l->n && kind_at(l, end) == KIND_DIGIT)
        end++;
    return end < l->n && kind_at(l, end) == KIND_LETTER ? end + 1 : at;
}

/* The word that holds i: a run of parts and joiners, without joiners at its ends. cut: it begins further ahead than a key
 * is long. */
struct word {
    size_t at, end;
    bool cut;
};

static struct word word_at(const struct look *l, size_t i)
{
    struct word w = {i, i, false};
    while (w.at > 0 && i - w.at <= STREAM_WORD && kind_at(l, w.at - 1) != KIND_OTHER)
        w.at--;
    w.cut = i - w.at > STREAM_WORD;
    while (w.end < l->n && kind_at(l, w.end) != KIND_OTHER)
        w.end++;
    while (w.end > i && !is_part(kind_at(l, w.end - 1)))
        w.end--;
    if (w.at > 0 && (l->text[w.at - 1] == '[' || l->text[w.at - 1] == ';'))
        w.at = behind_colour(l, w.at);
    while (w.at < w.end && !is_part(kind_at(l, w.at)))
        w.at++;
    return w;
}

/* May these bytes, folded, be a key or begin as a wild one? */
static bool may_be_key(const struct look *l, size_t at, size_t end)
{
    const struct stream_codes *s = l->s;
    uint32_t h = text_hash("", 0);
    size_t k = 0;
    if (end - at > STREAM_WORD || !s->starts[(unsigned char)l->text[at]])
        return s->foreign && end - at <= STREAM_WORD && (unsigned char)l->text[at] >= 0x80;
    if (s->wild[0])
        return true;
    for (size_t i = at; i < end; i++) {
        unsigned char c = (unsigned char)l->text[i];
        if (c >= 0x80 && s->foreign)
            return true;
        if (c >= 0x80 || !is_part((enum kind)s->kinds[c]))
            continue; /* what is no letter at all may stand there: trigger_words knows */
        h = (h ^ fold(c)) * 16777619U;
        if (s->wild[++k] && bit(s->keys, place_of(h)))
            return true;
    }
    return bit(s->keys, place_of(h));
}

/* Is it followed by a word, a single blank between? That one, then. */
static bool next_word(const struct look *l, const struct word *w, struct word *next)
{
    if (w->end + 1 >= l->n || l->text[w->end] != ' ' || !is_part(kind_at(l, w->end + 1)))
        return false;
    *next = word_at(l, w->end + 1);
    return next->at == w->end + 1;
}

static bool word_before(const struct look *l, const struct word *w, struct word *before)
{
    if (w->at < 2 || l->text[w->at - 1] != ' ' || !is_part(kind_at(l, w->at - 2)))
        return false;
    *before = word_at(l, w->at - 2);
    return !before->cut;
}

/* `P-101.log` may mean P-101. */
static bool stem_may_be_key(const struct look *l, const struct word *w)
{
    size_t stem = w->end;
    while (stem > w->at && l->text[stem - 1] != '.')
        stem--;
    return stem > w->at + 1 && may_be_key(l, w->at, stem - 1);
}

/* Once a word is enough: what it may be, alone or with a neighbour, doesn't depend on where in it one looks. */
static void look_at(struct look *l, size_t i)
{
    struct word w = word_at(l, i), next = w, before = w;
    l->taken = w.at > i ? w.at : w.end; /* i may stand in a colour */
    if (w.cut || w.at > i || w.at == w.end)
        return;
    bool follows = next_word(l, &w, &next), behind = word_before(l, &w, &before);
    if (may_be_key(l, w.at, w.end) || stem_may_be_key(l, &w) || (follows && may_be_key(l, w.at, next.end)) ||
        (behind && may_be_key(l, before.at, w.end)))
        l->take(l->context, behind ? before.at : w.at, next.end);
}

/* The character before the one at i, over what joins them. */
static bool turns_at(const struct look *l, size_t i)
{
    size_t before = i - 1;
    while (before > 0 && i - before < STREAM_WORD && kind_at(l, before) == KIND_JOINER)
        before--;
    if (before == i - 1 && l->text[before] == ' ' && before > 0)
        before--;
    enum kind a = kind_at(l, before), b = kind_at(l, i);
    return is_part(a) && a != b && bit(l->s->pairs, pair_of((unsigned char)l->text[before], (unsigned char)l->text[i]));
}

static unsigned lowest(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits); /* one instruction; an extension of gcc and clang */
#else
    unsigned at = 0;
    while ((bits >> at & 1) == 0)
        at++;
    return at;
#endif
}

void stream_codes_text(const struct stream_codes *s, const char *text, size_t n, stream_codes_take *take, void *context)
{
    struct look l = {s, text, n, take, context, 0};
    struct sorted before = {0};
    for (size_t at = 0; s->any && at < n; at += BLOCK) {
        struct sorted k;
        sort_bytes(s, text + at, n - at < BLOCK ? n - at : BLOCK, &k);
        /* The kinds of one and of two bytes before each. */
        uint64_t l1 = k.letters << 1 | before.letters >> 63, l2 = k.letters << 2 | before.letters >> 62;
        uint64_t d1 = k.digits << 1 | before.digits >> 63, d2 = k.digits << 2 | before.digits >> 62;
        uint64_t j1 = k.joiners << 1 | before.joiners >> 63, j2 = k.joiners << 2 | before.joiners >> 62;
        uint64_t b1 = k.blanks << 1 | before.blanks >> 63;
        uint64_t turns = (l1 & k.digits) | (d1 & k.letters) | ((j1 | b1) & ((l2 & k.digits) | (d2 & k.letters))) |
                         (j1 & j2 & (k.letters | k.digits));
        for (; turns != 0; turns &= turns - 1) {
            size_t i = at + lowest(turns);
            if (i >= l.taken && i > 0 && turns_at(&l, i))
                look_at(&l, i);
        }
        before = k;
    }
}
