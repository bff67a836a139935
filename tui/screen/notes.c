#include "tui/screen/notes.h"

#include "core/base/clock.h"
#include "tui/screen/ask.h"
#include "tui/screen/badge.h"
#include "tui/screen/menu.h"
#include "tui/screen/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTES_SHOWN = 500 };

/* What is known until the line was typed. Freed when it was, or with the screen that holds it. */
struct pending {
    struct screens *screens;
    struct app *app;
    struct arena *arena;
    struct subject subject;
    const char *anchor;
    enum note_kind kind;
    const char *line;
};

static const struct {
    enum note_kind kind;
    const char *key;
    const char *text;
    const char *question;
} kinds[] = {
    {NOTE_WRONG, "w", "Wrong: this is not how it is", "What is wrong:"},
    {NOTE_UNCLEAR, "u", "Unclear: I had to guess", "What is unclear:"},
    {NOTE_MISSING, "m", "Missing: it should also say", "What is missing:"},
    {NOTE_PLAIN, "n", "Note: what I learned at the machine", "Note:"},
};

static void file_line(void *context)
{
    const struct pending *p = context;
    struct error err;
    struct record *record = app_record(p->app, &err);
    if (record != NULL && record_note(record, p->app->learner, p->subject.module != NULL ? &p->subject : NULL,
                                      p->anchor[0] != '\0' ? p->anchor : NULL, NULL, p->kind, p->line, &err))
        screens_say(p->screens, STYLE_RIGHT,
                    p->app->preview == NULL ? "Noted. m lists your notes." : "Noted for this preview alone: it is not kept.");
    else
        screens_fail(p->screens, &err);
}

/* Who writes it is asked last: the thought comes first. */
static void file_note(void *context, const char *line)
{
    struct pending *p = context;
    p->line = arena_strdup(p->app->arena, line);
    if (p->line != NULL)
        badge_first(p->screens, p->app, file_line, p);
}

static void kind_chosen(void *context, size_t row)
{
    struct pending *p = context;
    p->kind = kinds[row].kind;
    ask_open(p->screens, kinds[row].question, "", file_note, NULL, p);
}

void note_ask(struct screens *s, struct app *app, const struct subject *subject, const char *anchor)
{
    /* In the app's arena: notes are rare, and the line may come after the screen that asked is gone. */
    struct pending *p = arena_alloc(app->arena, sizeof *p);
    if (p == NULL)
        return;
    *p = (struct pending){.screens = s, .app = app, .anchor = arena_strdup(app->arena, anchor)};
    if (subject != NULL) {
        p->subject.module = arena_strdup(app->arena, subject->module);
        p->subject.title = subject->title != NULL ? arena_strdup(app->arena, subject->title) : NULL;
        p->subject.revision = subject->revision != NULL ? arena_strdup(app->arena, subject->revision) : NULL;
    }
    if (p->anchor == NULL || (subject != NULL && p->subject.module == NULL))
        return;
    struct menu_row rows[sizeof kinds / sizeof *kinds];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        rows[i] = (struct menu_row){.text = kinds[i].text, .right = kinds[i].key, .key = (uint32_t)kinds[i].key[0]};
    char detail[160];
    snprintf(detail, sizeof detail, "%s%s%s", subject != NULL ? subject->module : "", anchor[0] != '\0' ? "#" : "",
             anchor);
    menu_open(s, &(struct menu_spec){.title = "A note on this section", .detail = detail, .choose = kind_chosen,
                                     .context = p},
              rows, sizeof kinds / sizeof *kinds);
}

/* Where the listed notes lead to; in the app's arena, since the menu outlives the call. */
struct noted {
    struct screens *screens;
    struct app *app;
    const char *modules[NOTES_SHOWN], *anchors[NOTES_SHOWN];
};

static void noted_chosen(void *context, size_t row)
{
    struct noted *n = context;
    struct error err;
    struct library *library = app_library(n->app, &err);
    struct library_module *m =
        library != NULL && n->modules[row][0] != '\0' ? library_module(library, n->app->arena, n->modules[row], &err) : NULL;
    if (m == NULL)
        screens_say(n->screens, STYLE_DIM, "This note is about nothing that is installed here.");
    else if (!reader_open(n->screens, n->app, m->facts.key, n->anchors[row], NULL, &err))
        screens_fail(n->screens, &err);
}

void notes_open(struct screens *s, struct app *app, const char *module)
{
    struct error err;
    struct arena *a = arena_open();
    struct record *record = app_record_if_any(app, &err);
    size_t count = 0;
    const struct note *notes = NULL;
    if (a != NULL && record != NULL) {
        notes = record_notes(record, a, app->learner, module, NOTES_SHOWN, &count, &err);
        if (notes == NULL && count > 0)
            screens_fail(s, &err);
    }
    struct menu_row *rows = a != NULL ? arena_array(a, count, sizeof *rows) : NULL;
    struct noted *leads = arena_alloc(app->arena, sizeof *leads);
    if (leads == NULL)
        rows = NULL;
    else
        *leads = (struct noted){.screens = s, .app = app};
    for (size_t i = 0; rows != NULL && notes != NULL && i < count; i++) {
        char day[16];
        clock_format_day(notes[i].at, day, sizeof day);
        rows[i].text = arena_printf(a, "%s  %-8s %s", day, note_kind_name(notes[i].kind), notes[i].text);
        const char *id = strrchr(notes[i].module, '/');
        id = module != NULL ? "" : id != NULL ? id + 1 : notes[i].module;
        rows[i].right = arena_printf(a, "%s%s%s", id, notes[i].anchor[0] != '\0' ? "#" : "", notes[i].anchor);
        rows[i].about = notes[i].text;
        leads->modules[i] = arena_strdup(app->arena, notes[i].module);
        leads->anchors[i] = arena_strdup(app->arena, notes[i].anchor);
        if (rows[i].text == NULL || leads->modules[i] == NULL || leads->anchors[i] == NULL)
            rows = NULL;
    }
    if (rows != NULL)
        menu_open(s, &(struct menu_spec){.title = "Field notes", .detail = module,
                                         .empty = "No notes yet. ! on a section writes one; so does `crib note`.",
                                         .choose = noted_chosen, .context = leads},
                  rows, notes != NULL ? count : 0);
    arena_close(a);
}
