/* quiz_result: how a quiz went: score, each question with its mark, and what there is to say of the selected one, below
 * the list or, on wide screens, beside it. What does not fit scrolls, and says so. */
#ifndef CRIB_SCREEN_QUIZ_RESULT_H
#define CRIB_SCREEN_QUIZ_RESULT_H

#include "tui/screen/terminal.h"
#include "tui/taking.h"
#include "tui/widget/list.h"

struct quiz_result {
    struct list list;
    size_t *questions; /* their places in the run; owned */
    size_t height;     /* rows of the list; this and what follows of the last drawing */
    int list_y;        /* its first row on the screen */
    int each;          /* rows of the screen that one takes */
    size_t top;        /* the first row of the text on the selected question that shows */
    size_t rows;       /* of that text */
    size_t text_height;
    int text_y, text_x; /* where it begins */
};

/* Fills it from a finished run, the first missed question selected; with none of them where how they went is not told. false when memory is out. */
bool quiz_result_fill(struct quiz_result *r, const struct taking *t);
void quiz_result_free(struct quiz_result *r);

/* The selected question's place in the run; SIZE_MAX where there is none. */
size_t quiz_result_selected(const struct quiz_result *r);

void quiz_result_draw(struct quiz_result *r, struct terminal *t, const struct taking *taking);

/* REQ_UP .. REQ_BOTTOM: arrows go from question to question and, at the last one, on through its text; pages go through
 * the texts, one question after the other. false where the request is none of these. */
bool quiz_result_request(struct quiz_result *r, enum request q);

/* Is there more of the text below? */
bool quiz_result_more(const struct quiz_result *r);

/* A click selects a question; the wheel moves what is under it. */
void quiz_result_mouse(struct quiz_result *r, int y, int x, int wheel);

#endif
