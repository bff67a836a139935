/* progress: where a learner stands with each module.
 *
 * Progress belongs to (module, hash of the section): the same text under another anchor stays done, a changed text is
 * not done. A module that was never opened has no row and is new. */
#ifndef CRIB_RECORD_PROGRESS_H
#define CRIB_RECORD_PROGRESS_H

#include "core/record/event.h"
#include "core/record/record.h"

/* Event `module.opened`, and `module.completed` where all sections are done by now, on several devices together. anchor is the section that it was opened at (NULL: the top). The sections of the first opening
 * are what later changes are told against. */
bool record_opened(struct record *r, int64_t learner, const struct subject *s, const char *anchor, struct error *err);

/* How often the learner opened the module since then (90 days are kept). -1 on failure. */
int64_t record_opens_since(struct record *r, int64_t learner, const char *module, int64_t since_ms, struct error *err);

/* The modules last opened, newest first, at most `most`. */
struct recent {
    const char *module;
    const char *title; /* as of that opening */
    int64_t at;
};
const struct recent *record_recent(struct record *r, struct arena *a, int64_t learner, size_t most, size_t *count,
                                   struct error *err);

/* Events `section.seen` / `section.done`. When the last of s->sections is done, `module.completed` follows in the same
 * transaction. A section that is in that state already writes nothing. words: of the section; ms: spent on it. */
enum section_act { SECTION_SEEN, SECTION_DONE };
bool record_section(struct record *r, int64_t learner, const struct subject *s, const struct section_ref *section,
                    enum section_act act, int64_t words, int64_t ms, struct error *err);

/* The place in the text to come back to. A convenience, not an event: written without waiting for the disk. Reading
 * gives anchor "" and line 0 where there is none. */
bool record_position_set(struct record *r, int64_t learner, const char *module, const char *anchor, int64_t line,
                         struct error *err);
bool record_position(struct record *r, struct arena *a, int64_t learner, const char *module, const char **anchor,
                     int64_t *line, struct error *err);

/* Event `news.read`: the learner was shown the news of a module (or of a whole channel: module is the channel's id) up
 * to `through` (a change line's date `2026-10-02`, or a channel's version) at that revision. */
bool record_news_read(struct record *r, int64_t learner, const char *module, const char *revision, const char *through,
                      struct error *err);

/* Up to where; "" where none was read. */
bool record_news(struct record *r, struct arena *a, int64_t learner, const char *module, const char **revision,
                 const char **through, struct error *err);

enum learned {
    LEARNED_NEW,   /* nothing done yet; it may have been opened */
    LEARNED_BEGUN, /* a section seen or done, or a quiz begun */
    LEARNED_PASSED /* the quiz passed, or all sections done where there is no quiz. Survives every update */
};

struct progress {
    const char *module;
    enum learned learned;
    int64_t opened_at; /* last */
    int64_t opens;     /* in the 30 days before `now` */
    int64_t completed_at, passed_at; /* first */
    int64_t score;     /* best of a passed quiz, 0..100; -1: none */
    int64_t fading;    /* questions due for recall at `now` */
    bool unfinished;   /* an attempt waits to be resumed (attempt.h) */
    const char *revision; /* of the content that it was begun, or last passed, on */
    const struct known *known; /* sections met, sorted by hash: internal to progress_compare */
    size_t known_count;
};

/* One module, never NULL but on failure: LEARNED_NEW where nothing is known. */
const struct progress *record_progress(struct record *r, struct arena *a, int64_t learner, const char *module,
                                       int64_t now_ms, struct error *err);

/* Every module that the learner ever touched, sorted by module (strcmp); for facets and lists, loaded once. */
const struct progress *record_progress_all(struct record *r, struct arena *a, int64_t learner, int64_t now_ms,
                                           size_t *count, struct error *err);

/* The entry of that module in record_progress_all's list, or NULL. */
const struct progress *progress_find(const struct progress *all, size_t count, const char *module);

enum section_mark {
    MARK_OPEN,    /* not done; as it was when the module was begun */
    MARK_DONE,
    MARK_CHANGED, /* not done; this anchor had another text when the module was begun */
    MARK_NEW      /* not done; was not there when the module was begun */
};

struct progress_count {
    size_t total, done, changed, added;
};

/* Compares progress with the sections as they are now: fills marks[i] for sections[i] (marks may be NULL) and counts.
 * "Updated" is changed + added > 0. A learner who has not begun has all MARK_OPEN. p may be NULL: never touched. Pure. */
struct progress_count progress_compare(const struct progress *p, const struct section_ref *sections, size_t count,
                                       enum section_mark *marks);

#endif
