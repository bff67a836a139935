#include "tui/screen/lead_bars.h"

#include "core/quiz/response.h"
#include "tui/screen/screen.h"
#include "tui/session.h"
#include "tui/widget/bar.h"

#include <stdio.h>
#include <string.h>

enum { BARS_MOST = 8, LEFT_TO_PEOPLE = 3 };

static bool is_closed(const struct lead_bars *b)
{
    return b->room->phase == ROOM_CLOSED || b->room->phase == ROOM_ENDED;
}

/* How many have answered so far; how many of them were right is told when no answer can follow it any more. */
static int draw_questions(const struct lead_bars *b, struct terminal *t, int y)
{
    int columns = terminal_columns(t), wide = columns / 4, at = columns / 2;
    bool closed = is_closed(b);
    for (size_t i = 0; i < b->question_count && i < BARS_MOST && y < terminal_rows(t) - LEFT_TO_PEOPLE; i++, y++) {
        const struct room_question *q = &b->questions[i];
        char told[60];
        int64_t done = closed ? q->right : q->answers, of = closed ? q->answers : (int64_t)b->people;
        screen_cut(t, y, 1, at - 2, STYLE_TEXT, q->text);
        bar_draw(t, y, at, wide, done, of);
        snprintf(told, sizeof told, closed ? "%lld of %lld right" : "%lld of %lld", (long long)done, (long long)of);
        terminal_puts(t, y, at + wide + 1, columns - at - wide - 2, STYLE_DIM, told);
    }
    if (b->question_count > BARS_MOST) {
        char more[80];
        snprintf(more, sizeof more, "and %zu questions more: `crib session show %s`", b->question_count - BARS_MOST, b->room->code);
        terminal_puts(t, y++, 1, columns - 2, STYLE_DIM, more);
    }
    return y;
}

static bool is_of(const struct lead_bars *b, size_t choice, const struct room_question *q)
{
    return strcmp(b->choices[choice].question, q->question) == 0;
}

static void draw_choice(const struct lead_bars *b, const struct room_choice *c, const struct room_question *q, struct terminal *t, int y)
{
    int columns = terminal_columns(t), wide = columns / 4, at = columns / 2;
    bool right = is_closed(b) && c->right;
    char letter[16], told[60];
    response_letters((size_t)c->choice - 1, letter, sizeof letter);
    terminal_puts(t, y, 1, 1, STYLE_DONE, right ? "\xE2\x9C\x93" : " ");
    terminal_puts(t, y, 3, 3, STYLE_DIM, letter);
    screen_cut(t, y, 6, at - 7, right ? STYLE_STRONG : STYLE_TEXT, c->text);
    bar_draw(t, y, at, wide, c->picks, q->answers - q->other);
    snprintf(told, sizeof told, "%lld of %lld%s", (long long)c->picks, (long long)(q->answers - q->other), right ? ", right" : "");
    terminal_puts(t, y, at + wide + 1, columns - at - wide - 2, STYLE_DIM, told);
}

/* What can be chosen in one of them, and how many did; nobody learns of two who answered what each of them chose. */
static int draw_choices(const struct lead_bars *b, size_t one, struct terminal *t, int y)
{
    const struct room_question *q = &b->questions[one - 1];
    char head[100];
    int columns = terminal_columns(t);
    bool told = false;
    int n = snprintf(head, sizeof head, "Question %zu of %zu, %lld answered", one, b->question_count, (long long)q->answers);
    snprintf(head + n, sizeof head - (size_t)n, q->other > 0 ? ", %lld on another version:" : ":", (long long)q->other);
    terminal_puts(t, y++, 1, columns - 2, STYLE_DIM, head);
    screen_cut(t, y++, 1, columns - 2, STYLE_STRONG, q->text);
    for (size_t i = 0; i < b->choice_count; i++)
        told = told || (is_of(b, i, q) && b->choices[i].picks >= 0);
    for (size_t i = 0; told && i < b->choice_count && y < terminal_rows(t) - LEFT_TO_PEOPLE; i++)
        if (is_of(b, i, q))
            draw_choice(b, &b->choices[i], q, t, y++);
    if (!told) {
        snprintf(head, sizeof head, "What they chose is shown when %d have answered.", ROOM_SPLIT_LEAST);
        terminal_puts(t, y++, 1, columns - 2, STYLE_DIM, head);
    }
    return y;
}

int lead_bars_draw(const struct lead_bars *b, size_t one, struct terminal *t, int y)
{
    return one == 0 || one > b->question_count ? draw_questions(b, t, y) : draw_choices(b, one, t, y);
}

static bool lets_choose(const struct lead_bars *b, size_t one)
{
    for (size_t i = 0; i < b->choice_count; i++)
        if (is_of(b, i, &b->questions[one - 1]))
            return true;
    return false;
}

size_t lead_bars_next(const struct lead_bars *b, size_t one, int step)
{
    size_t n = b->question_count + 1;
    do
        one = (one + (step > 0 ? 1 : n - 1)) % n;
    while (one != 0 && !lets_choose(b, one));
    return one;
}
