/* row_id: under which id an attempt or a sign-off stands in its table.
 *
 * Events say its id (that of the event that began it), and a device of the site may say any, another person's too. So an id
 * counts within one person's events alone: what comes first stands under it, and what somebody else's events call the same stands
 * under an id made of it and of whose it is, which no event can have (a UUID of version 8). Neither touches the other, in
 * whatever order they come. The column `said` keeps what events call it where that is another id than the row's. */
#ifndef CRIB_RECORD_ROW_ID_H
#define CRIB_RECORD_ROW_ID_H

#include "core/record/event.h"
#include "core/record/record.h"

enum row_table { ROW_ATTEMPT, ROW_SIGNOFF };

/* The id of the learner's row that events call `said`: *there, or where it will stand. */
bool row_id(struct record *r, enum row_table table, const struct uuid *said, int64_t learner, struct uuid *id, bool *there,
            struct error *err);

#endif
