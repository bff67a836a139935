#include "tui/screen/badge.h"

#include "tui/screen/ask.h"
#include "tui/visit.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { QUESTION = 120 };

struct waiting {
    struct screens *screens;
    struct app *app;
    badge_then then;
    void *context;
    bool quiet;               /* what follows says it */
    char first[PIN_MOST + 1]; /* a PIN that is to be said once more */
};

static bool narrow(const struct waiting *w)
{
    return terminal_columns(screens_terminal(w->screens)) < 40;
}

static void is_in(struct waiting *w)
{
    char said[LEARNER_NAME_MOST + 40];
    snprintf(said, sizeof said, "%s is learning.%s", visit_name(w->app), visit_kept(w->app) ? "" : " Nothing is kept.");
    if (!w->quiet)
        screens_say(w->screens, STYLE_RIGHT, said);
    screens_changed(w->screens);
    if (w->then != NULL)
        w->then(w->context);
}

static void fail(struct waiting *w, const struct error *err)
{
    visit_end(w->app);
    screens_fail(w->screens, err);
}

/* ---- the PIN that somebody has ---- */

static void ask_pin(struct waiting *w);

static void pin_given(void *context, const char *pin)
{
    struct waiting *w = context;
    struct error err;
    struct pin_result result;
    if (!visit_pin(w->app, pin, &result, &err)) {
        fail(w, &err);
        return;
    }
    if (result.state == PIN_RIGHT) {
        is_in(w);
        return;
    }
    char words[QUESTION];
    visit_pin_words(&result, words, sizeof words);
    screens_say(w->screens, STYLE_WRONG, words);
    if (result.wait_ms > 0)
        visit_end(w->app);
    else
        ask_pin(w);
}

static void ask_pin(struct waiting *w)
{
    char question[QUESTION];
    snprintf(question, sizeof question, "PIN of %s:", visit_arriving(w->app));
    ask_hidden(w->screens, narrow(w) ? "PIN:" : question, pin_given, w);
}

/* ---- a first PIN ---- */

static void choose_pin(struct waiting *w);

static void pin_again(void *context, const char *pin)
{
    struct waiting *w = context;
    struct error err;
    bool same = strcmp(pin, w->first) == 0;
    sodium_memzero(w->first, sizeof w->first);
    if (!same) {
        screens_say(w->screens, STYLE_WRONG, "These are two different PINs. Choose again.");
        choose_pin(w);
    } else if (visit_pin_first(w->app, pin, &err)) {
        is_in(w);
    } else {
        fail(w, &err);
    }
}

static void pin_chosen(void *context, const char *pin)
{
    struct waiting *w = context;
    struct error err;
    if (!learner_pin_fits(pin, &err)) {
        screens_fail(w->screens, &err);
        choose_pin(w);
        return;
    }
    snprintf(w->first, sizeof w->first, "%s", pin);
    ask_hidden(w->screens, narrow(w) ? "Once more:" : "The same PIN once more:", pin_again, w);
}

static void choose_pin(struct waiting *w)
{
    ask_hidden(w->screens, narrow(w) ? "New PIN:" : "Choose a PIN, 4 to 12 digits:", pin_chosen, w);
}

/* ---- badge or name ---- */

static void named(void *context, const char *line)
{
    struct waiting *w = context;
    struct error err;
    enum visit_next next = VISIT_IN;
    bool ok = line[0] != '\0' ? visit_begin(w->app, line, &next, &err) : visit_guest(w->app, &err);
    if (!ok)
        fail(w, &err);
    else if (next == VISIT_PIN)
        ask_pin(w);
    else if (next == VISIT_PIN_FIRST)
        choose_pin(w);
    else
        is_in(w);
}

/* In the app's arena: it is rare, and the line comes after the screen that asked is gone. */
static struct waiting *wait_for(struct screens *s, struct app *app, badge_then then, void *context)
{
    struct waiting *w = arena_alloc(app->arena, sizeof *w);
    if (w != NULL)
        *w = (struct waiting){.screens = s, .app = app, .then = then, .context = context};
    return w;
}

void badge_begin(struct screens *s, struct app *app, const char *said, badge_then then, void *context)
{
    struct waiting *w = wait_for(s, app, then, context);
    if (w == NULL)
        return;
    w->quiet = true;
    named(w, said);
}

void badge_first(struct screens *s, struct app *app, badge_then then, void *context)
{
    if (!visit_wanted(app)) {
        if (then != NULL)
            then(context);
        return;
    }
    struct waiting *w = wait_for(s, app, then, context);
    if (w == NULL)
        return;
    const char *question = terminal_columns(screens_terminal(s)) < 30 ? "Name:" : "Badge or name:";
    if (visit_guests(app))
        ask_open_any(s, narrow(w) ? question : "Badge or name (Enter alone: guest):", named, w);
    else
        ask_open(s, question, "", named, NULL, w);
}
