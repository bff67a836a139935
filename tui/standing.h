/* standing: where the learner stands with a module, as one word and one mark: what lists and the hub show. */
#ifndef CRIB_TUI_STANDING_H
#define CRIB_TUI_STANDING_H

#include "core/record/progress.h"
#include "tui/app.h"

#include <stddef.h>

enum standing {
    STANDING_NEW,     /* never done anything in it */
    STANDING_BEGUN,
    STANDING_UPDATED, /* begun or passed, and sections changed since */
    STANDING_PASSED,
    STANDING_FADING,  /* passed, and questions are about to be forgotten */
    STANDING_PAGE,    /* a page: nothing to pass */
};

/* "new", "begun", "updated", "passed", "fading", "page". */
const char *standing_name(enum standing s);
bool standing_parse(const char *name, enum standing *s);

/* One column that shows it: " ", "·", "+", "✓", "~". Never by colour alone. */
const char *standing_mark(enum standing s);

/* The library's sections as the record names them, in the arena; NULL when memory is out. */
const struct section_ref *section_refs(struct arena *a, const struct library_section *sections, size_t n);

/* All the learner's progress, loaded once; find and compare are then pure. */
struct standings;

/* Loads from the record where there is one; an empty one otherwise. NULL on failure. */
struct standings *standings_open(struct app *app, struct error *err);

/* The same for who came to read: a record that can't be read leaves an empty one, and its error in app->record_lost. */
struct standings *standings_open_anyway(struct app *app, struct error *err);
void standings_close(struct standings *s); /* NULL is allowed */

/* The standing of a module. Its sections are asked of the library only where the learner has begun it. p (NULL
 * allowed) takes its progress, count (NULL allowed) how its sections stand. */
enum standing standings_of(struct standings *s, struct app *app, const struct facts *f, const struct progress **p,
                           struct progress_count *count);

/* The modules that the learner touched, for lists: */
const struct progress *standings_all(const struct standings *s, size_t *count);

#endif
