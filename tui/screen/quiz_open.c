#include "tui/screen/quiz.h"

#include "tui/left.h"
#include "tui/screen/badge.h"
#include "tui/visit.h"

#include <sysexits.h>

/* What is taken once it is known who learns. In the app's arena, as badge_first wants it. */
struct wanted {
    struct screens *screens;
    struct app *app;
    int64_t key;
    enum quiz_way way;
    bool recall;
};

static void take_wanted(void *context)
{
    const struct wanted *w = context;
    struct error err;
    if (w->recall)
        recall_open(w->screens, w->app);
    else if (!quiz_open(w->screens, w->app, w->key, w->way, &err))
        screens_fail(w->screens, &err);
}

static bool ask_first(const struct wanted *wanted, struct error *err)
{
    struct wanted *w = arena_alloc(wanted->app->arena, sizeof *w);
    if (w == NULL)
        return error_memory(err);
    *w = *wanted;
    badge_first(w->screens, w->app, take_wanted, w);
    return true;
}

bool quiz_open(struct screens *s, struct app *app, int64_t key, enum quiz_way way, struct error *err)
{
    if (visit_wanted(app))
        return ask_first(&(struct wanted){s, app, key, way, false}, err);
    return quiz_open_taking(s, app, taking_quiz(app, key, way, err), err);
}

bool quiz_go_on(struct screens *s, struct app *app, const char *gone, struct error *err)
{
    struct left_quiz left;
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool there = gone != NULL ? left_gone(app, a, gone, &left) : left_quiz(app, a, &left);
    struct taking *t = there ? taking_left(app, &left, err) : NULL;
    if (!there)
        error_set(err, EX_NOINPUT, "nothing was left half-way", gone, "it was finished meanwhile", NULL);
    arena_close(a);
    return quiz_open_taking(s, app, t, err);
}

void recall_open(struct screens *s, struct app *app)
{
    struct error err;
    struct taking *t = NULL;
    bool ok = visit_wanted(app) ? ask_first(&(struct wanted){.screens = s, .app = app, .recall = true}, &err)
                                : (t = taking_recall(app, &err)) != NULL && quiz_open_taking(s, app, t, &err);
    if (!ok && err.code == EX_NOINPUT)
        screens_say(s, STYLE_DIM, "Nothing is fading. What you passed comes back before you forget it.");
    else if (!ok)
        screens_fail(s, &err);
}
