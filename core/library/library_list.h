/* library_list: modules, pages and events as a list, filtered. */
#ifndef CRIB_LIBRARY_LIBRARY_LIST_H
#define CRIB_LIBRARY_LIBRARY_LIST_H

#include "core/library/library.h"

struct library_filter {
    const struct strings *roles; /* what the learner is: modules of these roles and those for everyone; NULL: any */
    const char *stage;           /* NULL: any; "" the same */
    const char *capability;
    const char *channel;
    const char *prefix;          /* ids that begin so */
    enum module_format format;   /* FORMAT_NONE: any */
    bool modules, pages, events; /* kinds wanted; none set: modules and events */
    bool sign_off;               /* those alone that ask for one */
};

/* Facts in the order of their titles, at most `most` from the offset-th on. */
bool library_list(struct library *l, struct arena *a, const struct library_filter *filter, size_t offset, size_t most,
                  struct facts **items, size_t *count, struct error *err);

#endif
