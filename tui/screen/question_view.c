#include "tui/screen/question_view.h"

#include "core/base/arena.h"
#include "core/quiz/question_markdown.h"
#include "tui/render/question_lines.h"
#include "tui/screen/question_layout.h"
#include "tui/screen/screen.h"
#include "tui/screen/touch.h"
#include "tui/taking_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 92, NARROW = 30, TWO_COLUMNS_FROM = 56, LABEL = LAYOUT_LABEL, GAP = 3 };

const char *verdict_word(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_RIGHT:
        return "Right";
    case VERDICT_PARTIAL:
        return "Partly right";
    case VERDICT_WRONG:
        return "Not right";
    default:
        return "Not judged";
    }
}

const char *verdict_mark(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_RIGHT:
        return "\xE2\x9C\x93";
    case VERDICT_PARTIAL:
        return "~";
    case VERDICT_WRONG:
        return "\xE2\x9C\x97";
    default:
        return "\xC2\xB7";
    }
}

enum style verdict_style(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_RIGHT:
        return STYLE_RIGHT;
    case VERDICT_PARTIAL:
        return STYLE_PARTLY;
    case VERDICT_WRONG:
        return STYLE_WRONG;
    default:
        return STYLE_DIM;
    }
}

/* ---- the parts ---- */

/* What fingers touch is as tall as they need, from row `from` on: rows are added until it is. */
static void make_tall(struct layout *l, size_t from)
{
    while (touch_is_on(l->t) && l->count < from + (size_t)touch_rows(l->t) && layout_row(l) != NULL) {
    }
}

static struct question_text plain_text(const char *text)
{
    return (struct question_text){text, FORMAT_PLAIN};
}

static struct question_text option_text(const struct question_edit *e, size_t shown)
{
    const struct question *q = e->question;
    size_t source = e->order != NULL ? e->order[shown] : shown;
    if (q->type == QUESTION_TRUEFALSE)
        return plain_text(shown == 0 ? "True" : "False");
    return q->type == QUESTION_MATCH ? plain_text(q->choices[source]) : q->answers[source].text;
}

/* What stands in the gap of a missing word: the option chosen, or what is typed; NULL for nothing yet. */
static const char *gap_words(struct layout *l, const struct question_edit *e)
{
    struct buf words = {0};
    for (size_t i = 0; i < e->options && e->question->type != QUESTION_MATCH; i++) {
        if (!e->chosen[i])
            continue;
        struct question_text text = option_text(e, i);
        if (words.len > 0)
            buf_adds(&words, " / ");
        question_plain(&text, &words);
    }
    if (question_edit_has_box(e))
        buf_adds(&words, buf_text(&e->box.text));
    const char *kept = words.len > 0 ? arena_copy(l->arena, buf_text(&words), words.len) : NULL;
    buf_free(&words);
    return kept;
}

static const char *find_gap(const char *text, const char *after)
{
    const char *found = NULL;
    for (const char *at = strstr(text, "_____"); at != NULL; at = strstr(at + 1, "_____")) {
        const char *rest = at + 5;
        while (*rest == ' ')
            rest++;
        while (*after == ' ')
            after++;
        if (strcmp(rest, after) == 0)
            found = at;
    }
    return found;
}

static void add_stem(struct layout *l, const struct question_edit *e)
{
    const struct question *q = e->question;
    const char *words = q->after != NULL ? gap_words(l, e) : NULL;
    const char *gap = words != NULL ? find_gap(q->stem.text, q->after) : NULL;
    if (gap == NULL) {
        layout_lines(l, &q->stem, 0);
        return;
    }
    /* In Markdown, so that the words in the gap are seen as put there. */
    struct question_text before = {arena_copy(l->arena, q->stem.text, (size_t)(gap - q->stem.text)), q->stem.format};
    struct question_text rest = {gap + 5, q->stem.format}, inside = plain_text(words);
    struct buf text = {0};
    if (before.text != NULL)
        question_markdown(&before, &text);
    /* Markdown sees the marks as such only where no letter touches them. */
    buf_adds(&text, text.len > 0 && text.data[text.len - 1] != ' ' ? " **\\[" : "**\\[");
    question_markdown(&inside, &text);
    bool letter = *rest.text != '\0' && *rest.text != ' ' && strchr(",.;:!?)", *rest.text) == NULL;
    buf_adds(&text, letter ? "\\]** " : "\\]**");
    if (*rest.text == ' ')
        buf_addc(&text, ' ');
    question_markdown(&rest, &text);
    struct question_text whole = {buf_text(&text), FORMAT_MARKDOWN};
    layout_lines(l, &whole, 0);
    buf_free(&text);
}

static void add_options(struct layout *l, const struct question_edit *e, const struct question_after *after)
{
    const struct question *q = e->question;
    bool multi = q->type == QUESTION_MULTICHOICE;
    for (size_t i = 0; i < e->options; i++) {
        char label[LABEL];
        const char *dot = (l->flags & RENDER_ASCII) != 0 ? "*" : "\xE2\x80\xA2";
        if (l->narrow)
            snprintf(label, sizeof label, "%zu%s", i + 1, e->chosen[i] ? "*" : " ");
        else
            snprintf(label, sizeof label, e->options > 9 ? "%2zu %c%s%c " : "%zu %c%s%c ", i + 1, multi ? '[' : '(',
                     !e->chosen[i] ? " " : multi ? "x" : dot, multi ? ']' : ')');
        struct question_text text = option_text(e, i);
        size_t from = l->count;
        int indent = l->narrow ? 1 : 2;
        layout_piece(l, from, 0, label, l->left + indent, l->columns - indent, &text);
        make_tall(l, from);
        bool here = i == e->at && after == NULL && (multi || e->chosen[i]);
        layout_own(l, from, i, here, here);
        if (after != NULL && after->told && after->explained && e->chosen[i] && l->count > from) {
            size_t source = e->order != NULL ? e->order[i] : i;
            bool right = q->type == QUESTION_TRUEFALSE ? (i == 0) == q->truth : q->answers[source].weight > 0;
            snprintf(l->rows[from].mark, sizeof l->rows[from].mark, "%s",
                     verdict_mark(right ? VERDICT_RIGHT : VERDICT_WRONG));
            l->rows[from].mark_style = verdict_style(right ? VERDICT_RIGHT : VERDICT_WRONG);
        }
    }
}

static void left_label(const struct question_edit *e, size_t row, bool narrow, char label[LABEL])
{
    long match = e->matches[e->lefts[row]];
    char letters[16] = " ";
    if (match != RESPONSE_NONE)
        response_letters((size_t)match, letters, sizeof letters);
    snprintf(label, LABEL, narrow ? "%zu%s " : e->rows > 9 ? "%2zu [%s] " : "%zu [%s] ", row + 1, letters);
}

static void mark_pair(struct layout *l, const struct question_edit *e, size_t row, size_t from)
{
    const struct question *q = e->question;
    size_t pair = e->lefts[row];
    long match = e->matches[pair];
    bool right = match != RESPONSE_NONE &&
                 (e->order != NULL ? e->order[match] : (size_t)match) == q->pairs[pair].choice;
    if (from < l->count) {
        enum verdict verdict = right ? VERDICT_RIGHT : VERDICT_WRONG;
        snprintf(l->rows[from].mark, sizeof l->rows[from].mark, "%s", verdict_mark(verdict));
        l->rows[from].mark_style = verdict_style(verdict);
    }
}

static void add_left(struct layout *l, const struct question_edit *e, const struct question_after *after, size_t i,
                     int columns)
{
    char label[LABEL];
    size_t from = l->count;
    left_label(e, i, l->narrow, label);
    int indent = l->narrow ? 0 : 2;
    layout_piece(l, from, 0, label, l->left + indent, columns - indent, &e->question->pairs[e->lefts[i]].left);
    make_tall(l, from);
    layout_own(l, from, i, after == NULL && i == e->at, after == NULL && i == e->at);
    if (after != NULL && after->told && after->explained)
        mark_pair(l, e, i, from);
}

/* Two columns, the rows of each filled on their own; one after the other where the screen is narrow. */
static void add_match(struct layout *l, const struct question_edit *e, const struct question_after *after)
{
    bool beside = l->columns >= TWO_COLUMNS_FROM;
    int half = beside ? (l->columns - GAP) / 2 : l->columns;
    size_t first = l->count;
    for (size_t i = 0; i < e->rows; i++)
        add_left(l, e, after, i, half);
    size_t at = first;
    if (!beside) {
        layout_text(l, STYLE_TEXT, "");
        at = l->count;
    }
    for (size_t i = 0; i < e->options; i++) {
        char label[LABEL], letters[16];
        response_letters(i, letters, sizeof letters);
        snprintf(label, sizeof label, "%s  ", letters);
        struct question_text text = option_text(e, i);
        int x = beside ? l->left + half + GAP : l->left + 2;
        size_t taken = layout_piece(l, at, beside ? 1 : 0, label, x, beside ? half : half - 2, &text);
        make_tall(l, at);
        taken = taken < (size_t)touch_rows(l->t) && at + (size_t)touch_rows(l->t) <= l->count ? (size_t)touch_rows(l->t) : taken;
        for (size_t k = at; k < at + taken; k++)
            l->rows[k].right = i;
        at += taken;
    }
}

static void add_box(struct layout *l, const struct question_edit *e, const struct question_after *after)
{
    struct row *row = layout_row(l);
    if (row == NULL)
        return;
    row->box = true;
    row->selected = after == NULL;
    if (after == NULL)
        l->focus_first = l->focus_last = l->count - 1;
    if (after == NULL && e->question->type == QUESTION_ESSAY)
        layout_text(l, STYLE_DIM, "A line is enough; Enter alone goes on to the model answer.");
}

static void add_judgement(struct layout *l, const struct question_after *after)
{
    static const char *const words[JUDGEMENTS] = {"not yet", "partly", "got it"};
    layout_text(l, STYLE_TEXT, "");
    layout_text(l, STYLE_STRONG, "How does yours compare?");
    for (size_t i = 0; i < JUDGEMENTS; i++) {
        size_t from = l->count;
        struct row *row = layout_row(l);
        if (row == NULL)
            return;
        const char *dot = i != after->judgement ? " " : (l->flags & RENDER_ASCII) != 0 ? "*" : "\xE2\x80\xA2";
        row->text = arena_printf(l->arena, "  %zu (%s) %s", i + 1, dot, words[i]);
        row->selected = i == after->judgement;
        make_tall(l, from);
        for (size_t k = from; k < l->count; k++)
            l->rows[k].option = i;
    }
}

static void add_right_answer(struct layout *l, const struct question *q)
{
    struct buf right = {0};
    if (q->type == QUESTION_MATCH)
        taking_pairs(q, NULL, &right);
    else
        grade_right_answer(q, &right);
    bool texts = q->type == QUESTION_CHOICE || q->type == QUESTION_MULTICHOICE;
    struct question_text told = {buf_text(&right), texts ? q->answers[0].text.format : FORMAT_PLAIN};
    if (right.len > 0)
        layout_labelled(l, STYLE_STRONG, "Right answer: ", &told);
    buf_free(&right);
}

static void add_feedback(struct layout *l, const struct question_edit *e, const struct question_after *after)
{
    const struct question *q = e->question;
    layout_text(l, STYLE_TEXT, "");
    if (!after->told && !after->judging) {
        layout_text(l, STYLE_DIM, "Saved.");
        return;
    }
    if (after->judging)
        layout_text(l, STYLE_STRONG, q->general.text[0] != '\0' ? "A good answer:" : "The author gives no model answer.");
    else if (q->type != QUESTION_DESCRIPTION)
        layout_text(l, verdict_style(after->grade.verdict),
                 arena_printf(l->arena, "%s %s", verdict_mark(after->grade.verdict), verdict_word(after->grade.verdict)));
    const struct question_text *text;
    bool explained = after->explained || after->judging;
    for (size_t i = 0; explained && (text = grade_feedback(q, after->response, &after->grade, e->order, i)) != NULL; i++) {
        char label[LABEL] = "";
        size_t option = question_edit_option_of(e, text);
        if (q->type == QUESTION_MULTICHOICE && option != SIZE_MAX)
            snprintf(label, sizeof label, "%zu: ", option + 1);
        layout_piece(l, l->count, 0, label, l->left + 2, l->columns - 2, text);
    }
    if (after->judging)
        add_judgement(l, after);
    else if (explained && after->grade.verdict != VERDICT_RIGHT && q->type != QUESTION_ESSAY)
        add_right_answer(l, q);
    if (after->section != NULL && !after->judging && after->grade.verdict != VERDICT_RIGHT)
        layout_text(l, STYLE_DIM, arena_printf(l->arena, "s opens the section: %s", after->section));
}

/* ---- drawing ---- */

static void scroll_to(struct question_view *v, size_t first, size_t last)
{
    if (last >= v->top + v->height)
        v->top = last + 1 - v->height;
    if (first < v->top)
        v->top = first;
}

static void settle(struct question_view *v, const struct layout *l)
{
    v->rows = l->count;
    v->height = screen_height(l->t) > 0 ? (size_t)screen_height(l->t) : 1;
    if (v->follow && l->after != SIZE_MAX && l->count > 0)
        scroll_to(v, l->after + 1 < l->count ? l->after + 1 : l->after, l->count - 1);
    else if (v->follow && l->focus_first != SIZE_MAX)
        scroll_to(v, l->focus_first, l->focus_last);
    v->follow = false;
    if (v->rows <= v->height)
        v->top = 0;
    else if (v->top > v->rows - v->height)
        v->top = v->rows - v->height;
}

static void lay_out(struct layout *l, const struct question_edit *e, const struct question_after *after)
{
    add_stem(l, e);
    if (e->question->type != QUESTION_DESCRIPTION)
        layout_text(l, STYLE_TEXT, "");
    if (question_edit_has_box(e))
        add_box(l, e, after);
    else if (e->question->type == QUESTION_MATCH)
        add_match(l, e, after);
    else
        add_options(l, e, after);
    if (after != NULL) {
        l->after = l->count;
        add_feedback(l, e, after);
    }
}

/* Keeps what belongs to which row, for clicks. */
static void keep_rows(struct question_view *v, const struct layout *l)
{
    free(v->rows_drawn);
    v->rows_drawn = calloc(v->height, sizeof *v->rows_drawn);
    for (size_t i = 0; v->rows_drawn != NULL && i < v->height; i++) {
        const struct row *row = v->top + i < l->count ? &l->rows[v->top + i] : NULL;
        v->rows_drawn[i] = row == NULL ? (struct question_hit){SIZE_MAX, SIZE_MAX, 0}
                                       : (struct question_hit){row->option, row->right, row->piece[1].label_x};
    }
}

void question_view_draw(struct question_view *v, struct terminal *t, const struct question_edit *e,
                        const struct question_after *after)
{
    int columns = terminal_columns(t), left = columns > 40 ? 2 : columns >= NARROW ? 1 : 0;
    int room = columns - 2 * left;
    struct layout l;
    if (layout_open(&l, t, left, room > WIDEST ? WIDEST : room)) {
        l.narrow = columns < NARROW;
        lay_out(&l, e, after);
        settle(v, &l);
        keep_rows(v, &l);
        for (size_t i = 0; i < v->height && v->top + i < l.count; i++)
            layout_draw_row(&l, &l.rows[v->top + i], &e->box, screen_top(t) + (int)i);
    }
    layout_close(&l);
}

void question_view_reset(struct question_view *v)
{
    question_view_free(v);
}

void question_view_free(struct question_view *v)
{
    free(v->rows_drawn);
    *v = (struct question_view){0};
}

bool question_view_scroll(struct question_view *v, long rows)
{
    size_t last = v->rows > v->height ? v->rows - v->height : 0, before = v->top;
    if (rows < 0)
        v->top = v->top > (size_t)-rows ? v->top - (size_t)-rows : 0;
    else
        v->top = v->top + (size_t)rows < last ? v->top + (size_t)rows : last;
    return v->top != before;
}

bool question_view_more(const struct question_view *v)
{
    return v->top + v->height < v->rows;
}

size_t question_view_option(const struct question_view *v, int y, int x, const struct terminal *t, bool *right)
{
    size_t i = y >= screen_top(t) ? (size_t)(y - screen_top(t)) : SIZE_MAX;
    *right = false;
    if (v->rows_drawn == NULL || i >= v->height)
        return SIZE_MAX;
    const struct question_hit *hit = &v->rows_drawn[i];
    *right = hit->right != SIZE_MAX && x >= hit->right_x;
    return *right ? hit->right : hit->option;
}
