#include "tui/fading.h"

#include "core/base/clock.h"

#include <stdlib.h>
#include <string.h>

/* The due modules that are here, by their address; in a. */
static struct recall_module *due_here(struct app *app, struct record *r, struct arena *a, size_t *count, struct error *err)
{
    size_t all = 0;
    struct library *l = app_library(app, err);
    const struct recall_module *due = l != NULL ? record_recall_modules(r, a, app->learner, clock_wall_ms(), &all, err) : NULL;
    if (due == NULL)
        return NULL;
    struct recall_module *here = arena_array(a, all + 1, sizeof *here);
    struct arena *text = here != NULL ? arena_open() : NULL;
    if (text == NULL) {
        error_memory(err);
        return NULL;
    }
    *count = 0;
    for (size_t i = 0; i < all; i++) {
        struct error gone;
        if (library_module(l, text, due[i].module, &gone) != NULL)
            here[(*count)++] = due[i];
        arena_reset(text);
    }
    arena_close(text);
    return here;
}

static int by_module(const void *key, const void *item)
{
    return strcmp(key, ((const struct recall_module *)item)->module);
}

const struct recall_question *fading(struct app *app, struct record *r, struct arena *a, size_t *count, struct error *err)
{
    size_t all = 0, modules = 0;
    const struct recall_module *here = due_here(app, r, a, &modules, err);
    const struct recall_question *due =
        here != NULL ? record_recall_due(r, a, app->learner, NULL, clock_wall_ms(), SIZE_MAX, &all, err) : NULL;
    struct recall_question *kept = due != NULL ? arena_array(a, all + 1, sizeof *kept) : NULL;
    *count = 0;
    if (kept == NULL) {
        if (due != NULL)
            error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < all; i++)
        if (modules > 0 && bsearch(due[i].module, here, modules, sizeof *here, by_module) != NULL)
            kept[(*count)++] = due[i];
    return kept;
}

void fading_count(struct app *app, int64_t *modules, int64_t *questions)
{
    size_t n = 0;
    struct error ignored;
    struct record *record = app_record_if_any(app, &ignored);
    struct arena *a = record != NULL ? arena_open() : NULL;
    const struct recall_module *here = a != NULL ? due_here(app, record, a, &n, &ignored) : NULL;
    *modules = *questions = 0;
    for (size_t i = 0; here != NULL && i < n; i++) {
        *questions += here[i].questions;
        ++*modules;
    }
    arena_close(a);
}
