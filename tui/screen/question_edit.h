/* question_edit: an answer while it is made: what is chosen, marked or typed, and what each key does to it. No drawing.
 *
 * Options and right sides count as they are shown, from 0. */
#ifndef CRIB_SCREEN_QUESTION_EDIT_H
#define CRIB_SCREEN_QUESTION_EDIT_H

#include "core/quiz/question.h"
#include "core/quiz/response.h"
#include "tui/screen/request.h"
#include "tui/widget/prompt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct question_edit {
    const struct question *question; /* NULL before the first question_edit_start */
    const size_t *order;             /* of the options, or NULL */
    size_t options;                  /* that are shown */
    size_t rows;                     /* among which up and down move: options, or a matching question's left sides */
    size_t at;                       /* the row of the cursor */
    bool *chosen;                    /* one an option */
    long *matches;                   /* one a pair of the source: the shown right side, or RESPONSE_NONE */
    size_t *lefts;                   /* matching: the pair of each row (those without a left side are none) */
    struct prompt box;
};

/* Makes it ready for a question, shown in that order (NULL: the source's); what was made before is forgotten. false when
 * memory is out. */
bool question_edit_start(struct question_edit *e, const struct question *q, const size_t *order);
void question_edit_free(struct question_edit *e);

/* Is there a box to type in? Then letters are text. */
bool question_edit_has_box(const struct question_edit *e);

/* A key: digits choose, letters choose a right side, characters go into the box. false where the key means nothing. */
bool question_edit_key(struct question_edit *e, uint32_t key);

/* REQ_UP, REQ_DOWN, REQ_LEFT, REQ_RIGHT, REQ_TOP, REQ_BOTTOM, REQ_SELECT. false where it means nothing. */
bool question_edit_request(struct question_edit *e, enum request r);

/* A click on a row; on a right side, which is matched to the marked row. */
void question_edit_click(struct question_edit *e, size_t row);
void question_edit_click_right(struct question_edit *e, size_t right);

bool question_edit_paste(struct question_edit *e, const char *text, size_t len);

/* Is an option chosen? */
bool question_edit_any(const struct question_edit *e);

/* How many rows of a matching question have no right side yet, once some have; it marks the first of them. */
size_t question_edit_open_rows(struct question_edit *e);

/* The shown option whose feedback this is; SIZE_MAX for general feedback. */
size_t question_edit_option_of(const struct question_edit *e, const struct question_text *feedback);

/* The answer as it stands. NULL with err (its todo says what is missing). */
struct response *question_edit_response(const struct question_edit *e, struct arena *a, struct error *err);

#endif
