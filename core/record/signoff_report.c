#include "core/record/signoff_report.h"

#include "core/record/learner.h"

#include <stdlib.h>
#include <string.h>

static int by_module(const void *left, const void *right)
{
    const struct signoff_row *a = left, *b = right;
    int order = strcmp(a->signoff->module, b->signoff->module);
    return order != 0 ? order : strcmp(a->person, b->person);
}

static int by_number(const void *left, const void *right)
{
    const struct learner *a = left, *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

const struct signoff_row *record_signoff_report(struct record *r, struct arena *a, int64_t learner, const char *module,
                                                size_t *count, struct error *err)
{
    size_t n, people;
    struct learner *all;
    *count = 0;
    const struct signoff *newest = record_signoffs(r, a, learner, module, true, &n, err);
    if (newest == NULL || !learner_list(r, a, LEARNERS_ACCOUNTS, &all, &people, err))
        return NULL;
    struct signoff_row *rows = arena_array(a, n + 1, sizeof *rows);
    if (rows == NULL) {
        error_memory(err);
        return NULL;
    }
    if (people > 0)
        qsort(all, people, sizeof *all, by_number);
    for (size_t i = 0; i < n; i++) {
        const struct learner key = {.number = newest[i].learner};
        const struct learner *who = people > 0 ? bsearch(&key, all, people, sizeof *all, by_number) : NULL;
        if (who != NULL)
            rows[(*count)++] = (struct signoff_row){who->name, &newest[i]};
    }
    qsort(rows, *count, sizeof *rows, by_module);
    return rows;
}
