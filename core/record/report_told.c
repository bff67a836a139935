#include "core/record/report_told.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is(const struct roll *x, const struct report_human *who)
{
    return x->learner != 0 ? x->learner == who->number : strcasecmp(x->name, who->name) == 0 || strcasecmp(x->name, who->known) == 0;
}

/* Who of the people it is; all for nobody, or when it may be two. */
static size_t owner_of(const struct roll *x, const struct report_human *people, size_t all)
{
    size_t found = all;
    for (size_t i = 0; i < all; i++) {
        if (!is(x, &people[i]))
            continue;
        if (found != all)
            return all;
        found = i;
    }
    return found;
}

static bool same_occasion(const struct roll *x, const struct roll *y)
{
    return strcmp(x->element, y->element) == 0 && strcmp(x->session, y->session) == 0;
}

/* The how manieth of its name it is in its session, of whom no number tells them apart. */
static size_t place_of(const struct told *t, size_t at)
{
    size_t n = 0;
    for (size_t k = at; t->rows[at].learner == 0 && k-- > 0 && same_occasion(&t->rows[at], &t->rows[k]);) /* they stand together */
        n += strcasecmp(t->rows[at].name, t->rows[k].name) == 0;
    return n;
}

/* The first of a name in each session is taken for the same stranger, and so is the second. */
static void find_owners(struct told *t, size_t *places, size_t *first, const struct report_human *people, size_t all)
{
    for (size_t i = 0; i < t->count; i++) {
        places[i] = place_of(t, i);
        t->of[i] = places[i] == 0 ? owner_of(&t->rows[i], people, all) : all;
        if (t->of[i] != all)
            continue;
        size_t k = 0;
        while (k < t->strangers && (places[first[k]] != places[i] || strcasecmp(t->rows[i].name, t->rows[first[k]].name) != 0))
            k++;
        t->of[i] = all + k;
        if (k == t->strangers)
            first[t->strangers++] = i;
    }
}

static int by_name(const void *left, const void *right)
{
    const struct stranger *a = left, *b = right;
    int order = strcasecmp(a->name, b->name);
    return order != 0 ? order : (a->person > b->person) - (a->person < b->person);
}

/* By name, as those whom the record knows. */
static bool list_strangers(struct told *t, struct arena *a, size_t all)
{
    struct stranger *items = arena_array(a, t->strangers, sizeof *items);
    for (size_t i = 0; items != NULL && i < t->count; i++)
        if (t->of[i] >= all)
            items[t->of[i] - all] = (struct stranger){t->of[i], t->rows[i].name};
    if (items != NULL && t->strangers > 1)
        qsort(items, t->strangers, sizeof *items, by_name);
    t->by_name = items;
    return items != NULL;
}

bool told_read(struct record *r, struct arena *a, const char *programme, const struct report_human *people, size_t all,
               struct told *told, struct error *err)
{
    *told = (struct told){0};
    if ((told->rows = roll_of(r, a, programme, &told->count, err)) == NULL)
        return false;
    size_t *places = arena_array(a, told->count, sizeof *places), *first = arena_array(a, told->count, sizeof *first);
    told->of = arena_array(a, told->count, sizeof *told->of);
    if (told->of == NULL || places == NULL || first == NULL)
        return error_memory(err);
    find_owners(told, places, first, people, all);
    return list_strangers(told, a, all) || error_memory(err);
}

bool told_any(const struct told *told, size_t person)
{
    return told_name(told, person)[0] != '\0';
}

const char *told_name(const struct told *told, size_t person)
{
    for (size_t i = told->count; i-- > 0;)
        if (told->of[i] == person)
            return told->rows[i].name;
    return "";
}

bool told_came(const struct told *told, size_t person, const char *element, struct told_visit *visit)
{
    bool came = false;
    *visit = (struct told_visit){0};
    for (size_t i = 0; i < told->count; i++) {
        const struct roll *x = &told->rows[i];
        if (told->of[i] != person || !x->came || strcmp(x->element, element) != 0)
            continue;
        came = true;
        visit->late = visit->late || x->late;
        visit->left_at = x->left_at > visit->left_at ? x->left_at : visit->left_at;
        if (x->joined_at != 0 && (visit->joined_at == 0 || x->joined_at < visit->joined_at))
            visit->joined_at = x->joined_at;
    }
    return came;
}

double told_score(const struct told *told, size_t person, const char *test)
{
    double score = -1;
    for (size_t i = 0; i < told->count; i++)
        if (told->of[i] == person && told->rows[i].score >= 0 && strcmp(told->rows[i].test, test) == 0)
            score = told->rows[i].score;
    return score;
}

int64_t told_before(const struct told *told, size_t person)
{
    int64_t before = -1;
    for (size_t i = 0; i < told->count; i++)
        if (told->of[i] == person && told->rows[i].of > 0 && told->rows[i].done > before)
            before = told->rows[i].done;
    return before;
}
