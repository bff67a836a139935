#include "tui/cli/plain.h"

#include "core/base/clock.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/progress.h"
#include "core/record/signoff.h"
#include "core/record/solved.h"
#include "tui/content.h"
#include "tui/render/ansi.h"
#include "tui/render/render.h"
#include "tui/screen/sources.h"
#include "tui/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS_A_WORD = 100 /* nobody reads faster: reading.h */, MONTH_DAYS = 30 };

struct book {
    struct plain *p;
    struct content *c;
    struct lines *lines;
    struct arena *arena; /* of the marks */
    enum section_mark *marks;
    size_t at;       /* the section that was read out last */
    int64_t since;   /* of the monotonic clock */
    int64_t opens;   /* in the last 30 days */
    bool told;       /* that this section was heard, for a sign-off */
    bool kept;       /* what is read is recorded */
};

static const struct section *section(const struct book *b, size_t i)
{
    return &b->c->sections->items[i];
}

static const char *title(const struct book *b, size_t i)
{
    return section(b, i)->level > 0 ? section(b, i)->title : b->c->module->facts.title;
}

static void take_marks(struct book *b)
{
    struct error err;
    size_t n = b->c->sections->count;
    arena_reset(b->arena);
    b->marks = arena_array(b->arena, n + 1, sizeof *b->marks);
    struct record *record = b->kept ? app_record_if_any(b->p->app, &err) : NULL;
    const struct progress *progress =
        record != NULL && b->marks != NULL
            ? record_progress(record, b->arena, b->p->app->learner, b->c->address, clock_wall_ms(), &err)
            : NULL;
    if (progress != NULL)
        progress_compare(progress, b->c->refs, n, b->marks);
}

static const char *mark(const struct book *b, size_t i)
{
    static const char *const names[] = {[MARK_OPEN] = "", [MARK_DONE] = ", read", [MARK_CHANGED] = ", updated",
                                        [MARK_NEW] = ", new"};
    return b->marks != NULL && b->kept ? names[b->marks[i]] : "";
}

/* ---- the record ---- */

static void tell_opened(struct book *b, const char *anchor)
{
    struct error err;
    struct app *app = b->p->app;
    if (!visit_kept(app) || visit_wanted(app))
        return;
    struct record *record = app_record(app, &err);
    if (record == NULL || !record_opened(record, app->learner, &b->c->subject, anchor[0] != '\0' ? anchor : NULL, &err)) {
        plain_fail(b->p, &err);
        return;
    }
    b->kept = b->c->module->facts.kind == KIND_MODULE;
    b->opens = record_opens_since(record, app->learner, b->c->address, clock_wall_ms() - INT64_C(86400000) * MONTH_DAYS, &err);
}

/* For a sign-off a section counts that was read out whole and listened to for as long as it takes; nothing else does. */
static void tell_shown(struct book *b, int64_t words, int64_t ms)
{
    struct error err;
    struct record *record = !b->told ? app_record(b->p->app, &err) : NULL;
    if (b->told)
        return;
    b->told = true;
    if (record == NULL ||
        !record_shown(record, b->p->app->learner, &b->c->subject, &b->c->refs[b->at], words, ms, &err))
        plain_fail(b->p, &err);
}

/* It was listened to for as long as it takes, or they say so. */
static void leave_section(struct book *b, bool done)
{
    struct error err;
    if (!b->kept || b->at >= b->c->sections->count || b->marks == NULL)
        return;
    int64_t ms = clock_monotonic_ms() - b->since;
    int64_t words = (int64_t)section(b, b->at)->words;
    if (b->c->module->facts.sign_off && ms >= words * MS_A_WORD)
        tell_shown(b, words, ms);
    if (b->marks[b->at] == MARK_DONE)
        return;
    if (!done && ms < words * MS_A_WORD)
        return;
    struct record *record = app_record(b->p->app, &err);
    if (record == NULL || !record_section(record, b->p->app->learner, &b->c->subject, &b->c->refs[b->at], SECTION_DONE, words,
                                          ms, &err))
        plain_fail(b->p, &err);
    take_marks(b);
}

static void keep_place(struct book *b)
{
    struct error err;
    struct app *app = b->p->app;
    struct record *record = b->kept ? app_record_if_any(app, &err) : NULL;
    if (record != NULL && !app->record_read_only && b->at < b->c->sections->count)
        record_position_set(record, app->learner, b->c->address, section(b, b->at)->anchor, 0, &err);
}

static void ask_solved(struct book *b)
{
    struct error err;
    struct app *app = b->p->app;
    bool ask = false;
    struct record *record = b->kept ? app_record(app, &err) : NULL;
    if (record == NULL || !record_solved_ask(record, app->learner, b->c->subject.module, &ask, &err) || !ask)
        return;
    enum plain_answer answer = plain_yes_or_no(b->p, "Did this solve it? y or n, Enter for no answer");
    if (answer != PLAIN_NEITHER && !record_solved(record, app->learner, &b->c->subject, FOUND_BY_SEARCH, answer == PLAIN_YES, &err))
        plain_fail(b->p, &err);
}

/* ---- reading out ---- */

/* Links are not spelt out within a sentence. */
static void say_links(struct book *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->c->sections->link_count; i++)
        n += b->c->sections->links[i].section == b->at;
    if (n > 0)
        plain_say(b->p, "%zu link%s here: links names %s.\n", n, n == 1 ? "" : "s", n == 1 ? "it" : "them");
}

static void read_section(struct book *b, size_t i)
{
    b->at = i;
    b->told = false;
    b->since = clock_monotonic_ms();
    const char *name = title(b, i), *state = mark(b, i);
    bool ends = state[0] == '\0' && name[0] != '\0' && strchr(".?!:", name[strlen(name) - 1]) != NULL;
    plain_say(b->p, "Section %zu of %zu: %s%s%s\n", i + 1, b->c->sections->count, name, state, ends ? "" : ".");
    bool heading = section(b, i)->level > 0; /* it was said */
    for (size_t k = 0; k < b->lines->count; k++) {
        const struct line *line = &b->lines->items[k];
        if (line->section != i)
            continue;
        if (!heading && line->length > 0)
            ansi_line(&b->p->out, b->lines, k, &(struct ansi_options){0});
        heading = heading && line->length == 0;
    }
    say_links(b);
    plain_flush(b->p);
}

static void announce(struct book *b)
{
    const struct facts *f = &b->c->module->facts;
    size_t n = b->c->sections->count, done = 0;
    for (size_t i = 0; b->marks != NULL && i < n; i++)
        done += b->marks[i] == MARK_DONE;
    plain_say(b->p, "%s. %s", f->title, f->kind == KIND_PAGE ? "Page" : f->kind == KIND_EVENT ? "Event" : "Module");
    if (f->minutes > 0)
        plain_say(b->p, ", %d minute%s", (int)f->minutes, f->minutes == 1 ? "" : "s");
    plain_say(b->p, ", %zu section%s", n, n == 1 ? "" : "s");
    if (b->kept)
        plain_say(b->p, ", %zu read", done);
    if (b->c->questions.count > 0)
        plain_say(b->p, ", quiz of %zu question%s", b->c->questions.count, b->c->questions.count == 1 ? "" : "s");
    plain_say(b->p, ".\n");
    if (f->kind != KIND_PAGE)
        plain_say(b->p, "%s\n%s\n", f->problem, f->outcome);
    if (f->kind == KIND_EVENT)
        plain_say(b->p, "%s\n%s\n%s\n", b->c->module->when, b->c->module->where, b->c->module->link);
    if (b->opens >= 3 && sections_find(b->c->sections, "why") != SIZE_MAX)
        plain_say(b->p, "It is the third time in 30 days: why says why it happens.\n");
}

static void outline(struct book *b)
{
    for (size_t i = 0; i < b->c->sections->count; i++)
        plain_say(b->p, "%zu. %s%s%s\n", i + 1, title(b, i), mark(b, i), i == b->at ? ", here" : "");
}

static void search(struct book *b, const char *words)
{
    size_t found = 0;
    for (size_t i = 0; words[0] != '\0' && i < b->c->sections->count; i++) {
        const struct section *s = section(b, i);
        struct buf text = {0}, wanted = {0};
        text_fold(&text, s->text, s->text_len);
        text_fold(&wanted, words, strlen(words));
        if (strstr(buf_text(&text), buf_text(&wanted)) != NULL) {
            plain_say(b->p, "%zu. %s\n", i + 1, title(b, i));
            found++;
        }
        buf_free(&text);
        buf_free(&wanted);
    }
    plain_say(b->p, found > 0 ? "In %zu section%s.\n" : "In no section.\n", found, found == 1 ? "" : "s");
}

static void links(struct book *b)
{
    size_t count = b->c->sections->link_count, n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct section_link *l = &b->c->sections->links[i];
        if (l->section != b->at)
            continue;
        plain_say(b->p, "%zu. %s\n", ++n, l->target);
    }
    if (n == 0)
        plain_say(b->p, "No link in this section.\n");
}

/* Section, module, page; a file or a page of the web is named. */
static void go_to(struct book *b, const char *target)
{
    struct link link;
    struct error err;
    struct plain *p = b->p;
    size_t here = SIZE_MAX;
    if (!source_link(p->app, p->app->arena, b->c, target, &link, &err)) {
        plain_fail(p, &err);
        return;
    }
    if (link.key == b->c->module->facts.key)
        here = sections_find(b->c->sections, link.anchor);
    if (here != SIZE_MAX) {
        leave_section(b, false);
        read_section(b, here);
    } else if (link.file.channel != NULL) {
        plain_say(p, p->app->kiosk == NULL ? "A file: `open --save %s/%s` writes it here.\n" : "A file, which a kiosk doesn't open: %s/%s\n",
                  link.file.channel, link.file.path);
    } else if (link.key == 0) {
        plain_say(p, "It leads to %s\n", target);
    } else {
        plain_read(p, link.key, link.anchor, false);
        plain_say(p, "Back in %s.\n", b->c->module->facts.title);
    }
}

static void follow(struct book *b, const char *number)
{
    size_t wanted = strtoul(number, NULL, 10), n = 0;
    const char *target = NULL;
    for (size_t i = 0; i < b->c->sections->link_count; i++)
        if (b->c->sections->links[i].section == b->at && ++n == wanted)
            target = b->c->sections->links[i].target;
    if (target != NULL)
        go_to(b, target);
    else
        links(b);
}

/* ---- the dialogue ---- */

static void go_on(struct book *b)
{
    size_t n = b->c->sections->count;
    leave_section(b, false);
    if (b->at + 1 < n)
        read_section(b, b->at + 1);
    else
        plain_say(b->p, b->c->questions.count > 0 && b->c->module->facts.kind == KIND_MODULE
                            ? "That is the end. quiz takes the quiz, back goes back.\n"
                            : "That is the end. back goes back.\n");
}

static void command_here(struct book *b, const char *command, const char *rest, bool on_section)
{
    char line[5000];
    const char *anchor = b->at < b->c->sections->count ? section(b, b->at)->anchor : "";
    snprintf(line, sizeof line, "%s%s%s%s %s", command, b->c->address, on_section && anchor[0] != '\0' ? "#" : "",
             on_section ? anchor : "", rest);
    plain_command(b->p, line);
    take_marks(b);
}

static void help(struct book *b)
{
    plain_say(b->p, "Enter or next goes on, previous goes back a section, again repeats, a number reads that section.\n"
                    "outline names the sections; search WORDS tells in which ones they stand; why reads the section that says why.\n"
                    "done marks this section as done, and goes on. quiz takes the quiz. sign signs the module off, or says what is missing.\n"
                    "note TEXT writes a note on this section.\n"
                    "links names what this section leads to, follow N goes there. back goes back to the list.\n");
}

static void to_section(struct book *b, size_t i)
{
    if (i >= b->c->sections->count) {
        plain_say(b->p, "There is no such section; there are %zu.\n", b->c->sections->count);
        return;
    }
    leave_section(b, false);
    read_section(b, i);
}

/* false: back. */
static bool line_said(struct book *b, const char *said)
{
    const char *rest;
    char line[4000];
    snprintf(line, sizeof line, "%s", said);
    if (strcmp(line, "back") == 0 || strcmp(line, "b") == 0 || strcmp(line, "quit") == 0)
        return false;
    if (line[0] == '\0' || strcmp(line, "next") == 0 || strcmp(line, "n") == 0) {
        go_on(b);
    } else if (strcmp(line, "previous") == 0 || strcmp(line, "p") == 0) {
        to_section(b, b->at > 0 ? b->at - 1 : 0);
    } else if (strcmp(line, "again") == 0) {
        read_section(b, b->at);
    } else if (line[strspn(line, "0123456789")] == '\0') {
        to_section(b, strtoul(line, NULL, 10) - 1);
    } else if (strcmp(line, "outline") == 0 || strcmp(line, "o") == 0) {
        outline(b);
    } else if (strcmp(line, "done") == 0 || strcmp(line, "d") == 0) {
        leave_section(b, true);
        go_on(b);
    } else if (strcmp(line, "why") == 0) {
        to_section(b, sections_find(b->c->sections, "why"));
    } else if (strcmp(line, "quiz") == 0 || strcmp(line, "q") == 0) {
        command_here(b, "quiz ", "", false);
    } else if (strcmp(line, "sign") == 0) {
        leave_section(b, false);
        command_here(b, "quiz --sign ", "", false);
    } else if (plain_word(line, "note", &rest) && rest[0] != '\0') {
        command_here(b, "note --on=", rest, true);
    } else if (plain_word(line, "search", &rest)) {
        search(b, rest);
    } else if (strcmp(line, "links") == 0) {
        links(b);
    } else if (plain_word(line, "follow", &rest)) {
        follow(b, rest);
    } else if (strcmp(line, "help") == 0) {
        help(b);
    } else if (plain_word(line, "crib", &rest) && rest[0] != '\0') {
        (void)plain_line(b->p, line);
        take_marks(b);
    } else {
        plain_say(b->p, "Not understood: %s. help names the words that are.\n", line);
    }
    return true;
}

static void read_book(struct book *b, const char *anchor, bool found)
{
    char prompt[400];
    size_t first = anchor[0] != '\0' ? sections_find(b->c->sections, anchor) : 0;
    tell_opened(b, anchor);
    take_marks(b);
    announce(b);
    if (b->c->sections->count > 0)
        read_section(b, first < b->c->sections->count ? first : 0);
    do {
        snprintf(prompt, sizeof prompt, "%s, %zu of %zu", b->c->module->facts.title, b->at + 1, b->c->sections->count);
    } while (plain_ask(b->p, prompt) && line_said(b, b->p->line));
    leave_section(b, false);
    keep_place(b);
    if (found && !b->p->ended)
        ask_solved(b);
}

void plain_read(struct plain *p, int64_t key, const char *anchor, bool found)
{
    struct error err;
    char there[200]; /* what led here may be read anew meanwhile */
    snprintf(there, sizeof there, "%s", anchor);
    size_t columns = output_columns();
    struct render_options options = {.width = columns > 100 ? 100 : columns,
                                     .flags = RENDER_PLAIN | RENDER_ORIGINS | render_flags_of(p->safe)};
    struct book b = {.p = p, .arena = arena_open(), .c = content_open(p->app, key, &err)};
    b.lines = b.c != NULL ? render_document(b.c->document, &options, &err) : NULL;
    if (b.arena == NULL || b.lines == NULL)
        b.c == NULL || b.arena != NULL ? plain_fail(p, &err) : (void)error_memory(&err);
    else
        read_book(&b, there, found);
    lines_close(b.lines);
    content_close(b.c);
    arena_close(b.arena);
}
