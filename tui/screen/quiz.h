/* quiz: questions one a screen, feedback, the result; and recall, which is a quiz of what is fading. */
#ifndef CRIB_SCREEN_QUIZ_H
#define CRIB_SCREEN_QUIZ_H

#include "tui/app.h"
#include "tui/screen/screen.h"
#include "tui/taking.h"

/* Opens the quiz of a module. EX_NOINPUT when it has no questions. In a preview nothing is recorded. Where it is not known
 * who learns, that is asked first; so it is for a recall. */
bool quiz_open(struct screens *s, struct app *app, int64_t key, enum quiz_way way, struct error *err);

/* Shows one that was begun elsewhere (a bare question bank); takes ownership, also on failure. NULL: err is passed on. */
bool quiz_open_taking(struct screens *s, struct app *app, struct taking *taking, struct error *err);

/* Goes on with one that was left half-way: NULL for the last one, else one of a module that is gone, by its address (left.h). */
bool quiz_go_on(struct screens *s, struct app *app, const char *gone, struct error *err);

/* Two minutes of what is fading. That nothing is, is said calmly: no failure. */
void recall_open(struct screens *s, struct app *app);

#endif
