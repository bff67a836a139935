#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "core/library/library_list.h"
#include "tui/content.h"
#include "tui/programme.h"
#include "tui/signing.h"
#include "tui/staging.h"
#include "tui/standing.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { PAGE = 1000 };

struct wanted {
    struct library_filter filter;
    struct strings roles;
    const char *role_item;
    bool by_state;
    enum standing state;
};

static bool read_wishes(struct app *app, const struct args *args, struct wanted *w, struct error *err)
{
    const char *state = args_value(args, "state"), *format = args_value(args, "format");
    if (app_config(app, err) == NULL)
        return false;
    w->filter = (struct library_filter){.stage = args_value(args, "stage"),
                                        .capability = args_value(args, "capability"),
                                        .prefix = args->count > 0 ? args->words[0] : NULL,
                                        .modules = true,
                                        .events = true,
                                        .pages = args_flag(args, "pages") || args_flag(args, "complete")};
    w->roles = app_roles(app);
    w->role_item = args_value(args, "role");
    if (w->role_item != NULL)
        w->roles = (struct strings){&w->role_item, 1};
    if (!args_flag(args, "all") && !args_flag(args, "complete") && w->roles.count > 0)
        w->filter.roles = &w->roles;
    for (int f = FORMAT_REFRESHER; format != NULL && f <= FORMAT_COURSE; f++)
        if (strcmp(module_format_name((enum module_format)f), format) == 0)
            w->filter.format = (enum module_format)f;
    w->by_state = state != NULL && standing_parse(state, &w->state);
    return true;
}

/* How its sign-off stands; NULL where it asks for none. */
static const char *signoff_words(struct app *app, struct arena *a, const struct facts *f)
{
    bool act;
    struct buf words = {0};
    const char *address = f->sign_off ? library_address(a, f->channel, f->id, "") : NULL;
    if (address != NULL)
        signing_standing_words(app, f->key, address, &words, &act);
    const char *said = words.len > 0 ? arena_strdup(a, buf_text(&words)) : NULL;
    buf_free(&words);
    return said;
}

static void as_row(struct table *t, struct arena *a, const struct facts *f, bool alone, enum standing standing,
                   const char *signoff)
{
    table_add(t, standing_name(standing));
    table_add(t, f->minutes > 0 ? arena_printf(a, "%d min", f->minutes) : "");
    table_add(t, alone ? f->id : arena_printf(a, "%s/%s", f->channel, f->id));
    table_add(t, signoff != NULL ? arena_printf(a, "%s (sign-off %s)", f->title, signoff) : f->title);
}

static void as_json(struct json *j, const struct facts *f, enum standing standing, const char *signoff,
                    const struct progress_count *c)
{
    json_open_object(j, NULL);
    facts_json(f, j);
    json_string(j, "state", standing_name(standing));
    json_string(j, "signoff", signoff);
    json_int(j, "sections", (int64_t)c->total);
    json_int(j, "sections_done", (int64_t)c->done);
    json_int(j, "sections_changed", (int64_t)(c->changed + c->added));
    json_close_object(j);
}

static size_t count_channels(struct app *app)
{
    struct error ignored;
    struct library *library = app_library(app, &ignored);
    struct library_channel *channels;
    size_t count;
    return library != NULL && library_channels(library, app->arena, &channels, &count, &ignored) ? count : 0;
}

/* Where there is one channel its name tells nothing. */
static bool one_channel(struct app *app)
{
    return count_channels(app) == 1;
}

/* One look at all that is wanted; either t or j is given, or neither: bare ids for shells. */
static bool each(struct app *app, const struct wanted *w, struct table *t, struct json *j, struct buf *ids,
                 struct error *err)
{
    struct library *library = app_library(app, err);
    struct standings *standings = library != NULL ? standings_open(app, err) : NULL;
    bool ok = standings != NULL, alone = t != NULL && one_channel(app);
    size_t count = PAGE;
    for (size_t offset = 0; ok && count == PAGE; offset += count) {
        struct arena *a = arena_open();
        struct facts *facts;
        ok = a != NULL ? library_list(library, a, &w->filter, offset, PAGE, &facts, &count, err) : error_memory(err);
        for (size_t i = 0; ok && i < count; i++) {
            struct progress_count sections;
            if (ids != NULL) {
                buf_addf(ids, "%s\n", facts[i].id);
                continue;
            }
            enum standing standing = standings_of(standings, app, &facts[i], NULL, &sections);
            if (w->by_state && standing != w->state)
                continue;
            const char *signoff = signoff_words(app, a, &facts[i]);
            if (t != NULL)
                as_row(t, a, &facts[i], alone, standing, signoff);
            else
                as_json(j, &facts[i], standing, signoff, &sections);
        }
        arena_close(a);
    }
    standings_close(standings);
    return ok;
}

static bool list_text(struct app *app, const struct args *args, const struct wanted *w, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    bool as_array = args_flag(args, "json"), ok;
    if (as_array) {
        json_open_array(&j, NULL);
        ok = each(app, w, NULL, &j, NULL, err);
        json_close_array(&j);
        output_end_json(&out);
    } else {
        ok = each(app, w, NULL, NULL, &out, err);
    }
    if (ok)
        ok = output_buf(&out, false, err);
    buf_free(&out);
    return ok;
}

/* ---- programmes ---- */

static bool programmes_json(struct shown_programme **all, size_t count, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++)
        shown_programme_json(all[i], &j);
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

static bool programmes_table(struct app *app, struct shown_programme **all, size_t count, struct error *err)
{
    static const struct table_column columns[] = {
        {"done", true, false}, {"next", false, true}, {"id", false, true}, {"title", false, true}};
    struct table *t = table_open(columns, 4);
    bool alone = one_channel(app);
    for (size_t i = 0; t != NULL && i < count; i++) {
        struct buf next = {0};
        shown_programme_next(all[i], &next);
        table_add(t, arena_printf(app->arena, "%zu of %zu", all[i]->done, all[i]->count));
        table_add(t, buf_text(&next));
        const char *address = all[i]->programme->address, *slash = strchr(address, '/');
        table_add(t, alone && slash != NULL ? slash + 1 : address);
        table_add(t, all[i]->programme->on_device ? all[i]->programme->programme.title
                                                  : arena_printf(app->arena, "%s (for other roles)", all[i]->programme->programme.title));
        buf_free(&next);
    }
    bool ok = t != NULL ? table_print(t, "no programme of your roles is installed", err) : error_memory(err);
    table_close(t);
    return ok;
}

static int list_programmes(struct app *app, const struct args *args, bool json)
{
    struct error err;
    struct shown_programme **all;
    size_t count;
    const char *role = args_value(args, "role");
    const struct strings one = {&role, 1}, own = app_config(app, &err) != NULL ? app_roles(app) : (struct strings){0};
    staging_say_role(app, role);
    const struct strings *roles = args_flag(args, "all") ? NULL : role != NULL ? &one : &own;
    if (!programmes_show(app, app->arena, roles, &all, &count, &err) ||
        !(json ? programmes_json(all, count, &err) : programmes_table(app, all, count, &err)))
        return app_fail(&err);
    return EX_OK;
}

static bool list_table(struct app *app, const struct wanted *w, struct error *err)
{
    static const struct table_column columns[] = {
        {"state", false, false}, {"time", true, false}, {"id", false, true}, {"title", false, true}};
    const char *empty = count_channels(app) == 0 ? "nothing is installed (`crib channel add DIR` installs)"
                                                 : "nothing fits (`crib list --all` names all)";
    struct table *t = table_open(columns, 4);
    bool ok = t != NULL ? each(app, w, t, NULL, NULL, err) && table_print(t, empty, err) : error_memory(err);
    table_close(t);
    return ok;
}

/* They have a list of their own: who looks at this one is told. */
static void say_programmes(struct app *app, const struct wanted *w)
{
    struct library_programme *all;
    size_t count;
    struct error ignored;
    bool narrowed = w->filter.prefix != NULL || w->filter.stage != NULL || w->filter.capability != NULL || w->by_state ||
                    w->filter.format != FORMAT_NONE;
    if (!narrowed && output_is_terminal() && library_programmes(app->library, app->arena, w->filter.roles, &all, &count, &ignored) && count > 0)
        fprintf(stderr, "and %zu programme%s: `crib list --programmes`\n", count, count == 1 ? "" : "s");
}

int cli_list(struct app *app, const struct args *args)
{
    if (args_flag(args, "programmes"))
        return list_programmes(app, args, args_flag(args, "json"));

    struct wanted w = {0};
    struct error err;
    if (!read_wishes(app, args, &w, &err))
        return app_fail(&err);
    if (w.filter.stage != NULL)
        staging_say(app, w.filter.stage);
    if (!args_flag(args, "complete"))
        staging_say_role(app, w.role_item);
    bool listed = args_flag(args, "json") || args_flag(args, "complete");
    bool ok = listed ? list_text(app, args, &w, &err) : list_table(app, &w, &err);
    if (ok && !listed)
        say_programmes(app, &w);
    return ok ? EX_OK : app_fail(&err);
}
