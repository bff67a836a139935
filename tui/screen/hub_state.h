/* hub_state: what the hub's files share. */
#ifndef CRIB_SCREEN_HUB_STATE_H
#define CRIB_SCREEN_HUB_STATE_H

#include "tui/app.h"
#include "tui/screen/hub_preview.h"
#include "tui/screen/hub_rows.h"
#include "tui/screen/screen.h"
#include "tui/widget/list.h"
#include "tui/widget/prompt.h"

#include <stdbool.h>

struct hub {
    struct screen screen;
    struct app *app;
    struct hub_rows *rows;
    struct hub_preview *preview;
    struct prompt box;
    bool typing; /* letters are text, as they are unless Ctrl-K made them keys */
    struct list list;
    struct hub_filters filters;
    char missed[PROMPT_LONGEST + 1]; /* the query that found nothing, until it is another one */
    bool stale;  /* the box says something else than was searched for */
    bool tapped; /* a finger wants to type */
    bool unfold; /* rows take two lines: there is a query */
};

#endif
