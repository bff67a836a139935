#include "tui/screen/countersign.h"

#include "core/base/clock.h"
#include "tui/screen/ask.h"
#include "tui/screen/menu.h"
#include "tui/screen/sign.h"
#include "tui/signing.h"
#include "tui/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUESTION = 120 };

struct countersigning {
    struct screens *screens;
    struct app *app;
    struct uuid signoff;
    struct learner who;
};

static void pin_given(void *context, const char *pin)
{
    struct countersigning *c = context;
    struct error err;
    struct pin_result result;
    char words[QUESTION + LEARNER_NAME_MOST];
    if (!signing_countersign(c->app, &c->signoff, &c->who, pin, &result, &err)) {
        screens_fail(c->screens, &err);
        return;
    }
    if (result.state == PIN_RIGHT) {
        snprintf(words, sizeof words, "Countersigned by %s.", c->who.name);
        screens_say(c->screens, STYLE_RIGHT, words);
        screens_changed(c->screens);
        return;
    }
    visit_pin_words(&result, words, sizeof words);
    screens_say(c->screens, STYLE_WRONG, words);
}

static void ask_pin(struct countersigning *c)
{
    char question[QUESTION];
    snprintf(question, sizeof question, "PIN of %s:", c->who.name);
    ask_hidden(c->screens, terminal_columns(screens_terminal(c->screens)) < 40 ? "PIN:" : question, pin_given, c);
}

static void named(void *context, const char *line)
{
    struct countersigning *c = context;
    struct error err;
    if (signing_supervisor(c->app, line, &c->who, &err))
        ask_pin(c);
    else
        screens_fail(c->screens, &err);
}

void countersign_ask(struct screens *s, struct app *app, const struct uuid *signoff)
{
    struct countersigning *c = arena_alloc(app->arena, sizeof *c); /* the line comes after the screen that asked is gone */
    if (c == NULL)
        return;
    *c = (struct countersigning){.screens = s, .app = app, .signoff = *signoff};
    ask_open(s,
             terminal_columns(screens_terminal(s)) < 40 ? "Supervisor:"
             : visit_takes_names(app)                   ? "Supervisor's badge or name:"
                                                        : "Supervisor's badge:", "", named, NULL, c);
}

/* ---- those that wait ---- */

struct waiting {
    struct screens *screens;
    struct app *app;
    struct arena *arena;
    const struct signoff *all;
    struct menu_row *rows;
    size_t count;
};

static bool load(struct waiting *w, struct error *err)
{
    arena_reset(w->arena);
    w->all = signing_waiting(w->app, w->arena, &w->count, err);
    w->rows = w->all != NULL ? arena_array(w->arena, w->count + 1, sizeof *w->rows) : NULL;
    if (w->rows == NULL) {
        w->count = 0;
        return w->all == NULL ? false : error_memory(err);
    }
    for (size_t i = 0; i < w->count; i++) {
        char on[16];
        clock_format_day(w->all[i].at, on, sizeof on);
        w->rows[i] = (struct menu_row){.text = arena_printf(w->arena, "%s: %s", w->all[i].signer, w->all[i].title),
                                       .right = arena_strdup(w->arena, on),
                                       .about = w->all[i].attestation};
    }
    return true;
}

static bool renew(void *context, const char **detail, const struct menu_row **rows, size_t *count)
{
    struct waiting *w = context;
    struct error err;
    if (!load(w, &err))
        screens_fail(w->screens, &err);
    *detail = NULL;
    *rows = w->rows;
    *count = w->count;
    return true;
}

static void chosen(void *context, size_t row)
{
    struct waiting *w = context;
    if (row < w->count)
        countersign_ask(w->screens, w->app, &w->all[row].id);
}

static void gone(void *context)
{
    struct waiting *w = context;
    arena_close(w->arena);
    free(w);
}

void countersign_open(struct screens *s, struct app *app)
{
    struct error err;
    struct waiting *w = calloc(1, sizeof *w);
    if (w == NULL || (w->arena = arena_open()) == NULL) {
        free(w);
        return;
    }
    w->screens = s;
    w->app = app;
    if (!visit_may(app, RIGHT_SUPERVISOR)) {
        screens_say(s, STYLE_DIM, "A supervisor sees them: badge in as one.");
        gone(w);
    } else if (!load(w, &err)) {
        screens_fail(s, &err);
        gone(w);
    } else {
        const struct menu_spec spec = {.title = "Sign-offs that wait for a supervisor", .choose = chosen, .renew = renew,
                                       .empty = "None waits.", .gone = gone, .context = w};
        menu_open(s, &spec, w->rows, w->count);
    }
}

size_t countersign_count(struct app *app)
{
    struct error ignored;
    size_t count = 0;
    struct arena *a = app->preview == NULL && visit_may(app, RIGHT_SUPERVISOR) ? arena_open() : NULL;
    if (a != NULL)
        (void)signing_waiting(app, a, &count, &ignored);
    arena_close(a);
    return count;
}
