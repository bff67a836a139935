/* quiz_result: how a quiz went: score, each question with its mark, and what there is to say of the selected one. */
#ifndef CRIB_SCREEN_QUIZ_RESULT_H
#define CRIB_SCREEN_QUIZ_RESULT_H

#include "tui/screen/terminal.h"
#include "tui/taking.h"
#include "tui/widget/list.h"

struct quiz_result {
    struct list list;
    size_t *questions; /* their places in the run; owned */
    size_t height;     /* rows of the list, of the last drawing */
};

/* Fills it from a finished run, the first missed question selected. false when memory is out. */
bool quiz_result_fill(struct quiz_result *r, const struct taking *t);
void quiz_result_free(struct quiz_result *r);

/* The selected question's place in the run; SIZE_MAX where there is none. */
size_t quiz_result_selected(const struct quiz_result *r);

void quiz_result_draw(struct quiz_result *r, struct terminal *t, const struct taking *taking);


#endif
