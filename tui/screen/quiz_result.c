#include "tui/screen/quiz_result.h"

#include "tui/screen/question_layout.h"
#include "tui/screen/question_view.h"
#include "tui/screen/screen.h"
#include "tui/taking_words.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 92, BESIDE_FROM = 120, LIST_WIDEST = 64, ROOMY = 12, SIGN_FROM = 5 };

void quiz_result_free(struct quiz_result *r)
{
    free(r->questions);
    *r = (struct quiz_result){0};
}

bool quiz_result_fill(struct quiz_result *r, const struct taking *t)
{
    quiz_result_free(r);
    size_t n = run_count(t->run), count = 0, missed = SIZE_MAX;
    r->questions = calloc(n + 1, sizeof *r->questions);
    if (r->questions == NULL)
        return false;
    for (size_t i = 0; i < n && taking_tells(t); i++) {
        struct grade g;
        if (!question_scored(run_question(t->run, i)))
            continue;
        if (missed == SIZE_MAX && run_grade(t->run, i, &g) && g.verdict != VERDICT_RIGHT)
            missed = count;
        r->questions[count++] = i;
    }
    list_resize(&r->list, count);
    r->list.selected = missed != SIZE_MAX ? missed : 0;
    return true;
}

size_t quiz_result_selected(const struct quiz_result *r)
{
    return r->list.selected < r->list.count ? r->questions[r->list.selected] : SIZE_MAX;
}

/* ---- the text on a question ---- */

static struct question_text plain_text(const struct buf *words)
{
    return (struct question_text){buf_text(words), FORMAT_PLAIN};
}

static void add_labelled(struct layout *l, enum style style, const char *label, struct buf *words)
{
    struct question_text text = plain_text(words);
    if (words->len > 0)
        layout_labelled(l, style, label, &text);
    buf_clear(words);
}

static void add_answers(struct layout *l, const struct taking *taking, size_t i, const struct response *response,
                        const struct grade *g)
{
    struct buf words = {0};
    const struct question *q = run_question(taking->run, i);
    bool told = run_feedback_now(taking->run) && taking_explains(taking, i);
    if (q->type == QUESTION_MATCH)
        taking_pairs(q, response, &words);
    else
        taking_response_words(q, response, &words);
    add_labelled(l, STYLE_DIM, "You: ", &words);
    if (told && g->verdict != VERDICT_RIGHT) {
        taking_right_words(q, &words);
        add_labelled(l, STYLE_STRONG, "Right answer: ", &words);
    }
    const struct question_text *text;
    for (size_t k = 0; told && (text = grade_feedback(q, response, g, NULL, k)) != NULL; k++)
        if (q->type == QUESTION_ESSAY)
            layout_labelled(l, STYLE_STRONG, "A good answer: ", text);
        else
            layout_lines(l, text, 2);
    buf_free(&words);
}

static void lay_out(struct layout *l, const struct taking *taking, size_t i)
{
    const struct question *q = run_question(taking->run, i);
    const struct response *response = run_response(taking->run, i);
    struct grade g;
    if (response == NULL || !run_grade(taking->run, i, &g))
        return;
    layout_lines(l, &q->stem, 0);
    layout_text(l, STYLE_TEXT, "");
    add_answers(l, taking, i, response, &g);
    struct buf words = {0}, line = {0};
    taking_section_words(taking, i, &words);
    if (words.len > 0) {
        buf_addf(&line, "s opens the section: %s", buf_text(&words));
        layout_text(l, STYLE_DIM, buf_text(&line));
    }
    buf_free(&words);
    buf_free(&line);
}

/* ---- drawing ---- */

static int put_wrapped(struct terminal *t, int y, int end, int x, int columns, enum style style, const char *text)
{
    struct wrap w = wrap_start(text, strlen(text), (size_t)columns);
    for (; y < end && wrap_next(&w); y++)
        terminal_put(t, y, x, columns, style, w.line, w.length);
    return y;
}

static void draw_question_row(const struct quiz_result *r, struct terminal *t, const struct taking *taking, size_t row,
                              int y, int x, int columns)
{
    size_t i = r->questions[row];
    struct grade g = {.verdict = VERDICT_UNASSESSED};
    bool answered = run_grade(taking->run, i, &g), selected = row == r->list.selected;
    enum style style = selected ? STYLE_SELECTED : STYLE_TEXT;
    terminal_fill(t, y, x, columns, style, " ");
    terminal_puts(t, y, x, 2, selected ? style : verdict_style(g.verdict), verdict_mark(g.verdict));
    struct buf name = {0};
    buf_addf(&name, run_scored(taking->run) > 9 ? "%2zu  " : "%zu  ", run_number(taking->run, i));
    taking_name(run_question(taking->run, i), &name);
    const char *word = answered ? verdict_word(g.verdict) : "Not answered";
    int right = (int)strlen(word);
    if (columns < 50)
        right = 0;
    screen_cut(t, y, x + 2, columns - 3 - right, style, buf_text(&name));
    if (right > 0)
        terminal_puts(t, y, x + columns - right, right, selected ? style : verdict_style(g.verdict), word);
    buf_free(&name);
}

static void draw_sign(struct terminal *t, int y, int x, int columns, const char *format, size_t lines)
{
    char sign[64];
    snprintf(sign, sizeof sign, format, lines, lines == 1 ? "" : "s");
    terminal_puts(t, y, x, columns, STYLE_KEY, sign);
}

static void draw_rows(struct quiz_result *r, const struct layout *l, bool gap)
{
    size_t height = r->text_height, last;
    r->rows = l->count;
    last = r->rows > height ? r->rows - height : 0;
    r->top = r->top < last ? r->top : last;
    bool sign = quiz_result_more(r) && height >= SIGN_FROM; /* lower, the row is worth more; the footer says it too */
    size_t shown = height - sign;
    for (size_t i = 0; i < shown && r->top + i < l->count; i++)
        layout_draw_row(l, &l->rows[r->top + i], NULL, r->text_y + (int)i);
    if (sign)
        draw_sign(l->t, r->text_y + (int)shown, l->left, l->columns, "PgDn: %zu more line%s", r->rows - r->top - shown);
    if (gap && r->top > 0)
        draw_sign(l->t, r->text_y - 1, l->left, l->columns, "PgUp: %zu line%s above", r->top);
}

static void draw_text(struct quiz_result *r, struct terminal *t, const struct taking *taking, int end, int columns,
                      bool gap)
{
    size_t selected = quiz_result_selected(r);
    r->text_height = end > r->text_y ? (size_t)(end - r->text_y) : 0;
    r->rows = 0;
    struct layout l;
    if (layout_open(&l, t, r->text_x, columns) && selected != SIZE_MAX && r->text_height > 0) {
        lay_out(&l, taking, selected);
        draw_rows(r, &l, gap);
    }
    layout_close(&l);
}

static void draw_list(struct quiz_result *r, struct terminal *t, const struct taking *taking, int y, int height, int x,
                      int columns)
{
    r->list_y = y;
    r->each = height >= touch_rows(t) ? touch_rows(t) : 1;
    r->height = height > 0 ? (size_t)(height / r->each) : 1;
    list_scroll(&r->list, r->height);
    for (size_t i = 0; height > 0 && i < r->height && r->list.top + i < r->list.count; i++)
        draw_question_row(r, t, taking, r->list.top + i, y + (int)i * r->each + r->each / 2, x, columns);
}

/* The list on the left, the text on the right. */
static void draw_beside(struct quiz_result *r, struct terminal *t, const struct taking *taking, int y, int end, int x,
                        bool gap)
{
    int columns = terminal_columns(t) - 2 * x, list = columns * 2 / 5;
    list = list > LIST_WIDEST ? LIST_WIDEST : list;
    draw_list(r, t, taking, y, end - y, x, list);
    for (int i = y; i < end; i++)
        terminal_puts(t, i, x + list + 1, 1, STYLE_RULE, "\xE2\x94\x82");
    r->text_y = y;
    r->text_x = x + list + 3;
    columns -= list + 3;
    draw_text(r, t, taking, end, columns > WIDEST ? WIDEST : columns, gap);
}

/* The text below the list. How they share the rows does not depend on the text: nothing jumps. */
static void draw_below(struct quiz_result *r, struct terminal *t, const struct taking *taking, int y, int end, int x)
{
    int columns = terminal_columns(t) - 2 * x, rows = end - y, list = rows > ROOMY ? rows * 3 / 5 : rows / 3;
    columns = columns > WIDEST ? WIDEST : columns;
    list = list < 1 ? 1 : list;
    int all = (int)r->list.count * touch_rows(t);
    list = list > all ? all : list;
    draw_list(r, t, taking, y, list < rows ? list : rows, x, columns);
    r->text_y = y + list + 1;
    r->text_x = x;
    draw_text(r, t, taking, end, columns, true);
}

void quiz_result_draw(struct quiz_result *r, struct terminal *t, const struct taking *taking)
{
    int columns = terminal_columns(t), x = columns > 40 ? 2 : columns > 29, y = screen_top(t);
    int end = y + screen_height(t), wide = columns - 2 * x;
    wide = wide > WIDEST ? WIDEST : wide;
    struct buf score = {0}, next = {0};
    bool roomy = end - y > ROOMY; /* else a line for the score, the rest for the questions */
    taking_result_words(taking, roomy ? SIZE_MAX : (size_t)(wide > 1 ? wide : 1), &score, &next);
    y = put_wrapped(t, y, roomy ? end : y + 1, x, wide, taking_result_good(taking) ? STYLE_RIGHT : STYLE_STRONG,
                    buf_text(&score));
    if (roomy)
        y = put_wrapped(t, y, end, x, wide, STYLE_DIM, buf_text(&next));
    buf_free(&score);
    buf_free(&next);
    y += roomy;
    if (columns >= BESIDE_FROM)
        draw_beside(r, t, taking, y, end, x, roomy);
    else
        draw_below(r, t, taking, y, end, x);
}

/* ---- moving ---- */

bool quiz_result_more(const struct quiz_result *r)
{
    return r->text_height > 0 && r->top + r->text_height < r->rows;
}

/* One line stays as the page turns; one may be the sign that there is more. */
static size_t page_of(const struct quiz_result *r)
{
    return r->text_height >= SIGN_FROM ? r->text_height - 2 : r->text_height > 1 ? r->text_height - 1 : 1;
}

/* false when the text is at its end already. */
static bool scroll(struct quiz_result *r, bool down, size_t lines)
{
    size_t before = r->top, last = r->rows > r->text_height && r->text_height > 0 ? r->rows - r->text_height : 0;
    if (down)
        r->top = r->top + lines < last ? r->top + lines : last;
    else
        r->top = r->top > lines ? r->top - lines : 0;
    return r->top != before;
}

bool quiz_result_request(struct quiz_result *r, enum request q)
{
    bool last = r->list.selected + 1 >= r->list.count;
    if ((q == REQ_PAGE_DOWN || q == REQ_PAGE_UP) && scroll(r, q == REQ_PAGE_DOWN, page_of(r)))
        return true;
    if (last && (q == REQ_DOWN || q == REQ_UP) && scroll(r, q == REQ_DOWN, 1))
        return true;
    q = q == REQ_PAGE_DOWN ? REQ_DOWN : q == REQ_PAGE_UP ? REQ_UP : q;
    size_t before = r->list.selected;
    bool moved = list_request(&r->list, q, r->height);
    if (r->list.selected != before)
        r->top = 0;
    return moved;
}

void quiz_result_mouse(struct quiz_result *r, int y, int x, int wheel)
{
    bool text = x >= r->text_x && y >= r->text_y;
    size_t row = r->list.top + (size_t)(y > r->list_y && r->each > 0 ? (y - r->list_y) / r->each : 0);
    if (wheel != 0 && text) {
        scroll(r, wheel > 0, 1);
    } else if (wheel != 0) {
        quiz_result_request(r, wheel > 0 ? REQ_DOWN : REQ_UP);
    } else if (!text && y >= r->list_y && row < r->list.count && row < r->list.top + r->height) {
        r->top = row != r->list.selected ? 0 : r->top;
        r->list.selected = row;
    }
}
