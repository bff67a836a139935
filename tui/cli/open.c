#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "core/library/programme_find.h"
#include "core/record/room.h"
#include "tui/cli/hint_shell.h"
#include "tui/cli/run.h"
#include "tui/content.h"
#include "tui/handing.h"
#include "tui/missed.h"
#include "tui/programme.h"
#include "tui/screen/hub.h"
#include "tui/screen/programme.h"
#include "tui/screen/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

struct opening {
    const char *what;
    struct target target;
};

static bool open_hub(struct screens *s, void *context, struct error *err)
{
    return hub_open(s, context, NULL, err);
}

/* The hub stands below the reader, so that Back leads somewhere. */
static bool start(struct screens *s, struct app *app, void *context, struct error *err)
{
    const struct opening *o = context;
    screens_below(s, open_hub, app);
    if (!reader_open(s, app, o->target.key, o->target.anchor, NULL, err))
        return false;
    const char *by = getenv(HINT_FOUND_BY);
    reader_found_by(s, by != NULL && strcmp(by, "hint") == 0                                      ? FOUND_BY_HINT
                       : o->target.reason == TARGET_ADDRESS || o->target.reason == TARGET_LINK ? FOUND_BY_NAME
                                                                                               : FOUND_BY_SEARCH);
    return true;
}

/* ---- files of a channel ---- */

/* saved: where it is now; NULL where it was only asked for. */
static int file_json(const struct library_file *f, const char *saved)
{
    struct error err;
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_string(&j, "channel", f->channel);
    json_string(&j, "file", f->path);
    json_int(&j, "bytes", (int64_t)f->size);
    json_string(&j, "saved", saved);
    json_close_object(&j);
    output_end_json(&out);
    return output_buf(&out, false, &err) ? EX_OK : app_fail(&err);
}

static int save(struct app *app, const struct args *args)
{
    struct error err;
    struct library_file f;
    const char *saved;
    struct library *library = app_library(app, &err);
    if (args->count > 2) {
        error_set(&err, EX_USAGE, "open", NULL, "--save takes a file's address and where it goes to", "see `crib open --help`");
        return app_fail(&err);
    }
    if (library == NULL || !library_file(library, app->arena, args->words[0], &f, &err) ||
        !handing_save(app, &f, args->count == 2 ? args->words[1] : "", app->arena, &saved, &err))
        return app_fail(&err);
    if (args_flag(args, "json"))
        return file_json(&f, saved);
    struct buf out = {0};
    buf_adds(&out, "saved: ");
    text_safe(&out, saved, strlen(saved), 0);
    buf_addf(&out, " (%zu bytes)\n", (size_t)f.size);
    return output_buf(&out, false, &err) ? EX_OK : app_fail(&err);
}

static int view(struct app *app, const struct library_file *f)
{
    struct error err;
    return app_config(app, &err) != NULL && handing_view(app, f, NULL, &err) ? EX_OK : app_fail(&err);
}

/* Without a screen, or where none is wanted. */
static bool as_lines(const struct args *args)
{
    return !output_has_screen() || args_flag(args, "plain") || args_flag(args, "json");
}

/* ---- programmes ---- */

static bool start_programme(struct screens *s, struct app *app, void *context, struct error *err)
{
    const struct library_programme *p = context;
    screens_below(s, open_hub, app);
    return programme_open(s, app, p->address, err);
}

/* The one that these words find; NULL: none does, or several do, or a word that is nearly a command's does with a letter changed. */
static const struct library_programme *meant(struct app *app, const struct args *args, const char *words)
{
    struct library_programme *all;
    struct programme_hit *found;
    size_t count, n = 0;
    struct error ignored;
    struct search *search = app_search(app, &ignored);
    bool ok = search != NULL && library_programmes(app->library, app->arena, NULL, &all, &count, &ignored) &&
              programme_find(app->arena, all, count, words, (struct strings){0}, true, (struct programme_among){.search = search}, &found, &n);
    search_close(search);
    bool mistyped = ok && n == 1 && found[0].typo && args->count == 1 && command_nearest(args->words[0]) != NULL;
    return ok && n == 1 && !mistyped ? found[0].programme : NULL;
}

static int open_programme(struct app *app, const struct args *args, const struct library_programme *p)
{
    struct library_programme copy = *p;
    if (!as_lines(args))
        return run_screens(app, start_programme, &copy);
    struct args show = {.command = command_find("show"), .words = &copy.address, .count = 1};
    if (args_flag(args, "json"))
        args_set(&show, "json", "");
    return cli_show(app, &show);
}

/* ---- modules and pages ---- */

/* Like a live session's, and like no command. */
static bool is_code(const struct args *args, const char *what)
{
    char code[ROOM_CODE + 1];
    return room_code(what, code) && command_nearest(args->words[0]) == NULL;
}

/* nearest: the id of what hardly fits, or NULL. A first word that is nearly a command's is most likely one. */
static int nothing_fits(struct app *app, const struct args *args, const char *what, const char *nearest)
{
    struct error err;
    char todo[160];
    const char *near = command_nearest(args->words[0]), *why = nearest != NULL ? arena_printf(app->arena, "the nearest is %s", nearest) : NULL;
    bool link = strncasecmp(what, "crib://", 7) == 0;
    if (near != NULL)
        snprintf(todo, sizeof todo, "did you mean the command `crib %s`?", near);
    else
        snprintf(todo, sizeof todo, "%s",
                 is_code(args, what) ? "`crib session join CODE` joins a live session"
                 : link            ? "`crib channel list` names what is installed: it may be of another channel"
                 : nearest != NULL ? "`crib find` lists what has some of the words"
                                   : "`crib find` with other words");
    if ((near == NULL || args->count > 1) && !link) /* a link only reads */
        missed(app, GAP_SEARCH, what);
    error_set(&err, EX_NOINPUT, "nothing fits", what, why, near == NULL && missed_all(app) ? MISSED_ALL : todo);
    return app_fail(&err);
}

/* Without a screen the choice is a list, as `crib find` prints it; a script learns by the status that nothing was opened. */
static int list_choice(struct app *app, const struct args *args, const char *what)
{
    struct error err;
    struct args find = {.command = command_find("find"), .words = args->words, .count = args->count};
    args_set(&find, "all", "");
    if (args_flag(args, "json"))
        args_set(&find, "json", "");
    int status = cli_find(app, &find);
    if (status != EX_OK)
        return status;
    error_set(&err, EX_DATAERR, "which one", what, "several fit", "`crib ID` opens one; `crib show` prints the first");
    return app_fail(&err);
}

/* One thing opens; several are a choice in the hub, and so is what words hardly fit. */
static int open_what(struct app *app, const struct args *args, const char *what)
{
    struct error err;
    struct library *library = app_library(app, &err);
    struct target *targets;
    size_t count;
    struct library_file f;
    struct error no_file = {0};
    if (library != NULL && library_file_named(what) && library_file(library, app->arena, what, &f, &no_file))
        return args_flag(args, "json") ? file_json(&f, NULL) : view(app, &f);
    if (library == NULL || !library_resolve(library, app->arena, what, &targets, &count, &err))
        return app_fail(&err);
    const struct library_programme *programme = NULL;
    if ((count == 0 || targets[0].reason == TARGET_WORDS) && !programme_named(app, app->arena, what, &programme, &err))
        return app_fail(&err);
    if (programme != NULL)
        return open_programme(app, args, programme);
    if (no_file.code != 0 && (count == 0 || targets[0].reason == TARGET_WORDS))
        return app_fail(&no_file); /* a page may be called so, too */
    if ((count == 0 || targets[0].poor) && (programme = meant(app, args, what)) != NULL)
        return open_programme(app, args, programme);
    bool lines = as_lines(args);
    if (!lines && (count == 0 || targets[0].poor) && is_code(args, what))
        return cli_hub(app, what); /* it offers to join */
    bool mistyped = args->count == 1 && count > 0 && targets[0].guessed && command_nearest(args->words[0]) != NULL;
    if (count == 0 || mistyped || (targets[0].poor && lines))
        return nothing_fits(app, args, what, count > 0 ? targets[0].id : NULL);
    const char *stage = args_value(args, "stage");
    if (targets[0].stage[0] != '\0' && stage == NULL)
        stage = targets[0].stage;
    if (stage != NULL && !config_override(app->config, CONFIG_STAGE, stage, "--stage", &err))
        return app_fail(&err);
    if (lines) {
        struct args show = {.command = command_find("show"), .words = args->words, .count = args->count};
        if (args_flag(args, "plain"))
            args_set(&show, "plain", "");
        if (args_flag(args, "json"))
            args_set(&show, "json", "");
        if (count > 1 && targets[0].reason == TARGET_WORDS)
            return list_choice(app, args, what);
        return cli_show(app, &show);
    }
    if (count > 1 || targets[0].poor)
        return cli_hub(app, what);
    struct opening o = {.what = what, .target = targets[0]};
    if (o.target.reason == TARGET_CODE)
        library_place(library, app->arena, what, &o.target);
    return run_screens(app, start, &o);
}

int cli_open(struct app *app, const struct args *args)
{
    struct buf what = {0};
    struct error err;
    if (args_flag(args, "save"))
        return save(app, args);
    args_join(args, &what);
    int status = buf_ok(&what) ? open_what(app, args, buf_text(&what)) : (error_memory(&err), app_fail(&err));
    buf_free(&what);
    return status;
}
