/* trigger_store: the compiled triggers as the library keeps them in step with library.db. Internal to core/library.
 *
 * The file carries the library's number that grows with every installation, as the search index does. */
#ifndef CRIB_LIBRARY_TRIGGER_STORE_H
#define CRIB_LIBRARY_TRIGGER_STORE_H

#include "core/library/library_private.h"

/* Writes the part's file anew from its database. Call it with the library's lock held. */
bool triggers_compile(const struct part *part, int64_t generation, struct error *err);

/* The same where the installation that made this generation touched these modules alone (more than `most`: any): what the
 * file of the generation before says of the others is taken over, where it is there, so that one changed module doesn't cost
 * what all of them do. */
bool triggers_follow(const struct part *part, int64_t generation, const int64_t *keys, size_t count, size_t most,
                     struct error *err);

/* Is the file there, of this generation, with the bytes that were written? Reads all of it. */
bool triggers_in_step(const struct part *part, int64_t generation);

#endif
