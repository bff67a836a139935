/* signoff_report: who is signed off, one row a person and module: their newest signature. Who was removed is not among
 * them. The screen's table, CSV and JSON are of these rows. */
#ifndef CRIB_RECORD_SIGNOFF_REPORT_H
#define CRIB_RECORD_SIGNOFF_REPORT_H

#include "core/record/signoff.h"

struct signoff_row {
    const char *person; /* by the name known here */
    const struct signoff *signoff;
};

/* Everybody's (learner 0) or one learner's, of all modules (NULL) or one, by module and then person. NULL on failure. */
const struct signoff_row *record_signoff_report(struct record *r, struct arena *a, int64_t learner, const char *module,
                                                size_t *count, struct error *err);

#endif
