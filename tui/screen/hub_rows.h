/* hub_rows: what the hub lists: the results of a search, or, while nothing is looked for, what to go on with, what is
 * fading, what is new, and all the rest. */
#ifndef CRIB_SCREEN_HUB_ROWS_H
#define CRIB_SCREEN_HUB_ROWS_H

#include "core/library/search.h"
#include "tui/app.h"
#include "tui/screen/screen.h"
#include "tui/standing.h"

struct hub_rows;

struct hub_filters {
    char role[80], stage[80], capability[80]; /* "" for any */
    enum module_format format;
    bool by_state;
    enum standing state;
    bool other_roles;
    bool modules_only;
};

enum hub_row_act { HUB_ROW_OPEN, HUB_ROW_RECALL, HUB_ROW_NEWS, HUB_ROW_PROGRAMME, HUB_ROW_COUNTERSIGN, HUB_ROW_SESSION, HUB_ROW_LEFT };

struct hub_row {
    bool selectable;      /* false: a heading */
    enum hub_row_act act;
    const char *title;
    const char *channel;  /* where another row has the same id; else "" */
    char length[16];      /* "5 min", "page" */
    const char *mark;     /* one column: its standing */
    enum style mark_style;
    enum standing standing;
    int64_t key;
    const char *address;  /* channel/id; of a live session its code */
    const char *anchor;   /* the section that matched, "" for the whole */
    bool on_device;
    bool other;           /* a programme: of other roles */
    const char *about;    /* a programme that was found: problem and outcome; else NULL */
    bool has_why;
    int64_t opens;        /* in the last 30 days */
    struct search_hit hit;
};

struct hub_rows *hub_rows_open(struct app *app, struct error *err);
void hub_rows_close(struct hub_rows *r); /* NULL is allowed */

/* Reads anew what others may have written: index, progress, what is fading. */
bool hub_rows_reload(struct hub_rows *r, struct error *err);

/* Looks for the text, or lists the home screen when it is empty. */
bool hub_rows_find(struct hub_rows *r, const char *text, const struct hub_filters *f, struct error *err);

/* How many would be found for the text with each value of a facet, beside the other filters of f: search_counts. */
bool hub_rows_would(struct hub_rows *r, const struct hub_filters *f, const struct search_count *wanted, size_t n);

size_t hub_rows_count(const struct hub_rows *r);
size_t hub_rows_total(const struct hub_rows *r); /* how many match, shown or not */
bool hub_rows_vain(const struct hub_rows *r);    /* nothing matches, or nothing well */
size_t hub_rows_all(const struct hub_rows *r);   /* how many there are to search in */
const struct hub_row *hub_row(const struct hub_rows *r, size_t i);

/* The line under a result: its trigger or section, and the words in their place; at and len as search_snippet. */
void hub_row_snippet(const struct hub_rows *r, const struct hub_row *row, size_t columns, struct buf *out, size_t *at,
                     size_t *len);

/* What the reader marks when a result is opened: the query where it stands in the text as typed, else NULL. */
const char *hub_row_words(const struct hub_rows *r, const struct hub_row *row);

struct search *hub_rows_search(struct hub_rows *r);
struct standings *hub_rows_standings(struct hub_rows *r);

/* The header's right, without so many of its parts, the least important ones first: "48 installed", "3 to send",
 * "synced 09:12". */
enum { HUB_STATUS_PARTS = 3 };
void hub_rows_status(const struct hub_rows *r, size_t without, struct buf *out);
void hub_rows_footer(const struct hub_rows *r, struct buf *out); /* "2 new, 1 fading" */

/* Says why there is nothing, and what to do. */
void hub_rows_nothing(const struct hub_rows *r, struct terminal *t, int y, int x, int columns, bool searched);

bool hub_filters_any(const struct hub_filters *f);
void hub_filters_clear(struct hub_filters *f);
void hub_filters_text(const struct hub_filters *f, struct buf *out);

/* The menus; changed is called after each choice. The filters' rows say how many each would leave of what is found, the
 * other filters as they are. */
void hub_filters_open(struct screens *s, struct app *app, struct hub_rows *rows, struct hub_filters *f,
                      void (*changed)(void *context), void *context);
void hub_roles_open(struct screens *s, struct app *app, void (*changed)(void *context), void *context);

#endif
