#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/cli/visitor.h"
#include "tui/whatsnew.h"

#include <sysexits.h>

static void as_text(struct buf *out, const struct news_item *item)
{
    struct buf line = {0};
    buf_addf(&line, "%s  %s%s\n", item->facts->id, item->facts->title,
             item->added ? " (new)" : item->passed ? " (passed; stays passed)" : "");
    for (size_t i = 0; i < item->change_count; i++)
        buf_addf(&line, "    %s  %s\n", item->changes[i].change.on, item->changes[i].change.what);
    for (size_t i = 0; i < item->section_count; i++)
        buf_addf(&line, "    %s: %s#%s  %s\n", item->sections[i].added ? "new" : "changed", item->facts->id,
                 item->sections[i].anchor, item->sections[i].heading);
    text_safe(out, buf_text(&line), line.len, TEXT_KEEP_NEWLINES);
    buf_free(&line);
}

static void as_json(struct json *j, const struct news_item *item)
{
    json_open_object(j, NULL);
    json_string(j, "module", item->address);
    json_string(j, "title", item->facts->title);
    json_bool(j, "added", item->added);
    json_bool(j, "passed", item->passed);
    json_open_array(j, "changes");
    for (size_t i = 0; i < item->change_count; i++) {
        json_open_object(j, NULL);
        json_string(j, "on", item->changes[i].change.on);
        json_string(j, "what", item->changes[i].change.what);
        json_bool(j, "material", item->changes[i].change.material);
        json_close_object(j);
    }
    json_close_array(j);
    json_open_array(j, "sections");
    for (size_t i = 0; i < item->section_count; i++) {
        json_open_object(j, NULL);
        json_string(j, "anchor", item->sections[i].anchor);
        json_string(j, "heading", item->sections[i].heading);
        json_bool(j, "added", item->sections[i].added);
        json_close_object(j);
    }
    json_close_array(j);
    json_close_object(j);
}

static void programme_text(struct buf *out, const struct news_programme *item)
{
    struct buf line = {0};
    buf_addf(&line, "%s  %s (%s)\n", item->programme->programme.id, item->programme->programme.title,
             item->added ? "new programme" : "programme, changed");
    text_safe(out, buf_text(&line), line.len, TEXT_KEEP_NEWLINES);
    buf_free(&line);
}

static void programme_json(struct json *j, const struct news_programme *item)
{
    json_open_object(j, NULL);
    json_string(j, "programme", item->programme->address);
    json_string(j, "title", item->programme->programme.title);
    json_bool(j, "added", item->added);
    json_close_object(j);
}

static bool programmes_seen(struct app *app, const struct news_programme *items, size_t count, struct error *err)
{
    struct record *record = app_record(app, err);
    bool ok = record != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = record_news_read(record, app->learner, items[i].programme->address, items[i].revision, "", err);
    return ok;
}

static bool mark_seen(struct app *app, const struct news_item *items, size_t count, struct error *err)
{
    struct record *record = app_record(app, err);
    for (size_t i = 0; record != NULL && i < count; i++)
        if (!record_news_read(record, app->learner, items[i].address, items[i].revision,
                              items[i].change_count > 0 ? items[i].changes[0].change.on : "", err))
            return false;
    return record != NULL;
}

int cli_news(struct app *app, const struct args *args)
{
    struct news_item *items;
    struct news_programme *programmes;
    size_t count, programme_count;
    struct error err;
    if (!visitor_ask(app, &err))
        return app_fail(&err);
    if (!whats_new(app, app->arena, &items, &count, &err) ||
        !whats_new_programmes(app, app->arena, &programmes, &programme_count, &err))
        return app_fail(&err);
    if (args_flag(args, "seen"))
        return mark_seen(app, items, count, &err) && programmes_seen(app, programmes, programme_count, &err) ? EX_OK
                                                                                                             : app_fail(&err);
    struct buf out = {0};
    struct json j = {.out = &out};
    if (args_flag(args, "json"))
        json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++)
        if (args_flag(args, "json"))
            as_json(&j, &items[i]);
        else
            as_text(&out, &items[i]);
    for (size_t i = 0; i < programme_count; i++)
        if (args_flag(args, "json"))
            programme_json(&j, &programmes[i]);
        else
            programme_text(&out, &programmes[i]);
    if (args_flag(args, "json")) {
        json_close_array(&j);
        output_end_json(&out);
    } else if (count + programme_count == 0) {
        buf_adds(&out, "Nothing new in what you have begun or passed.\n");
    }
    bool ok = output_buf(&out, true, &err);
    return ok ? EX_OK : app_fail(&err);
}
