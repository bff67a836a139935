/* library_index: the search index as the library keeps it in step with library.db.
 *
 * library.db and the index each carry a number that grows with every installation. When they differ (a crash stood
 * between the two commits, or the index is damaged or gone), the index is made again from library.db. */
#ifndef CRIB_LIBRARY_LIBRARY_INDEX_H
#define CRIB_LIBRARY_LIBRARY_INDEX_H

#include "core/library/library_private.h"
#include "core/library/search_writer.h"

/* Opens the index of a part for writing, made again from library.db where it is damaged or out of step. Call it with
 * the library's lock held; the caller closes it with search_writer_close. */
struct search_writer *index_open(struct library *l, int part, struct error *err);

/* Gives a module to the index: facts as installed, triggers, and its sections with their texts. */
bool index_replace(struct search_writer *w, const struct facts *facts, const struct trigger *triggers,
                   size_t trigger_count, const struct sections *sections, struct arena *scratch, struct error *err);

/* Makes the index, and the compiled triggers beside it, again when the numbers say that they are out of step with
 * library.db: cheap when they aren't. Same lock. */
bool index_heal(struct library *l, int part, struct error *err);

#endif
