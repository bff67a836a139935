#include "tui/cli/cli.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/note.h"
#include "tui/cli/visitor.h"
#include "tui/content.h"

#include <stdio.h>
#include <sysexits.h>

enum { NOTES_LISTED = 10000 };

static int list_notes(struct app *app, bool as_json)
{
    struct error err = {0};
    size_t count = 0;
    const struct note *notes = NULL;
    struct record *record = app_record_if_any(app, &err);
    if (record != NULL)
        notes = record_notes(record, app->arena, app->learner, NULL, NOTES_LISTED, &count, &err);
    if (err.code != 0)
        return app_fail(&err);
    if (notes == NULL)
        count = 0;
    if (as_json) {
        struct buf out = {0};
        struct json j = {.out = &out};
        json_open_array(&j, NULL);
        for (size_t i = 0; i < count; i++) {
            char at[32];
            clock_format(notes[i].at, clock_offset_minutes(notes[i].at), at, sizeof at);
            json_open_object(&j, NULL);
            json_string(&j, "at", at);
            json_string(&j, "kind", note_kind_name(notes[i].kind));
            json_string(&j, "module", notes[i].module);
            json_string(&j, "anchor", notes[i].anchor);
            json_string(&j, "asset", notes[i].asset);
            json_string(&j, "text", notes[i].text);
            json_close_object(&j);
        }
        json_close_array(&j);
        output_end_json(&out);
        bool ok = output_buf(&out, false, &err);
        return ok ? EX_OK : app_fail(&err);
    }
    static const struct table_column columns[] = {
        {"day", false, false}, {"kind", false, false}, {"on", false, true}, {"asset", false, false}, {"note", false, true}};
    struct table *t = table_open(columns, 5);
    for (size_t i = 0; t != NULL && i < count; i++) {
        char day[16];
        clock_format_day(notes[i].at, day, sizeof day);
        table_add(t, day);
        table_add(t, note_kind_name(notes[i].kind));
        table_add(t, arena_printf(app->arena, "%s%s%s", notes[i].module, notes[i].anchor[0] != '\0' ? "#" : "",
                                  notes[i].anchor));
        table_add(t, notes[i].asset);
        table_add(t, notes[i].text);
    }
    bool ok = t != NULL ? table_print(t, "no note yet (`crib note TEXT` writes one; so does ! on a section)", &err) : error_memory(&err);
    table_close(t);
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
        return list_notes(app, args_flag(args, "json"));
    args_join(args, &text);
    bool ok = buf_ok(&text) ? file_note(app, args, buf_text(&text), &err) : error_memory(&err);
    buf_free(&text);
    if (!ok)
        return app_fail(&err);
    return EX_OK;
}
