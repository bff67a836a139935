/* learner_csv: a list of people as a spreadsheet saved it, as rows that learner_take takes.
 *
 * The first line names the columns: name is needed; badge, roles, rights and account may be there; what else stands in a list
 * is no business of ours. In a field, semicolons and bars part roles and rights as well as commas. */
#ifndef CRIB_RECORD_LEARNER_CSV_H
#define CRIB_RECORD_LEARNER_CSV_H

#include "core/record/learner.h"

struct learner_csv {
    const char *file;
    struct learner_row *rows;
    const size_t *lines; /* where each stands in the file */
    size_t count;
    size_t wrong; /* lines that were told of: they can't be taken */
};

/* Reads the file, and tells of each line that can't be taken on stderr. false where it is no list at all. Everything in the
 * arena. */
bool learner_csv_read(struct arena *a, const char *file, struct learner_csv *list, struct error *err);

/* Tells of one more: the row at that index. */
void learner_csv_tell(struct arena *a, struct learner_csv *list, size_t row, struct error *err);

/* Says that nothing was changed for those lines. Returns false. */
bool learner_csv_refused(const struct learner_csv *list, struct error *err);

#endif
