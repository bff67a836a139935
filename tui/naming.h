/* naming: what an entry of a list of hits is called, so that it can be told from the others and typed. */
#ifndef CRIB_TUI_NAMING_H
#define CRIB_TUI_NAMING_H

#include "core/library/search.h"

#include <stdbool.h>
#include <stddef.h>

/* Sets twins[i] for each of the n hits (at most HITS_NAMED) whose id another one has too: in another channel. */
enum { HITS_NAMED = 512 };
void naming_twins(const struct search *s, const struct search_hit *hits, size_t n, bool *twins);

/* Appends the id, for a twin `channel/id`. */
void naming_add(const struct search *s, const struct search_hit *hit, bool twin, struct buf *out);

#endif
