#include "core/library/search_match.h"
#include "core/library/search_private.h"
#include "core/library/tokens.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRIVER_MOST = 60000, FEW = 10 };

/* ---- what was typed ---- */

struct words {
    struct word items[WORDS_MOST];
    size_t count;
    bool skip_parts; /* the parts of a joined word that was taken whole */
    size_t parts_left;
};

static void take_word(void *context, const char *word, size_t n, bool joined)
{
    struct words *w = context;
    if (w->count == WORDS_MOST)
        return;
    struct word *to = &w->items[w->count++];
    memcpy(to->text, word, n);
    to->n = n;
    to->begun = joined; /* for now: tells read_query which words are joined */
}

/* The words of the text: of `e-204` the joined e204 where the index knows such a word, else its parts. */
static void read_query(const struct search *s, const char *text, struct words *out)
{
    struct words raw = {.count = 0};
    size_t n = strlen(text);
    tokens_of(text, n, take_word, &raw);
    bool open = n > 0 && text[n - 1] != ' ';
    out->count = 0;
    for (size_t i = 0; i < raw.count; i++) {
        bool joined = raw.items[i].begun, known = false;
        struct word w = raw.items[i];
        w.begun = false;
        size_t parts = 0, bytes = 0;
        if (joined) {
            while (bytes < w.n && i + 1 + parts < raw.count && !raw.items[i + 1 + parts].begun)
                bytes += raw.items[i + 1 + parts++].n;
            for (size_t g = 0; g < s->count && !known; g++) {
                size_t at = segment_term(&s->segments[g], w.text, w.n);
                known = at < s->segments[g].counts[SEG_TERMS] &&
                        strncmp(segment_text(&s->segments[g], s->segments[g].terms[at].text), w.text, w.n) == 0;
            }
            if (!known)
                continue;
        }
        out->items[out->count++] = w;
        i += parts;
    }
    if (out->count > 0 && open)
        out->items[out->count - 1].begun = true;
}

/* ---- scoring ---- */

static const float field_worth[FIELDS] = {[FIELD_TEXT] = 1.0F,    [FIELD_OUTCOME] = 2.2F, [FIELD_HEADING] = 4.0F,
                                          [FIELD_PROBLEM] = 4.5F, [FIELD_ID] = 5.0F,      [FIELD_TRIGGER] = 7.0F,
                                          [FIELD_TITLE] = 9.0F};

static enum match_kind kind_of(enum field f)
{
    static const enum match_kind kinds[FIELDS] = {
        [FIELD_TEXT] = MATCH_TEXT, [FIELD_OUTCOME] = MATCH_PROBLEM, [FIELD_HEADING] = MATCH_HEADING,
        [FIELD_PROBLEM] = MATCH_PROBLEM, [FIELD_ID] = MATCH_TITLE, [FIELD_TRIGGER] = MATCH_TITLE,
        [FIELD_TITLE] = MATCH_TITLE};
    return kinds[f];
}

struct finding {
    const struct search *s;
    const struct search_query *q;
    const struct words *words;
    struct match matches[SEGMENTS_MOST][WORDS_MOST];
    float idf[WORDS_MOST];
    bool all; /* every word must stand somewhere */
    struct search_hit *hits;
    size_t most, count, total;
    char phrase[128];
    size_t phrase_n;
};

/* What a word is worth in one unit. */
struct worth {
    float score;
    enum field field;
    bool typo;
};

static size_t first_at_least(const uint32_t *forwards, size_t n, uint32_t packed)
{
    size_t low = 0;
    while (n > 0) {
        size_t half = n / 2;
        if (forwards[low + half] < packed) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

static float times_worth(enum field f, uint32_t times, uint32_t words)
{
    float t = (float)times;
    return f == FIELD_TEXT ? 2.2F * t / (t + 1.2F * (0.25F + 0.75F * (float)words / 120.0F)) : 1.0F;
}

static struct worth worth_in(const struct segment *g, const struct seg_unit *u, const struct match *m,
                             const struct word *w)
{
    struct worth best = {0};
    if (u->first_forward > g->counts[SEG_FORWARDS] || u->forwards > g->counts[SEG_FORWARDS] - u->first_forward)
        return best;
    const uint32_t *forwards = g->forwards + u->first_forward;
    for (size_t r = 0; r < m->count; r++) {
        const struct range *range = &m->ranges[r];
        size_t at = first_at_least(forwards, u->forwards, PACK(range->low, 0, 0));
        for (; at < u->forwards && PACKED_NUMBER(forwards[at]) < range->high; at++) {
            enum field f = PACKED_FIELD(forwards[at]) < FIELDS ? PACKED_FIELD(forwards[at]) : FIELD_TEXT;
            float score = field_worth[f] * times_worth(f, PACKED_TIMES(forwards[at]), u->words) * range->weight;
            if (!range->exact && !range->typo) {
                uint32_t term = PACKED_NUMBER(forwards[at]);
                size_t len = term < g->counts[SEG_TERMS] ? g->terms[term].len : w->n;
                score *= 0.6F + 0.4F * (float)w->n / (float)(len > w->n ? len : w->n);
            }
            if (score > best.score)
                best = (struct worth){score, f, range->typo};
        }
    }
    return best;
}

static bool starts_at_word(const char *text, const char *at)
{
    unsigned char before = at > text ? (unsigned char)at[-1] : ' ';
    return !((before >= '0' && before <= '9') || (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z'));
}

/* Where the words as typed stand in a text, ASCII letters alike in both cases. */
static const char *find_phrase(const char *text, const char *phrase, size_t n)
{
    for (const char *at = text; *at != '\0'; at++) {
        size_t k = 0;
        while (k < n && at[k] != '\0' && ((at[k] >= 'A' && at[k] <= 'Z') ? at[k] + 32 : at[k]) == phrase[k])
            k++;
        if (k == n && starts_at_word(text, at))
            return at;
    }
    return NULL;
}

static bool wanted(const struct finding *f, const struct segment *g, const struct seg_doc *d, float *weight)
{
    const struct search_query *q = f->q;
    *weight = 1.0F;
    if ((q->modules || q->pages || q->events) &&
        !((q->modules && d->kind == KIND_MODULE) || (q->pages && d->kind == KIND_PAGE) ||
          (q->events && d->kind == KIND_EVENT)))
        return false;
    if (q->only_format != FORMAT_NONE && d->format != q->only_format)
        return false;
    uint32_t at = d->first_list;
    if (q->only_role != NULL && q->only_role[0] != '\0' && !search_list_has(g, at, d->roles, q->only_role))
        return false;
    if (!search_meets(g, d, q->roles)) {
        if (!q->other_roles)
            return false;
        *weight *= 0.7F;
    }
    at += d->roles;
    if (q->only_stage != NULL && q->only_stage[0] != '\0' && !search_list_has(g, at, d->stages, q->only_stage))
        return false;
    if (q->stage != NULL && q->stage[0] != '\0' && search_list_has(g, at, d->stages, q->stage))
        *weight *= 1.12F;
    if (d->kind == KIND_PAGE)
        *weight *= 0.8F; /* of two that match alike, what teaches comes first */
    at += d->stages;
    if (q->only_capability != NULL && q->only_capability[0] != '\0' &&
        !search_list_has(g, at, d->capabilities, q->only_capability))
        return false;
    return q->accept == NULL || q->accept(q->context, d->key, weight);
}

/* The worst hit stands first (a heap), so that it gives way to a better one. */
bool search_worse(const struct search_hit *a, const struct search_hit *b)
{
    return a->score < b->score || (!(a->score > b->score) && a->doc > b->doc);
}

static void swap_hits(struct search_hit *a, struct search_hit *b)
{
    struct search_hit kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_down(struct search_hit *hits, size_t n, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= n)
            return;
        if (child + 1 < n && search_worse(&hits[child + 1], &hits[child]))
            child++;
        if (!search_worse(&hits[child], &hits[at]))
            return;
        swap_hits(&hits[at], &hits[child]);
        at = child;
    }
}

static void keep(struct finding *f, const struct search_hit *hit)
{
    f->total++;
    if (f->most == 0)
        return;
    if (f->count == f->most) {
        if (!search_worse(&f->hits[0], hit))
            return;
        f->hits[0] = *hit;
        sift_down(f->hits, f->count, 0);
        return;
    }
    size_t at = f->count++;
    f->hits[at] = *hit;
    while (at > 0 && search_worse(&f->hits[at], &f->hits[(at - 1) / 2])) {
        swap_hits(&f->hits[at], &f->hits[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void best_first(struct finding *f)
{
    for (size_t n = f->count; n > 1; n--) {
        swap_hits(&f->hits[0], &f->hits[n - 1]);
        sift_down(f->hits, n - 1, 0);
    }
}

/* The words as typed, in the title or the id: more than words that happen to stand together. */
static float phrase_weight(const struct finding *f, const struct segment *g, const struct seg_doc *d,
                           const struct search_hit *hit)
{
    const char *title = segment_text(g, d->title), *at = find_phrase(title, f->phrase, f->phrase_n);
    if (at == title && f->phrase_n > 0 && title[f->phrase_n] == '\0')
        return 3.0F; /* that is its title */
    if (f->phrase_n < 3)
        return 1.0F;
    if (at != NULL)
        return at == title ? 1.5F : 1.3F;
    if (hit->section != SEARCH_NO_SECTION) {
        const struct seg_unit *u = search_unit_at(g, d, hit->section + 1);
        if (u != NULL && find_phrase(segment_text(g, u->heading), f->phrase, f->phrase_n) != NULL)
            return 1.25F;
        if (u != NULL && f->words->count > 1 && find_phrase(segment_text(g, u->text), f->phrase, f->phrase_n) != NULL)
            return 1.2F;
    }
    return 1.0F;
}

/* Looks at a document once: which of its sections has the words best, together with its head. */
static void look_at(struct finding *f, size_t segment, uint32_t local)
{
    const struct segment *g = &f->s->segments[segment];
    const struct seg_doc *d = &g->docs[local];
    size_t n = f->words->count;
    struct worth head[WORDS_MOST], best_words[WORDS_MOST];
    float anywhere[WORDS_MOST] = {0}, best = 0;
    uint32_t best_section = SEARCH_NO_SECTION;
    const struct seg_unit *first = search_unit_at(g, d, 0);
    if (first == NULL || d->units > g->counts[SEG_UNITS])
        return;
    for (size_t w = 0; w < n; w++) {
        head[w] = worth_in(g, first, &f->matches[segment][w], &f->words->items[w]);
        head[w].score *= f->idf[w];
        best_words[w] = head[w];
        anywhere[w] = head[w].score;
        best += head[w].score;
    }
    for (uint32_t i = 1; i < d->units; i++) {
        const struct seg_unit *u = search_unit_at(g, d, i);
        struct worth here[WORDS_MOST];
        float sum = 0;
        bool adds = false;
        for (size_t w = 0; u != NULL && w < n; w++) {
            here[w] = worth_in(g, u, &f->matches[segment][w], &f->words->items[w]);
            here[w].score *= f->idf[w];
            adds |= here[w].score > head[w].score;
            float more = here[w].score > head[w].score ? here[w].score : head[w].score;
            float less = here[w].score > head[w].score ? head[w].score : here[w].score;
            sum += more + 0.3F * less;
            if (here[w].score > anywhere[w])
                anywhere[w] = here[w].score;
        }
        if (sum > best) {
            best = sum;
            best_section = adds ? i - 1 : SEARCH_NO_SECTION;
            for (size_t w = 0; w < n; w++)
                best_words[w] = here[w].score > head[w].score ? here[w] : head[w];
        }
    }
    struct search_hit hit = {.doc = f->s->base[segment] + local, .section = best_section, .kind = MATCH_NONE};
    size_t found = 0;
    for (size_t w = 0; w < n; w++) {
        found += anywhere[w] > 0;
        if (best_words[w].score <= 0) {
            best += 0.5F * anywhere[w];
            continue;
        }
        if (kind_of(best_words[w].field) > hit.kind)
            hit.kind = kind_of(best_words[w].field);
        hit.typo |= best_words[w].typo;
    }
    if (found == 0 || (f->all && found < n))
        return;
    float part = (float)found / (float)n, weight;
    if (!wanted(f, g, d, &weight))
        return;
    hit.score = best * part * part * weight;
    hit.score *= phrase_weight(f, g, d, &hit);
    keep(f, &hit);
}

/* ---- candidates ---- */

static void look_once(struct finding *f, size_t segment, uint32_t unit, uint32_t *stamp, uint32_t round)
{
    const struct segment *g = &f->s->segments[segment];
    if (unit >= g->counts[SEG_UNITS])
        return;
    uint32_t doc = g->units[unit].doc;
    if (doc >= g->counts[SEG_DOCS] || g->dead[doc])
        return;
    uint32_t *mark = &stamp[f->s->base[segment] + doc];
    if (*mark == round)
        return;
    *mark = round;
    look_at(f, segment, doc);
}

static void look_through(struct finding *f, size_t segment, const struct match *m, uint32_t *stamp, uint32_t round)
{
    const struct segment *g = &f->s->segments[segment];
    size_t looked = 0;
    for (size_t r = 0; r < m->count; r++)
        for (uint32_t t = m->ranges[r].low; t < m->ranges[r].high && t < g->counts[SEG_TERMS]; t++) {
            const struct seg_term *term = &g->terms[t];
            if (term->first_posting > g->counts[SEG_POSTINGS] ||
                term->postings > g->counts[SEG_POSTINGS] - term->first_posting)
                return;
            for (uint32_t i = 0; i < term->postings && looked < DRIVER_MOST; i++, looked++)
                look_once(f, segment, PACKED_NUMBER(g->postings[term->first_posting + i]), stamp, round);
        }
}

/* One or two letters alone: the best of what begins so was found when the index was made. */
static void look_through_short(struct finding *f, size_t segment, uint32_t *stamp, uint32_t round)
{
    const struct segment *g = &f->s->segments[segment];
    const struct word *w = &f->words->items[0];
    uint8_t first = (uint8_t)w->text[0], second = w->n > 1 ? (uint8_t)w->text[1] : 0;
    for (size_t i = 0; i < g->counts[SEG_SHORTS]; i++) {
        const struct seg_short *s = &g->shorts[i];
        if (s->first != first || s->second != second)
            continue;
        for (uint32_t k = 0; k < s->count && s->at + (size_t)k < g->counts[SEG_SHORT_POSTINGS]; k++)
            look_once(f, segment, PACKED_NUMBER(g->short_postings[s->at + k]), stamp, round);
    }
    /* A word of two letters can be whole: IP, IO, UPS' neighbours. */
    struct match exact = {.count = 0};
    for (size_t r = 0; r < f->matches[segment][0].count; r++)
        if (f->matches[segment][0].ranges[r].exact)
            exact.ranges[exact.count++] = f->matches[segment][0].ranges[r];
    if (exact.count > 0 && g->terms[exact.ranges[0].low].postings < 4000)
        look_through(f, segment, &exact, stamp, round);
}

static void weigh_words(struct finding *f)
{
    double units = 1;
    for (size_t g = 0; g < f->s->count; g++)
        units += (double)f->s->segments[g].counts[SEG_UNITS];
    for (size_t w = 0; w < f->words->count; w++) {
        double postings = 0;
        for (size_t g = 0; g < f->s->count; g++)
            postings += (double)f->matches[g][w].postings;
        if (postings > units)
            postings = units;
        f->idf[w] = (float)log(1.0 + (units - postings + 0.5) / (postings + 0.5)) + 0.05F;
    }
}

static size_t postings_of_word(const struct finding *f, size_t w)
{
    size_t n = 0;
    for (size_t g = 0; g < f->s->count; g++)
        n += f->matches[g][w].postings;
    return n;
}

static void add_typos(struct finding *f, size_t w)
{
    for (size_t g = 0; g < f->s->count; g++)
        match_typos(&f->s->segments[g], &f->words->items[w], &f->matches[g][w]);
}

static void run(struct finding *f, struct search *s)
{
    f->count = f->total = 0;
    weigh_words(f);
    s->round++;
    size_t driver = 0;
    for (size_t w = 1; w < f->words->count; w++)
        if (postings_of_word(f, w) < postings_of_word(f, driver))
            driver = w;
    bool brief = f->words->count == 1 && f->words->items[0].n <= 2 && f->words->items[0].begun;
    for (size_t g = 0; g < s->count; g++) {
        if (brief)
            look_through_short(f, g, s->stamp, s->round);
        else if (f->all)
            look_through(f, g, &f->matches[g][driver], s->stamp, s->round);
        else
            for (size_t w = 0; w < f->words->count; w++)
                look_through(f, g, &f->matches[g][w], s->stamp, s->round);
    }
}

static void find_words(struct finding *f, struct search *s)
{
    bool typos[WORDS_MOST] = {false};
    for (size_t w = 0; w < f->words->count; w++) {
        for (size_t g = 0; g < s->count; g++)
            match_word(&s->segments[g], &f->words->items[w], &f->matches[g][w]);
        if (postings_of_word(f, w) == 0) {
            add_typos(f, w);
            typos[w] = true;
        }
    }
    f->all = true;
    run(f, s);
    if (f->total == 0) {
        for (size_t w = 0; w < f->words->count; w++)
            if (!typos[w] && f->words->items[w].n >= 4)
                add_typos(f, w);
        run(f, s);
    }
    /* A sentence seldom stands as it was typed: what has most of its words follows. */
    if ((f->total == 0 && f->words->count > 1) || (f->total < FEW && f->words->count > 2)) {
        f->all = false;
        run(f, s);
    }
}

/* Everything that is wanted, the learner's stage first, then the newest, then by title. */
static void find_all(struct finding *f)
{
    for (size_t g = 0; g < f->s->count; g++) {
        const struct segment *segment = &f->s->segments[g];
        for (uint32_t d = 0; d < segment->counts[SEG_DOCS]; d++) {
            float weight;
            if (segment->dead[d] || !wanted(f, segment, &segment->docs[d], &weight))
                continue;
            struct search_hit hit = {.doc = f->s->base[g] + d, .section = SEARCH_NO_SECTION};
            float kind = segment->docs[d].kind == KIND_PAGE ? 0.0F : 0.5F;
            hit.score = weight + kind + (float)segment->docs[d].updated * 1e-6F;
            keep(f, &hit);
        }
    }
}

/* Codes and assets before all else: their hits lead, and the others follow. */
static bool allow(void *context, const struct segment *g, const struct seg_doc *d, float *weight)
{
    return wanted(context, g, d, weight);
}

static size_t lead_with_triggers(struct finding *f)
{
    enum { LEADING = 32, LEAST = 2 };
    struct search_hit leading[LEADING];
    struct trigger_query q = {.text = f->q->text, .allow = allow, .context = f};
    size_t led = strlen(f->q->text) >= LEAST ? search_by_trigger(f->s, &q, leading, LEADING) : 0;
    size_t count = led < f->most ? led : f->most;
    if (count == 0)
        return f->count;
    for (size_t i = 0; i < f->count && count < f->most && count < LEADING; i++) {
        size_t k = 0;
        while (k < led && leading[k].doc != f->hits[i].doc)
            k++;
        if (k == led)
            leading[count++] = f->hits[i];
    }
    memcpy(f->hits, leading, count * sizeof *leading);
    if (f->total < count)
        f->total = count;
    return count;
}

size_t search_find(struct search *s, const struct search_query *q, struct search_hit *hits, size_t most, size_t *total)
{
    struct words words;
    struct finding *f = calloc(1, sizeof *f); /* large for a stack */
    if (f == NULL)
        return 0;
    f->s = s;
    f->q = q;
    f->words = &words;
    f->hits = hits;
    f->most = most;
    read_query(s, q->text, &words);
    struct buf phrase = {0};
    text_fold(&phrase, q->text, strlen(q->text));
    f->phrase_n = phrase.len < sizeof f->phrase ? phrase.len : 0;
    if (f->phrase_n > 0)
        memcpy(f->phrase, phrase.data, f->phrase_n);
    buf_free(&phrase);
    struct str typed = str_trim(str_of(q->text));
    if (words.count > 0)
        find_words(f, s);
    else if (typed.n == 0)
        find_all(f);
    best_first(f);
    size_t count = typed.n > 0 ? lead_with_triggers(f) : f->count;
    if (total != NULL)
        *total = f->total;
    free(f);
    return count;
}
