/* question_view: a question on the screen, with the answer as it is being made and what is said of it afterwards.
 *
 * Options keep their rows when feedback appears below them. */
#ifndef CRIB_SCREEN_QUESTION_VIEW_H
#define CRIB_SCREEN_QUESTION_VIEW_H

#include "core/quiz/grade.h"
#include "tui/screen/question_edit.h"
#include "tui/screen/terminal.h"

enum { JUDGEMENTS = 3 }; /* of an essay: not yet, partly, got it */

/* What is said below the options. */
struct question_after {
    const struct response *response;
    struct grade grade;
    bool told;           /* the verdict is shown; otherwise only that it is saved */
    bool explained;      /* ... and feedback and right answer, too */
    bool judging;        /* an essay: the learner compares and judges */
    size_t judgement;    /* the marked one, JUDGEMENTS for none */
    const char *section; /* the title of the section that answers it, or NULL */
};

/* What a row of the screen belongs to; SIZE_MAX for nothing. */
struct question_hit {
    size_t option, right; /* an option or left side; a right side of a matching question, from column right_x on */
    int right_x;
};

struct question_view {
    size_t top;     /* the first row that shows */
    size_t rows;    /* of the last drawing, as is height */
    size_t height;
    bool follow;    /* scroll to the cursor, or to the feedback, at the next drawing */
    struct question_hit *rows_drawn; /* height of them; owned */
};

void question_view_reset(struct question_view *v); /* for another question */
void question_view_free(struct question_view *v);

/* Draws into the frame's content area. after is NULL before an answer. */
void question_view_draw(struct question_view *v, struct terminal *t, const struct question_edit *e,
                        const struct question_after *after);

/* Scrolls by so many rows; false when nothing moved. */
bool question_view_scroll(struct question_view *v, long rows);
bool question_view_more(const struct question_view *v); /* is something below? */

/* The option at a place of the screen, SIZE_MAX for none; *right: it is a right side of a matching question. */
size_t question_view_option(const struct question_view *v, int y, int x, const struct terminal *t, bool *right);

/* The word and mark of a verdict, and its style. */
const char *verdict_word(enum verdict verdict);
const char *verdict_mark(enum verdict verdict);
enum style verdict_style(enum verdict verdict);

#endif
