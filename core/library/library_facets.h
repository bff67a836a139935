/* library_facets: by what a list can be narrowed: roles, stages, capabilities, formats. */
#ifndef CRIB_LIBRARY_LIBRARY_FACETS_H
#define CRIB_LIBRARY_LIBRARY_FACETS_H

#include "core/library/library.h"

enum library_facet { FACET_ROLE, FACET_STAGE, FACET_CAPABILITY, FACET_FORMAT };

struct library_facet_value {
    const char *value;
    size_t count; /* modules, events and programmes that name it */
};

/* The values in use, by name. */
bool library_facets(struct library *l, struct arena *a, enum library_facet facet, struct library_facet_value **items,
                    size_t *count, struct error *err);

/* The stages of the work (FACET_STAGE) or the roles (FACET_ROLE) that a person can choose from: each channel's own, in the
 * order of its channel.yaml, then those that modules name beyond, by name; each once, the user's channels first. */
bool library_choices(struct library *l, struct arena *a, enum library_facet facet, struct strings *names, struct error *err);

#endif
