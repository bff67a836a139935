#include "tui/screen/question_view.h"

#include "core/base/text.h"
#include "tui/render/question_lines.h"
#include "tui/screen/screen.h"
#include "tui/screen/spans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 92, NARROW = 30, TWO_COLUMNS_FROM = 56, LABEL = 24, GAP = 3 };

/* One row of the screen: up to two pieces of text with what stands before them. */
struct piece {
    const struct lines *lines;
    size_t line;
    int x, columns;
    char label[LABEL];
    int label_x;
};

struct row {
    struct piece piece[2];
    size_t option; /* SIZE_MAX: none */
    bool selected, box;
    enum style style; /* of the labels */
    char mark[8];
    enum style mark_style;
    const char *text; /* a line of ours instead of pieces */
};

struct layout {
    struct terminal *t;
    struct arena *arena;
    struct row *rows;
    size_t count, cap;
    struct lines **lines; /* to be closed */
    size_t line_count, line_cap;
    int left, columns;
    bool narrow; /* no room for anything but text */
    unsigned flags;
    size_t focus_first, focus_last; /* rows that must show */
    size_t after;                   /* the first row of the feedback, SIZE_MAX for none */
};

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

/* ---- layout ---- */

static struct row *add_row(struct layout *l)
{
    if (l->count == l->cap) {
        size_t cap = l->cap > 0 ? 2 * l->cap : 64;
        struct row *rows = realloc(l->rows, cap * sizeof *rows);
        if (rows == NULL)
            return NULL;
        l->rows = rows;
        l->cap = cap;
    }
    struct row *row = &l->rows[l->count++];
    *row = (struct row){.option = SIZE_MAX, .style = STYLE_TEXT};
    return row;
}

static void add_text(struct layout *l, enum style style, const char *text)
{
    struct row *row = add_row(l);
    if (row != NULL) {
        row->text = text;
        row->style = style;
    }
}

/* Rendered in so many columns; NULL when memory is out: the text is then left out. */
static const struct lines *render(struct layout *l, const struct question_text *text, int columns)
{
    if (l->line_count == l->line_cap) {
        size_t cap = l->line_cap > 0 ? 2 * l->line_cap : 16;
        struct lines **lines = realloc(l->lines, cap * sizeof *lines);
        if (lines == NULL)
            return NULL;
        l->lines = lines;
        l->line_cap = cap;
    }
    struct error err;
    struct render_options options = {.width = columns > 0 ? (size_t)columns : 1, .flags = l->flags};
    struct lines *lines = question_lines(text, &options, &err);
    if (lines != NULL)
        l->lines[l->line_count++] = lines;
    return lines;
}

static void add_lines(struct layout *l, const struct question_text *text, int indent)
{
    const struct lines *lines = render(l, text, l->columns - indent);
    for (size_t i = 0; lines != NULL && i < lines->count; i++) {
        struct row *row = add_row(l);
        if (row != NULL)
            row->piece[0] = (struct piece){lines, i, l->left + indent, l->columns - indent, "", 0};
    }
}

/* A label and a text beside it, over as many rows as it takes, from row `from` on; which: the left or right piece. */
static void put_piece(struct layout *l, size_t from, size_t which, const char *label, int x, int columns,
                      const struct question_text *text)
{
    int wide = (int)text_width(label, strlen(label));
    const struct lines *lines = render(l, text, columns - wide);
    size_t n = lines != NULL && lines->count > 0 ? lines->count : 1;
    for (size_t i = 0; i < n; i++) {
        if (from + i >= l->count && add_row(l) == NULL)
            return;
        struct piece *p = &l->rows[from + i].piece[which];
        p->lines = lines != NULL && i < lines->count ? lines : NULL;
        p->line = i;
        p->x = x + wide;
        p->columns = columns - wide;
        p->label_x = x;
        snprintf(p->label, sizeof p->label, "%s", i == 0 ? label : "");
    }
}

/* Marks the rows from `from` on as belonging to an option. */
static void own_rows(struct layout *l, size_t from, size_t option, bool selected, bool focus)
{
    for (size_t i = from; i < l->count; i++) {
        l->rows[i].option = option;
        l->rows[i].selected = selected;
    }
    if (focus && l->count > from) {
        l->focus_first = from;
        l->focus_last = l->count - 1;
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

/* ---- the parts ---- */

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
        add_lines(l, &q->stem, 0);
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
    add_lines(l, &whole, 0);
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
        put_piece(l, from, 0, label, l->left + indent, l->columns - indent, &text);
        bool here = i == e->at && after == NULL && (multi || e->chosen[i]);
        own_rows(l, from, i, here, here);
        if (after != NULL && after->told && e->chosen[i] && l->count > from) {
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
        snprintf(l->rows[from].mark, sizeof l->rows[from].mark, "%s", verdict_mark(right ? VERDICT_RIGHT : VERDICT_WRONG));
        l->rows[from].mark_style = verdict_style(right ? VERDICT_RIGHT : VERDICT_WRONG);
    }
}

static void add_left(struct layout *l, const struct question_edit *e, const struct question_after *after, size_t i,
                     int columns)
{
    char label[LABEL];
    size_t from = l->count;
    left_label(e, i, l->narrow, label);
    int indent = l->narrow ? 0 : 2;
    put_piece(l, from, 0, label, l->left + indent, columns - indent, &e->question->pairs[e->lefts[i]].left);
    own_rows(l, from, i, after == NULL && i == e->at, after == NULL && i == e->at);
    if (after != NULL && after->told)
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
        add_text(l, STYLE_TEXT, "");
        at = l->count;
    }
    for (size_t i = 0; i < e->options; i++) {
        char label[LABEL], letters[16];
        response_letters(i, letters, sizeof letters);
        snprintf(label, sizeof label, "%s  ", letters);
        struct question_text text = option_text(e, i);
        int x = beside ? l->left + half + GAP : l->left + 2;
        size_t before = l->line_count;
        put_piece(l, at, beside ? 1 : 0, label, x, beside ? half : half - 2, &text);
        at += l->line_count > before && l->lines[before]->count > 0 ? l->lines[before]->count : 1;
    }
}

static void add_box(struct layout *l, const struct question_edit *e, const struct question_after *after)
{
    struct row *row = add_row(l);
    if (row == NULL)
        return;
    row->box = true;
    row->selected = after == NULL;
    if (after == NULL)
        l->focus_first = l->focus_last = l->count - 1;
    if (after == NULL && e->question->type == QUESTION_ESSAY)
        add_text(l, STYLE_DIM, "A line is enough; Enter alone goes on to the model answer.");
}

static void add_judgement(struct layout *l, const struct question_after *after)
{
    static const char *const words[JUDGEMENTS] = {"not yet", "partly", "got it"};
    add_text(l, STYLE_TEXT, "");
    add_text(l, STYLE_STRONG, "How does yours compare?");
    for (size_t i = 0; i < JUDGEMENTS; i++) {
        struct row *row = add_row(l);
        if (row == NULL)
            return;
        const char *dot = i != after->judgement ? " " : (l->flags & RENDER_ASCII) != 0 ? "*" : "\xE2\x80\xA2";
        row->text = arena_printf(l->arena, "  %zu (%s) %s", i + 1, dot, words[i]);
        row->selected = i == after->judgement;
        row->option = i;
    }
}

static void add_right_answer(struct layout *l, const struct question *q)
{
    struct buf right = {0};
    grade_right_answer(q, &right);
    const char *text = right.len > 0 ? arena_copy(l->arena, buf_text(&right), right.len) : NULL;
    buf_free(&right);
    if (text == NULL)
        return;
    struct question_text told = {text, q->answer_count > 0 ? q->answers[0].text.format : FORMAT_PLAIN};
    if (q->type == QUESTION_SHORTANSWER || q->type == QUESTION_NUMERICAL || q->type == QUESTION_MATCH)
        told.format = FORMAT_PLAIN;
    if (l->columns < TWO_COLUMNS_FROM / 2) { /* no room beside the label */
        add_text(l, STYLE_STRONG, "Right answer:");
        add_lines(l, &told, 0);
        return;
    }
    size_t from = l->count;
    put_piece(l, from, 0, "Right answer: ", l->left, l->columns, &told);
    if (from < l->count)
        l->rows[from].style = STYLE_STRONG;
}

static void add_feedback(struct layout *l, const struct question_edit *e, const struct question_after *after)
{
    const struct question *q = e->question;
    add_text(l, STYLE_TEXT, "");
    if (!after->told && !after->judging) {
        add_text(l, STYLE_DIM, "Saved.");
        return;
    }
    if (after->judging)
        add_text(l, STYLE_STRONG, q->general.text[0] != '\0' ? "A good answer:" : "The author gives no model answer.");
    else if (q->type != QUESTION_DESCRIPTION)
        add_text(l, verdict_style(after->grade.verdict),
                 arena_printf(l->arena, "%s %s", verdict_mark(after->grade.verdict), verdict_word(after->grade.verdict)));
    const struct question_text *text;
    for (size_t i = 0; (text = grade_feedback(q, after->response, &after->grade, i)) != NULL; i++) {
        char label[LABEL] = "";
        size_t option = question_edit_option_of(e, text);
        if (q->type == QUESTION_MULTICHOICE && option != SIZE_MAX)
            snprintf(label, sizeof label, "%zu: ", option + 1);
        put_piece(l, l->count, 0, label, l->left + 2, l->columns - 2, text);
    }
    if (after->judging)
        add_judgement(l, after);
    else if (after->grade.verdict != VERDICT_RIGHT && q->type != QUESTION_ESSAY)
        add_right_answer(l, q);
    if (after->section != NULL && !after->judging && after->grade.verdict != VERDICT_RIGHT)
        add_text(l, STYLE_DIM, arena_printf(l->arena, "s opens the section: %s", after->section));
}

/* ---- drawing ---- */

static void draw_piece(struct layout *l, const struct piece *p, const struct row *row, int y)
{
    enum style style = row->selected ? STYLE_SELECTED : row->style;
    if (p->label[0] != '\0')
        terminal_puts(l->t, y, p->label_x, p->x - p->label_x, style, p->label);
    if (p->lines == NULL)
        return;
    const struct line *line = &p->lines->items[p->line];
    if (row->selected)
        terminal_put(l->t, y, p->x, p->columns, style, p->lines->text + line->offset, line->length);
    else
        spans_draw(l->t, p->lines, p->line, y, p->x, p->columns, SIZE_MAX);
}

static void draw_row(struct layout *l, const struct question_edit *e, const struct row *row, int y)
{
    int x = l->left;
    if (row->text != NULL) {
        terminal_puts(l->t, y, x, l->columns, row->selected ? STYLE_SELECTED : row->style, row->text);
        return;
    }
    if (row->box) {
        x += terminal_puts(l->t, y, x, 2, STYLE_KEY, "> ");
        terminal_fill(l->t, y, x, l->columns - 2, STYLE_PROMPT, " ");
        prompt_draw(&e->box, l->t, y, x, l->columns - 2, row->selected);
        return;
    }
    if (row->selected) {
        const struct piece *p = &row->piece[0];
        int end = row->piece[1].lines != NULL ? row->piece[1].label_x - GAP : l->left + l->columns;
        terminal_fill(l->t, y, l->left, end - l->left, STYLE_SELECTED, " ");
        draw_piece(l, p, row, y);
    } else {
        draw_piece(l, &row->piece[0], row, y);
    }
    struct row right = {.style = STYLE_TEXT};
    draw_piece(l, &row->piece[1], &right, y);
    if (row->mark[0] != '\0')
        terminal_puts(l->t, y, l->left, 2, row->mark_style, row->mark);
}

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
    int columns = terminal_columns(l->t);
    l->left = columns > 40 ? 2 : columns >= NARROW ? 1 : 0;
    l->columns = columns - 2 * l->left;
    l->narrow = columns < NARROW;
    if (l->columns > WIDEST)
        l->columns = WIDEST;
    l->flags = terminal_ascii(l->t) ? RENDER_ASCII : 0;
    add_stem(l, e);
    if (e->question->type != QUESTION_DESCRIPTION)
        add_text(l, STYLE_TEXT, "");
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

void question_view_draw(struct question_view *v, struct terminal *t, const struct question_edit *e,
                        const struct question_after *after)
{
    struct layout l = {.t = t, .arena = arena_open(), .focus_first = SIZE_MAX, .after = SIZE_MAX};
    if (l.arena != NULL) {
        lay_out(&l, e, after);
        settle(v, &l);
        free(v->row_of);
        v->row_of = calloc(v->height, sizeof *v->row_of);
        for (size_t i = 0; i < v->height; i++) {
            bool there = v->top + i < l.count;
            if (v->row_of != NULL)
                v->row_of[i] = there ? l.rows[v->top + i].option : SIZE_MAX;
            if (there)
                draw_row(&l, e, &l.rows[v->top + i], screen_top(t) + (int)i);
        }
    }
    for (size_t i = 0; i < l.line_count; i++)
        lines_close(l.lines[i]);
    free(l.lines);
    free(l.rows);
    arena_close(l.arena);
}

void question_view_reset(struct question_view *v)
{
    question_view_free(v);
}

void question_view_free(struct question_view *v)
{
    free(v->row_of);
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

size_t question_view_option(const struct question_view *v, int y, const struct terminal *t)
{
    size_t i = y >= screen_top(t) ? (size_t)(y - screen_top(t)) : SIZE_MAX;
    return v->row_of != NULL && i < v->height ? v->row_of[i] : SIZE_MAX;
}
