/* screen_state: what the files of the stack of screens share.
 *
 * screen.c       the stack, what is said on it, and the loop that runs it
 * screen_take.c  how what comes from the terminal finds the screen that it is for */
#ifndef CRIB_SCREEN_SCREEN_STATE_H
#define CRIB_SCREEN_SCREEN_STATE_H

#include "tui/screen/said.h"
#include "tui/screen/scan.h"
#include "tui/screen/screen.h"

struct screens {
    struct terminal *terminal;
    struct screen *top;
    struct screen *gone; /* popped during this event, linked by below */
    screens_version version;
    screens_chosen chosen;
    screens_turn *turn;
    screens_scanned scanned;
    void *context;
    struct scan scan;
    int64_t waited_ms;            /* for the next key, since the last one */
    int64_t touched_ms;           /* of the monotonic clock: the last key, click or paste */
    int64_t drawn_ms;             /* ... and the last frame */
    screens_leave *leave;
    void *leave_context;
    const struct screen *scan_on; /* the top one at the last key */
    struct screen *opened;        /* what the last scan opened, while it stands */
    screens_opens *opens; /* what stands below the first screen; NULL: nothing, or it is there */
    void *opens_context;
    int64_t seen_version;
    struct said said;
    screens_answer answer; /* to what is said, when that is a question */
    void *answer_context;
    uint32_t answer_key; /* y or n, that may begin a word; 0 for none */
    const struct screen *keyboard_on; /* the top one when its keyboard was drawn last */
    bool other_keyboard;              /* than the one that it asked for */
    bool quit;
    bool still; /* nothing to draw before the next event */
};

/* Closes what was popped during this event. */
void screens_close_gone(struct screens *s);

#endif
