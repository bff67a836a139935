/* suggest: what is for a code, an asset, a stage of the work and words together, best first, and why.
 *
 * By the compiled triggers (trigger.h) and the search (search.h): what fits the code comes first, then what fits the asset,
 * then what the words find; of these what is for the stage. With a stage or roles alone: all that is for them, by title. */
#ifndef CRIB_LIBRARY_SUGGEST_H
#define CRIB_LIBRARY_SUGGEST_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/library/library.h"
#include "core/library/search.h"
#include "core/library/trigger.h"

#include <stdbool.h>
#include <stddef.h>

enum { SUGGEST_MOST = 200 };

/* "" for what isn't said; no roles: anybody's. */
struct suggest_query {
    const char *code, *asset, *stage, *text;
    struct strings roles;
};

struct fit {
    const char *channel, *id, *title, *problem;
    const char *anchor, *heading; /* of the section that fits best; "" for the whole */
    int minutes;
    enum module_kind kind;
    enum module_format format;
    bool on_device, only;     /* only: its id alone names it, as far as that is known */
    const char *code, *asset; /* the triggers that fit, as their author wrote them; NULL for none */
    bool named;               /* the code stands in that section */
    bool stage, words;        /* it is for this stage; the words find it */
    unsigned weight;
    size_t found; /* of equals the one that was found first */
};

/* What answers: handles on the same library. library may be NULL where suggest_lists says no, and triggers where it says
 * yes; without search, words and sections are not looked for. */
struct suggest_from {
    struct library *library;
    struct triggers *triggers;
    struct search *search;
};

/* Is neither a code, nor an asset, nor are words asked for? */
bool suggest_lists(const struct suggest_query *q);

struct suggested {
    struct fit *items; /* best first; texts stay while the handles do */
    size_t count;      /* at most SUGGEST_MOST */
    bool code_known;   /* by some module, of whatever role */
};

/* Fills *out, its items in the arena; none is no failure. */
bool suggest(const struct suggest_from *from, struct arena *a, const struct suggest_query *q, struct suggested *out,
             struct error *err);

/* Appends why, safe: "code E-204 in "Bleed the casing", asset P-101 fits P-1*, stage troubleshoot". */
void suggest_why(const struct suggest_query *q, const struct fit *fit, struct buf *out);

#endif
