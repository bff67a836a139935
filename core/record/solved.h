/* solved: whether a module that was opened in need solved it, in the learner's own word. */
#ifndef CRIB_RECORD_SOLVED_H
#define CRIB_RECORD_SOLVED_H

#include "core/record/record.h"

/* What led to the module. */
enum found_by {
    FOUND_NOT, /* nothing of these: it is not asked */
    FOUND_BY_NAME, /* on the command line, or a link */
    FOUND_BY_SEARCH,
    FOUND_BY_SCAN,
    FOUND_BY_HINT,
};

/* Sets *ask where the learner was not asked about this module on this (local) day yet; from then on they were. Written
 * without waiting for the disk. A record opened to read never asks. */
bool record_solved_ask(struct record *r, int64_t learner, const char *module, bool *ask, struct error *err);

/* Event `module.solved`: `solved` true or false, `by` what led there ("name", "search", "scan", "hint"). by is not FOUND_NOT. */
bool record_solved(struct record *r, int64_t learner, const struct subject *s, enum found_by by, bool yes, struct error *err);

/* How often a learner (0: all of them) said yes or no of a module. */
bool record_solved_count(struct record *r, const char *module, int64_t learner, int64_t *yes, int64_t *no, struct error *err);

#endif
