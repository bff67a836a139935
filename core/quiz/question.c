#include "core/quiz/question.h"

#include "core/base/buf.h"
#include "core/base/hex.h"
#include "core/base/text.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

enum { HASH_BYTES = 32, ID_DIGITS = 32 };

const char *question_type_name(enum question_type type)
{
    static const char *const names[] = {
        [QUESTION_CHOICE] = "choice",           [QUESTION_MULTICHOICE] = "multichoice",
        [QUESTION_TRUEFALSE] = "truefalse",     [QUESTION_SHORTANSWER] = "shortanswer",
        [QUESTION_MATCH] = "match",             [QUESTION_NUMERICAL] = "numerical",
        [QUESTION_ESSAY] = "essay",             [QUESTION_DESCRIPTION] = "description",
    };
    return names[type];
}

const char *question_format_name(enum question_format format)
{
    static const char *const names[] = {
        [FORMAT_MOODLE] = "moodle",
        [FORMAT_HTML] = "html",
        [FORMAT_PLAIN] = "plain",
        [FORMAT_MARKDOWN] = "markdown",
    };
    return names[format];
}

bool question_scored(const struct question *q)
{
    return q->type != QUESTION_DESCRIPTION;
}

bool question_recalled(const struct question *q)
{
    return q->type != QUESTION_ESSAY && q->type != QUESTION_DESCRIPTION;
}

static int64_t words_of(const char *text)
{
    int64_t words = 0;
    for (bool within = false; text != NULL && *text != '\0'; text++) {
        bool blank = *text == ' ' || *text == '\n' || *text == '\t';
        words += !blank && !within;
        within = !blank;
    }
    return words;
}

static int64_t words_shown(const struct question *q)
{
    int64_t words = words_of(q->stem.text) + words_of(q->after);
    for (size_t i = 0; i < q->answer_count && (q->type == QUESTION_CHOICE || q->type == QUESTION_MULTICHOICE); i++)
        words += words_of(q->answers[i].text.text);
    for (size_t i = 0; i < q->pair_count; i++)
        words += words_of(q->pairs[i].left.text);
    for (size_t i = 0; i < q->choice_count; i++)
        words += words_of(q->choices[i]);
    return words;
}

int64_t question_expected_ms(const struct question *q)
{
    static const struct {
        int64_t once, each; /* ms; for each thing that is picked from or to */
    } doing[] = {
        [QUESTION_CHOICE] = {4000, 0},       [QUESTION_MULTICHOICE] = {2000, 2000}, [QUESTION_TRUEFALSE] = {4000, 0},
        [QUESTION_SHORTANSWER] = {10000, 0}, [QUESTION_MATCH] = {2000, 4000},       [QUESTION_NUMERICAL] = {15000, 0},
        [QUESTION_ESSAY] = {90000, 0},       [QUESTION_DESCRIPTION] = {0, 0},
    };
    int64_t things = (int64_t)(q->type == QUESTION_MATCH ? q->pair_count : q->answer_count);
    return words_shown(q) * 250 + doing[q->type].once + doing[q->type].each * things;
}

struct question *question_lead(const struct question_list *all, size_t i)
{
    while (i > 0)
        if (all->items[--i]->type == QUESTION_DESCRIPTION)
            return all->items[i];
    return NULL;
}

size_t question_option_count(const struct question *q)
{
    switch (q->type) {
    case QUESTION_CHOICE:
    case QUESTION_MULTICHOICE:
        return q->answer_count;
    case QUESTION_MATCH:
        return q->choice_count;
    case QUESTION_TRUEFALSE:
        return 2;
    default:
        return 0;
    }
}

const char *question_hash(struct arena *a, const char *label, const char *bytes, size_t n)
{
    unsigned char hash[HASH_BYTES];
    crypto_generichash_state state;
    if (crypto_generichash_init(&state, NULL, 0, sizeof hash) != 0 ||
        crypto_generichash_update(&state, (const unsigned char *)label, strlen(label) + 1) != 0 ||
        crypto_generichash_update(&state, (const unsigned char *)bytes, n) != 0 ||
        crypto_generichash_final(&state, hash, sizeof hash) != 0)
        return NULL;
    return hex_text(a, hash, sizeof hash);
}

static const char *base_identity(struct arena *a, const struct question *q)
{
    struct buf nfc = {0};
    const char *source = q->title != NULL ? q->title : q->stem.text;
    text_nfc(&nfc, source, strlen(source));
    const char *id = NULL;
    if (buf_ok(&nfc) && q->title != NULL) {
        id = arena_copy(a, buf_text(&nfc), nfc.len);
    } else if (buf_ok(&nfc)) {
        const char *hash = question_hash(a, "crib-stem-1", buf_text(&nfc), nfc.len);
        id = hash != NULL ? arena_copy(a, hash, ID_DIGITS) : NULL;
    }
    buf_free(&nfc);
    return id;
}

/* Identities seen so far: open addressing, never more than half full. */
struct seen {
    const char *id;
    size_t last; /* the highest number given to a repeat */
};

struct seen_table {
    struct seen *slots;
    size_t mask;
};

static struct seen *seen_slot(const struct seen_table *t, const char *id)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *p = id; *p != '\0'; p++)
        h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
    size_t i = (size_t)(h ^ (h >> 32)) & t->mask;
    while (t->slots[i].id != NULL && strcmp(t->slots[i].id, id) != 0)
        i = (i + 1) & t->mask;
    return &t->slots[i];
}

/* base itself, or base~2, base~3, ...: the first that is free. Numbers only grow, so that the whole stays linear. */
static const char *unique(struct arena *a, const struct seen_table *t, const char *base)
{
    struct seen *first = seen_slot(t, base);
    if (first->id == NULL) {
        *first = (struct seen){base, 1};
        return base;
    }
    for (;;) {
        first->last++;
        const char *id = arena_printf(a, "%s~%zu", base, first->last);
        if (id == NULL)
            return NULL;
        struct seen *slot = seen_slot(t, id);
        if (slot->id == NULL) {
            *slot = (struct seen){id, 1};
            return id;
        }
    }
}

bool question_identities(struct arena *a, const struct question_list *list)
{
    size_t slots = 16;
    while (slots < 2 * list->count + 1 && slots <= SIZE_MAX / 4)
        slots *= 2;
    struct seen_table table = {arena_array(a, slots, sizeof *table.slots), slots - 1};
    if (table.slots == NULL)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        const char *base = base_identity(a, list->items[i]);
        const char *id = base != NULL ? unique(a, &table, base) : NULL;
        if (id == NULL)
            return false;
        list->items[i]->id = id;
    }
    return true;
}
