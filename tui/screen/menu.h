/* menu: a screen of rows to choose from: outline, filters, choices, news, notes, help, the command palette.
 *
 * Typing after / narrows the rows; the arrows and Enter work meanwhile. The rows' texts are copied. */
#ifndef CRIB_SCREEN_MENU_H
#define CRIB_SCREEN_MENU_H

#include "tui/screen/screen.h"

#include <stddef.h>

struct menu_row {
    const char *text;
    const char *right; /* at the right edge, or NULL */
    const char *about; /* shown below the list while the row is selected, or NULL */
    enum style style;
    int indent;        /* columns */
    bool chosen;       /* shown with a mark; rows of a menu with marks stay open when one is chosen */
    bool heading;      /* a line between rows: never selected */
    uint32_t key;      /* chooses the row, wherever the selection is; 0 for none. Say it in the text or at the right */
};

/* Called with the row's index; context is the caller's. The menu is closed before, unless it has marks. */
typedef void (*menu_choose)(void *context, size_t row);

struct menu_spec {
    const char *title;
    const char *detail; /* at the right of the header, or NULL */
    const char *empty;  /* said where there is no row */
    bool marks;
    bool typing;        /* letters narrow the rows from the start */
    size_t selected;
    menu_choose choose; /* NULL: rows only inform */
    menu_choose mark;   /* with marks: a row was marked or unmarked */
    bool (*marked)(void *context, size_t row); /* asked of every row after mark, which may change others; NULL: none */
    const char *(*right)(void *context, size_t row); /* then too: what is at its right edge now, kept by the caller */
    /* What the rows tell changes by what they lead to: the menu stays open when one is chosen, and asks for the rows when it
     * is seen again, or somebody wrote to a database. false: they stand as they are. NULL: it closes, and they stand. */
    bool (*renew)(void *context, const char **detail, const struct menu_row **rows, size_t *count);
    void (*gone)(void *context); /* the menu was closed, or could not be opened. NULL allowed */
    void *context;
};

/* Shows the rows. false when memory is out. */
bool menu_open(struct screens *s, const struct menu_spec *spec, const struct menu_row *rows, size_t count);

bool menu_open_help(struct screens *s, const struct screen *about);
bool menu_open_palette(struct screens *s, struct screen *about);
bool menu_is_palette(const struct screen *s);

#endif
