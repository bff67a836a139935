/* held: everything that the record holds of one learner, row by row: for whoever asks what is known of them.
 *
 * First what was derived (account, progress, attempts, answers, recall, notes, searches, ...), then what became of the
 * statements, then the events that are the truth of it all. What is derived stands there twice, and is easier to read. */
#ifndef CRIB_RECORD_HELD_H
#define CRIB_RECORD_HELD_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/record/record.h"

enum held_type {
    HELD_TEXT,
    HELD_NUMBER,
    HELD_REAL,
    HELD_FLAG,
    HELD_TIME, /* milliseconds; 0: never */
    HELD_ID,   /* a UUID, as text */
    HELD_JSON, /* JSON text; NULL where it is gone */
};

struct held_value {
    const char *name; /* "opened_at" */
    enum held_type type;
    struct str text;  /* of TEXT, ID and JSON */
    int64_t number;   /* of NUMBER, FLAG and TIME */
    double real;
};

struct held_row {
    const char *part;    /* "attempts": the same pointer for all rows of a part */
    const char *heading; /* "Attempts at quizzes" */
    const struct held_value *values;
    size_t count;
};

/* Called for each row, part by part, in the same order each time; row->count is 0 once for each part, before its rows.
 * Texts live until it returns. false ends it. */
typedef bool held_visit(void *context, const struct held_row *row, struct error *err);

/* All of it, as it stood at one moment, a row at a time: as many events as there are take the memory of one. */
bool record_held(struct record *r, int64_t learner, held_visit *visit, void *context, struct error *err);

#endif
