/* hub_home: what the hub lists while nothing is looked for: what calls for these days, what to go on with, and all the rest. And what
 * its rows (hub_rows.h) are made of. */
#ifndef CRIB_SCREEN_HUB_HOME_H
#define CRIB_SCREEN_HUB_HOME_H

#include "core/library/library_programme.h"
#include "core/record/room.h"
#include "tui/screen/hub_rows.h"

enum { HITS_MOST = 200, ROWS_MOST = HITS_MOST + 40, RECENT_MOST = 5 };

struct hub_rows {
    struct app *app;
    struct arena *arena; /* of the rows */
    struct search *search;
    const struct library *searched; /* that search is of */
    struct standings *standings;
    struct arena *kept; /* of the programmes */
    struct library_programme *programmes;
    size_t programme_count;
    int64_t version; /* of the library that they are of */
    const struct hub_filters *filters; /* during a search */
    struct hub_row rows[ROWS_MOST];
    size_t count;
    size_t total;
    bool poor; /* the best of them hardly fits */
    char text[600];
    int64_t fading_modules, fading_questions;
    size_t updated;
};

/* Appends a row; nothing where there is no room. A row that offers something: NULL where there is none, or no title. */
void hub_rows_heading(struct hub_rows *r, const char *title);
void hub_rows_doc(struct hub_rows *r, const struct search_hit *hit);
struct hub_row *hub_rows_offer(struct hub_rows *r, enum hub_row_act act, const char *title, enum style style);

/* all: everything of the learner's roles, best first. */
void hub_home_add(struct hub_rows *r, const struct search_hit *all, size_t n);

#endif
