/* library_news: what authors changed, and what came since a moment. */
#ifndef CRIB_LIBRARY_LIBRARY_NEWS_H
#define CRIB_LIBRARY_LIBRARY_NEWS_H

#include "core/library/library.h"

/* The author's change lines, newest first; key 0 for all modules'. */
struct library_change {
    int64_t key;
    const char *channel, *id, *title;
    struct change change;
};

bool library_changes(struct library *l, struct arena *a, int64_t key, size_t most, struct library_change **items,
                     size_t *count, struct error *err);

/* What came since a moment: new modules whole, of the others the new and changed sections. What a channel brought with
 * its first installation is not news. Newest first. */
struct library_news {
    struct facts facts;
    bool added; /* the module itself is new; sections is empty then */
    struct library_section *sections; /* new and changed ones */
    size_t count;
};

bool library_news(struct library *l, struct arena *a, int64_t since_ms, struct library_news **items, size_t *count,
                  struct error *err);

#endif
