/* Any bytes as a programme: no crash, no leak, and what comes out is within its bounds. */
#include "core/library/module.h"
#include "core/library/programme.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct programme *p)
{
    demand(p->title != NULL && p->problem != NULL && p->outcome != NULL && p->count <= PROGRAMME_ELEMENTS_MOST);
    for (size_t i = 0; i < p->count; i++) {
        const struct element *e = &p->elements[i];
        demand(module_id_valid(e->id));
        for (size_t k = 0; k < i; k++)
            demand(strcmp(p->elements[k].id, e->id) != 0);
        demand(e->kind < ELEMENT_KINDS && e->phase < PHASES && (i == 0 || p->elements[i - 1].phase <= e->phase));
        demand(e->minutes >= 0 && e->minutes <= PROGRAMME_MINUTES_MOST);
        demand(e->after_days >= -1 && e->after_days <= PROGRAMME_DAYS_MOST);
        demand(e->title != NULL && e->module != NULL && e->where != NULL && e->line >= 1);
        int64_t ms;
        demand(e->starts[0] == '\0' || (programme_time(e->starts, &ms) && ms == e->starts_ms));
    }
    const struct element *last = programme_last_session(p);
    demand(last == NULL || last->kind == ELEMENT_SESSION);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct diags *d = diags_open();
    struct error err;
    const struct programme *p;
    demand(a != NULL && d != NULL);
    demand(programme_parse(a, (const char *)data, size, "id", "id.yaml", d, &p, &err));
    if (p != NULL)
        check(p);
    diags_close(d);
    arena_close(a);
    return 0;
}
