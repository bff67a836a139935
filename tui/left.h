/* left: the quizzes that somebody left half-way, also of modules that are not in the library any more.
 *
 * The text that an attempt was begun on is kept in the record (attempt.h), so that it can be finished when its module was
 * withdrawn from the channel, or is not on this device. Nothing else can be done with such a module: there is no text of
 * today to read, to begin anew, or to sign. */
#ifndef CRIB_TUI_LEFT_H
#define CRIB_TUI_LEFT_H

#include "core/record/attempt.h"
#include "tui/app.h"
#include "tui/content.h"

struct left_quiz {
    int64_t key; /* of its module; meaningless where it is gone */
    const char *address, *title;
    const char *gone;   /* "withdrawn from its channel", "not on this device"; NULL: it is in the library */
    const char *detail; /* "1 of 3 answered", "1 of 3 answered, on another device" */
    const struct attempt *attempt;
};

/* The one that who is here left last and that can be gone on with; false where there is none. In a. */
bool left_quiz(struct app *app, struct arena *a, struct left_quiz *left);

/* The same of those alone whose module is gone; called: its id or address, NULL for any. */
bool left_gone(struct app *app, struct arena *a, const char *called, struct left_quiz *left);

/* The text that the attempt was begun on, as a module of its own; owned by the caller. EX_DATAERR where it is not kept. */
struct content *left_content(struct record *record, const struct attempt *attempt, struct error *err);

#endif
