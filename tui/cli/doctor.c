#include "tui/cli/doctor.h"
#include "tui/cli/kiosk.h"
#include "tui/kiosk.h"

#include "core/base/clock.h"
#include "core/base/db.h"
#include "core/base/output.h"
#include "core/library/trigger.h"
#include "core/record/heal.h"
#include "tui/cli/cli.h"
#include "tui/staging.h"
#include "tui/visit.h"
#include "tui/widget/wrap.h"

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

enum { SMALL_DISK_MB = 50, READ_MOST = 128 << 20 /* bytes of a file that is read through */, SOON_MS = 7 * 24 * 60 * 60 * 1000 };

/* What stands beside the names, broken between words where the terminal is too narrow; one line each in a pipe. */
static void add_beside(struct buf *out, const char *text, bool below)
{
    enum { BESIDE = 23, LEAST = 20 };
    struct buf safe = {0};
    text_safe(&safe, text, strlen(text), 0);
    size_t columns = output_is_terminal() ? output_columns() : SIZE_MAX;
    struct wrap w = wrap_start(buf_text(&safe), safe.len, columns > BESIDE + LEAST ? columns - BESIDE : SIZE_MAX);
    bool first = !below;
    while (wrap_next(&w)) {
        buf_addn(out, ' ', first ? 0 : BESIDE);
        buf_add(out, w.line, w.length);
        buf_addc(out, '\n');
        first = false;
    }
    if (first)
        buf_addc(out, '\n');
    buf_free(&safe);
}

void say(struct findings *f, enum finding kind, const char *what, const char *found, const char *remedy)
{
    static const char *const words[] = {"ok", "note", "broken"};
    f->broken |= kind == BROKEN;
    if (f->as_json) {
        json_open_object(&f->json, NULL);
        json_string(&f->json, "what", what);
        json_string(&f->json, "state", words[kind]);
        json_string(&f->json, "found", found);
        json_string(&f->json, "remedy", remedy[0] != '\0' ? remedy : NULL);
        json_close_object(&f->json);
        return;
    }
    struct buf line = {0};
    buf_addf(&line, "%-7s %-14s ", words[kind], what);
    text_safe(&f->out, buf_text(&line), line.len, 0);
    buf_free(&line);
    add_beside(&f->out, found, false);
    if (remedy[0] != '\0')
        add_beside(&f->out, remedy, true);
}

void say_error(struct findings *f, const char *what, const struct error *err)
{
    struct buf found = {0};
    error_words(err, &found);
    say(f, BROKEN, what, buf_text(&found), err->todo);
    buf_free(&found);
}

/* The directory itself, or the nearest one above it that exists: where it would be made. */
static void nearest_above(char *path, struct stat *st)
{
    while (stat(path, st) != 0 && path[1] != '\0') {
        char *slash = strrchr(path, '/');
        if (slash == NULL)
            return;
        slash[slash == path] = '\0';
    }
}

static void look_at_place(struct findings *f, const char *what, const char *path)
{
    struct stat st = {0};
    struct statvfs disk;
    char at[4096], found[4400];
    snprintf(at, sizeof at, "%s", path);
    nearest_above(at, &st);
    bool made = strcmp(at, path) == 0;
    if (!S_ISDIR(st.st_mode) || access(at, W_OK | X_OK) != 0) {
        snprintf(found, sizeof found, "%s: %s", at, S_ISDIR(st.st_mode) ? strerror(errno) : strerror(ENOTDIR));
        say(f, BROKEN, what, found, "make it a writable directory, or set CRIB_HOME to one");
        return;
    }
    unsigned long long free_mb = ULLONG_MAX;
    if (statvfs(at, &disk) == 0)
        free_mb = (unsigned long long)disk.f_bavail * disk.f_frsize / 1000000;
    snprintf(found, sizeof found, "%s%s, %llu MB free", path, made ? "" : " (not made yet)", free_mb);
    if (free_mb < SMALL_DISK_MB)
        say(f, BROKEN, what, found, "free some disk space: answers can't be kept on a full disk");
    else
        say(f, FINE, what, found, "");
    if (made && (st.st_mode & 022) != 0) {
        snprintf(found, sizeof found, "%s can be written by others", path);
        say(f, WORTH_KNOWING, what, found, "chmod go-w it");
    }
}

static void say_none(struct findings *f, struct app *app)
{
    struct kept_copy *copies;
    size_t count;
    if (app_copies(app, &copies, &count))
        say(f, WORTH_KNOWING, "record", arena_printf(app->arena, "none, but %zu cop%s of one, the newest of %s", count,
                                                     count == 1 ? "y" : "ies", copies[0].day),
            arena_printf(app->arena, "crib restore %s brings it back, before anything new is learned", copies[0].path));
    else
        say(f, FINE, "record", "none yet: it is made with the first thing learned", "");
}

static void look_at_record(struct findings *f, struct app *app)
{
    struct error err = {0};
    char path[4200];
    snprintf(path, sizeof path, "%s/record.db", app->places.data);
    struct stat st;
    struct record *record = app_record_if_any(app, &err);
    if (record == NULL && err.code != 0) {
        say_error(f, "record", &err);
        return;
    }
    if (record == NULL && stat(path, &st) == 0) {
        say(f, WORTH_KNOWING, "record", "record.db is empty",
            "if anything was in it, restore a backup before you go on; else it is filled with the first thing learned");
        return;
    }
    if (record == NULL) {
        say_none(f, app);
        return;
    }
    if (access(path, R_OK | W_OK) != 0)
        say(f, BROKEN, "record", arena_printf(app->arena, "%s: it can't be written: %s", path, strerror(errno)),
            "chown it to the account that learns here, and chmod 600 it: nothing is kept until then");
    else if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
        say(f, WORTH_KNOWING, "record", "others can read it", "chmod 600 it");
    else
        say(f, FINE, "record", path, "");
}

/* Both libraries' indexes, each for itself: which one is to be made anew must be said. */
static void look_at_indexes(struct findings *f, struct app *app, struct library *library)
{
    struct error err = {0};
    struct search *s = app_search(app, &err);
    if (s == NULL) {
        say_error(f, "search", &err);
        return;
    }
    size_t documents = search_count(s);
    bool whole = true;
    search_close(s);
    for (size_t n = 0; n < 2; n++) {
        const char *dir = library_index_dir(library, n);
        s = dir != NULL ? search_open(dir, NULL) : NULL;
        if (s != NULL && !search_whole(s)) {
            const char *remedy = arena_printf(app->arena, n == 0 ? "remove %s: it is made anew"
                                                                 : "as root: remove %s and run any crib command", dir);
            say(f, BROKEN, "search", "the search index is damaged", remedy != NULL ? remedy : "");
            whole = false;
        }
        search_close(s);
    }
    if (app->left_out.code != 0)
        say_error(f, "search", &app->left_out);
    app->left_out.code = 0; /* said */
    const char *found = arena_printf(app->arena, "%zu document%s in the index", documents, documents == 1 ? "" : "s");
    if (whole)
        say(f, FINE, "search", found != NULL ? found : "", "");
}

/* The compiled triggers, of which the shell's hints are made: both libraries', each for itself. */
static void look_at_triggers(struct findings *f, struct app *app, struct library *library)
{
    size_t codes = 0, outputs = 0;
    bool whole = true;
    for (size_t n = 0; n < 2; n++) {
        struct error err = {0};
        const char *dir = library_index_dir(library, n);
        struct triggers *t = dir != NULL ? triggers_open(dir, NULL, NULL, NULL, &err) : NULL;
        if (dir != NULL && (t == NULL || !triggers_whole(t))) {
            say(f, BROKEN, "triggers", "the compiled triggers are damaged: no hints are offered",
                n == 0 ? "crib sync makes them anew" : "as root: crib sync, with CRIB_HOME at the library of all users");
            whole = false;
        } else if (t != NULL) {
            codes += triggers_entries(t);
            outputs += triggers_outputs(t);
        }
        triggers_close(t);
    }
    const char *found = arena_printf(app->arena, "%zu codes, tags and commands, %zu patterns of output", codes, outputs);
    if (whole)
        say(f, FINE, "triggers", found != NULL ? found : "", "");
}

/* Of a published channel: has its time run out, or is the clock wrong? */
static void look_at_dates(struct findings *f, const struct library_channel *c)
{
    char day[16], found[400];
    int64_t now = clock_wall_ms();
    if (library_stale(c->published_ms, c->expires_ms, now)) {
        clock_format_day(c->expires_ms, day, sizeof day);
        snprintf(found, sizeof found, "%s: out of date since %s", c->id, day);
        say(f, WORTH_KNOWING, "channel", found, "crib sync; where that brings nothing newer, ask its publisher");
    }
    if (!library_stale(c->published_ms, c->expires_ms, now) && c->expires_ms > 0 && c->expires_ms - now < SOON_MS) {
        clock_format_day(c->expires_ms, day, sizeof day);
        snprintf(found, sizeof found, "%s: out of date from %s on", c->id, day);
        say(f, WORTH_KNOWING, "channel", found, "its publisher publishes it once more before that day, and crib sync brings it");
    }
    if (library_clock_wrong(c->published_ms, now)) {
        clock_format_day(c->published_ms, day, sizeof day);
        snprintf(found, sizeof found, "before %s, when %s was published", day, c->id);
        say(f, BROKEN, "clock", found, "set it: what is out of date can't be told with a wrong clock");
    }
}

/* A mistyped role hides what is for the right one. */
static void look_at_roles(struct findings *f, struct app *app)
{
    struct error err;
    struct strings roles = app_roles(app);
    for (size_t i = 0; i < roles.count; i++)
        if (!staging_roles_known(app, (struct strings){&roles.items[i], 1}, &err))
            say(f, WORTH_KNOWING, "roles", arena_printf(app->arena, "nothing here is for `%s`", roles.items[i]), err.todo);
}

static void look_at_stage(struct findings *f, struct app *app)
{
    struct error err;
    if (!staging_known(app, app_stage(app), &err))
        say(f, WORTH_KNOWING, "stage", arena_printf(app->arena, "nothing here is for `%s`", app_stage(app)), err.todo);
}

/* Damage that nobody came by yet. */
static void look_into(struct findings *f, struct app *app, const char *what, const char *name, const char *remedy)
{
    struct error err = {0};
    struct buf why = {0};
    bool damaged = false;
    struct stat st;
    const char *path = file_join(app->arena, app->places.data, name);
    if (path != NULL && stat(path, &st) == 0 && st.st_size <= READ_MOST && heal_damaged(path, &damaged, &why, &err) && damaged)
        say(f, BROKEN, what, arena_printf(app->arena, "%s is damaged: %s", path, buf_text(&why)), remedy);
    buf_free(&why);
}

static void look_at_library(struct findings *f, struct app *app)
{
    struct error err = {0};
    struct library *library = app_library(app, &err);
    struct library_channel *channels;
    size_t count;
    if (library == NULL || !library_channels(library, app->arena, &channels, &count, &err)) {
        say_error(f, "library", &err);
        return;
    }
    look_into(f, app, "library", "library.db", "it is a cache: delete it, and crib sync makes it anew from its channels");
    const char *shared = file_join(app->arena, app->places.system_data, "library.db");
    if (shared != NULL && access(shared, F_OK) == 0 && access(shared, R_OK) != 0)
        say(f, WORTH_KNOWING, "library", "the library of all users can't be read", "as root: chmod -R a+rX its directory");
    if (count == 0)
        say(f, WORTH_KNOWING, "library", "no channel is installed", "crib channel add DIR");
    for (size_t i = 0; i < count; i++) {
        bool published = channels[i].url[0] != '\0';
        const char *found = arena_printf(app->arena, "%s: %zu module%s, %zu page%s, %zu programme%s, from %s", channels[i].id,
                                         channels[i].modules, channels[i].modules == 1 ? "" : "s", channels[i].pages,
                                         channels[i].pages == 1 ? "" : "s", channels[i].programmes,
                                         channels[i].programmes == 1 ? "" : "s", published ? channels[i].url : channels[i].dir);
        bool gone = channels[i].dir[0] != '\0' && access(channels[i].dir, R_OK) != 0;
        say(f, gone ? WORTH_KNOWING : FINE, "channel", found != NULL ? found : channels[i].id,
            gone ? "its directory can't be read now: what is installed stays" : "");
        if (published)
            look_at_dates(f, &channels[i]);
    }
    look_at_roles(f, app);
    look_at_stage(f, app);
    look_at_indexes(f, app, library);
    look_at_triggers(f, app, library);
}

static void look_at_terminal(struct findings *f)
{
    char found[200];
    output_take_locale(); /* what a terminal would get, when this goes into a pipe */
    const char *term = getenv("TERM"), *codes = nl_langinfo(CODESET);
    bool utf8 = strcmp(codes, "UTF-8") == 0;
    snprintf(found, sizeof found, "%s", codes);
    say(f, utf8 ? FINE : WORTH_KNOWING, "locale", found, utf8 ? "" : "ASCII is shown; LANG=C.UTF-8 shows all characters");
    if (!isatty(STDOUT_FILENO)) {
        say(f, FINE, "terminal", "output is not one", "");
        return;
    }
    snprintf(found, sizeof found, "TERM=%s, %zu x %zu, %d colours", term != NULL ? term : "", output_columns(),
             output_rows(), output_colours());
    say(f, term == NULL || term[0] == '\0' ? WORTH_KNOWING : FINE, "terminal", found,
        term == NULL || term[0] == '\0' ? "set TERM" : "");
}

static void look_at_sqlite(struct findings *f)
{
    char found[120];
    bool fts = db_has_fts5();
    snprintf(found, sizeof found, "%s, FTS5 %s", db_engine(), fts ? "built in" : "not built in (not needed)");
    say(f, FINE, "SQLite", found, "");
}

static void look_at_configuration(struct findings *f, struct app *app)
{
    struct error err = {0};
    struct diags *diags = diags_open();
    struct arena *a = arena_open();
    const struct config *c = a != NULL && diags != NULL ? config_load(a, &app->places, diags, &err) : NULL;
    struct kiosk_settings kiosk;
    if (c != NULL)
        kiosk_settings(c, &kiosk, diags);
    const struct error *shared = c != NULL ? config_unread(c, ORIGIN_SYSTEM) : &err,
                       *own = c != NULL ? config_unread(c, ORIGIN_USER) : NULL;
    if (shared != NULL)
        say_error(f, "configuration", shared);
    if (own != NULL)
        say_error(f, "configuration", own);
    if (shared == NULL && own == NULL && diags_count(diags) == 0)
        say(f, FINE, "configuration", app->places.config, "");
    for (size_t i = 0; diags != NULL && i < diags_count(diags); i++) {
        const struct diag *d = diags_at(diags, i);
        const char *found = arena_printf(app->arena, "%s:%zu: %s", d->file, d->line, d->text);
        say(f, WORTH_KNOWING, "configuration", found != NULL ? found : d->text, d->todo);
    }
    arena_close(a);
    diags_close(diags);
}

int cli_doctor(struct app *app, const struct args *args)
{
    struct findings f = {.as_json = args_flag(args, "json")};
    f.json.out = &f.out;
    if (f.as_json)
        json_open_array(&f.json, NULL);
    look_at_place(&f, "data", app->places.data);
    if (strcmp(app->places.state, app->places.data) != 0)
        look_at_place(&f, "state", app->places.state);
    look_at_configuration(&f, app);
    if (visit_shared(app))
        say(&f, FINE, "account", "several people share it: quizzes, recall and notes ask who it is", "");
    look_at_record(&f, app);
    look_at_care(&f, app);
    look_at_people(&f, app);
    look_into(&f, app, "channels", "trust.db", "move it away and add the channels again with their keys, a site's by `crib enrol`; the record is untouched");
    look_at_library(&f, app);
    look_at_tools(&f, app);
    look_at_network(&f, app, args_flag(args, "network"));
    look_at_kiosk(&f, app);
    look_at_sqlite(&f);
    look_at_terminal(&f);
    if (f.as_json) {
        json_close_array(&f.json);
        output_end_json(&f.out);
    }
    struct error err;
    bool ok = output_buf(&f.out, false, &err);
    if (!ok)
        return app_fail(&err);
    return f.broken ? EX_CONFIG : EX_OK;
}
