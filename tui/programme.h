/* programme: a programme as it is shown: its elements with where the learner stands. No screen. */
#ifndef CRIB_TUI_PROGRAMME_H
#define CRIB_TUI_PROGRAMME_H

#include "core/library/library_programme.h"
#include "core/record/element.h"
#include "tui/app.h"

#include <stddef.h>

struct shown_element {
    const struct element *element;
    const struct facts *facts; /* of its module; NULL where it has none, or that isn't known here */
    const char *title;         /* its own, else the module's, else its kind's */
    struct element_progress progress;
    struct progress_count sections; /* of its module */
};

struct shown_programme {
    const struct library_programme *programme;
    struct shown_element *elements; /* one for each of the programme's */
    size_t count, done;
};

/* Everything in a. NULL on failure. */
struct shown_programme *programme_show(struct app *app, struct arena *a, const struct library_programme *p,
                                       struct error *err);

/* The programmes of these roles (NULL, or none: all), by title. */
bool programmes_show(struct app *app, struct arena *a, const struct strings *roles, struct shown_programme ***items,
                     size_t *count, struct error *err);

/* The programme that WHAT is the address of, be it as a crib:// link; *found NULL: none. Asked where no module or page is
 * called so: they come first. */
bool programme_named(struct app *app, struct arena *a, const char *what, const struct library_programme **found,
                     struct error *err);

/* Appends where the learner stands with it, in a few words: "2 of 4 sections", "passed, 90 of 100", "due since
 * 2027-03-11", "2027-03-04 09:00, 90 min". */
void shown_element_state(const struct shown_element *e, struct buf *out);

/* One column that shows the same: " ", "·", "!", "✓". */
const char *shown_element_mark(const struct shown_element *e);

/* Is it a session of this day? */
bool shown_element_today(const struct shown_element *e);

/* Appends what it is: "Session, Pump house 2", "Module, 5 min". */
void shown_element_about(const struct shown_element *e, struct buf *out);

/* Appends what is next for the learner, in one line: "today 09:00: Workshop", "due: Check again, and 1 more"; nothing where nothing
 * is. */
void shown_programme_next(const struct shown_programme *p, struct buf *out);

/* How many elements are due, for who took part in it; *first, the first of them, is set where there are any. */
size_t shown_programme_due(const struct shown_programme *p, size_t *first);

/* Is there something for these days: a session today or within a week, or, for who took part, something due? */
bool shown_programme_calls(const struct shown_programme *p);

/* A session's moment, local: "2027-03-04 09:00"; out at least 17 bytes. */
void programme_moment(int64_t ms, char out[17]);

struct json;
void shown_programme_json(const struct shown_programme *p, struct json *j);
bool shown_programme_text(const struct shown_programme *p, struct buf *out);

#endif
