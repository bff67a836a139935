#include "core/library/lint_private.h"

#include "core/base/command.h"

#include <string.h>

bool lint_take_programme(struct lint *l, const struct channel_file *file, const char *label, const char *bytes,
                         size_t n, bool wanted, struct error *err)
{
    struct diags *diags = wanted ? l->diags : NULL;
    const char *id = programme_id(l->arena, file->name), *copy = arena_copy(l->arena, bytes, n);
    if (copy == NULL)
        return error_memory(err);
    if (id == NULL)
        diags_add(diags, SEVERITY_ERROR, label, 0, 0, "use small letters, digits and dashes, 64 at most, and .yaml",
                  "the file's name gives no id");
    struct lint_programme *x = &l->programmes[l->programme_count];
    *x = (struct lint_programme){.label = label, .source = {copy, n}, .wanted = wanted};
    if (!programme_parse(l->arena, copy, n, id != NULL ? id : "programme", label, diags, &x->programme, err))
        return false;
    l->programme_count += x->programme != NULL && id != NULL;
    return true;
}

/* ---- between files ---- */

static const struct lint_file *module_of(const struct lint *l, const char *id)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct module *m = l->files[i].module;
        if (m->kind != KIND_PAGE && m->language[0] == '\0' && strcmp(m->id, id) == 0)
            return &l->files[i];
    }
    return NULL;
}

static void unknown_module(struct lint *l, const struct lint_programme *x, const struct element *e)
{
    const char **ids = arena_array(l->arena, l->count, sizeof *ids);
    size_t n = 0;
    for (size_t i = 0; ids != NULL && i < l->count; i++)
        if (l->files[i].module->kind != KIND_PAGE)
            ids[n++] = l->files[i].module->id;
    const char *nearest = strings_nearest((struct strings){ids, n}, e->module);
    diags_add(l->diags, SEVERITY_ERROR, x->label, e->line, e->column,
              nearest != NULL ? arena_printf(l->arena, "did you mean `%s`?", nearest) : "name one of modules/, without .md",
              "`%s`: the module `%s` is not in the channel", e->id, e->module);
}

/* Does everybody who gets the programme get the module? */
static bool covers(struct strings module, struct strings programme)
{
    bool all = module.count == 0 || programme.count > 0;
    for (size_t i = 0; module.count > 0 && i < programme.count; i++)
        all = all && strings_has(module, programme.items[i]);
    return all;
}

static void check_element(struct lint *l, const struct lint_programme *x, const struct element *e)
{
    if (e->module[0] == '\0')
        return;
    const struct lint_file *f = module_of(l, e->module);
    if (f == NULL) {
        unknown_module(l, x, e);
        return;
    }
    if (f->module->status == STATUS_DRAFT)
        diags_add(l->diags, SEVERITY_WARNING, x->label, e->line, e->column, "finish it, or take the element out",
                  "`%s`: the module `%s` is a draft, which nobody gets", e->id, e->module);
    if (e->kind == ELEMENT_ASSESSMENT && f->questions == 0)
        diags_add(l->diags, SEVERITY_WARNING, x->label, e->line, e->column, "add a gift block to the module",
                  "`%s`: the module `%s` has no questions to assess with", e->id, e->module);
    if (!covers(f->module->roles, x->programme->roles))
        diags_add(l->diags, SEVERITY_WARNING, x->label, e->line, e->column,
                  "let the module name the programme's roles too, or none",
                  "`%s`: the module `%s` is not for all roles of the programme", e->id, e->module);
}

static void check_roles(struct lint *l, const struct lint_programme *x)
{
    const struct strings known = l->channel->roles, used = x->programme->roles;
    for (size_t i = 0; known.count > 0 && i < used.count; i++) {
        if (strings_has(known, used.items[i]))
            continue;
        const char *nearest = strings_nearest(known, used.items[i]);
        diags_add(l->diags, SEVERITY_ERROR, x->label, lint_line(x->source, "roles"), 1,
                  nearest != NULL ? arena_printf(l->arena, "did you mean `%s`?", nearest) : "channel.yaml lists them",
                  "`%s` is none of the channel's roles", used.items[i]);
    }
}

static void check_id(struct lint *l, const struct lint_programme *x)
{
    const char *id = x->programme->id, *todo = arena_printf(l->arena, "rename it; until then `crib open %s` reaches it", id);
    const struct lint_file *f = module_of(l, id);
    if (f != NULL)
        diags_add(l->diags, SEVERITY_ERROR, x->label, 0, 0, "rename one of the files", "the id `%s` is also that of %s", id,
                  f->path);
    else if (command_find(id) != NULL)
        diags_add(l->diags, SEVERITY_WARNING, x->label, 0, 0, todo, "`%s` is also a command: `crib %s` runs that", id, id);
    else if (command_reserved(id))
        diags_add(l->diags, SEVERITY_WARNING, x->label, 0, 0, todo, "`%s` is kept for a command of a later version", id);
}

static void check_days(struct lint *l, const struct lint_programme *x)
{
    const struct programme *p = x->programme;
    bool session = false;
    for (size_t i = 0; i < p->count; i++)
        session = session || p->elements[i].kind == ELEMENT_SESSION;
    for (size_t i = 0; !session && i < p->count; i++)
        if (p->elements[i].after_days >= 0) {
            diags_add(l->diags, SEVERITY_WARNING, x->label, p->elements[i].line, p->elements[i].column,
                      "add an element of `kind: session`", "`%s`: there is no session that `after_days` could count from",
                      p->elements[i].id);
            return;
        }
}

void lint_programmes(struct lint *l)
{
    for (size_t i = 0; i < l->programme_count; i++) {
        const struct lint_programme *x = &l->programmes[i];
        const struct programme *p = x->programme;
        if (!x->wanted)
            continue;
        const struct lint_facts facts = {x->label, x->source, p->title, p->problem, p->outcome};
        check_id(l, x);
        check_roles(l, x);
        check_days(l, x);
        lint_facts_wording(l, &facts);
        for (size_t k = 0; k < p->count; k++) {
            check_element(l, x, &p->elements[k]);
            lint_duty(l, x->label, p->elements[k].line, "title", p->elements[k].title);
        }
    }
}
