/* From what was typed to the best documents.
 *
 * Word by word: the postings of all that a word can stand for are read once, front to back, and add up in one slot a
 * document and one a section, so that a letter that a thousand words begin with costs a walk through memory and no
 * more. Only the best are then looked at closer. */
#include "core/library/search_match.h"
#include "core/library/search_private.h"
#include "core/library/search_words.h"
#include "core/library/tokens.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MOST = 10, CLOSER = 100, TEXTS_READ = 24, TEXT_READ = 8192, FEW = 10 };

struct typed {
    char text[TOKEN_MOST];
    size_t n;
    bool says;  /* it is more than `how do I` */
    bool begun; /* the last one: more letters may follow */
    bool joined;
};

struct typed_words {
    struct typed items[WORDS_MOST];
    size_t count;
};

struct finding {
    struct search *s;
    const struct search_query *q;
    struct wanted wanted;
    struct typed_words words;
    char phrase[128]; /* the whole, folded */
    size_t phrase_n;
    struct best best;
};

/* ---- what was typed ---- */

static void take_word(void *context, const char *word, size_t n, bool joined)
{
    struct typed_words *w = context;
    if (w->count == WORDS_MOST)
        return;
    struct typed *to = &w->items[w->count++];
    memcpy(to->text, word, n);
    to->n = n;
    to->says = n >= 4;
    for (size_t i = 0; i < n; i++)
        to->says |= word[i] >= '0' && word[i] <= '9';
    to->begun = false;
    to->joined = joined;
}

static bool is_known(const struct search *s, const struct typed *w)
{
    for (size_t g = 0; g < s->count; g++) {
        struct word_at at;
        if (word_seek(&at, &s->segments[g], w->text, w->n) && word_begins(&at, w->text, w->n))
            return true;
    }
    return false;
}

/* The words of the text: of `e-204` the joined e204 where the index knows such a word, else its parts. */
static void read_words(struct finding *f)
{
    const char *text = f->q->text;
    struct typed_words all = {.count = 0};
    size_t n = strlen(text);
    tokens_of(text, n, take_word, &all);
    for (size_t i = 0; i < all.count; i++) {
        size_t parts = 0, bytes = 0;
        const struct typed *w = &all.items[i];
        if (w->joined) {
            if (!is_known(f->s, w))
                continue;
            while (bytes < w->n && i + 1 + parts < all.count && !all.items[i + 1 + parts].joined)
                bytes += all.items[i + 1 + parts++].n;
        }
        f->words.items[f->words.count++] = *w;
        i += parts;
    }
    if (f->words.count > 0 && text[n - 1] != ' ')
        f->words.items[f->words.count - 1].begun = true;
    struct buf phrase = {0};
    text_fold(&phrase, text, n);
    f->phrase_n = phrase.len < sizeof f->phrase ? phrase.len : 0;
    if (f->phrase_n > 0)
        memcpy(f->phrase, phrase.data, f->phrase_n);
    buf_free(&phrase);
}

/* ---- one word ---- */

/* Takes the postings of a word of the index; scale says how well it stands for the word typed. */
static void mark(struct search *s, size_t g, const struct word_at *w, float scale, unsigned near)
{
    const struct segment *segment = &s->segments[g];
    size_t docs = segment->doc_count, sections = segment->counts[SEG_SECTIONS];
    struct doc_sum *doc_sums = s->docs + s->base[g];
    struct section_sum *section_sums = s->sections + s->section_base[g];
    for (struct posting p = postings_of(w); posting_next(&p);) {
        float worth = s->worth[p.worth] * scale;
        uint8_t field = (uint8_t)(WORTH_FIELD(p.worth) | near);
        if (p.unit < docs) {
            struct doc_sum *d = &doc_sums[p.unit];
            if (worth <= d->here)
                continue;
            if (!(d->here > 0))
                s->word_docs[s->word_doc_count++] = s->base[g] + p.unit;
            d->here = worth;
            d->field = field;
        } else if (p.unit - docs < sections) {
            struct section_sum *u = &section_sums[p.unit - docs];
            if (worth <= u->here)
                continue;
            if (!(u->here > 0))
                s->word_sections[s->word_section_count++] = s->section_base[g] + (uint32_t)(p.unit - docs);
            u->here = worth;
            u->field = field;
        } else {
            return; /* damaged */
        }
    }
}

static void mark_near(struct search *s, size_t g, const struct typed *w)
{
    struct near near;
    match_typos(&s->segments[g], w->text, w->n, w->begun, &near);
    for (size_t i = 0; i < near.count; i++)
        mark(s, g, &near.items[i], near.items[i].len > w->n + 1 ? 0.4F : 0.5F, NEAR);
}

/* The word itself, what begins with it, and without its plural s. */
static void mark_as_typed(struct search *s, size_t g, const struct typed *w)
{
    struct word_at at;
    bool more = word_seek(&at, &s->segments[g], w->text, w->n);
    for (; more && word_begins(&at, w->text, w->n); more = word_next(&at)) {
        if (at.len == w->n)
            mark(s, g, &at, 1.0F, 0);
        else if (!w->begun && w->n < 3)
            break; /* a finished word of few letters is not meant to begin another one */
        else
            mark(s, g, &at, (w->begun ? 0.8F : 0.6F) * (0.6F + 0.4F * (float)w->n / (float)at.len), 0);
    }
    if (w->n >= 4 && w->text[w->n - 1] == 's' && word_seek(&at, &s->segments[g], w->text, w->n - 1) &&
        at.len == w->n - 1 && word_begins(&at, w->text, w->n - 1))
        mark(s, g, &at, 0.85F, 0);
}

static enum match_kind kind_of(uint8_t field)
{
    static const enum match_kind kinds[FIELDS] = {
        [FIELD_TEXT] = MATCH_TEXT, [FIELD_OUTCOME] = MATCH_PROBLEM, [FIELD_HEADING] = MATCH_HEADING,
        [FIELD_PROBLEM] = MATCH_PROBLEM, [FIELD_ID] = MATCH_TITLE, [FIELD_TRIGGER] = MATCH_TITLE,
        [FIELD_TITLE] = MATCH_TITLE};
    return (field & 7) < FIELDS ? kinds[field & 7] : MATCH_TEXT;
}

static void raise_kind(uint8_t *kind, uint8_t field)
{
    uint8_t better = (uint8_t)kind_of(field);
    *kind = better > *kind ? better : *kind;
}

/* A document in which the w-th word stands. */
static struct doc_sum *touch(struct search *s, uint32_t doc, size_t w, float worth, uint8_t field)
{
    struct doc_sum *d = &s->docs[doc];
    if (d->word != w + 1) {
        d->word = (uint8_t)(w + 1);
        d->head = d->most = 0;
        if (d->words == 0)
            s->found_docs[s->found_doc_count++] = doc;
        d->words |= (uint16_t)(1U << w);
    }
    if (worth > d->most) {
        d->mosts += worth - d->most;
        d->most = worth;
        d->typo |= (field & NEAR) != 0;
    }
    return d;
}

static void settle_section(struct search *s, uint32_t section, size_t w, float idf)
{
    struct section_sum *u = &s->sections[section];
    float worth = u->here * idf;
    u->here = 0;
    size_t g = 0;
    while (g + 1 < s->count && section >= s->section_base[g + 1])
        g++;
    uint32_t doc = s->segments[g].section_docs[section - s->section_base[g]];
    if (doc >= s->segments[g].doc_count)
        return; /* damaged */
    u->doc = s->base[g] + doc;
    const struct doc_sum *d = touch(s, u->doc, w, worth, u->field);
    if (!u->found) {
        u->found = true;
        s->found_sections[s->found_section_count++] = section;
    }
    if (worth > d->head) {
        u->sum += worth - 0.7F * d->head;
        u->adds = true;
        raise_kind(&u->kind, u->field);
    } else {
        u->sum += 0.3F * worth;
    }
}

/* Adds what was marked for the w-th word to the sums, weighted by how rare the word is. */
static void settle(struct search *s, size_t w)
{
    float units = 1.0F + (float)s->base[s->count] + (float)s->section_base[s->count];
    float found = (float)s->word_doc_count + (float)s->word_section_count;
    float idf = logf(1.0F + (units - found + 0.5F) / (found + 0.5F)) + 0.05F;
    for (size_t i = 0; i < s->word_doc_count; i++) {
        struct doc_sum *d = &s->docs[s->word_docs[i]];
        float worth = d->here * idf;
        d->here = 0;
        touch(s, s->word_docs[i], w, worth, d->field);
        d->head = worth;
        d->heads += worth;
        raise_kind(&d->kind, d->field);
    }
    for (size_t i = 0; i < s->word_section_count; i++)
        settle_section(s, s->word_sections[i], w, idf);
    s->word_doc_count = s->word_section_count = 0;
}

/* near: with a letter changed too, even where it stands as typed. */
static void find_word(struct finding *f, size_t w, bool near)
{
    struct search *s = f->s;
    const struct typed *word = &f->words.items[w];
    for (size_t g = 0; g < s->count; g++)
        mark_as_typed(s, g, word);
    if ((near && word->n >= 4) || s->word_doc_count + s->word_section_count == 0)
        for (size_t g = 0; g < s->count; g++)
            mark_near(s, g, word);
    settle(s, w);
}

static void forget(struct search *s)
{
    for (size_t i = 0; i < s->found_doc_count; i++)
        memset(&s->docs[s->found_docs[i]], 0, sizeof *s->docs);
    for (size_t i = 0; i < s->found_section_count; i++)
        memset(&s->sections[s->found_sections[i]], 0, sizeof *s->sections);
    s->found_doc_count = s->found_section_count = 0;
}

static void find_each_word(struct finding *f, bool near)
{
    struct search *s = f->s;
    forget(s);
    for (size_t w = 0; w < f->words.count; w++)
        find_word(f, w, near);
    for (size_t i = 0; i < s->found_section_count; i++) {
        uint32_t section = s->found_sections[i];
        const struct section_sum *u = &s->sections[section];
        struct doc_sum *d = &s->docs[u->doc];
        if (u->sum > d->best) {
            d->best = u->sum;
            d->section = section;
        }
    }
}

/* ---- documents ---- */

/* A section's number in its document; in a damaged file it may lie outside. */
static uint32_t section_in_doc(const struct search *s, uint32_t doc, uint32_t section)
{
    uint32_t local;
    size_t g = segment_of(s, doc, &local), first, end, at = section - s->section_base[g];
    segment_sections(&s->segments[g], local, &first, &end);
    return at >= first && at < end ? (uint32_t)(at - first) : SEARCH_NO_SECTION;
}

/* Do too few of the words stand in a document? Those that say nothing count where all are such. */
static bool stands_poorly(const struct finding *f, unsigned words)
{
    size_t found = 0, said = 0, said_found = 0;
    for (size_t w = 0; w < f->words.count; w++) {
        bool there = (words & 1U << w) != 0, says = f->words.items[w].says;
        found += there;
        said += says;
        said_found += says && there;
    }
    return said > 0 ? 3 * said_found < 2 * said : 3 * found < 2 * f->words.count;
}

/* Is nothing of them there but lone letters? The E of a code E-999 that nobody knows makes no document near to it. */
static bool stands_by_letters(const struct finding *f, unsigned words)
{
    for (size_t w = 0; w < f->words.count; w++)
        if ((words & 1U << w) != 0 && f->words.items[w].n > 1)
            return false;
    return true;
}

/* Collects the documents in which all words stand, or any. */
static void collect(struct finding *f, bool all)
{
    struct search *s = f->s;
    unsigned every = (1U << f->words.count) - 1;
    f->best.count = f->best.total = 0;
    for (size_t i = 0; i < s->found_doc_count; i++) {
        uint32_t doc = s->found_docs[i], local;
        const struct doc_sum *d = &s->docs[doc];
        float weight = 1.0F;
        if (d->words != every && (all || stands_by_letters(f, d->words)))
            continue;
        size_t g = segment_of(s, doc, &local);
        if (!wanted_doc(&f->wanted, s, g, local, &weight))
            continue;
        unsigned found = 0;
        for (unsigned w = d->words; w != 0; w &= w - 1)
            found++;
        float score = d->heads + d->best, part = (float)found / (float)f->words.count;
        if (d->mosts > score)
            score += 0.5F * (d->mosts - score); /* words that stand in other sections only */
        struct search_hit hit = {.doc = doc, .section = SEARCH_NO_SECTION, .score = score * part * part * weight,
                                 .kind = (enum match_kind)d->kind, .typo = d->typo,
                                 .poor = d->words != every && stands_poorly(f, d->words)};
        if (d->best > 0 && s->sections[d->section].adds) {
            hit.section = section_in_doc(s, doc, d->section);
            if (s->sections[d->section].kind > d->kind)
                hit.kind = (enum match_kind)s->sections[d->section].kind;
        }
        best_add(&f->best, &hit);
    }
}

/* ---- the best, looked at closer ---- */

static bool starts_at_word(const char *text, const char *at)
{
    unsigned char before = at > text ? (unsigned char)at[-1] : ' ';
    return !((before >= '0' && before <= '9') || (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z'));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Where the words as typed stand in a text, ASCII letters alike in both cases. */
static const char *find_phrase(const char *text, const char *phrase, size_t n)
{
    for (const char *at = text; *at != '\0' && n > 0; at++) {
        size_t k = 0;
        while (k < n && lower(at[k]) == phrase[k])
            k++;
        if (k == n && starts_at_word(text, at))
            return at;
    }
    return NULL;
}

static bool stands_in_text(const struct finding *f, const struct segment *g, size_t section)
{
    struct buf text = {0};
    bool found = segment_read(g, section, TEXT_READ, &text) &&
                 find_phrase(buf_text(&text), f->phrase, f->phrase_n) != NULL;
    buf_free(&text);
    return found;
}

/* The words as typed, one behind the other: more than words that happen to stand in the same place. */
static float phrase_weight(const struct finding *f, const struct search_hit *hit, bool read_text)
{
    const struct segment *g;
    const char *title = search_title(f->s, hit->doc), *at = find_phrase(title, f->phrase, f->phrase_n);
    if (at == title && f->phrase_n > 0 && title[f->phrase_n] == '\0')
        return 3.0F; /* that is its title */
    if (f->phrase_n < 3)
        return 1.0F;
    if (at != NULL)
        return at == title ? 1.5F : 1.3F;
    size_t section = search_section_of(f->s, hit->doc, hit->section, &g);
    if (section == SIZE_MAX)
        return 1.0F;
    if (find_phrase(segment_text(g, g->sections[section].heading), f->phrase, f->phrase_n) != NULL)
        return 1.25F;
    return read_text && f->words.count > 1 && stands_in_text(f, g, section) ? 1.2F : 1.0F;
}

static void look_closer(struct finding *f)
{
    best_sort(&f->best);
    for (size_t i = 0; i < f->best.count; i++)
        f->best.hits[i].score *= phrase_weight(f, &f->best.hits[i], i < TEXTS_READ);
    best_sort(&f->best);
}

/* A code that stands in a section: that is the one to open. */
static void open_at_code(const struct finding *f, struct search_hit *hit)
{
    const struct doc_sum *d = &f->s->docs[hit->doc];
    if ((hit->kind == MATCH_CODE || hit->kind == MATCH_ASSET) && hit->section == SEARCH_NO_SECTION &&
        f->words.count == 1 && d->best > 0)
        hit->section = section_in_doc(f->s, hit->doc, d->section);
}

static void find_words(struct finding *f)
{
    find_each_word(f, false);
    collect(f, true);
    if (f->best.total == 0) {
        find_each_word(f, true);
        collect(f, true);
    }
    /* A sentence seldom stands as it was typed: what has most of its words follows. */
    if ((f->best.total == 0 && f->words.count > 1) || (f->best.total < FEW && f->words.count > 2))
        collect(f, false);
    if (f->best.found == NULL) /* who counts asks for no order */
        look_closer(f);
    f->best.count = trigger_lead(f->s, &f->wanted, f->q->text, f->best.hits, f->best.count, f->best.most);
    for (size_t i = 0; i < f->best.count; i++)
        open_at_code(f, &f->best.hits[i]);
    forget(f->s);
}

static bool comes_after(const struct search *s, const struct search_hit *a, const struct search_hit *b)
{
    return a->score < b->score ||
           (!(a->score > b->score) && strcasecmp(search_title(s, a->doc), search_title(s, b->doc)) > 0);
}

/* What is worth the same, by title: a list that nobody asked anything of is looked through with the eyes. The hits
 * stand by their worth already; each goes to its place among those before it. */
static void order_by_title(const struct search *s, struct search_hit *hits, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct search_hit hit = hits[i];
        size_t from = 0, to = i;
        while (from < to) {
            size_t middle = from + (to - from) / 2;
            if (comes_after(s, &hits[middle], &hit))
                to = middle;
            else
                from = middle + 1;
        }
        memmove(&hits[from + 1], &hits[from], (i - from) * sizeof *hits);
        hits[from] = hit;
    }
}

/* Everything that is wanted: the learner's stage first, then what teaches, then the newest, then by title. */
static void find_all(struct finding *f)
{
    struct search *s = f->s;
    for (size_t g = 0; g < s->count; g++)
        for (uint32_t d = 0; d < s->segments[g].doc_count; d++) {
            float weight;
            if (!wanted_doc(&f->wanted, s, g, d, &weight))
                continue;
            const struct segment *segment = &s->segments[g];
            struct search_hit hit = {.doc = s->base[g] + d, .section = SEARCH_NO_SECTION};
            hit.score = weight + (segment->docs[d].kind == KIND_PAGE ? 0.0F : 0.5F) +
                        (float)segment->facts[d].updated * 1e-6F;
            best_add(&f->best, &hit);
        }
    best_sort(&f->best);
    order_by_title(s, f->best.hits, f->best.count);
}

/* best.hits has room for best.most. False when memory is out. */
static bool run(struct finding *f)
{
    if (!wanted_open(&f->wanted, f->s, f->q))
        return false;
    read_words(f);
    if (f->words.count > 0)
        find_words(f);
    else if (str_trim(str_of(f->q->text)).n == 0)
        find_all(f);
    wanted_close(&f->wanted);
    return true;
}

bool search_each(struct search *s, const struct search_query *q, void (*found)(void *context, uint32_t doc),
                 void *context)
{
    struct search_hit hits[CLOSER];
    struct finding f = {.s = s, .q = q, .best = {.hits = hits, .most = CLOSER, .found = found, .context = context}};
    if (!run(&f))
        return false;
    for (size_t i = 0; i < f.best.count; i++) /* a wild asset tag is found though no word of it stands anywhere */
        if (hits[i].kind >= MATCH_ASSET)
            found(context, hits[i].doc);
    return true;
}

size_t search_find(struct search *s, const struct search_query *q, struct search_hit *hits, size_t most, size_t *total)
{
    struct finding f = {.s = s, .q = q};
    f.best.most = most + CLOSER;
    f.best.hits = malloc((most + CLOSER) * sizeof *f.best.hits);
    if (f.best.hits != NULL)
        (void)run(&f);
    size_t count = f.best.count < most ? f.best.count : most;
    if (count > 0)
        memcpy(hits, f.best.hits, count * sizeof *hits);
    if (total != NULL)
        *total = f.best.total > f.best.count ? f.best.total : f.best.count;
    free(f.best.hits);
    return count;
}
