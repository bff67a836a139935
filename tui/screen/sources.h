/* sources: where a link in a text leads, and the text's source in an editor. */
#ifndef CRIB_SCREEN_SOURCES_H
#define CRIB_SCREEN_SOURCES_H

#include "tui/content.h"
#include "tui/screen/screen.h"

struct link {
    int64_t key;        /* of the module or page; 0 for a URL, which crib shows but does not open */
    const char *anchor; /* "" for none */
};

/* Resolves a link's target as it stands in the text of c: `#anchor`, `other.md#anchor`, `../pages/x.md`, an address,
 * crib://..., or a URL. EX_NOINPUT when it leads nowhere. Texts live in a. */
bool source_link(struct app *app, struct arena *a, const struct content *c, const char *target, struct link *link,
                 struct error *err);

/* Opens the source at a line in the learner's editor, in this terminal; afterwards the channel's directory is
 * installed anew. EX_UNAVAILABLE when there is no local source. */
bool source_edit(struct screens *s, struct app *app, const struct content *c, size_t line, struct error *err);

#endif
