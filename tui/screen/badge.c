#include "tui/screen/badge.h"

#include "tui/screen/ask.h"
#include "tui/visit.h"

#include <stdio.h>

struct waiting {
    struct screens *screens;
    struct app *app;
    badge_then then;
    void *context;
};

static void named(void *context, const char *line)
{
    struct waiting *w = context;
    struct error err;
    if (!visit_begin(w->app, line, &err)) {
        screens_fail(w->screens, &err);
        return;
    }
    char said[VISIT_NAME_MOST + 20];
    snprintf(said, sizeof said, "%s is learning.", visit_name(w->app));
    screens_say(w->screens, STYLE_RIGHT, said);
    screens_changed(w->screens);
    if (w->then != NULL)
        w->then(w->context);
}

void badge_first(struct screens *s, struct app *app, badge_then then, void *context)
{
    if (!visit_wanted(app)) {
        if (then != NULL)
            then(context);
        return;
    }
    struct waiting *w = arena_alloc(app->arena, sizeof *w); /* rare, and the line comes after the screen that asked is gone */
    if (w == NULL)
        return;
    *w = (struct waiting){s, app, then, context};
    ask_open(s, terminal_columns(screens_terminal(s)) < 30 ? "Name:" : "Badge or name:", "", named, NULL, w);
}
