#include "core/library/lint_private.h"

#include "core/quiz/gift.h"

#include <stdlib.h>
#include <string.h>

/* Does each question's section exist? */
static void check_sections(struct lint *l, const char *label, const struct question_list *list,
                           const struct sections *sections)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct question *q = list->items[i];
        if (q->section == NULL || sections == NULL || sections_find(sections, q->section) != SIZE_MAX)
            continue;
        const char **anchors = arena_array(l->arena, sections->count, sizeof *anchors);
        for (size_t k = 0; anchors != NULL && k < sections->count; k++)
            anchors[k] = sections->items[k].anchor;
        const char *nearest =
            anchors != NULL ? strings_nearest((struct strings){anchors, sections->count}, q->section) : NULL;
        diags_add(l->diags, SEVERITY_ERROR, label, q->first_line, 1,
                  nearest != NULL ? arena_printf(l->arena, "did you mean `%s`?", nearest) : "name a section's anchor",
                  "the question points to the section `%s`, which isn't there", q->section);
    }
}

static int by_title(const void *left, const void *right)
{
    const struct question *a = *(const struct question *const *)left, *b = *(const struct question *const *)right;
    int order = strcmp(a->title, b->title);
    return order != 0 ? order : (a->first_line > b->first_line) - (a->first_line < b->first_line);
}

/* A question is known by its title: where two have the same, moving one gives its results to the other. */
static void check_titles(struct lint *l, const char *label, const struct question_list *list)
{
    const struct question **titled = arena_array(l->arena, list->count, sizeof *titled);
    size_t count = 0;
    for (size_t i = 0; titled != NULL && i < list->count; i++)
        if (list->items[i]->title != NULL)
            titled[count++] = list->items[i];
    if (count > 1)
        qsort(titled, count, sizeof *titled, by_title);
    for (size_t i = 1; i < count; i++)
        if (strcmp(titled[i - 1]->title, titled[i]->title) == 0)
            diags_add(l->diags, SEVERITY_WARNING, label, titled[i]->first_line, 1, "give it a title of its own",
                      "the title `%.60s` is also that of the question in line %zu", titled[i]->title,
                      titled[i - 1]->first_line);
}

void lint_questions(struct lint *l, const char *label, const struct question_list *list,
                    const struct sections *sections)
{
    check_sections(l, label, list, sections);
    check_titles(l, label, list);
}

bool lint_gifts(struct lint *l, struct lint_file *f, struct error *err)
{
    const size_t blocks = f->sections->gift_count;
    struct question_list *lists = arena_array(l->arena, blocks, sizeof *lists), all = {0};
    if (lists == NULL)
        return error_memory(err);
    size_t total = 0;
    for (size_t i = 0; i < blocks; i++) {
        const struct section_gift *gift = &f->sections->gifts[i];
        if (!gift_parse(l->arena, f->wanted ? l->diags : NULL, f->label, gift->text, gift->len, gift->line, &lists[i]))
            return error_memory(err);
        total += lists[i].count;
    }
    all.items = arena_array(l->arena, total, sizeof *all.items);
    if (all.items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < blocks; i++)
        for (size_t q = 0; q < lists[i].count; q++) {
            all.items[all.count++] = lists[i].items[q];
            f->questions += question_scored(lists[i].items[q]);
        }
    if (f->wanted)
        lint_questions(l, f->label, &all, f->sections);
    return true;
}
