#include "tui/screen/solved.h"

/* In the app's arena, since the reader is gone when the answer comes. */
struct question {
    struct screens *screens;
    struct app *app;
    struct subject subject;
    int64_t learner;
    enum found_by by;
};

static void answered(void *context, bool yes)
{
    struct question *q = context;
    struct error err;
    struct record *record = app_record(q->app, &err);
    if (record == NULL || !record_solved(record, q->learner, &q->subject, q->by, yes, &err))
        screens_fail(q->screens, &err);
    else
        screens_say(q->screens, STYLE_DIM, yes ? "Noted: it did." : "Noted: it did not. A note says what is missing: ! in the module.");
}

static const char *kept(struct arena *a, const char *text)
{
    return text != NULL ? arena_strdup(a, text) : NULL;
}

void solved_ask(struct screens *s, struct app *app, const struct subject *subject, enum found_by by)
{
    struct error ignored;
    bool ask = false;
    struct question *q = by != FOUND_NOT ? arena_alloc(app->arena, sizeof *q) : NULL;
    struct record *record = q != NULL ? app_record(app, &ignored) : NULL;
    if (record == NULL || !record_solved_ask(record, app->learner, subject->module, &ask, &ignored) || !ask)
        return;
    struct arena *a = app->arena;
    *q = (struct question){.screens = s, .app = app, .learner = app->learner, .by = by};
    q->subject = (struct subject){.module = kept(a, subject->module),
                                  .iri = kept(a, subject->iri),
                                  .title = kept(a, subject->title),
                                  .language = kept(a, subject->language),
                                  .revision = kept(a, subject->revision),
                                  .has_quiz = subject->has_quiz};
    if (q->subject.module != NULL)
        screens_ask(s, "Did this solve it? y/n", answered, q);
}
