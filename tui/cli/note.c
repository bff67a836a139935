#include "tui/cli/cli.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/note.h"
#include "tui/cli/visitor.h"
#include "tui/content.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

enum { NOTES_LISTED = 10000 };

/* What the note is to hang on. Words fit what they fit, but a typing error isn't guessed at: a note stays where it is. */
static bool note_target(struct app *app, const char *on, struct target *target, struct error *err)
{
    if (!content_target(app, app->arena, on, target, err))
        return false;
    if (!target->guessed)
        return true;
    const char *why = arena_printf(app->arena, "the nearest is %s/%s%s%s", target->channel, target->id,
                                   target->anchor[0] != '\0' ? "#" : "", target->anchor);
    return error_set(err, EX_NOINPUT, "nothing is called that", on, why, "`crib find` tells what there is");
}

/* Which notes are listed; NULL: any. */
struct wanted_notes {
    const char *module, *anchor, *asset, *kind;
};

static bool wanted_note(const struct wanted_notes *w, const struct note *n)
{
    return (w->anchor == NULL || strcmp(n->anchor, w->anchor) == 0) && (w->asset == NULL || strcasecmp(n->asset, w->asset) == 0) &&
           (w->kind == NULL || strcmp(note_kind_name(n->kind), w->kind) == 0);
}

static bool wanted_of(struct app *app, const struct args *args, struct wanted_notes *w, struct error *err)
{
    struct target target;
    const char *on = args_value(args, "on");
    *w = (struct wanted_notes){.asset = args_value(args, "asset"), .kind = args_value(args, "kind")};
    if (on == NULL)
        return true;
    if (!note_target(app, on, &target, err))
        return false;
    w->module = library_address(app->arena, target.channel, target.id, "");
    w->anchor = target.anchor[0] != '\0' ? target.anchor : NULL;
    return w->module != NULL || error_memory(err);
}

static bool notes_as_json(const struct note *const *notes, size_t count, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        const struct note *n = notes[i];
        char at[32];
        clock_format(n->at, clock_offset_minutes(n->at), at, sizeof at);
        json_open_object(&j, NULL);
        json_string(&j, "at", at);
        json_string(&j, "kind", note_kind_name(n->kind));
        json_string(&j, "module", n->module);
        json_string(&j, "anchor", n->anchor);
        json_string(&j, "asset", n->asset);
        json_string(&j, "text", n->text);
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

static bool notes_as_table(struct app *app, const struct note *const *notes, size_t count, bool some, struct error *err)
{
    static const struct table_column columns[] = {
        {"day", false, false}, {"kind", false, false}, {"on", false, true}, {"asset", false, false}, {"note", false, true}};
    struct table *t = table_open(columns, 5);
    for (size_t i = 0; t != NULL && i < count; i++) {
        char day[16];
        const struct note *n = notes[i];
        clock_format_day(n->at, day, sizeof day);
        table_add(t, day);
        table_add(t, note_kind_name(n->kind));
        table_add(t, arena_printf(app->arena, "%s%s%s", n->module, n->anchor[0] != '\0' ? "#" : "", n->anchor));
        table_add(t, n->asset);
        table_add(t, n->text);
    }
    bool ok = t != NULL ? table_print(t,
                                      some ? "no note fits (`crib note` lists all)"
                                          : "no note yet (`crib note TEXT` writes one; so does ! on a section)",
                                      err)
                        : error_memory(err);
    table_close(t);
    return ok;
}

static int list_notes(struct app *app, const struct args *args)
{
    struct error err = {0};
    struct wanted_notes wanted;
    size_t count = 0, kept = 0;
    const struct note *notes = NULL, **shown = NULL;
    if (!wanted_of(app, args, &wanted, &err))
        return app_fail(&err);
    struct record *record = app_record_if_any(app, &err);
    if (record != NULL)
        notes = record_notes(record, app->arena, app->learner, wanted.module, NOTES_LISTED, &count, &err);
    if (err.code != 0)
        return app_fail(&err);
    shown = arena_array(app->arena, count + 1, sizeof *shown);
    if (shown == NULL)
        return error_memory(&err), app_fail(&err);
    for (size_t i = 0; notes != NULL && i < count; i++)
        if (wanted_note(&wanted, &notes[i]))
            shown[kept++] = &notes[i];
    bool ok = args_flag(args, "json") ? notes_as_json(shown, kept, &err)
                                      : notes_as_table(app, shown, kept, args_value(args, "on") || wanted.asset || wanted.kind, &err);
    return ok ? EX_OK : app_fail(&err);
}

/* Words fit what they fit: the writer sees what the note hangs on. */
static void say_noted(const struct content *content, const char *anchor)
{
    struct buf text = {0};
    if (content != NULL)
        buf_addf(&text, "noted on %s%s%s: %s\n", content->address, anchor != NULL ? "#" : "",
                 anchor != NULL ? anchor : "", content->module->facts.title);
    else
        buf_adds(&text, "noted\n");
    struct buf safe = {0};
    text_safe(&safe, buf_text(&text), text.len, TEXT_KEEP_NEWLINES);
    fputs(buf_text(&safe), stderr);
    buf_free(&text);
    buf_free(&safe);
}

static bool file_note(struct app *app, const struct args *args, const char *text, struct error *err)
{
    enum note_kind kind = NOTE_PLAIN;
    const char *named = args_value(args, "kind"), *on = args_value(args, "on");
    if (named != NULL)
        note_kind_parse(named, &kind);
    struct content *content = NULL;
    const char *anchor = NULL;
    if (on != NULL) {
        struct target target;
        if (!note_target(app, on, &target, err))
            return false;
        content = content_open(app, target.key, err);
        if (content == NULL)
            return false;
        anchor = target.anchor[0] != '\0' ? target.anchor : NULL;
    }
    struct record *record = app_record(app, err);
    bool ok = record != NULL && record_note(record, app->learner, content != NULL ? &content->subject : NULL, anchor,
                                            args_value(args, "asset"), kind, text, err);
    if (ok)
        say_noted(content, anchor);
    content_close(content);
    return ok;
}

int cli_note(struct app *app, const struct args *args)
{
    struct buf text = {0};
    struct error err = {0};
    if (!visitor_ask(app, &err))
        return app_fail(&err);
    if (args->count == 0)
        return list_notes(app, args);
    args_join(args, &text);
    bool ok = buf_ok(&text) ? file_note(app, args, buf_text(&text), &err) : error_memory(&err);
    buf_free(&text);
    if (!ok)
        return app_fail(&err);
    return EX_OK;
}
