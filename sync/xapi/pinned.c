#include "sync/xapi/pinned.h"

#include "core/library/document.h"
#include "core/library/module.h"
#include "core/library/section_questions.h"
#include "core/record/attempt.h"

#include <string.h>

static bool read_questions(struct pinned *p, const char *bytes, size_t n, struct error *err)
{
    const struct module *m = module_parse(p->arena, bytes, n, "pinned.md", KIND_MODULE, "", NULL, err);
    struct document *d = m != NULL ? document_parse(m->body.p, m->body.n, m->body_line, err) : NULL;
    if (d == NULL)
        return false;
    const struct sections *sections = sections_of(d, p->arena, "", NULL, err);
    bool ok = sections != NULL && (section_questions(p->arena, sections, "", NULL, &p->questions) || error_memory(err));
    document_close(d);
    return ok;
}

static bool take_content(struct pinned *p, const char *hash, struct error *err)
{
    const char *bytes;
    size_t n;
    pinned_close(p);
    p->arena = arena_open();
    p->hash = p->arena != NULL ? arena_strdup(p->arena, hash) : NULL;
    if (p->hash == NULL)
        return error_memory(err);
    bool ok = record_content(p->record, p->arena, hash, &bytes, &n, err);
    ok = ok && (bytes == NULL || read_questions(p, bytes, n, err));
    if (!ok)
        pinned_close(p);
    return ok;
}

bool pinned_question(struct pinned *p, const char *hash, const char *id, const char *revision,
                     const struct question **question, struct error *err)
{
    *question = NULL;
    if (hash == NULL || hash[0] == '\0')
        return true;
    if ((p->hash == NULL || strcmp(p->hash, hash) != 0) && !take_content(p, hash, err))
        return false;
    for (size_t i = 0; i < p->questions.count && *question == NULL; i++)
        if (strcmp(p->questions.items[i]->id, id) == 0 && strcmp(p->questions.items[i]->revision, revision) == 0)
            *question = p->questions.items[i];
    return true;
}

void pinned_close(struct pinned *p)
{
    arena_close(p->arena);
    p->arena = NULL;
    p->hash = NULL;
    p->questions = (struct question_list){0};
}
