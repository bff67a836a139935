/* One line on what changed, one on what is fading, and one on a programme that calls, at the beginning of a login. It stands in nobody's way: it prints nothing of
 * its own troubles, takes no more than LONGEST_S, and always ends with 0. */
#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/fading.h"
#include "tui/programme.h"
#include "tui/visit.h"
#include "tui/whatsnew.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { LONGEST_S = 2, NAMED = 3 };

struct state {
    struct news_item *news;
    size_t changed, added; /* of news: the changed ones first */
    int64_t modules, questions; /* that are fading */
    struct shown_programme **programmes; /* those of one's roles */
    size_t programme_count, calling, due; /* calling: programmes; due: elements */
};

static void give_up(int signal)
{
    (void)signal;
    _exit(EX_OK);
}

/* A home that hangs on a network, a library that somebody is writing: the login goes on. */
static void be_quiet(void)
{
    (void)!freopen("/dev/null", "w", stderr);
    signal(SIGALRM, give_up);
    alarm(LONGEST_S);
}

static void look_at_programmes(struct app *app, struct state *s)
{
    struct error ignored;
    size_t first;
    const struct strings roles = app_roles(app);
    if (!programmes_show(app, app->arena, &roles, &s->programmes, &s->programme_count, &ignored))
        s->programme_count = 0;
    for (size_t i = 0; i < s->programme_count; i++) {
        s->calling += shown_programme_calls(s->programmes[i]);
        s->due += shown_programme_due(s->programmes[i], &first);
    }
}

static void look(struct app *app, struct state *s)
{
    struct error ignored;
    size_t count = 0;
    /* In a shared account nobody is there yet whose news these would be. */
    if (!app_places(app, &ignored) || app_config(app, &ignored) == NULL || visit_shared(app))
        return;
    if (app_library(app, &ignored) == NULL)
        return;
    fading_count(app, &s->modules, &s->questions);
    look_at_programmes(app, s);
    if (!whats_new(app, app->arena, &s->news, &count, &ignored))
        return;
    for (size_t i = 0; i < count; i++)
        *(s->news[i].added ? &s->added : &s->changed) += 1;
}

/* One line of the terminal's width at most, with nothing that a terminal acts on. */
static void add_line(struct buf *out, const struct buf *line)
{
    struct buf safe = {0};
    size_t columns = output_columns();
    text_safe(&safe, buf_text(line), line->len, output_is_terminal() && !output_is_utf8() ? TEXT_ASCII : 0);
    size_t n = text_fit(buf_text(&safe), safe.len, columns, NULL);
    if (n < safe.len)
        n = text_fit(buf_text(&safe), safe.len, columns > 3 ? columns - 3 : 0, NULL);
    buf_add(out, buf_text(&safe), n);
    buf_adds(out, n < safe.len ? "...\n" : "\n");
    buf_free(&safe);
}

static void add_count(struct buf *line, size_t n, const char *what)
{
    if (n > 0)
        buf_addf(line, "%s%zu %s", line->len > 0 ? ", " : "", n, what);
}

static void add_news(struct buf *out, const struct state *s)
{
    struct buf line = {0}, counts = {0};
    size_t count = s->changed + s->added;
    const struct news_item *first = s->news;
    if (count == 0)
        return;
    add_count(&counts, s->changed, "changed");
    add_count(&counts, s->added, "new");
    buf_addf(&line, "crib news: %s: %s", buf_text(&counts), first->facts->title);
    if (s->changed == 1 && s->added == 0 && first->change_count > 0)
        buf_addf(&line, ": %s", first->changes[0].change.what);
    for (size_t i = 1; i < count && i < NAMED; i++)
        buf_addf(&line, ", %s", s->news[i].facts->title);
    if (count > NAMED)
        buf_adds(&line, ", ...");
    add_line(out, &line);
    buf_free(&counts);
    buf_free(&line);
}

static void add_fading(struct buf *out, const struct state *s)
{
    struct buf line = {0};
    if (s->questions == 0)
        return;
    buf_addf(&line, "crib recall: %d question%s of %d module%s fading: two minutes", (int)s->questions,
             s->questions == 1 ? "" : "s", (int)s->modules, s->questions == 1 ? " is" : s->modules == 1 ? " are" : "s are");
    add_line(out, &line);
    buf_free(&line);
}

/* Of the first one: the hub has them all. */
static void add_programme(struct buf *out, const struct state *s)
{
    struct buf line = {0}, next = {0};
    size_t i = 0;
    if (s->calling == 0)
        return;
    while (!shown_programme_calls(s->programmes[i]))
        i++;
    shown_programme_next(s->programmes[i], &next);
    buf_addf(&line, "crib %s: %s: %s", s->programmes[i]->programme->programme.id, s->programmes[i]->programme->programme.title,
             buf_text(&next));
    if (s->calling > 1)
        buf_addf(&line, "; and %zu more: crib list --programmes", s->calling - 1);
    add_line(out, &line);
    buf_free(&next);
    buf_free(&line);
}

/* For a status line: nothing but numbers and these words. */
static void add_segment(struct buf *out, const struct state *s)
{
    struct buf line = {0};
    add_count(&line, (size_t)s->questions, "fading");
    add_count(&line, s->due, "due");
    add_count(&line, s->changed + s->added, "new");
    if (line.len > 0)
        buf_addf(out, "crib: %s\n", buf_text(&line));
    buf_free(&line);
}

static void add_json(struct buf *out, const struct state *s)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_int(&j, "changed", (int64_t)s->changed);
    json_int(&j, "new", (int64_t)s->added);
    json_int(&j, "fading", s->questions);
    json_int(&j, "modules", s->modules);
    json_int(&j, "due", (int64_t)s->due);
    json_open_array(&j, "programmes");
    for (size_t i = 0; i < s->programme_count; i++) {
        if (!shown_programme_calls(s->programmes[i]))
            continue;
        struct buf next = {0};
        shown_programme_next(s->programmes[i], &next);
        json_open_object(&j, NULL);
        json_string(&j, "programme", s->programmes[i]->programme->address);
        json_string(&j, "title", s->programmes[i]->programme->programme.title);
        json_string(&j, "next", buf_text(&next));
        json_close_object(&j);
        buf_free(&next);
    }
    json_close_array(&j);
    json_open_array(&j, "news");
    for (size_t i = 0; i < s->changed + s->added; i++) {
        const struct news_item *n = &s->news[i];
        json_open_object(&j, NULL);
        json_string(&j, "module", n->address);
        json_string(&j, "title", n->facts->title);
        json_bool(&j, "new", n->added);
        json_string(&j, "what", n->change_count > 0 ? n->changes[0].change.what : "");
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
    output_end_json(out);
}

int cli_motd(struct app *app, const struct args *args)
{
    struct state s = {0};
    struct buf out = {0};
    struct error ignored;
    be_quiet();
    look(app, &s);
    if (args_flag(args, "json")) {
        add_json(&out, &s);
    } else if (args_flag(args, "tmux")) {
        add_segment(&out, &s);
    } else {
        add_news(&out, &s);
        add_fading(&out, &s);
        add_programme(&out, &s);
    }
    (void)output_buf(&out, false, &ignored);
    return EX_OK;
}
