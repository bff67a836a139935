#include "core/library/lint_private.h"

#include "core/library/section_questions.h"
#include "core/quiz/number.h"

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

/* What the grader takes for the same answer: short answers folded, all others as they stand. */
static const char *as_graded(struct lint *l, const struct question *q, const struct answer *a)
{
    struct buf text = {0};
    if (q->type == QUESTION_SHORTANSWER)
        text_fold(&text, a->text.text, strlen(a->text.text));
    else
        text_nfc(&text, a->text.text, strlen(a->text.text));
    const char *kept = buf_ok(&text) ? arena_copy(l->arena, buf_text(&text), text.len) : NULL;
    buf_free(&text);
    return kept != NULL ? kept : "";
}

/* An answer that stands twice: of a choice nobody can tell which is meant, of a short answer the first one counts. */
static void check_doubles(struct lint *l, const char *label, const struct question *q)
{
    if (q->type != QUESTION_CHOICE && q->type != QUESTION_MULTICHOICE && q->type != QUESTION_SHORTANSWER)
        return;
    const char **texts = arena_array(l->arena, q->answer_count, sizeof *texts);
    for (size_t i = 0; texts != NULL && i < q->answer_count; i++) {
        texts[i] = as_graded(l, q, &q->answers[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(texts[k], texts[i]) == 0) {
                diags_add(l->diags, SEVERITY_WARNING, label, q->answers[i].line, q->answers[i].column,
                          "take one of them out", "the answer `%.60s` stands in this question twice",
                          q->answers[i].text.text);
                break;
            }
    }
}

static void check_pairs(struct lint *l, const char *label, const struct question *q)
{
    for (size_t i = 0; i < q->pair_count; i++)
        for (size_t k = 0; k < i; k++)
            if (q->pairs[i].left.text[0] != '\0' && strcmp(q->pairs[i].left.text, q->pairs[k].left.text) == 0) {
                diags_add(l->diags, SEVERITY_WARNING, label, q->first_line, 1, "make the left sides differ",
                          "two pairs have `%.60s` on their left, and nobody can tell them apart", q->pairs[i].left.text);
                return;
            }
}

/* Moodle takes these too, and puts them right silently; most are slips. */
static void check_numbers(struct lint *l, const char *label, const struct question *q)
{
    if (q->type != QUESTION_NUMERICAL)
        return;
    for (size_t i = 0; i < q->answer_count; i++) {
        const struct answer *a = &q->answers[i];
        const char *range = strstr(a->text.text, ".."), *tolerance = strchr(a->text.text, ':');
        double first, second;
        if (range != NULL && number_parse((struct str){a->text.text, (size_t)(range - a->text.text)}, &first) &&
            number_parse(str_of(range + 2), &second) && first > second)
            diags_add(l->diags, SEVERITY_WARNING, label, a->line, a->column, "write the smaller one first",
                      "the range %.40s begins above its end", a->text.text);
        if (tolerance != NULL && number_parse(str_of(tolerance + 1), &second) && second < 0)
            diags_add(l->diags, SEVERITY_WARNING, label, a->line, a->column, "take the minus away",
                      "the tolerance of %.40s is below zero", a->text.text);
    }
}

void lint_questions(struct lint *l, const char *label, const struct question_list *list,
                    const struct sections *sections)
{
    check_sections(l, label, list, sections);
    check_titles(l, label, list);
    for (size_t i = 0; i < list->count; i++) {
        check_doubles(l, label, list->items[i]);
        check_pairs(l, label, list->items[i]);
        check_numbers(l, label, list->items[i]);
    }
}

bool lint_gifts(struct lint *l, struct lint_file *f, struct error *err)
{
    struct question_list all;
    if (!section_questions(l->arena, f->sections, f->label, f->wanted ? l->diags : NULL, &all))
        return error_memory(err);
    for (size_t i = 0; i < all.count; i++)
        f->questions += question_scored(all.items[i]);
    if (f->wanted)
        lint_questions(l, f->label, &all, f->sections);
    return true;
}
