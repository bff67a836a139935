/* reader_record: what the learner's record is told of reading, and what it says of the module that is open.
 *
 * A record that can't be read or written never keeps anybody from reading: it is said on the screen, and the text
 * stays. A preview tells the record nothing. */
#ifndef CRIB_SCREEN_READER_RECORD_H
#define CRIB_SCREEN_READER_RECORD_H

#include "core/record/progress.h"
#include "tui/screen/reader_state.h"

/* Whether sections are marked as read: in modules, outside a preview. */
bool reader_tracks(const struct reader *r);

/* Fills marks and progress from the record, and from what changed since this was opened. */
void reader_take_progress(struct reader *r);

/* Notes which sections of `fresh`, which takes the place of r->content, are new or have another text: r->updated counts
 * them, and they stay marked while this is open. The same text under another heading is the same section. False when
 * memory is out. */
bool reader_take_update(struct reader *r, const struct content *fresh);

/* Was the module signed since this was asked last? What the record knows as shown is then asked anew. */
bool reader_signed_since(struct reader *r);

/* Tells of the opening (r->told), and counts those of the last 30 days into r->opens. r->content must be the whole: the
 * record keeps which sections there were. */
void reader_tell_opened(struct reader *r);

/* Tells that a section was seen or is done; false, with a word on the screen, when it could not be. */
bool reader_tell_section(struct reader *r, size_t section, enum section_act act);

/* Tells which sections were read in full since the last call. */
void reader_note_read(struct reader *r);

/* Keeps the place for the next time. */
void reader_keep_position(struct reader *r);

/* The place kept last time: a section's anchor, which lives until the progress is taken again, and a line of source in
 * it, as page_line_of_source takes it. "" where none was kept. */
const char *reader_kept_position(struct reader *r, int64_t *source);

#endif
