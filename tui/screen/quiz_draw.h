/* quiz_draw: the quiz' screen as it is drawn, and what its files share: a quiz while somebody takes it on a screen.
 * quiz.c takes the keys. */
#ifndef CRIB_SCREEN_QUIZ_DRAW_H
#define CRIB_SCREEN_QUIZ_DRAW_H

#include "tui/screen/question_edit.h"
#include "tui/screen/question_view.h"
#include "tui/screen/quiz.h"
#include "tui/screen/quiz_result.h"

enum quiz_state {
    QUIZ_ASKING,
    QUIZ_JUDGING, /* an essay: the learner compares it with the model answer */
    QUIZ_ANSWERED, /* on disk; what is said of it shows */
    QUIZ_HELD,     /* handed in: a live session's trainer has not closed it */
    QUIZ_RESULT,
};

struct quiz {
    struct screen screen;
    struct app *app;
    struct taking *taking;
    enum quiz_state state;
    size_t at; /* the question's place in the run */
    struct question_edit edit;
    struct question_view view;
    struct question_after after;
    struct buf section;    /* what after.section points to */
    struct arena *arena;   /* the response at hand */
    int64_t shown_ms, took_ms;
    bool told_open;        /* Enter has said that rows are open: the next one hands in what there is */
    bool unsaved;          /* took_ms stands: the wait for a disk that failed is nobody's thinking */
    int64_t save_ms;       /* what the last write took */
    struct quiz_result result;
};

void quiz_draw(struct screen *s, struct terminal *t);

#endif
