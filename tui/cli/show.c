#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/content.h"
#include "tui/programme.h"
#include "tui/render/ansi.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* The lines of one section, or all. */
static void add_lines(struct app *app, struct buf *out, const struct lines *l, size_t section, bool plain)
{
    struct ansi_options options = {0};
    if (!plain && output_colours() > 0) {
        options.theme = theme_choose(config_text(app->config, CONFIG_THEME), output_colours());
        options.hyperlinks = true;
        options.exact = output_colours() > 256;
    }
    if (section == SIZE_MAX) {
        ansi_lines(out, l, &options);
        return;
    }
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].section == section)
            ansi_line(out, l, i, &options);
}

/* Text from the front matter, made safe and wrapped; sgr begins its style ("" for none). */
static void add_wrapped(struct buf *out, const char *text, size_t width, const char *sgr)
{
    struct buf safe = {0};
    text_safe(&safe, text, strlen(text), output_text_flags());
    struct wrap w = wrap_start(buf_text(&safe), safe.len, width);
    while (wrap_next(&w))
        buf_addf(out, "%s%.*s%s\n", sgr, (int)w.length, w.line, sgr[0] != '\0' ? "\033[m" : "");
    buf_free(&safe);
}

static void add_head(struct buf *out, const struct content *c, size_t width, bool styled)
{
    const struct facts *f = &c->module->facts;
    if (f->kind == KIND_PAGE)
        return;
    add_wrapped(out, f->title, width, styled ? "\033[1m" : "");
    add_wrapped(out, f->problem, width, "");
    add_wrapped(out, f->outcome, width, "");
    if (f->kind == KIND_EVENT) {
        add_wrapped(out, c->module->when, width, "");
        add_wrapped(out, c->module->where, width, "");
        add_wrapped(out, c->module->link, width, "");
    }
    buf_addc(out, '\n');
}

/* The quiz, and who answers for the text. */
static void add_tail(struct buf *out, const struct content *c, size_t width)
{
    struct buf line = {0};
    if (c->questions.count > 0)
        buf_addf(&line, "%zu question%s: crib quiz %s\n", c->questions.count, c->questions.count == 1 ? "" : "s",
                 c->module->facts.id);
    if (line.len > 0) {
        buf_addc(out, '\n');
        add_wrapped(out, buf_text(&line), width, "");
    }
    buf_clear(&line);
    content_imprint(c, &line);
    if (line.len > 0) {
        buf_addc(out, '\n');
        add_wrapped(out, buf_text(&line), width, "");
    }
    buf_free(&line);
}

static bool show_rendered(struct app *app, struct content *c, size_t section, const struct args *args, struct buf *out,
                          struct error *err)
{
    long width;
    size_t columns = output_columns();
    long usual = output_is_terminal() ? (columns > 100 ? 100 : (long)columns) : 80;
    if (!args_number(args, "width", 20, 1000, usual, &width, err))
        return false;
    bool plain = args_flag(args, "plain");
    bool terminal = output_is_terminal();
    struct render_options options = {.width = (size_t)width};
    if (plain)
        options.flags |= RENDER_PLAIN;
    options.flags |= render_flags_of(output_text_flags());
    if (!terminal || plain)
        options.flags |= RENDER_URLS;
    else if (output_colours() > 0) /* add_lines makes hyperlinks then: say where they lead */
        options.flags |= RENDER_ORIGINS;
    struct lines *lines = render_document(c->document, &options, err);
    if (lines == NULL)
        return false;
    if (section == SIZE_MAX)
        add_head(out, c, (size_t)width, !plain && output_colours() > 0);
    add_lines(app, out, lines, section, plain);
    if (section == SIZE_MAX)
        add_tail(out, c, (size_t)width);
    lines_close(lines);
    return true;
}

/* Is the line one of a question's? */
static bool asks(const struct content *c, size_t line)
{
    for (uint32_t i = 1; i < c->document->count; i++) {
        const struct node *n = &c->document->nodes[i];
        if (n->type == NODE_GIFT && n->line <= line && line <= n->last_line)
            return true;
    }
    return false;
}

/* The text without its questions; line is the number of its first one. */
static void add_without_questions(const struct content *c, const char *text, size_t n, size_t line, struct buf *out)
{
    for (size_t at = 0; at < n; line++) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t to = end != NULL ? (size_t)(end - text) + 1 : n;
        if (!asks(c, line))
            buf_add(out, text + at, to - at);
        at = to;
    }
}

static void show_raw(struct app *app, const struct content *c, size_t section, struct buf *out)
{
    const char *text = c->module->body.p;
    size_t n = c->module->body.n, first = c->module->body_line;
    if (section != SIZE_MAX) {
        const struct section *s = &c->sections->items[section];
        size_t line = c->module->body_line, from = 0;
        while (from < n && line < s->line) {
            const char *end = memchr(text + from, '\n', n - from);
            from = end != NULL ? (size_t)(end - text) + 1 : n;
            line++;
        }
        first = line;
        size_t to = from;
        while (to < n && line <= s->last_line) {
            const char *end = memchr(text + to, '\n', n - to);
            to = end != NULL ? (size_t)(end - text) + 1 : n;
            line++;
        }
        text += from;
        n = to - from;
    }
    struct buf open = {0};
    if (!content_answers_open(app, c)) {
        add_without_questions(c, text, n, first, &open);
        text = buf_text(&open);
        n = open.len;
    }
    if (output_is_terminal())
        text_safe(out, text, n, TEXT_KEEP_NEWLINES);
    else
        buf_add(out, text, n);
    buf_free(&open);
}

/* A typing error was assumed: standard output holds the text alone, and who looks at it learns that it was guessed. */
static void say_guessed(const char *what)
{
    struct error guess;
    error_set(&guess, EX_NOINPUT, "nothing is called that", what, "this is the nearest", "`crib find` lists more");
    error_print(&guess, "crib", stderr);
}

/* Words may mean several: what is printed is the first, for scripts too, and stderr says so. */
static void say_first(struct app *app, const char *what, const struct target *target)
{
    struct error ignored;
    struct target *all;
    size_t count;
    struct library *library = target->reason == TARGET_WORDS && !target->guessed ? app_library(app, &ignored) : NULL;
    if (library == NULL || !library_resolve(library, app->arena, what, &all, &count, &ignored) || count < 2)
        return;
    struct buf line = {0};
    buf_addf(&line, "%s is the first of %s%zu that fit (`crib find` lists them)\n",
             library_address(app->arena, target->channel, target->id, target->anchor), count < RESOLVED_MOST ? "" : "at least ", count);
    fputs(buf_text(&line), stderr);
    buf_free(&line);
}

static bool show_programme(struct app *app, const struct args *args, const struct library_programme *p, struct error *err)
{
    struct buf out = {0};
    struct shown_programme *s = programme_show(app, app->arena, p, err);
    if (s == NULL)
        return false;
    if (args_flag(args, "json")) {
        struct json j = {.out = &out};
        shown_programme_json(s, &j);
        output_end_json(&out);
    } else {
        shown_programme_text(s, &out);
    }
    return output_buf(&out, true, err);
}

/* Is WHAT a programme, and nothing that is read? */
static bool find_programme(struct app *app, const char *what, bool found, const struct target *target,
                           const struct library_programme **p)
{
    struct error ignored;
    *p = NULL;
    return (!found || target->reason == TARGET_WORDS) && programme_named(app, app->arena, what, p, &ignored) && *p != NULL;
}

static bool show(struct app *app, const struct args *args, const char *what, struct error *err)
{
    struct target target;
    const struct library_programme *p;
    bool found = content_target(app, app->arena, what, &target, err);
    if (find_programme(app, what, found, &target, &p))
        return show_programme(app, args, p, err);
    if (!found)
        return false;
    bool whole = target.anchor[0] == '\0';
    struct content *c = whole && !args_flag(args, "json") ? content_open_text(app, target.key, err)
                                                          : content_open(app, target.key, err);
    if (c == NULL)
        return false;
    if (target.guessed)
        say_guessed(what);
    say_first(app, what, &target);
    struct buf out = {0};
    size_t section = whole ? SIZE_MAX : sections_find(c->sections, target.anchor);
    bool ok = true;
    if (args_flag(args, "raw"))
        show_raw(app, c, section, &out);
    else if (args_flag(args, "json"))
        ok = content_json(app, c, &out, err);
    else
        ok = show_rendered(app, c, section, args, &out, err);
    if (ok)
        ok = output_buf(&out, true, err);
    buf_free(&out);
    content_close(c);
    return ok;
}

int cli_show(struct app *app, const struct args *args)
{
    struct buf what = {0};
    struct error err;
    args_join(args, &what);
    bool ok = buf_ok(&what) ? show(app, args, buf_text(&what), &err) : error_memory(&err);
    buf_free(&what);
    return ok ? EX_OK : app_fail(&err);
}
