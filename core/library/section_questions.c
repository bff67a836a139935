#include "core/library/section_questions.h"

#include "core/quiz/gift.h"

bool section_questions(struct arena *a, const struct sections *sections, const char *file, struct diags *diags,
                       struct question_list *all)
{
    const size_t blocks = sections->gift_count;
    struct question_list *lists = arena_array(a, blocks, sizeof *lists);
    size_t total = 0;
    *all = (struct question_list){0};
    if (lists == NULL)
        return false;
    for (size_t i = 0; i < blocks; i++) {
        const struct section_gift *g = &sections->gifts[i];
        if (!gift_parse(a, diags, file, g->text, g->len, g->line, &lists[i]))
            return false;
        total += lists[i].count;
    }
    all->items = arena_array(a, total, sizeof *all->items);
    if (all->items == NULL)
        return false;
    for (size_t i = 0; i < blocks; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            all->items[all->count++] = lists[i].items[k];
    return question_identities(a, all);
}
