#include "core/quiz/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct item {
    const struct question *question;
    const size_t *order; /* NULL where nothing is ordered */
    const struct response *response; /* NULL before an answer */
    struct grade grade;
};

struct run {
    struct arena *arena; /* items, orders, responses */
    struct run_options options;
    struct item *items; /* in the order of the run */
    size_t count;
    size_t *by_id; /* indexes into items, sorted by identity */
};

/* A place's key: whoever has the smallest stands first. Depends on nothing but seed, identity and place. */
struct keyed {
    size_t group; /* stays where the source has it */
    uint64_t key;
    size_t index;
};

/* The finaliser of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
static uint64_t mixed(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static uint64_t key_of(uint64_t seed, const char *id, size_t place)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *p = id; *p != '\0'; p++)
        h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
    return mixed(mixed(seed ^ mixed(h)) + place);
}

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* 0..count-1 in the order of their keys. NULL: memory is out. */
static size_t *in_order(struct arena *a, struct keyed *keys, size_t count)
{
    size_t *order = arena_array(a, count + 1, sizeof *order);
    if (order == NULL)
        return NULL;
    qsort(keys, count, sizeof *keys, by_key);
    for (size_t i = 0; i < count; i++)
        order[i] = keys[i].index;
    return order;
}

/* A description speaks of the questions below it, so it stands before them, and they stay below it. */
static size_t *question_order(struct arena *a, const struct run_options *o, const struct question *const *questions,
                              size_t count)
{
    struct keyed *keys = arena_array(a, count + 1, sizeof *keys);
    size_t group = 0;
    for (size_t i = 0; keys != NULL && i < count; i++) {
        bool description = questions[i]->type == QUESTION_DESCRIPTION;
        group += description;
        keys[i] = (struct keyed){group, o->shuffle && !description ? key_of(o->seed, questions[i]->id, 0) : 0, i};
    }
    return keys != NULL ? in_order(a, keys, count) : NULL;
}

static size_t *option_order(struct arena *a, const struct run_options *o, const struct question *q, size_t count)
{
    struct keyed *keys = arena_array(a, count + 1, sizeof *keys);
    for (size_t i = 0; keys != NULL && i < count; i++)
        keys[i] = (struct keyed){0, o->shuffle ? key_of(o->seed, q->id, i + 1) : 0, i};
    return keys != NULL ? in_order(a, keys, count) : NULL;
}

static bool fill(struct run *r, const struct question *const *questions)
{
    size_t *order = question_order(r->arena, &r->options, questions, r->count);
    r->items = arena_array(r->arena, r->count + 1, sizeof *r->items);
    if (order == NULL || r->items == NULL)
        return false;
    for (size_t i = 0; i < r->count; i++) {
        struct item *item = &r->items[i];
        item->question = questions[order[i]];
        if (item->question->type == QUESTION_TRUEFALSE || question_option_count(item->question) == 0)
            continue;
        item->order = option_order(r->arena, &r->options, item->question, question_option_count(item->question));
        if (item->order == NULL)
            return false;
    }
    return true;
}

struct named {
    const char *id;
    size_t index;
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    return strcmp(x->id, y->id);
}

static bool index_ids(struct run *r)
{
    struct named *names = arena_array(r->arena, r->count + 1, sizeof *names);
    r->by_id = arena_array(r->arena, r->count + 1, sizeof *r->by_id);
    if (names == NULL || r->by_id == NULL)
        return false;
    for (size_t i = 0; i < r->count; i++)
        names[i] = (struct named){r->items[i].question->id, i};
    qsort(names, r->count, sizeof *names, by_name);
    for (size_t i = 0; i < r->count; i++)
        r->by_id[i] = names[i].index;
    return true;
}

struct run *run_open(const struct question_list *list, const struct run_options *options, struct error *err)
{
    struct run *r = calloc(1, sizeof *r);
    if (r == NULL || (r->arena = arena_open()) == NULL) {
        free(r);
        error_memory(err);
        return NULL;
    }
    r->options = *options;
    r->count = list->count;
    if (!fill(r, (const struct question *const *)list->items) || !index_ids(r)) {
        run_close(r);
        error_memory(err);
        return NULL;
    }
    return r;
}

void run_close(struct run *r)
{
    if (r == NULL)
        return;
    arena_close(r->arena);
    free(r);
}

const struct run_options *run_options(const struct run *r)
{
    return &r->options;
}

void run_set_feedback(struct run *r, enum feedback_policy feedback)
{
    r->options.feedback = feedback;
}

size_t run_count(const struct run *r)
{
    return r->count;
}

const struct question *run_question(const struct run *r, size_t i)
{
    return r->items[i].question;
}

const size_t *run_order(const struct run *r, size_t i)
{
    return r->items[i].order;
}

static bool answered(const struct item *item)
{
    return item->response != NULL && item->grade.verdict != VERDICT_UNASSESSED;
}

size_t run_next(const struct run *r, size_t from)
{
    for (size_t i = from; i < r->count; i++)
        if (!answered(&r->items[i]))
            return i;
    for (size_t i = 0; i < from && i < r->count; i++)
        if (!answered(&r->items[i]))
            return i;
    return r->count;
}

bool run_answer(struct run *r, size_t i, const struct response *response, struct grade *g, struct error *err)
{
    struct grade fresh;
    const struct response *copy = response_copy(r->arena, response);
    if (copy == NULL || !grade(r->items[i].question, copy, &fresh))
        return error_memory(err);
    r->items[i].response = copy;
    r->items[i].grade = fresh;
    if (g != NULL)
        *g = fresh;
    return true;
}

static struct item *find(const struct run *r, const char *id)
{
    size_t low = 0, high = r->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct item *item = &r->items[r->by_id[middle]];
        int c = strcmp(id, item->question->id);
        if (c == 0)
            return item;
        if (c < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool run_restore(struct run *r, const char *id, const char *response, double fraction, struct error *err)
{
    struct item *item = find(r, id);
    if (item == NULL)
        return error_set(err, EX_DATAERR, "cannot resume the quiz", id, "there is no such question in it", NULL);
    if (!(fraction >= 0 && fraction <= 1))
        return error_set(err, EX_DATAERR, "cannot resume the quiz", id, "its fraction is not within 0..1", NULL);
    struct response *decoded = response_decode(r->arena, item->question, response, strlen(response), err);
    struct grade g;
    if (decoded == NULL)
        return false;
    if (!grade(item->question, decoded, &g))
        return error_memory(err);
    bool kept = fabs(g.fraction - fraction) < 0.000001 || g.verdict == VERDICT_NONE || g.verdict == VERDICT_UNASSESSED;
    if (!kept) {
        g.fraction = g.raw = fraction;
        g.verdict = fraction < 0.000001 ? VERDICT_WRONG : fraction > 0.999999 ? VERDICT_RIGHT : VERDICT_PARTIAL;
    }
    item->response = decoded;
    item->grade = g;
    return true;
}

const struct response *run_response(const struct run *r, size_t i)
{
    return r->items[i].response;
}

bool run_grade(const struct run *r, size_t i, struct grade *g)
{
    if (r->items[i].response == NULL)
        return false;
    *g = r->items[i].grade;
    return true;
}

size_t run_number(const struct run *r, size_t i)
{
    size_t n = 1;
    for (size_t k = 0; k < i; k++)
        n += question_scored(r->items[k].question);
    return n;
}

void run_place(const struct run *r, size_t i, char *out, size_t size)
{
    size_t number = run_number(r, i), count = run_scored(r);
    if (question_scored(r->items[i].question))
        snprintf(out, size, "Question %zu of %zu", number, count);
    else if (number <= count)
        snprintf(out, size, "Before question %zu of %zu", number, count);
    else
        snprintf(out, size, "Before the result");
}

size_t run_scored(const struct run *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        n += question_scored(r->items[i].question);
    return n;
}

size_t run_answered(const struct run *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        n += question_scored(r->items[i].question) && answered(&r->items[i]);
    return n;
}

bool run_done(const struct run *r)
{
    return run_next(r, 0) == r->count;
}

double run_score(const struct run *r)
{
    double sum = 0;
    size_t scored = run_scored(r);
    if (scored == 0)
        return 100;
    for (size_t i = 0; i < r->count; i++)
        if (question_scored(r->items[i].question) && r->items[i].response != NULL)
            sum += r->items[i].grade.raw;
    return fmin(fmax(100 * sum / (double)scored, 0), 100);
}

bool run_passed(const struct run *r)
{
    /* Weights as 33.33333 add up to a little less than 100. */
    return run_done(r) && run_score(r) >= r->options.pass - 0.0001;
}

size_t run_missed(const struct run *r, size_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct item *item = &r->items[i];
        if (item->response != NULL && (item->grade.verdict == VERDICT_WRONG || item->grade.verdict == VERDICT_PARTIAL))
            out[n++] = i;
    }
    return n;
}

/* What was missed, each below the description that leads it. */
static void list_missed(const struct run *r, const size_t *missed, size_t count, struct question_list *list)
{
    size_t lead = r->count;
    for (size_t i = 0, m = 0; i < r->count && m < count; i++) {
        if (r->items[i].question->type == QUESTION_DESCRIPTION)
            lead = i;
        if (i != missed[m])
            continue;
        if (lead < r->count)
            list->items[list->count++] = (struct question *)r->items[lead].question; /* only borrowed and read */
        lead = r->count;
        list->items[list->count++] = (struct question *)r->items[i].question;
        m++;
    }
}

struct run *run_retry(const struct run *r, uint64_t seed, struct error *err)
{
    size_t *missed = calloc(r->count + 1, sizeof *missed);
    struct question_list list = {.items = calloc(r->count + 1, sizeof(struct question *))};
    struct run *again = NULL;
    if (missed == NULL || list.items == NULL) {
        error_memory(err);
    } else {
        struct run_options options = r->options;
        options.seed = seed;
        list_missed(r, missed, run_missed(r, missed), &list);
        if (list.count == 0)
            error_set(err, EX_USAGE, "there is nothing to retry", NULL, "no question was missed", "take the whole quiz again");
        else
            again = run_open(&list, &options, err);
    }
    free(missed);
    free(list.items);
    return again;
}

bool run_feedback_now(const struct run *r)
{
    return r->options.feedback == FEEDBACK_ANSWER || (r->options.feedback == FEEDBACK_END && run_done(r));
}
