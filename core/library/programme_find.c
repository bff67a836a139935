#include "core/library/programme_find.h"

#include "core/library/search_match.h"
#include "core/library/tokens.h"

#include <string.h>

enum { WORDS_MOST = 16, SHORT = 3, NEAR_BEGUN = 4, BEHIND_MOST = 3 };

struct word {
    char text[TOKEN_MOST];
    size_t n;
};

struct words {
    struct word items[WORDS_MOST];
    size_t count;
    bool begun;     /* the last one */
    unsigned found; /* bit w: the w-th word stands in what was looked through */
    unsigned near;  /* it is nowhere as it is typed: a letter may be changed */
};

static void take_word(void *context, const char *word, size_t n, bool joined)
{
    struct words *w = context;
    if (joined || w->count == WORDS_MOST || n > TOKEN_MOST)
        return;
    memcpy(w->items[w->count].text, word, n);
    w->items[w->count++].n = n;
}

static bool stands(const struct word *typed, bool begun, const char *word, size_t n)
{
    bool plural = typed->n > SHORT && n + 1 == typed->n && typed->text[n] == 's';
    return (plural || (begun ? n >= typed->n : n == typed->n)) && memcmp(word, typed->text, plural ? n : typed->n) == 0;
}

static void compare_word(void *context, const char *word, size_t n, bool joined)
{
    struct words *w = context;
    (void)joined; /* whoever types it as one means it, too */
    for (size_t i = 0; i < w->count; i++) {
        const struct word *typed = &w->items[i];
        bool begun = w->begun && i + 1 == w->count, near = (w->near & 1U << i) != 0;
        if (stands(typed, begun, word, n) ||
            (near && n >= SHORT && (typed->n > SHORT || typed->text[0] == word[0]) &&
             match_near(typed->text, typed->n, word, n, begun && typed->n >= NEAR_BEGUN)))
            w->found |= 1U << i;
    }
}

static void look_in(struct words *w, const char *text)
{
    tokens_of(text, strlen(text), compare_word, w);
}

static unsigned needed(const struct words *w)
{
    unsigned all = 0, some = 0;
    for (size_t i = 0; i < w->count; i++) {
        all |= 1U << i;
        some |= w->items[i].n >= SHORT ? 1U << i : 0;
    }
    return some != 0 ? some : all;
}

static enum match_kind match_head(struct words *w, const char *title, const char *id, const char *problem, const char *outcome)
{
    unsigned all = needed(w);
    w->found = 0;
    look_in(w, title);
    look_in(w, id);
    if ((w->found & all) == all)
        return MATCH_TITLE;
    look_in(w, problem);
    look_in(w, outcome);
    return (w->found & all) == all ? MATCH_PROBLEM : MATCH_NONE;
}

static void look_in_all(struct words *w, const struct programme *p)
{
    const char *const texts[] = {p->title, p->id, p->problem, p->outcome};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        look_in(w, texts[i]);
    for (size_t i = 0; i < p->count; i++)
        look_in(w, p->elements[i].title);
}

static enum match_kind match(struct words *w, const struct programme *p)
{
    unsigned all = needed(w);
    enum match_kind head = match_head(w, p->title, p->id, p->problem, p->outcome);
    if (head != MATCH_NONE)
        return head;
    look_in_all(w, p);
    return (w->found & all) == all ? MATCH_TEXT : MATCH_NONE;
}

static void words_of(struct words *w, const char *text)
{
    size_t n = strlen(text);
    w->count = 0;
    w->begun = n > 0 && text[n - 1] != ' ';
    tokens_of(text, n, take_word, w);
}

/* A word that stands in a programme, or in anything else that is installed, is no typing mistake. */
static void find_mistakes(struct words *w, const struct library_programme *all, size_t count, const struct search *search)
{
    w->near = w->found = 0;
    for (size_t i = 0; i < count; i++)
        look_in_all(w, &all[i].programme);
    for (size_t i = 0; i < w->count; i++) {
        const struct word *typed = &w->items[i];
        bool known = typed->n < SHORT || (w->found & 1U << i) != 0 ||
                     (search != NULL && search_knows(search, typed->text, typed->n, w->begun && i + 1 == w->count));
        w->near |= known ? 0 : 1U << i;
    }
}

static bool is_meant(const struct programme *p, struct strings roles)
{
    bool meant = p->roles.count == 0 || roles.count == 0;
    for (size_t i = 0; !meant && i < roles.count; i++)
        meant = strings_has(p->roles, roles.items[i]);
    return meant;
}

static size_t place_of(struct words *w, enum match_kind kind, const struct programme_among *among)
{
    const struct search *s = among->search;
    for (size_t at = 0; at < BEHIND_MOST; at++) {
        if (at == among->count)
            return at;
        const struct search_hit *h = &among->hits[at];
        if (h->kind < MATCH_ASSET && kind > MATCH_TEXT &&
            match_head(w, search_title(s, h->doc), search_id(s, h->doc), search_problem(s, h->doc), search_outcome(s, h->doc)) < kind)
            return at;
    }
    return BEHIND_MOST;
}

bool programme_find(struct arena *a, const struct library_programme *all, size_t all_count, const char *text, struct strings roles,
                    bool other_roles, struct programme_among among, struct programme_hit **found, size_t *count)
{
    struct words w;
    *count = 0;
    *found = arena_array(a, all_count + 1, sizeof **found);
    words_of(&w, text);
    find_mistakes(&w, all, all_count, among.search);
    for (size_t i = 0; *found != NULL && w.count > 0 && i < all_count; i++) {
        bool other = !is_meant(&all[i].programme, roles);
        enum match_kind kind = other && !other_roles ? MATCH_NONE : match(&w, &all[i].programme);
        size_t at = *count;
        if (kind == MATCH_NONE)
            continue;
        for (; at > 0 && (*found)[at - 1].kind < kind; at--)
            (*found)[at] = (*found)[at - 1];
        (*found)[at] = (struct programme_hit){&all[i], kind, other, (w.near & needed(&w)) != 0, place_of(&w, kind, &among)};
        (*count)++;
    }
    return *found != NULL;
}
