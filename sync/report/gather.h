/* gather: the statements that a report needs become a scratch record (core/record/scratch.h). */
#ifndef CRIB_REPORT_GATHER_H
#define CRIB_REPORT_GATHER_H

#include "core/record/report.h"
#include "sync/report/source.h"

struct gathered {
    struct record *record; /* the caller closes it */
    struct report_name *names; /* what questions ask */
    size_t name_count;
};

struct gather;

/* channels: those whose statements count. NULL when memory is out. */
struct gather *gather_open(struct arena *a, struct source *source, const struct library_channel *channels, size_t count,
                           struct error *err);
void gather_close(struct gather *g); /* NULL is allowed */

/* What is about the activity, or a part of it; verb: "" for any. */
bool gather_activity(struct gather *g, const char *activity, const char *verb, struct error *err);

/* What has this verb; what this account did. */
bool gather_verb(struct gather *g, const char *verb, struct error *err);
bool gather_account(struct gather *g, const char *home_page, const char *name, struct error *err);

/* Those on the site's list of learners, too, by their names and with their roles. */
bool gather_people(struct gather *g, struct error *err);

/* Tells all of it, in the order of the logs, each once, and when each device was heard of last. */
bool gather_tell(struct gather *g, struct gathered *out, struct error *err);

#endif
