#include "tui/app.h"

#include "core/base/account.h"
#include "core/base/clock.h"
#include "core/base/context.h"
#include "core/base/output.h"
#include "core/library/library_facets.h"
#include "core/record/erase.h"
#include "core/record/heal.h"
#include "tui/hints.h"
#include "tui/kiosk.h"
#include "tui/visit.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

bool app_open(struct app *app, const char *program, struct error *err)
{
    memset(app, 0, sizeof *app);
    app->program = program;
    app->arena = arena_open();
    return app->arena != NULL || error_memory(err);
}

bool app_places(struct app *app, struct error *err)
{
    return places_find(app->arena, &app->places, err);
}

void app_close(struct app *app)
{
    if (app->record != NULL && !app->record_read_only)
        hints_move(app);
    record_close(app->record);
    library_close(app->library);
    arena_close(app->arena);
    memset(app, 0, sizeof *app);
}

void app_warn_config(const struct config *config)
{
    static const enum config_origin files[] = {ORIGIN_SYSTEM, ORIGIN_USER};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct error *unread = config_unread(config, files[i]);
        if (unread == NULL)
            continue;
        struct error warning = *unread;
        snprintf(warning.what, sizeof warning.what, "going on without the configuration");
        error_print(&warning, "crib", stderr);
    }
}

struct config *app_config(struct app *app, struct error *err)
{
    if (app->config == NULL) {
        app->config = config_load(app->arena, &app->places, NULL, err);
        if (app->config != NULL)
            app_warn_config(app->config);
    }
    return app->config;
}

struct library *app_library(struct app *app, struct error *err)
{
    if (app->library == NULL) {
        struct config *config = app_config(app, err);
        if (config == NULL)
            return NULL;
        app->library = library_open(&app->places, app->library_flags, config_text(config, CONFIG_LANGUAGE), err);
        if (app->library != NULL && library_left_out(app->library) != NULL)
            app->left_out = *library_left_out(app->library);
    }
    return app->library;
}

bool app_take_again(struct app *app)
{
    struct error why = {0};
    struct library *again = app->config != NULL ? library_open(&app->places, app->library_flags,
                                                               config_text(app->config, CONFIG_LANGUAGE), &why)
                                                : NULL;
    struct search *both = again != NULL && library_left_out(again) == NULL ? library_search(again, &why, &why) : NULL;
    bool whole = both != NULL && why.code == 0;
    search_close(both);
    if (!whole) {
        library_close(again);
        return false;
    }
    library_close(app->library);
    app->library = again;
    app->left_out.code = 0;
    return true;
}

struct search *app_search(struct app *app, struct error *err)
{
    struct library *library = app_library(app, err);
    return library != NULL ? library_search(library, &app->left_out, err) : NULL;
}

static const char *record_path(struct app *app)
{
    return file_join(app->arena, app->places.data, "record.db");
}

static bool take_circumstances(struct app *app, struct error *err)
{
    const struct context *here = app_context(app);
    struct circumstances now = {.stage = here->stage,         .asset = here->asset,     .order = here->work_order,
                                .programme = app->programme, .element = app->element, .session = app->session};
    return record_circumstances(app->record, &now, err);
}

static bool take_learner(struct app *app, struct error *err)
{
    return visit_learner(app, &app->learner, err) && take_circumstances(app, err);
}

static bool take_copy(struct app *app, const char **to, const char *text)
{
    if (text == NULL || *to == NULL || strcmp(*to, text) != 0)
        *to = text != NULL ? arena_strdup(app->arena, text) : NULL;
    return text == NULL || *to != NULL;
}

bool app_within(struct app *app, const char *programme, const char *element, const char *session, struct error *err)
{
    if (!take_copy(app, &app->programme, programme) || !take_copy(app, &app->element, element) ||
        !take_copy(app, &app->session, session))
        return error_memory(err);
    return app->record == NULL || take_circumstances(app, err);
}

/* A configuration that says nothing of copies, or can't be read, is none. */
static bool find_keep(struct app *app, struct keep *keep, struct error *err)
{
    return keep_read(app->arena, &app->places, app_config(app, NULL), keep, NULL) || keep_read(app->arena, &app->places, NULL, keep, err);
}

bool app_copies(struct app *app, struct kept_copy **copies, size_t *count)
{
    struct keep keep;
    *count = 0;
    return find_keep(app, &keep, NULL) && keep_list(app->arena, &keep, copies, count, NULL) && *count > 0;
}

/* Where a record was once, perhaps somebody misses it. */
static void say_begun(struct app *app)
{
    struct kept_copy *copies;
    size_t count;
    if (app_copies(app, &copies, &count))
        app->healed = arena_printf(app->arena, "there was no record, and a new one is begun; `crib restore %s` brings back the copy of %s",
                                   copies[0].path, copies[0].day);
}

/* Opened, and healed first where it is damaged. */
static struct record *open_healed(struct app *app, const char *path, unsigned flags, struct error *err)
{
    struct keep keep;
    struct healing healing = {0};
    struct stat st;
    bool there = stat(path, &st) == 0, empty = there && st.st_size == 0;
    if (!there && !places_ours(app->arena, &app->places, err))
        return NULL;
    struct record *r = empty ? NULL : flags == HEAL_READ ? record_open_read(path, err) : record_open(path, err);
    if (r != NULL && !there)
        say_begun(app);
    if (r != NULL || (!empty && err->code != EX_DATAERR) || !find_keep(app, &keep, err))
        return r;
    r = heal_open(path, flags, app->arena, &keep, &healing, err);
    if (healing.told.len > 0)
        app->healed = arena_strdup(app->arena, buf_text(&healing.told));
    buf_free(&healing.told);
    return r;
}

static bool soon(void *context, int64_t looked, int64_t all)
{
    const int64_t *until_ms = context;
    (void)looked;
    (void)all;
    return clock_monotonic_ms() < *until_ms;
}

/* Somebody waits for the start: of millions of events the rest is left to the next sync, or to the night. */
static void forget_rest(struct record *r)
{
    enum { PATIENCE_MS = 2000 };
    int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    record_erase_watch(r, soon, &until_ms);
    (void)record_erase_finish(r, clock_wall_ms(), NULL);
    record_erase_watch(r, NULL, NULL);
}

struct record *app_record_of_nobody(struct app *app, struct error *err)
{
    if (app->record != NULL && !app->record_read_only && !record_damaged(app->record))
        return app->record;
    const char *path = record_path(app);
    if (path == NULL) {
        error_memory(err);
        return NULL;
    }
    record_close(app->record);
    app->record_read_only = false;
    struct error why = {0};
    app->record = open_healed(app, path, 0, &why);
    if (app->record == NULL && err != NULL)
        *err = why;
    if (app->record != NULL) /* what can't be ended now is ended next time */
        forget_rest(app->record);
    if (app->record != NULL && !take_learner(app, err)) {
        record_close(app->record);
        app->record = NULL;
    }
    return app->record;
}

struct record *app_record(struct app *app, struct error *err)
{
    struct record *record = app_record_of_nobody(app, err);
    return record == NULL || (!visit_wanted(app) && !app->guest) ? record : (visit_refuse(app, err), NULL);
}

struct record *app_record_of_account(struct app *app, int64_t *learner, struct error *err)
{
    struct record *record = app_record_of_nobody(app, err);
    const char *own = record == NULL ? NULL : app->account != NULL ? app->account : account_name(app->arena);
    if (record != NULL && own == NULL)
        error_memory(err);
    return own != NULL && record_learner(record, own, learner, err) ? record : NULL;
}

struct record *app_record_if_any(struct app *app, struct error *err)
{
    if (app->record != NULL && !record_damaged(app->record))
        return app->record;
    record_close(app->record);
    app->record = NULL;
    const char *path = record_path(app);
    struct stat st;
    struct kept_copy *copies;
    size_t count;
    if (path == NULL || lstat(path, &st) != 0 || (S_ISREG(st.st_mode) && st.st_size == 0 && !app_copies(app, &copies, &count)))
        return NULL;
    struct error why = {0};
    app->record = open_healed(app, path, HEAL_READ, &why);
    if (app->record == NULL && err != NULL)
        *err = why;
    app->record_read_only = app->record != NULL;
    if (app->record != NULL && !take_learner(app, err)) {
        record_close(app->record);
        app->record = NULL;
    }
    return app->record;
}

const struct context *app_context(struct app *app)
{
    if (app->context == NULL) {
        static const struct context nowhere = {"", "", "", "", ""};
        struct context *found = arena_alloc(app->arena, sizeof *found);
        if (found == NULL)
            return &nowhere;
        *found = nowhere;
        context_find(app->arena, NULL, found, NULL);
        app->context = found;
    }
    return app->context;
}

struct strings app_roles(struct app *app)
{
    const struct learner *visitor = visit_person(app);
    if (visitor != NULL && visitor->roles.count > 0)
        return visitor->roles;
    return app->config != NULL ? config_list(app->config, CONFIG_ROLES) : (struct strings){0};
}

const char *app_stage(struct app *app)
{
    /* A flag or a choice made in this run beats what the directory says. */
    bool said = app->config != NULL && config_get(app->config, CONFIG_STAGE)->origin == ORIGIN_FLAG;
    const char *here = app_context(app)->stage;
    if (here[0] != '\0' && !said)
        return here;
    return app->config != NULL ? config_text(app->config, CONFIG_STAGE) : "";
}

static bool is_dialogue;

void app_is_dialogue(void)
{
    is_dialogue = true;
}

static void print_broken(const struct error *err)
{
    struct buf line = {0}, lines = {0};
    error_line(err, "crib", output_text_flags(), &line);
    wrap_text(buf_text(&line), output_columns(), &lines);
    fprintf(stderr, "%s\n", buf_ok(&line) && buf_ok(&lines) ? buf_text(&lines) : "out of memory");
    buf_free(&line);
    buf_free(&lines);
}

int app_fail(const struct error *err)
{
    if (is_dialogue && output_is_terminal() && isatty(STDERR_FILENO) == 1)
        print_broken(err);
    else
        error_print(err, "crib", stderr);
    return err->code != 0 ? err->code : EX_SOFTWARE;
}

bool app_set_roles(struct app *app, const char *roles, struct error *err)
{
    if (app->kiosk != NULL)
        return kiosk_refuse("cannot change the roles", err);
    const struct learner *visitor = visit_person(app);
    if (visitor != NULL && visitor->roles.count > 0)
        return error_set(err, EX_NOPERM, "your roles here are given with your badge", NULL, NULL, "ask who looks after this device");
    if (app->preview == NULL && !config_set(&app->places, "roles", roles, err))
        return false;
    return app_config(app, err) != NULL && config_override(app->config, CONFIG_ROLES, roles, "the hub", err);
}

bool app_choose(struct app *app, enum config_key key, const char *value, const char **hint, struct error *err)
{
    if (app_config(app, err) == NULL)
        return false;
    const struct config_value *before = config_get(app->config, key);
    const struct context *here = app_context(app);
    struct error why = {0};
    if (before->origin == ORIGIN_ENVIRONMENT || before->origin == ORIGIN_USER)
        app->for_now[key] = arena_printf(app->arena, "for now: %s says %s",
                                         before->origin == ORIGIN_USER ? "config.yaml" : before->where,
                                         before->text[0] != '\0' ? before->text : "none");
    else if (key == CONFIG_STAGE && here->stage[0] != '\0')
        app->for_now[key] = arena_printf(app->arena, "for now: %s says %s", here->from, here->stage);
    if (app->kiosk != NULL) /* the configuration is read anew for the next person */
        app->for_now[key] = "for this visit";
    *hint = app->for_now[key];
    if (*hint == NULL && app->preview == NULL && !config_choose(&app->places, key, value, &why))
        *hint = arena_printf(app->arena, "for now: %s", why.why[0] != '\0' ? why.why : why.what);
    return config_override(app->config, key, value, "a key", err);
}

bool app_next_stage(struct app *app, const char **hint, struct error *err)
{
    struct strings stages;
    size_t at = 0;
    struct library *library = app_library(app, err);
    if (library == NULL || !library_choices(library, app->arena, FACET_STAGE, &stages, err))
        return false;
    const char *now = app_stage(app);
    while (at < stages.count && strcmp(stages.items[at], now) != 0)
        at++;
    const char *next = at == stages.count ? (at > 0 ? stages.items[0] : "")
                       : at + 1 < stages.count ? stages.items[at + 1] : "";
    return app_choose(app, CONFIG_STAGE, next, hint, err);
}
