/* sources: where a link in a text leads, and the text's source in an editor. */
#ifndef CRIB_SCREEN_SOURCES_H
#define CRIB_SCREEN_SOURCES_H

#include "core/library/library_file.h"
#include "tui/content.h"
#include "tui/screen/screen.h"

struct link {
    int64_t key;        /* of the module or page; 0 for a file, and for a URL, which crib shows but does not open */
    const char *anchor; /* "" for none */
    struct library_file file; /* of the channel; channel NULL for none */
};

/* Resolves a link's target as it stands in the text of c: `#anchor`, `other.md#anchor`, `../pages/x.md`, an address,
 * crib://..., `../files/x.pdf`, or a URL. EX_NOINPUT when it leads nowhere. Texts live in a. */
bool source_link(struct app *app, struct arena *a, const struct content *c, const char *target, struct link *link,
                 struct error *err);

/* The file of the channel that the target leads to; false (EX_NOINPUT) where it is none. */
bool source_file(struct app *app, struct arena *a, const struct content *c, const char *target,
                 struct library_file *file, struct error *err);

/* Opens a source file at a line in the learner's editor, in this terminal; afterwards what was edited is installed.
 * EX_UNAVAILABLE when the file is not on this machine. */
bool source_edit(struct screens *s, struct app *app, const char *path, size_t line, struct error *err);

/* In a preview: installs what was edited elsewhere since. Returns whether that was anything. Costs a look at each file;
 * content that can't be taken stays as it was. */
bool source_refresh(struct app *app);

#endif
