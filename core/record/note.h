/* note: what learners leave behind for others: field notes, requests for what isn't here. */
#ifndef CRIB_RECORD_NOTE_H
#define CRIB_RECORD_NOTE_H

#include "core/record/event.h"
#include "core/record/record.h"

enum note_kind { NOTE_PLAIN, NOTE_WRONG, NOTE_UNCLEAR, NOTE_MISSING };

/* "note", "wrong", "unclear", "missing", and back (false for another word). */
const char *note_kind_name(enum note_kind kind);
bool note_kind_parse(const char *name, enum note_kind *kind);

enum { NOTE_TEXT_MOST = 4000 }; /* bytes; a longer note is refused */

/* Event `note.filed`. s may be NULL (a note about nothing installed), and so may anchor and asset (then the asset of
 * the circumstances counts). Fails (EX_USAGE) on an empty text. */
bool record_note(struct record *r, int64_t learner, const struct subject *s, const char *anchor, const char *asset,
                 enum note_kind kind, const char *text, struct error *err);

struct note {
    struct uuid id;
    int64_t learner;
    const char *module, *anchor, *revision, *asset, *text;
    enum note_kind kind;
    int64_t at;
};

/* The learner's, newest first, at most `most`; module NULL: on all. */
const struct note *record_notes(struct record *r, struct arena *a, int64_t learner, const char *module, size_t most,
                                size_t *count, struct error *err);

/* Event `fetch.queued`: bring this module (`channel/module`) with the next sync. Queued already: writes nothing. */
bool record_fetch_queue(struct record *r, int64_t learner, const char *module, struct error *err);

/* Event `fetch.done`, for whoever fetched it. Not queued: writes nothing. */
bool record_fetch_done(struct record *r, const char *module, struct error *err);

struct fetch_request {
    const char *module;
    int64_t learner;
    int64_t at;
};
const struct fetch_request *record_fetches(struct record *r, struct arena *a, size_t *count, struct error *err);

#endif
