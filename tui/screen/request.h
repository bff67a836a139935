/* request: what a key can ask for.
 *
 * One table feeds the keys, the help screen, the command palette and the manual. A screen gets requests, never
 * keys; text that is typed into a box reaches it as text. */
#ifndef CRIB_SCREEN_REQUEST_H
#define CRIB_SCREEN_REQUEST_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum request {
    REQ_NONE,
    /* moving */
    REQ_UP, REQ_DOWN, REQ_LEFT, REQ_RIGHT, REQ_PAGE_UP, REQ_PAGE_DOWN, REQ_HALF_UP, REQ_HALF_DOWN, REQ_TOP, REQ_BOTTOM,
    REQ_NEXT, REQ_PREVIOUS,
    /* acting */
    REQ_OPEN, REQ_BACK, REQ_SEARCH, REQ_FIND_NEXT, REQ_FIND_PREVIOUS, REQ_SELECT, REQ_LINK,
    REQ_OUTLINE, REQ_QUIZ, REQ_SIGN, REQ_COUNTERSIGN, REQ_RECALL, REQ_NEWS, REQ_PROGRAMMES, REQ_SESSION, REQ_TEST_OPEN, REQ_TEST_CLOSE, REQ_SESSION_END, REQ_FILTERS, REQ_OTHER_ROLES, REQ_QUEUE, REQ_STAGE, REQ_ROLE, REQ_BADGE,
    REQ_SYNC, REQ_SYNC_NOW, REQ_SYNC_STOP, REQ_EDIT, REQ_PROBLEMS, REQ_NOTE, REQ_NOTES, REQ_DONE, REQ_WHY, REQ_JUMP, REQ_RETRY, REQ_KEYS,
    /* the program */
    REQ_HELP, REQ_PALETTE, REQ_THEME, REQ_MOUSE, REQ_REDRAW, REQ_SUSPEND, REQ_QUIT,
    REQ_COUNT
};

/* The screens, as bits: where a binding holds. */
enum place {
    PLACE_BOX = 1,    /* a search box has the keyboard: letters are text */
    PLACE_LIST = 2,   /* the hub's list */
    PLACE_READER = 4,
    PLACE_QUIZ = 8,
    PLACE_RESULT = 16,
    PLACE_MENU = 32,  /* outline, filters, news, notes, help, choices */
    PLACE_PROMPT = 64, /* one line is asked for */
    PLACE_SYNC = 128, /* the sync screen */
    PLACE_LEAD = 256, /* a live session, as its trainer sees it */
    PLACE_ALL = 511,
    PLACE_NOT_TYPING = PLACE_LIST | PLACE_READER | PLACE_QUIZ | PLACE_RESULT | PLACE_MENU | PLACE_SYNC | PLACE_LEAD,
};

struct request_info {
    enum request request;
    const char *name; /* in the palette: "next section" */
    const char *help;
    unsigned places;
};

struct binding {
    uint32_t key;
    enum request request;
    unsigned places;
};

const struct request_info *request_info(enum request r);

/* Its name at that place: what a footer says. */
const char *request_label(enum request r, enum place place);
const struct binding *bindings_all(size_t *count);

/* From now on as in a kiosk: no request leads out of the program or to another one, or changes what the next person finds;
 * "quit" is "badge out". */
void requests_shut(void);

/* Is the request one of those? */
bool request_is_shut(enum request r);

/* What this key asks for in this place; REQ_NONE where nothing. */
enum request request_for(uint32_t key, enum place place);

/* Appends the keys of a request in a place: "Space, PgDn"; at most `most` of them. */
void request_keys(enum request r, enum place place, size_t most, struct buf *out);

/* The key of a name, "Enter", "Ctrl-N", "q", as request_keys writes it; 0 for none. */
uint32_t key_named(const char *name);

/* The manual's KEYS section, from the same table. */
void requests_roff(struct buf *out);

#endif
