/* taking: a quiz while somebody takes it: its questions, the run through them, and the record behind it. No screen.
 *
 * The screen and the line mode both stand on it. An attempt is pinned to the text that it was started on: when the
 * module changes meanwhile, the attempt goes on with the old questions. A recall is taken the same way, with questions
 * out of several modules; a bare question bank too, but nothing of it is recorded. */
#ifndef CRIB_TUI_TAKING_H
#define CRIB_TUI_TAKING_H

#include "core/quiz/run.h"
#include "core/record/attempt.h"
#include "tui/content.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum quiz_way {
    QUIZ_TAKE,   /* goes on where an unfinished attempt stopped, else starts */
    QUIZ_AGAIN,  /* starts anew */
    QUIZ_MISSED, /* only what was missed last time */
    QUIZ_LAST,   /* the result of the last time, to be looked at */
};

enum taking_kind {
    TAKING_QUIZ,
    TAKING_RETRY, /* the missed questions again: practice, can't pass */
    TAKING_RECALL,
    TAKING_BANK, /* a .gift file */
};

struct taking {
    struct app *app;
    struct arena *arena;
    enum taking_kind kind;
    const char *title;
    struct run *run;
    struct content **contents; /* owned: what the questions live in; of a quiz the pinned one */
    size_t content_count;
    struct content *now;       /* the module as it is now, one of contents; the pinned one where it is gone; NULL for a recall and a bank */
    struct content *pinned;    /* whose questions the run asks; likewise */
    const char *pin;           /* the key of the pinned text in the record */
    bool recorded;             /* false in a preview and for a bank */
    bool resumed;
    bool finished;             /* the result is on disk */
    const char *gone;          /* why its module is not in the library (left.h); NULL: it is */
    struct uuid attempt;
    int64_t room;              /* the assessment of that live session (tui/session.h); 0: of none */
};

/* Each returns NULL with err; EX_NOINPUT where there is nothing to ask (no questions, nothing missed, nothing fading).
 * The caller closes it. */
struct taking *taking_quiz(struct app *app, int64_t key, enum quiz_way way, struct error *err);
/* The same as a live session's assessment: while that is open nothing is told of any answer (taking_held). */
struct taking *taking_assessment(struct app *app, int64_t key, enum quiz_way way, int64_t room, struct error *err);
/* Goes on with one that was left half-way, whose module may be gone. */
struct left_quiz;
struct taking *taking_left(struct app *app, const struct left_quiz *left, struct error *err);
struct taking *taking_recall(struct app *app, struct error *err);

/* Problems in the file go to diags; the questions that can be read are asked. */
struct taking *taking_bank(struct app *app, const char *path, struct diags *diags, struct error *err);

void taking_close(struct taking *t); /* NULL is allowed */

/* Grades the answer to question i, puts it on disk and only then into the run: false with err leaves all as it was.
 * ms: from shown to answered. g (NULL allowed) takes the grade. */
bool taking_answer(struct taking *t, size_t i, const struct response *response, int64_t ms, struct grade *g,
                   struct error *err);

/* Puts the result on disk; call when run_done. True at once when it is there already. */
bool taking_finish(struct taking *t, struct error *err);

/* Starts anew with the missed questions alone. false with err leaves all as it was. */
bool taking_retry(struct taking *t, struct error *err);

/* Is it the quiz of a module that asks for a sign-off? Then no answer is judged on the way, and of a quiz that is not passed the
 * score alone is told. */
bool taking_signs(const struct taking *t);

/* Is it a live session's assessment that its trainer has not closed? */
bool taking_held(const struct taking *t);

/* It is closed: what was answered may be told. */
void taking_release(struct taking *t);

/* May be told how each answer was, now that the quiz is over? */
bool taking_tells(const struct taking *t);

/* May more be told of question i than whether it was answered right: its feedback, the right answer? Not of a question that a
 * recall asks out of a module that asks for a sign-off: who signs the next time is to pass its quiz without having been told. Nor
 * are such questions asked again, and those where one can only be right or wrong one way (true or false, one of two) don't come
 * back at all. */
bool taking_explains(const struct taking *t, size_t i);

/* May what was missed be asked again? Not of a module that is gone. */
bool taking_repeats(const struct taking *t);

/* The module (of `now`, or of a recall's question) and the section that answers question i: its own `// section:`, else
 * the section in which it stands, where that has a text; "" for the module's top. false for a bank, and where the module is gone. */
bool taking_section(const struct taking *t, size_t i, const struct content **content, const char **anchor);

#endif
