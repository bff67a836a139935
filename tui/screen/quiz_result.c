#include "tui/screen/quiz_result.h"

#include "core/base/text.h"
#include "tui/render/question_lines.h"
#include "tui/screen/question_view.h"
#include "tui/screen/screen.h"
#include "tui/screen/spans.h"
#include "tui/taking_words.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 92, DETAIL_LEAST = 4 };

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
    for (size_t i = 0; i < n; i++) {
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

static int put_wrapped(struct terminal *t, int y, int end, int x, int columns, enum style style, const char *text)
{
    struct wrap w = wrap_start(text, strlen(text), (size_t)columns);
    for (; y < end && wrap_next(&w); y++)
        terminal_put(t, y, x, columns, style, w.line, w.length);
    return y;
}

static int put_lines(struct terminal *t, int y, int end, int x, int columns, const struct question_text *text)
{
    struct error err;
    struct render_options options = {.width = (size_t)columns, .flags = terminal_ascii(t) ? RENDER_ASCII : 0};
    struct lines *lines = question_lines(text, &options, &err);
    for (size_t i = 0; lines != NULL && i < lines->count && y < end; i++, y++)
        spans_draw(t, lines, i, y, x, columns, SIZE_MAX);
    lines_close(lines);
    return y;
}

static void draw_question_row(const struct quiz_result *r, struct terminal *t, const struct taking *taking, size_t row,
                              int y, int x, int columns)
{
    size_t i = r->questions[row];
    struct grade g = {.verdict = VERDICT_UNASSESSED};
    (void)run_grade(taking->run, i, &g);
    bool selected = row == r->list.selected;
    enum style style = selected ? STYLE_SELECTED : STYLE_TEXT;
    terminal_fill(t, y, x, columns, style, " ");
    terminal_puts(t, y, x, 2, selected ? style : verdict_style(g.verdict), verdict_mark(g.verdict));
    struct buf name = {0};
    buf_addf(&name, run_count(taking->run) > 9 ? "%2zu  " : "%zu  ", i + 1);
    taking_name(run_question(taking->run, i), &name);
    const char *word = verdict_word(g.verdict);
    int right = (int)strlen(word);
    if (columns < 50)
        right = 0;
    terminal_puts(t, y, x + 2, columns - 3 - right, style, buf_text(&name));
    if (right > 0)
        terminal_puts(t, y, x + columns - right, right, selected ? style : verdict_style(g.verdict), word);
    buf_free(&name);
}

/* What there is to say of the selected question. */
static void draw_detail(struct terminal *t, const struct taking *taking, size_t i, int y, int end, int x, int columns)
{
    const struct question *q = run_question(taking->run, i);
    const struct response *response = run_response(taking->run, i);
    struct grade g;
    if (response == NULL || !run_grade(taking->run, i, &g))
        return;
    y = put_lines(t, y, end, x, columns, &q->stem);
    struct buf words = {0};
    buf_adds(&words, "You: ");
    taking_response_words(q, response, &words);
    if (y < end)
        y = put_wrapped(t, y, end, x, columns, STYLE_DIM, buf_text(&words));
    buf_clear(&words);
    if (run_feedback_now(taking->run)) {
        if (g.verdict != VERDICT_RIGHT)
            taking_right_answer(q, &words);
        if (words.len > 0)
            y = put_wrapped(t, y, end, x, columns, STYLE_STRONG, buf_text(&words));
        const struct question_text *text;
        for (size_t k = 0; (text = grade_feedback(q, response, &g, k)) != NULL; k++)
            y = put_lines(t, y, end, x + 2, columns - 2, text);
    }
    buf_clear(&words);
    taking_section_words(taking, i, &words);
    if (words.len > 0 && y < end) {
        struct buf line = {0};
        buf_addf(&line, "s opens %s", buf_text(&words));
        put_wrapped(t, y, end, x, columns, STYLE_DIM, buf_text(&line));
        buf_free(&line);
    }
    buf_free(&words);
}

void quiz_result_draw(struct quiz_result *r, struct terminal *t, const struct taking *taking)
{
    int columns = terminal_columns(t), x = columns > 40 ? 2 : columns > 29, y = screen_top(t);
    int end = y + screen_height(t);
    columns -= 2 * x;
    if (columns > WIDEST)
        columns = WIDEST;
    struct buf score = {0}, next = {0};
    taking_result_words(taking, &score, &next);
    y = put_wrapped(t, y, end, x, columns, taking_result_good(taking) ? STYLE_RIGHT : STYLE_STRONG, buf_text(&score));
    if (end - y > 3)
        y = put_wrapped(t, y, end, x, columns, STYLE_DIM, buf_text(&next));
    buf_free(&score);
    buf_free(&next);
    if (end - y > 6)
        y++;
    int rows = end - y, list = (int)(r->list.count < (size_t)rows ? r->list.count : (size_t)rows);
    if (rows - list < DETAIL_LEAST && rows > 2 * DETAIL_LEAST)
        list = rows / 2 < list ? rows / 2 : list;
    r->height = list > 0 ? (size_t)list : 1;
    list_scroll(&r->list, r->height);
    for (int i = 0; i < list && r->list.top + (size_t)i < r->list.count; i++, y++)
        draw_question_row(r, t, taking, r->list.top + (size_t)i, y, x, columns);
    if (end - y > 1 && quiz_result_selected(r) != SIZE_MAX)
        draw_detail(t, taking, quiz_result_selected(r), y + 1, end, x, columns);
}
