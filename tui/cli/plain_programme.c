/* A programme, read out: a number opens its element, as a part of it. */
#include "tui/cli/plain.h"

#include "tui/programme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say_element(struct plain *p, size_t i, const struct shown_element *e)
{
    struct buf state = {0}, about = {0};
    shown_element_state(e, &state);
    shown_element_about(e, &about);
    plain_say(p, "%zu. %s the session: %s%s%s. %s\n", i + 1,
              e->element->phase == PHASE_BEFORE  ? "Before"
              : e->element->phase == PHASE_AFTER ? "After"
                                                 : "During",
              e->title, state.len > 0 ? ": " : "", buf_text(&state), buf_text(&about));
    buf_free(&state);
    buf_free(&about);
}

static void say_programme(struct plain *p, const struct shown_programme *s)
{
    const struct programme *x = &s->programme->programme;
    plain_say(p, "%s\n%s\n%s\n%s%zu elements, %zu done. A number opens one, again repeats, back leaves.\n", x->title, x->problem, x->outcome,
              s->programme->on_device ? "" : "It is for other roles. ", s->count, s->done);
    for (size_t i = 0; i < s->count; i++)
        say_element(p, i, &s->elements[i]);
}

static void open_element(struct plain *p, const struct shown_programme *s, const struct shown_element *e)
{
    struct error err;
    if (e->element->module[0] == '\0') {
        plain_say(p, "A session is a live event: there is nothing to open.\n");
        return;
    }
    if (e->facts == NULL || !e->facts->on_device) {
        plain_say(p, "Its module is not on this device.\n");
        return;
    }
    if (!app_within(p->app, s->programme->address, e->element->id, NULL, &err)) {
        plain_fail(p, &err);
        return;
    }
    if (e->element->kind == ELEMENT_ASSESSMENT && e->facts->questions > 0) {
        char line[200];
        snprintf(line, sizeof line, "quiz %s/%s", e->facts->channel, e->facts->id);
        plain_command(p, line);
    } else {
        plain_read(p, e->facts->key, "", false);
    }
    if (!app_within(p->app, NULL, NULL, NULL, &err))
        plain_fail(p, &err);
}

enum tell { TELL_NOTHING, TELL_DONE, TELL_ALL };

/* Looks at it anew, tells of it what is wanted (and what next time), takes one line. false: it is left. */
static bool turn(struct plain *p, struct arena *a, const char *address, enum tell *tell)
{
    struct error err;
    struct library *l = app_library(p->app, &err);
    const struct library_programme *found = l != NULL ? library_programme(l, a, address, &err) : NULL;
    const struct shown_programme *s = found != NULL ? programme_show(p->app, a, found, &err) : NULL;
    if (s == NULL) {
        plain_fail(p, &err);
        return false;
    }
    if (*tell == TELL_ALL)
        say_programme(p, s);
    else if (*tell == TELL_DONE)
        plain_say(p, "%zu of %zu elements done.\n", s->done, s->count);
    if (!plain_ask(p, found->programme.title) || strcmp(p->line, "back") == 0 || strcmp(p->line, "quit") == 0)
        return false;
    size_t number = strtoul(p->line, NULL, 10);
    bool opens = number >= 1 && number <= s->count;
    *tell = opens ? TELL_DONE : strcmp(p->line, "again") == 0 ? TELL_ALL : TELL_NOTHING;
    if (opens)
        open_element(p, s, &s->elements[number - 1]);
    else if (*tell == TELL_NOTHING)
        plain_say(p, "A number from 1 to %zu, again, or back.\n", s->count);
    return true;
}

void plain_programme(struct plain *p, const char *address)
{
    enum tell tell = TELL_ALL;
    for (bool on = true; on && !p->ended;) {
        struct arena *a = arena_open();
        on = a != NULL && turn(p, a, address, &tell);
        arena_close(a);
    }
}

static void name_programmes(struct plain *p, struct shown_programme **all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf next = {0};
        shown_programme_next(all[i], &next);
        plain_say(p, "%zu. %s, %zu of %zu done%s%s\n", i + 1, all[i]->programme->programme.title, all[i]->done, all[i]->count,
                  next.len > 0 ? ", next: " : "", buf_text(&next));
        buf_free(&next);
    }
}

static void choose_programme(struct plain *p, struct shown_programme **all, size_t count)
{
    if (!plain_ask(p, "Which one? Its number, or Enter for none") || p->line[0] == '\0')
        return;
    size_t number = strtoul(p->line, NULL, 10);
    p->unread = p->line[strspn(p->line, "0123456789")] != '\0';
    if (!p->unread && number >= 1 && number <= count)
        plain_programme(p, all[number - 1]->programme->address);
    else if (!p->unread)
        plain_say(p, "The last one is %zu.\n", count);
}

void plain_programmes(struct plain *p)
{
    struct error err;
    struct shown_programme **all;
    size_t count;
    struct strings roles = app_roles(p->app);
    struct arena *a = arena_open();
    if (a == NULL)
        error_memory(&err);
    if (a == NULL || !programmes_show(p->app, a, &roles, &all, &count, &err)) {
        plain_fail(p, &err);
    } else if (count == 0) {
        plain_say(p, "There is no programme for your roles.\n");
    } else {
        name_programmes(p, all, count);
        choose_programme(p, all, count);
    }
    arena_close(a);
}
