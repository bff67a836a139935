/* Any bytes as a module, as a page, and as YAML: no crash, no leak, and what comes out is within its bounds. */
#include "core/base/yaml.h"
#include "core/library/module.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct module *m)
{
    demand(m->source.n == 0 || text_invalid(m->source.p, m->source.n) == m->source.n);
    demand(memchr(m->source.p, '\r', m->source.n) == NULL);
    demand(m->body.p >= m->source.p && m->body.p + m->body.n == m->source.p + m->source.n);
    demand(m->body_line >= 1 && m->minutes >= 0 && m->minutes <= MODULE_MINUTES_MOST);
    demand(m->quiz.pass >= 0 && m->quiz.pass <= 100);
    for (size_t i = 0; i < m->trigger_count; i++)
        demand(m->triggers[i].pattern != NULL && m->triggers[i].line >= 2);
    for (size_t i = 1; i < m->change_count; i++)
        demand(strcmp(m->changes[i - 1].on, m->changes[i].on) >= 0);
    for (size_t i = 0; i < m->other_count; i++)
        demand(m->others[i].text != NULL && m->others[i].line >= 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct diags *d = diags_open();
    struct error err;
    demand(a != NULL && d != NULL);
    const char *bytes = (const char *)data;
    const struct module *m = module_parse(a, bytes, size, "id.md", KIND_MODULE, "id.md", d, &err);
    demand(m != NULL);
    check(m);
    m = module_parse(a, bytes, size, "a/b.md", KIND_PAGE, "a/b.md", d, &err);
    demand(m != NULL);
    check(m);
    /* The front matter alone, so that the fuzzer needs not find the dashes first. */
    char *wrapped = malloc(size + 16);
    demand(wrapped != NULL);
    memcpy(wrapped, "---\n", 4);
    memcpy(wrapped + 4, bytes, size);
    memcpy(wrapped + 4 + size, "\n---\nbody", 9);
    m = module_parse(a, wrapped, size + 13, "id.md", KIND_MODULE, "id.md", d, &err);
    demand(m != NULL);
    check(m);
    free(wrapped);
    diags_close(d);
    arena_close(a);
    return 0;
}
