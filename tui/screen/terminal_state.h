/* terminal_state: what terminal's files share: life (terminal.c), events (terminal_input.c), drawing (terminal_draw.c). */
#ifndef CRIB_SCREEN_TERMINAL_STATE_H
#define CRIB_SCREEN_TERMINAL_STATE_H

#include "core/base/buf.h"
#include "tui/render/render.h"
#include "tui/screen/terminal.h"
#include "tui/screen/touch.h"

#include <curses.h>
#include <stdbool.h>

enum {
    PAIRS = 64,
    BUTTONS = 80,
    MOST_ROWS = 512,
    PASTE_BEGIN = KEY_MAX + 1,
    PASTE_END = KEY_MAX + 2
};

struct button {
    int y, x, rows, columns;
    uint32_t key;
};

struct terminal {
    SCREEN *screen;
    const struct theme *theme;
    struct buf safe;  /* what is drawn next */
    struct buf paste;
    char notice[160];
    unsigned render; /* 0: UTF-8; else RENDER_ASCII, perhaps with RENDER_LATIN1 */
    unsigned text;   /* the same for text_safe */
    bool flow;
    bool slow;
    bool mouse;
    bool paste_mode; /* bracketed paste was asked for */
    bool shut;       /* terminal_shut */
    bool ended;
    int64_t escaped; /* when a lone Escape was taken for the key; of the monotonic clock, 0: never */
    int beside; /* a descriptor that ends waits, too; -1: none */
    int cursor_y, cursor_x;
    bool drawn;             /* something was, since the last terminal_show */
    bool styled[MOST_ROWS]; /* more than plain text stands in the row */
    bool exact;             /* colours are what theme_exact says, no numbers of a palette */
    int pair_fg[PAIRS], pair_bg[PAIRS];
    short pairs;
    bool touch;             /* fingers are expected */
    enum keyboard keyboard; /* which stands in the lowest rows */
    int below;              /* so many */
    struct button buttons[BUTTONS];
    size_t button_count;
};

#endif
