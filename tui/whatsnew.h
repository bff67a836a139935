/* whatsnew: what changed in what the learner has begun or passed, and which modules are new here. */
#ifndef CRIB_TUI_WHATSNEW_H
#define CRIB_TUI_WHATSNEW_H

#include "core/library/library_news.h"
#include "core/library/library_programme.h"
#include "core/record/progress.h"
#include "tui/app.h"

#include <stddef.h>

struct news_section {
    const char *anchor, *heading;
    bool added; /* new; else changed */
};

struct news_item {
    struct facts *facts;
    const char *address;
    const char *revision;
    bool added; /* the module is new; sections is empty then */
    bool passed;
    struct news_section *sections;
    size_t section_count;
    struct library_change *changes; /* the author's lines, newest first */
    size_t change_count;
};

enum { NEWS_DAYS = 30 }; /* a new module is news for so long */

/* Updated modules first, then new ones of the learner's roles. What was marked as seen (record_news_read) is left out. */
bool whats_new(struct app *app, struct arena *a, struct news_item **items, size_t *count, struct error *err);

/* Was what is new in this module marked as seen, as it stands here now? */
bool whats_new_seen(struct app *app, struct arena *a, const struct library_module *m);

struct news_programme {
    const struct library_programme *programme;
    const char *revision; /* for record_news_read, with its address */
    bool added;           /* it is new; else its file was changed: a date, an element */
};

/* Programmes of the learner's roles that came or changed within NEWS_DAYS, newest first, without those that were marked as
 * seen. */
bool whats_new_programmes(struct app *app, struct arena *a, struct news_programme **items, size_t *count,
                          struct error *err);

/* Appends one line on what changed since a moment in what the learner has begun or passed: "Prime a centrifugal pump: Vent
 * valve now opens a quarter turn (Bleed the casing changed)"; of several, their names. Nothing where there is none.
 * *since_ms becomes the moment after which all of it came. */
void whats_new_line(struct app *app, int64_t *since_ms, struct buf *out);

#endif
