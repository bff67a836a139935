#include "tui/taking_words.h"

#include "core/base/text.h"
#include "tui/render/question_lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void taking_name(const struct question *q, struct buf *out)
{
    if (q->title != NULL && q->title[0] != '\0')
        buf_adds(out, q->title);
    else
        question_plain(&q->stem, out);
}

/* Answers' texts carry the markup of their format. */
static enum question_format format_of(const struct question *q)
{
    bool texts = q->type == QUESTION_CHOICE || q->type == QUESTION_MULTICHOICE;
    return texts && q->answer_count > 0 ? q->answers[0].text.format : FORMAT_PLAIN;
}

static void add_words(const struct question *q, const struct buf *words, struct buf *out)
{
    struct question_text text = {buf_text(words), format_of(q)};
    question_plain(&text, out);
}

void taking_response_words(const struct question *q, const struct response *r, struct buf *out)
{
    struct buf words = {0};
    response_words(q, r, &words);
    if (q->type == QUESTION_ESSAY && strcmp(r->text, "-") == 0)
        buf_adds(out, "(not written down)");
    else
        add_words(q, &words, out);
    buf_free(&words);
}

void taking_pairs(const struct question *q, const struct response *r, struct buf *out)
{
    for (size_t i = 0, n = 0; i < q->pair_count; i++) {
        if (q->pairs[i].left.text[0] == '\0')
            continue;
        long match = r == NULL ? (long)q->pairs[i].choice : i < r->match_count ? r->matches[i] : RESPONSE_NONE;
        if (n++ > 0)
            buf_addc(out, '\n');
        question_plain(&q->pairs[i].left, out);
        buf_addf(out, " -> %s", match != RESPONSE_NONE ? q->choices[match] : "(nothing)");
    }
}

void taking_right_words(const struct question *q, struct buf *out)
{
    struct buf words = {0};
    if (q->type == QUESTION_MATCH)
        taking_pairs(q, NULL, out);
    else
        grade_right_answer(q, &words);
    add_words(q, &words, out);
    buf_free(&words);
}

void taking_section_words(const struct taking *t, size_t i, struct buf *out)
{
    const struct content *c;
    const char *anchor;
    if (!taking_section(t, i, &c, &anchor))
        return;
    size_t section = sections_find(c->sections, anchor);
    bool named = section != SIZE_MAX && c->sections->items[section].title[0] != '\0';
    if (t->kind == TAKING_RECALL && named)
        buf_addf(out, "%s \xE2\x80\xBA ", c->module->facts.title);
    buf_adds(out, named ? c->sections->items[section].title : c->module->facts.title);
}

static size_t right_count(const struct taking *t)
{
    size_t right = 0;
    for (size_t i = 0; i < run_count(t->run); i++) {
        struct grade g;
        right += question_scored(run_question(t->run, i)) && run_grade(t->run, i, &g) && g.verdict == VERDICT_RIGHT;
    }
    return right;
}

bool taking_result_good(const struct taking *t)
{
    if (t->kind == TAKING_QUIZ || t->kind == TAKING_BANK)
        return run_passed(t->run);
    return right_count(t) == run_scored(t->run);
}

/* Whole points, never rounded up to the pass mark. */
static int points(const struct taking *t)
{
    return (int)floor(run_score(t->run) + 0.0001);
}

/* The longest of these that fits, else the last. Each is free-standing. */
static void add_fitting(struct buf *out, size_t columns, char candidates[][80], size_t count)
{
    size_t at = 0;
    while (at + 1 < count && text_width(candidates[at], strlen(candidates[at])) > columns)
        at++;
    buf_adds(out, candidates[at]);
}

static void add_quiz_score(const struct taking *t, size_t columns, struct buf *out)
{
    size_t scored = run_scored(t->run), right = right_count(t);
    int mark = (int)run_options(t->run)->pass, got = points(t);
    char said[3][80];
    if (taking_result_good(t)) {
        snprintf(said[0], sizeof said[0], "Passed with %d of 100 \xC2\xB7 %zu of %zu right", got, right, scored);
        snprintf(said[1], sizeof said[1], "Passed with %d of 100", got);
        snprintf(said[2], sizeof said[2], "Passed: %d", got);
    } else {
        snprintf(said[0], sizeof said[0], taking_tells(t) ? "Not passed: %d of 100, %d needed \xC2\xB7 %zu of %zu right" : "Not passed: %d of 100, %d needed",
                 got, mark, right, scored);
        snprintf(said[1], sizeof said[1], "Not passed: %d of 100, %d needed", got, mark);
        snprintf(said[2], sizeof said[2], "%d, %d needed", got, mark);
    }
    add_fitting(out, columns, said, 3);
}

void taking_result_words(const struct taking *t, size_t columns, struct buf *score, struct buf *next)
{
    size_t scored = run_scored(t->run), right = right_count(t);
    bool good = taking_result_good(t);
    switch (t->kind) {
    case TAKING_QUIZ:
        add_quiz_score(t, columns, score);
        if (!t->recorded)
            buf_adds(next, t->app->preview != NULL ? "A preview: nothing was recorded." : "You are a guest: nothing was recorded.");
        else if (t->gone != NULL)
            buf_addf(next, "The module is %s: the result is kept and reported. There is nothing more to do.", t->gone);
        else if (taking_signs(t))
            buf_adds(next, good ? "c signs it off." : "What was missed is not told: read it again, then a takes the whole quiz.");
        else if (good)
            buf_adds(next, "Its questions come back in some days, shortly before they fade. Nothing to plan.");
        else
            buf_adds(next, "s opens the section that answers, r asks the missed ones again, a takes the whole quiz.");
        break;
    case TAKING_RETRY:
        buf_addf(score, columns < 30 ? "Right: %zu of %zu" : "Practice: %zu of %zu right", right, scored);
        buf_adds(next, good ? "That was what you had missed. a takes the whole quiz when you want to pass it."
                            : "s opens the section that answers, r asks the missed ones again.");
        break;
    case TAKING_RECALL:
        buf_addf(score, columns < 30 ? "Known: %zu of %zu" : "You still know %zu of %zu", right, scored);
        buf_adds(next, good ? "They come back later than this time." : "The others come back sooner. s opens the section.");
        break;
    default:
        buf_addf(score, columns < 30 ? "%d of 100" : "%d of 100 \xC2\xB7 %zu of %zu right", points(t), right, scored);
        buf_adds(next, "A file of questions: nothing was recorded.");
    }
}
