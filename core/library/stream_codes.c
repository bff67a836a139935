#include "core/library/stream_codes.h"

#include "core/base/text.h"
#include "core/library/stream_bytes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_BITS = 1 << 18, PAIRS = 256 * 256 };

/* Buckets: a change of kind, a change over one that joins, both for each kind before it, and one behind two that join. */
enum { BUCKET_BESIDE, BUCKET_OVER, BUCKETS_OF_KIND, BUCKET_FAR = 2 * BUCKETS_OF_KIND };

enum kind { KIND_OTHER, KIND_LETTER, KIND_DIGIT, KIND_JOINER };

struct stream_codes {
    uint8_t kinds[256];
    struct stream_places places; /* the pairs again, by character, and what joins */
    enum stream_way best;
    uint64_t pairs[PAIRS / 64];    /* a key changes its kind from the one to the other, folded */
    uint64_t keys[KEYS_BITS / 64]; /* hashes of keys, and of wild ones' beginnings */
    bool starts[256];              /* a key begins so */
    bool wild[STREAM_WORD + 1];    /* a wild one's beginning is that long */
    size_t longest;                /* of keys, and of wild ones' beginnings */
    size_t run;                    /* how many characters a key has before its kind changes, at most */
    bool foreign;                  /* a pattern holds more than ASCII */
    bool any;                      /* there are keys at all */
};

struct stream_codes *stream_codes_open(struct error *err)
{
    struct stream_codes *s = calloc(1, sizeof *s);
    if (s == NULL) {
        error_memory(err);
        return NULL;
    }
    s->best = stream_way(STREAM_BEST);
    stream_places_add_all(&s->places, 0, BUCKET_BESIDE);
    stream_places_add_all(&s->places, 0, BUCKETS_OF_KIND + BUCKET_BESIDE);
    for (unsigned c = 0; c < 256; c++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        bool joiner = c == '-' || c == '_' || c == '.' || c == '+';
        if (joiner || c == ' ') {
            stream_places_add(&s->places, 1, (unsigned char)c, BUCKET_OVER);
            stream_places_add(&s->places, 1, (unsigned char)c, BUCKETS_OF_KIND + BUCKET_OVER);
        }
        for (unsigned place = 0; joiner && place < 2; place++)
            stream_places_add(&s->places, place, (unsigned char)c, BUCKET_FAR);
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
    return (uint32_t)stream_fold(before) << 8 | stream_fold(c);
}

static void add_to_bucket(struct stream_codes *s, unsigned place, unsigned char c, unsigned bucket)
{
    stream_places_add(&s->places, place, stream_fold(c), bucket);
    stream_places_add(&s->places, place, stream_other_case(stream_fold(c)), bucket);
}

static void add_pair(struct stream_codes *s, unsigned char a, unsigned char b)
{
    unsigned first = s->kinds[a] == KIND_DIGIT ? BUCKETS_OF_KIND : 0;
    set_bit(s->pairs, pair_of(a, b));
    add_to_bucket(s, 1, a, first + BUCKET_BESIDE);
    add_to_bucket(s, 2, b, first + BUCKET_BESIDE);
    add_to_bucket(s, 0, a, first + BUCKET_OVER);
    add_to_bucket(s, 2, b, first + BUCKET_OVER);
    add_to_bucket(s, 2, b, BUCKET_FAR);
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
                add_pair(s, (unsigned char)a, (unsigned char)b);
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
    size_t run = turn < plain ? turn : STREAM_WORD;
    s->run = run > s->run ? run : s->run;
    if (turn < plain)
        add_pair(s, (unsigned char)key[turn - 1], (unsigned char)key[turn]);
    else
        add_all_pairs(s, false);
    s->longest = plain > s->longest ? plain : s->longest;
    set_bit(s->keys, place_of(text_hash(key, plain)));
    if (plain < n && plain <= STREAM_WORD)
        s->wild[plain] = true;
    for (unsigned c = 0; c < 256; c++)
        s->starts[c] |= plain == 0 || stream_fold((unsigned char)c) == (unsigned char)key[0];
    for (const char *p = pattern; *p != '\0'; p++)
        if ((unsigned char)*p >= 0x80 && !s->foreign) {
            s->foreign = true;
            s->run = STREAM_WORD;
            add_all_pairs(s, true);
        }
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

bool stream_codes_word(const struct stream_codes *s, const char *text, size_t n, size_t *at, size_t *end)
{
    struct look l = {.s = s, .text = text, .n = n};
    size_t from = *at, to = *end;
    while (from > 0 && *at - from <= STREAM_WORD && kind_at(&l, from - 1) != KIND_OTHER)
        from--;
    while (to < n && to - *end <= STREAM_WORD && kind_at(&l, to) != KIND_OTHER)
        to++;
    bool whole = *at - from <= STREAM_WORD && to - *end <= STREAM_WORD;
    if (from > 0 && (text[from - 1] == '[' || text[from - 1] == ';'))
        from = behind_colour(&l, from);
    *at = from < *at ? from : *at;
    *end = to;
    return whole;
}

/* May these bytes, folded, be a key or begin as a wild one? */
enum verdict { IS_NONE, IS_LONGER, MAY_BE }; /* IS_LONGER: than any, so that no more bytes behind can help */

static enum verdict judge(const struct look *l, size_t at, size_t end)
{
    const struct stream_codes *s = l->s;
    uint32_t h = text_hash("", 0);
    size_t k = 0;
    if (end - at > STREAM_WORD)
        return IS_NONE;
    while (!s->foreign && at + 1 < end && (unsigned char)l->text[at] >= 0x80)
        at++; /* an opening quote, perhaps */
    if (!s->starts[(unsigned char)l->text[at]])
        return s->foreign && (unsigned char)l->text[at] >= 0x80 ? MAY_BE : IS_LONGER;
    if (s->wild[0])
        return MAY_BE;
    for (size_t i = at; i < end; i++) {
        unsigned char c = (unsigned char)l->text[i];
        if (c >= 0x80 && s->foreign)
            return MAY_BE;
        if (c >= 0x80 || !is_part((enum kind)s->kinds[c]))
            continue; /* what is no letter at all may stand there: trigger_words knows */
        if (k == s->longest)
            return IS_LONGER;
        h = (h ^ stream_fold(c)) * 16777619U;
        if (s->wild[++k] && bit(s->keys, place_of(h)))
            return MAY_BE;
    }
    return bit(s->keys, place_of(h)) ? MAY_BE : IS_NONE;
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
    size_t stem = memchr(l->text + w->at, '.', w->end - w->at) != NULL ? w->end : w->at;
    while (stem > w->at && l->text[stem - 1] != '.')
        stem--;
    return stem > w->at + 1 && judge(l, w->at, stem - 1) == MAY_BE;
}

/* With the word before it, too, the kind would have to change where a key's does. */
static bool may_go_on(const struct look *l, const struct word *w, size_t i)
{
    size_t run = 0;
    for (size_t k = w->at; k < i && run < l->s->run; k++)
        run += (unsigned char)l->text[k] < 0x80 && is_part(kind_at(l, k));
    return run < l->s->run || l->s->run >= STREAM_WORD;
}

/* Once a word is enough: what it may be, alone or with a neighbour, doesn't depend on where in it one looks. */
static void look_at(struct look *l, size_t i)
{
    struct word w = word_at(l, i), next = w, before = w;
    l->taken = w.at > i ? w.at : w.end; /* i may stand in a colour */
    if (w.cut || w.at > i || w.at == w.end)
        return;
    enum verdict alone = judge(l, w.at, w.end);
    bool behind = may_go_on(l, &w, i) && word_before(l, &w, &before);
    if (alone != MAY_BE && !stem_may_be_key(l, &w) && !(behind && judge(l, before.at, w.end) == MAY_BE) &&
        !(alone != IS_LONGER && next_word(l, &w, &next) && judge(l, w.at, next.end) == MAY_BE))
        return;
    (void)next_word(l, &w, &next);
    l->take(l->context, behind ? before.at : w.at, next.end);
}

/* Is it more of one kind in a row, up to and with text[at], than a key has before its kind changes? */
static bool is_long_run(const struct look *l, size_t at, enum kind kind)
{
    size_t run = l->s->run;
    if (run >= STREAM_WORD || at < run)
        return false;
    for (size_t k = 1; k <= run; k++)
        if (kind_at(l, at - k) != kind || (unsigned char)l->text[at - k] >= 0x80)
            return false;
    return true;
}

/* Does the kind change at i as a key's does, over what joins? */
static bool turns_at(const struct look *l, size_t i)
{
    size_t before = i - 1;
    while (before > 0 && i - before < STREAM_WORD && kind_at(l, before) == KIND_JOINER)
        before--;
    if (before == i - 1 && l->text[before] == ' ' && before > 0)
        before--;
    enum kind a = kind_at(l, before), b = kind_at(l, i);
    return is_part(a) && a != b && bit(l->s->pairs, pair_of((unsigned char)l->text[before], (unsigned char)l->text[i])) &&
           !is_long_run(l, before, a);
}

void stream_codes_text(const struct stream_codes *s, enum stream_way way, const char *text, size_t n, stream_codes_take *take, void *context)
{
    struct look l = {s, text, n, take, context, 0};
    struct stream_found found[STREAM_FOUND];
    if (!s->any)
        return;
    way = way < s->best ? way : s->best;
    if (n > 1 && turns_at(&l, 1)) /* too far ahead for a row */
        look_at(&l, 1);
    for (size_t at = STREAM_ROW - 1; at < n;) {
        size_t count = stream_places_find(&s->places, way, text, n, &at, found);
        for (size_t k = 0; k < count; k++)
            for (uint64_t left = found[k].bits; left != 0; left &= left - 1) {
                size_t i = found[k].at + stream_lowest(left);
                if (i >= l.taken && turns_at(&l, i))
                    look_at(&l, i);
            }
    }
}
