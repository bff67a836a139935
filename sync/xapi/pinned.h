/* pinned: the questions of the content that an answer was given on, as the record keeps it. */
#ifndef CRIB_SYNC_XAPI_PINNED_H
#define CRIB_SYNC_XAPI_PINNED_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/quiz/question.h"
#include "core/record/record.h"

/* The questions of the content with that hash, kept for the next call with the same one. */
struct pinned {
    struct record *record; /* borrowed */
    struct arena *arena;   /* its own; pinned_close */
    const char *hash;
    struct question_list questions;
};

/* The question of that id and revision. *question is NULL where the content is not kept or has no such question; it
 * lives until the next content is asked for. false when something failed. */
bool pinned_question(struct pinned *p, const char *hash, const char *id, const char *revision,
                     const struct question **question, struct error *err);

void pinned_close(struct pinned *p); /* frees what p holds; p itself is the caller's */

#endif
