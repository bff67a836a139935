/* search_writer: makes the index that search.h reads.
 *
 * The index is a base and a few small segments: one changed file costs a small segment, not a new index. A commit is
 * atomic: new files are written and synced first, then the manifest is renamed over the old one; a reader sees before
 * or after, and a crash leaves before. One writer at a time (the installer holds the library's lock). */
#ifndef CRIB_LIBRARY_SEARCH_WRITER_H
#define CRIB_LIBRARY_SEARCH_WRITER_H

#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/library/module.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct search_section {
    const char *anchor, *heading;
    const char *text; /* plain */
    size_t text_len;
};

struct search_doc {
    int64_t key; /* the library's number of it; unique */
    const char *channel, *id, *title, *problem, *outcome;
    enum module_kind kind;
    enum module_format format;
    int minutes;
    struct strings roles, stages, capabilities;
    const struct trigger *triggers;
    size_t trigger_count;
    int64_t updated; /* days since 1970 */
    bool on_device;  /* false: known from the catalogue only */
    const struct search_section *sections;
    size_t section_count;
};

struct search_writer;

/* Opens the index in dir (made where there is none) for writing. A damaged index is replaced by an empty one; *damaged
 * (NULL allowed) says so: the caller then adds every document. NULL on failure. Segments up to 8 MiB are checked whole
 * here, larger ones when they are merged, so that one changed file needs not read all of a large index. */
struct search_writer *search_writer_open(const char *dir, bool *damaged, struct error *err);

/* Adds a document, in place of the one with its key. The doc is copied. */
bool search_writer_replace(struct search_writer *w, const struct search_doc *doc, struct error *err);

/* Takes a document out; one that isn't there is no error. */
void search_writer_remove(struct search_writer *w, int64_t key);

/* Makes what was replaced and removed the index's new state; generation is kept in it (search_writer_generation), for
 * the caller to compare with the library's own. Merges segments where they have become many; where one of them turns
 * out to be damaged, the state is kept as it is, with 0 for its generation: the caller makes the index anew then. */
bool search_writer_commit(struct search_writer *w, uint64_t generation, struct error *err);

/* Of the state that was opened or last committed; 0 for an empty index. */
uint64_t search_writer_generation(const struct search_writer *w);

void search_writer_close(struct search_writer *w); /* forgets what was not committed; NULL is allowed */

#endif
