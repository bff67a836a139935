#include "tui/taking_private.h"

#include "core/record/recall.h"
#include "tui/fading.h"

#include <string.h>
#include <sysexits.h>

/* How many fading questions are asked for, so that some may be gone from their modules. */
enum { RECALL_LOOK = 4 * RECALL_MOST };

static struct content *content_of(struct taking *t, const char *address, struct error *err)
{
    for (size_t i = 0; i < t->content_count; i++)
        if (strcmp(t->contents[i]->address, address) == 0)
            return t->contents[i];
    struct target target;
    if (!content_target(t->app, t->arena, address, &target, err))
        return NULL;
    struct content *c = content_open(t->app, target.key, err);
    if (c != NULL && strcmp(c->address, address) != 0) {
        content_close(c); /* another channel's module of that name */
        c = NULL;
    }
    if (c != NULL)
        t->contents[t->content_count++] = c;
    return c;
}

/* A question that comes back, and the description without which it can't be understood. */
struct recalled {
    struct question *question, *lead; /* lead: NULL without */
};

/* Does it say the right answer, that one is wrong? */
static bool one_of_two(const struct question *q)
{
    return q->type == QUESTION_TRUEFALSE || (q->type == QUESTION_CHOICE && q->answer_count <= 2);
}

static bool find_recalled(const struct content *c, const char *id, struct recalled *out)
{
    for (size_t i = 0; i < c->questions.count; i++)
        if (strcmp(c->questions.items[i]->id, id) == 0) {
            *out = (struct recalled){c->questions.items[i], question_lead(&c->questions, i)};
            return question_recalled(out->question) && !(c->module->facts.sign_off && one_of_two(out->question));
        }
    return false;
}

/* The learner's own pace where it is known, else what is expected. A description that is shown for another question
 * already takes no time. */
static bool time_of(struct taking *t, const struct recalled *chosen, size_t count, const struct recalled *q, int64_t *ms,
                    struct error *err)
{
    if (!record_median(t->app->record, t->app->learner, question_type_name(q->question->type), ms, err))
        return false;
    if (*ms == 0)
        *ms = question_expected_ms(q->question);
    bool led = q->lead == NULL;
    for (size_t i = 0; i < count && !led; i++)
        led = chosen[i].lead == q->lead;
    if (!led)
        *ms += question_expected_ms(q->lead);
    return true;
}

/* Those of the due questions that are still there and take no more than two minutes together; the gone ones are
 * retired where their module is here. */
static bool choose(struct taking *t, const struct recall_question *due, size_t count, struct recalled *chosen, size_t *n,
                   struct error *err)
{
    int64_t all = 0;
    for (size_t i = 0; i < count && *n < RECALL_MOST; i++) {
        struct error skipped;
        int64_t ms;
        struct content *c = content_of(t, due[i].module, &skipped);
        if (c == NULL)
            continue; /* not on this device now: it may come back */
        if (!find_recalled(c, due[i].question, &chosen[*n])) {
            if (!record_recall_retire(t->app->record, t->app->learner, due[i].module, due[i].question, err))
                return false;
            continue;
        }
        if (!time_of(t, chosen, *n, &chosen[*n], &ms, err))
            return false;
        if (*n > 0 && all + ms > RECALL_MOST_MS)
            continue; /* a shorter one may fit */
        all += ms;
        ++*n;
    }
    return true;
}

/* Those without a description first, as it leads all that follow it. */
static void list_recalled(const struct recalled *chosen, size_t count, struct question_list *list)
{
    for (size_t i = 0; i < count; i++)
        if (chosen[i].lead == NULL)
            list->items[list->count++] = chosen[i].question;
    for (size_t i = 0; i < count; i++) {
        bool first = chosen[i].lead != NULL;
        for (size_t k = 0; k < i && first; k++)
            first = chosen[k].lead != chosen[i].lead;
        if (!first)
            continue;
        list->items[list->count++] = chosen[i].lead;
        for (size_t k = i; k < count; k++)
            if (chosen[k].lead == chosen[i].lead)
                list->items[list->count++] = chosen[k].question;
    }
}

static bool gather(struct taking *t, const struct recall_question *due, size_t count, struct question_list *list,
                   struct error *err)
{
    struct recalled chosen[RECALL_MOST];
    size_t n = 0;
    if (!choose(t, due, count, chosen, &n, err))
        return false;
    list_recalled(chosen, n, list);
    return true;
}

static bool nothing_fades(struct error *err)
{
    return error_set(err, EX_NOINPUT, "nothing is fading", NULL, "what you passed comes back before you forget it", NULL);
}

/* Looks without writing: a home that is read-only, or holds no record yet, is told like any other that nothing fades.
 * What can't be read so is left to the opening that may mend it. */
static bool anything_due(struct app *app)
{
    struct error why = {0};
    size_t count = 0;
    struct record *record = app_record_if_any(app, &why);
    if (record == NULL)
        return why.code != 0;
    return fading(app, record, app->arena, &count, &why) == NULL || count > 0;
}

struct taking *taking_recall(struct app *app, struct error *err)
{
    if (app->preview != NULL) {
        error_set(err, EX_NOINPUT, "a preview has nothing to recall", NULL, "nothing in it is recorded", "outside of it `crib recall` asks");
        return NULL;
    }
    if (!anything_due(app)) {
        nothing_fades(err);
        return NULL;
    }
    struct record *record = app_record(app, err);
    struct taking *t = record != NULL ? taking_begin(app, TAKING_RECALL, RECALL_LOOK, err) : NULL;
    if (t == NULL)
        return NULL;
    size_t count = 0;
    const struct recall_question *due =
        fading(app, record, t->arena, &count, err);
    count = count < RECALL_LOOK ? count : RECALL_LOOK;
    struct question_list list = {.items = arena_array(t->arena, 2 * RECALL_MOST, sizeof *list.items)};
    t->title = "Recall";
    t->recorded = true;
    bool ok = due != NULL && (list.items != NULL || error_memory(err)) && gather(t, due, count, &list, err) &&
              (list.count > 0 || nothing_fades(err));
    if (ok) {
        struct run_options options = {.seed = taking_seed(), .shuffle = true, .feedback = FEEDBACK_ANSWER};
        t->run = run_open(&list, &options, err);
    }
    if (t->run == NULL) {
        taking_close(t);
        return NULL;
    }
    return t;
}
