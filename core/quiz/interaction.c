#include "core/quiz/interaction.h"

#include "core/quiz/number.h"

#include <string.h>

const char *interaction_type(const struct question *q)
{
    static const char *const types[] = {
        [QUESTION_CHOICE] = "choice",       [QUESTION_MULTICHOICE] = "choice",
        [QUESTION_TRUEFALSE] = "true-false", [QUESTION_SHORTANSWER] = "fill-in",
        [QUESTION_MATCH] = "matching",      [QUESTION_NUMERICAL] = "numeric",
        [QUESTION_ESSAY] = "long-fill-in",  [QUESTION_DESCRIPTION] = NULL,
    };
    return types[q->type];
}

static bool right_sides(struct arena *a, const struct question *q, struct interaction_components *c)
{
    c->target = arena_array(a, q->choice_count + 1, sizeof *c->target);
    c->source = arena_array(a, q->pair_count + 1, sizeof *c->source);
    if (c->target == NULL || c->source == NULL)
        return false;
    for (size_t i = 0; i < q->choice_count; i++) {
        char letters[16];
        response_letters(i, letters, sizeof letters);
        c->target[i] = (struct interaction_component){arena_strdup(a, letters), q->choices[i]};
        if (c->target[i].id == NULL)
            return false;
    }
    c->target_count = q->choice_count;
    for (size_t i = 0; i < q->pair_count; i++) {
        if (q->pairs[i].left.text[0] == '\0')
            continue;
        struct interaction_component *s = &c->source[c->source_count++];
        *s = (struct interaction_component){arena_printf(a, "%zu", i + 1), q->pairs[i].left.text};
        if (s->id == NULL)
            return false;
    }
    return true;
}

bool interaction_components(struct arena *a, const struct question *q, struct interaction_components *c)
{
    *c = (struct interaction_components){0};
    if (q->type == QUESTION_MATCH)
        return right_sides(a, q, c);
    if (q->type != QUESTION_CHOICE && q->type != QUESTION_MULTICHOICE)
        return true;
    c->choices = arena_array(a, q->answer_count + 1, sizeof *c->choices);
    if (c->choices == NULL)
        return false;
    for (size_t i = 0; i < q->answer_count; i++) {
        c->choices[i] = (struct interaction_component){arena_printf(a, "%zu", i + 1), q->answers[i].text.text};
        if (c->choices[i].id == NULL)
            return false;
    }
    c->choice_count = q->answer_count;
    return true;
}

static void add_pair(struct buf *out, size_t pair, size_t choice, bool first)
{
    char letters[16];
    response_letters(choice, letters, sizeof letters);
    buf_addf(out, "%s%zu[.]%s", first ? "" : "[,]", pair + 1, letters);
}

static void add_range(struct buf *out, const struct answer *a)
{
    char least[40], most[40];
    number_format(a->least, least, sizeof least);
    number_format(a->most, most, sizeof most);
    buf_addf(out, "%s[:]%s", least, most);
}

/* Has the pattern of a short answer a `*` that stands for a run? */
static bool has_wildcard(const char *pattern)
{
    for (const char *p = pattern; *p != '\0'; p++)
        if (*p == '*' && (p == pattern || p[-1] != '\\'))
            return true;
    return false;
}

/* The pattern that answer i alone makes; false where it makes none. */
static bool answer_pattern(const struct question *q, size_t i, struct buf *out)
{
    const struct answer *a = &q->answers[i];
    if (a->weight < 99.9999)
        return false;
    if (q->type == QUESTION_CHOICE) {
        buf_addf(out, "%zu", i + 1);
        return true;
    }
    if (q->type == QUESTION_NUMERICAL) {
        if (!a->any)
            add_range(out, a);
        return !a->any;
    }
    if (has_wildcard(a->text.text) || a->text.text[0] == '\0')
        return false;
    buf_adds(out, "{case_matters=false}");
    for (const char *p = a->text.text; *p != '\0'; p++)
        if (p[0] != '\\' || p[1] != '*')
            buf_addc(out, *p);
    return true;
}

/* The one pattern of a question whose answers count together. */
static bool whole_pattern(const struct question *q, struct buf *out)
{
    bool first = true;
    if (q->type == QUESTION_TRUEFALSE) {
        buf_adds(out, q->truth ? "true" : "false");
        return true;
    }
    if (q->type == QUESTION_MULTICHOICE) {
        for (size_t i = 0; i < q->answer_count; i++) {
            if (q->answers[i].weight <= 0)
                continue;
            buf_addf(out, "%s%zu", first ? "" : "[,]", i + 1);
            first = false;
        }
        return !first;
    }
    for (size_t i = 0; i < q->pair_count; i++) {
        if (q->pairs[i].left.text[0] == '\0')
            continue;
        add_pair(out, i, q->pairs[i].choice, first);
        first = false;
    }
    return !first;
}

bool interaction_patterns(struct arena *a, const struct question *q, const char ***patterns, size_t *count)
{
    *count = 0;
    *patterns = arena_array(a, q->answer_count + 1, sizeof(const char *));
    if (*patterns == NULL)
        return false;
    if (q->type == QUESTION_ESSAY || q->type == QUESTION_DESCRIPTION)
        return true;
    bool each = q->type == QUESTION_CHOICE || q->type == QUESTION_SHORTANSWER || q->type == QUESTION_NUMERICAL;
    struct buf one = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < (each ? q->answer_count : 1); i++) {
        buf_clear(&one);
        if (!(each ? answer_pattern(q, i, &one) : whole_pattern(q, &one)))
            continue;
        const char *text = buf_ok(&one) ? arena_copy(a, buf_text(&one), one.len) : NULL;
        ok = text != NULL;
        (*patterns)[(*count)++] = text;
    }
    buf_free(&one);
    return ok;
}

void interaction_response(const struct question *q, const struct response *r, struct buf *out)
{
    bool first = true;
    switch (q->type) {
    case QUESTION_CHOICE:
    case QUESTION_MULTICHOICE:
        for (size_t i = 0; i < r->pick_count; i++)
            buf_addf(out, "%s%zu", i > 0 ? "[,]" : "", r->picks[i] + 1);
        break;
    case QUESTION_TRUEFALSE:
        buf_adds(out, r->truth ? "true" : "false");
        break;
    case QUESTION_MATCH:
        for (size_t i = 0; i < r->match_count; i++) {
            if (r->matches[i] == RESPONSE_NONE)
                continue;
            add_pair(out, i, (size_t)r->matches[i], first);
            first = false;
        }
        break;
    case QUESTION_DESCRIPTION:
        break;
    default:
        buf_adds(out, r->text);
    }
}
