#include "sync/channel/local.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/library/library.h"
#include "sync/channel/anew.h"
#include "sync/channel/keyfile.h"
#include "sync/channel/progress.h"
#include "sync/channel/remote.h"
#include "sync/channel/report.h"
#include "sync/channel/url.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* ---- one installation ---- */

/* What is refused is said in full: it isn't in the library. */
static void say_refused(struct diags *diags, const struct library_result *r)
{
    if (r->refused == 0)
        return;
    diags_sort(diags);
    struct buf text = {0};
    diags_text(diags, &text);
    fputs(buf_text(&text), stderr);
    buf_free(&text);
}

static void say_implied(const char *dir, const char *id)
{
    struct buf text = {0};
    text_safe(&text, dir, strlen(dir), 0);
    buf_addf(&text, " has no channel.yaml: its id is `%s`, made from the directory's name\n", id);
    fputs(buf_text(&text), stderr);
    buf_free(&text);
}

struct run {
    struct arena *arena;
    struct library *library;
    struct progress progress;
    const struct places *places;
    struct told *told;
    struct trust_channel *remotes;
    size_t remote_count;
    bool json, quiet;
    struct buf out;
    struct json j;
};

static bool install(struct run *run, const char *dir, const char *name, struct error *err)
{
    struct diags *diags = diags_open();
    if (diags == NULL)
        return error_memory(err);
    struct library_result r;
    const struct library_progress progress = progress_of(&run->progress, name);
    bool ok = library_install(run->library, dir, &progress, diags, run->arena, &r, err);
    progress_end(&run->progress);
    if (ok) {
        run->told->files += r.added + r.changed + r.removed;
        if (run->json)
            report_json(&run->j, &r, diags);
        else if (!run->quiet)
            report_text(&run->out, &r, dir, diags);
        if (r.implied && r.added > 0 && !run->quiet)
            say_implied(dir, r.channel);
        say_refused(diags, &r);
    }
    diags_close(diags);
    return ok;
}

static bool flush_run(struct run *run, struct error *err)
{
    bool ok = buf_ok(&run->out) ? output_text(buf_text(&run->out), run->out.len, false, err) : error_memory(err);
    buf_clear(&run->out);
    return ok;
}

/* ---- list ---- */

/* What trust.db says of a channel from elsewhere; NULL of another. */
static const struct trust_channel *trusted(const struct run *run, const struct library_channel *c)
{
    for (size_t i = 0; i < run->remote_count; i++)
        if (strcmp(run->remotes[i].url, c->url) == 0)
            return &run->remotes[i];
    return NULL;
}

static void remote_json(struct json *j, const struct library_channel *c, const struct trust_channel *t)
{
    json_string(j, "url", t->url);
    json_string(j, "key", t->pinned);
    json_int(j, "version", c != NULL ? c->version : t->seen.version);
    json_int(j, "published", t->seen.published_ms);
    json_int(j, "expires", t->seen.expires_ms);
    json_bool(j, "stale", t->seen.expires_ms > 0 &&
                              library_stale(t->seen.published_ms, t->seen.expires_ms, clock_wall_ms()));
    json_int(j, "tried", t->tried_ms);
    json_int(j, "reached", t->synced_ms);
    json_string(j, "error", t->error[0] != '\0' ? t->error : NULL);
}

static void channel_json(struct json *j, const struct library_channel *c, const struct trust_channel *t)
{
    json_open_object(j, NULL);
    json_string(j, "id", c->id);
    json_string(j, "name", c->name);
    json_string(j, "dir", c->dir);
    json_string(j, "iri", c->iri);
    json_int(j, "modules", (int64_t)c->modules);
    json_int(j, "pages", (int64_t)c->pages);
    json_int(j, "programmes", (int64_t)c->programmes);
    json_int(j, "installed", c->installed_ms);
    json_int(j, "synced", c->synced_ms);
    json_bool(j, "system", c->system);
    if (t != NULL)
        remote_json(j, c, t);
    json_close_object(j);
}

/* "https://example.com/plant/ (out of date)" */
static const char *place_of(struct run *run, const struct library_channel *c)
{
    const struct trust_channel *t = trusted(run, c);
    const char *place = c->url[0] != '\0' ? c->url : c->dir, *state = "";
    if (c->url[0] != '\0' && library_stale(c->published_ms, c->expires_ms, clock_wall_ms()))
        state = " (out of date)";
    else if (t != NULL && t->error[0] != '\0')
        state = " (the last sync failed)";
    const char *text = arena_printf(run->arena, "%s%s", place, state);
    return text != NULL ? text : place;
}

/* Channels that were added, and could not be reached yet. */
static bool is_installed(const struct trust_channel *t, const struct library_channel *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i].url, t->url) == 0)
            return true;
    return false;
}

static void add_waiting(struct run *run, struct table *t, const struct library_channel *items, size_t count)
{
    for (size_t i = 0; i < run->remote_count; i++) {
        const struct trust_channel *c = &run->remotes[i];
        if (is_installed(c, items, count))
            continue;
        const char *const row[] = {"-", "", "", "", "", "", arena_printf(run->arena, "%s (not fetched yet)", c->url)};
        for (size_t k = 0; k < sizeof row / sizeof *row; k++)
            table_add(t, row[k] != NULL ? row[k] : c->url);
    }
}

static const char no_channel[] = "no channel is installed (`crib channel add DIR` or `crib channel add URL --key KEY` does it)";

static bool channel_table(struct run *run, const struct library_channel *items, size_t count, struct error *err)
{
    static const struct table_column columns[] = {{"channel", false, false}, {"name", false, true},
                                                  {"modules", true, false},  {"pages", true, false},
                                                  {"programmes", true, false},
                                                  {"changed", false, false}, {"from", false, true}};
    struct table *t = table_open(columns, sizeof columns / sizeof *columns);
    if (t == NULL)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        char day[16];
        clock_format_day(items[i].synced_ms, day, sizeof day);
        table_add(t, items[i].id);
        table_add(t, items[i].name);
        table_add(t, arena_printf(run->arena, "%zu", items[i].modules));
        table_add(t, arena_printf(run->arena, "%zu", items[i].pages));
        table_add(t, arena_printf(run->arena, "%zu", items[i].programmes));
        table_add(t, day);
        table_add(t, place_of(run, &items[i]));
    }
    add_waiting(run, t, items, count);
    bool ok = table_print(t, no_channel, err);
    table_close(t);
    return ok;
}

static bool list(struct run *run, struct error *err)
{
    struct library_channel *items;
    size_t count;
    if (!library_channels(run->library, run->arena, &items, &count, err) ||
        !remote_list(run->arena, run->places, &run->remotes, &run->remote_count, err))
        return false;
    if (!run->json)
        return channel_table(run, items, count, err);
    json_open_array(&run->j, NULL);
    for (size_t i = 0; i < count; i++)
        channel_json(&run->j, &items[i], trusted(run, &items[i]));
    for (size_t i = 0; i < run->remote_count; i++) {
        if (is_installed(&run->remotes[i], items, count))
            continue;
        json_open_object(&run->j, NULL);
        json_string(&run->j, "id", NULL);
        remote_json(&run->j, NULL, &run->remotes[i]);
        json_close_object(&run->j);
    }
    json_close_array(&run->j);
    output_end_json(&run->out);
    return flush_run(run, err);
}

/* ---- the commands ---- */

static bool open_run_as(struct run *run, struct arena *a, const struct places *places, bool json, bool quiet, unsigned flags,
                        struct told *told, struct error *err)
{
    *told = (struct told){.began_ms = clock_wall_ms()};
    *run = (struct run){.arena = a, .places = places, .told = told, .json = json, .quiet = quiet};
    run->j.out = &run->out;
    progress_open(&run->progress, run->quiet || run->json);
    struct error why = {0};
    run->library = library_open(places, flags, "", &why);
    if (run->library == NULL && (flags & LIBRARY_WRITE) != 0 && why.code == EX_DATAERR && anew_drop(a, places))
        run->library = library_open(places, flags, "", &why);
    if (run->library == NULL && err != NULL)
        *err = why;
    return run->library != NULL;
}

static bool open_run(struct run *run, struct arena *a, const struct places *places, const struct args *args,
                     unsigned flags, struct told *told, struct error *err)
{
    return open_run_as(run, a, places, args_flag(args, "json"), args_flag(args, "quiet"), flags, told, err);
}

static void close_run(struct run *run)
{
    library_close(run->library);
    buf_free(&run->out);
}

static bool usage(const char *why, struct error *err)
{
    return error_set(err, EX_USAGE, "channel", NULL, why, "see `crib channel --help`");
}

/* ---- published channels ---- */

/* One channel's failure is said, and kept for the end where it is the first. */
static bool report_failure(const struct remote_result *r, bool first, struct error *err)
{
    struct error why = r->err;
    if (r->id[0] != '\0' && strcmp(r->id, why.where) != 0)
        error_add(&why, r->id);
    if (first && err != NULL)
        *err = why;
    else
        error_print(&why, "crib", stderr);
    return false;
}

static bool report_remotes(struct run *run, struct remote_result *results, size_t count, bool dry, struct error *err)
{
    bool ok = true;
    struct buf warnings = {0};
    for (size_t i = 0; i < count; i++) {
        struct remote_result *r = &results[i];
        run->told->files += r->library.added + r->library.changed + r->library.removed;
        if (run->json)
            report_remote_json(&run->j, r, dry);
        else if (r->err.code == 0 && !run->quiet)
            report_remote_text(&run->out, r, dry);
        if (r->err.code != 0)
            ok = report_failure(r, ok, err);
        else
            report_remote_warnings(&warnings, r);
        if (r->diags != NULL)
            say_refused(r->diags, &r->library);
        diags_close(r->diags);
    }
    fputs(buf_text(&warnings), stderr);
    buf_free(&warnings);
    return ok;
}

static bool sync_remotes(struct run *run, const char *only, bool dry, long rate, struct error *err)
{
    const struct remote_options options = {only, dry, rate, &run->progress, run->quiet};
    struct remote_result *results;
    size_t count;
    bool ok = remote_sync(run->arena, run->places, run->library, &options, &results, &count, &run->told->site, err);
    progress_end(&run->progress);
    run->told->results = results;
    run->told->count = count;
    return ok && report_remotes(run, results, count, dry, err);
}

/* A channel that was refused is not kept; one that could not be reached waits for a network. */
static bool add_remote(struct run *run, const char *url, const char *key, const char *credentials, const char *ca,
                       struct error *err)
{
    struct trust_channel *before;
    size_t count;
    bool was_there = false, removed;
    if (key == NULL)
        return error_set(err, EX_USAGE, "whose channel is this", url, "a channel from elsewhere needs its publisher's key",
                         "`crib channel add URL --key RWQ...`");
    if (!remote_list(run->arena, run->places, &before, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        was_there = was_there || strcmp(before[i].url, url) == 0;
    struct error why = {0};
    if (!remote_add(run->arena, run->places, url, key, credentials, ca, err))
        return false;
    bool ok = sync_remotes(run, url, false, 0, &why);
    if (run->told->site.err.code == EX_NOPERM)
        error_print(&run->told->site.err, "crib", stderr);
    if (run->json)
        output_end_json(&run->out);
    if (!ok && !was_there && why.code != EX_TEMPFAIL)
        (void)remote_remove(run->arena, run->places, run->library, url, &removed, NULL);
    else if (!ok && !was_there)
        fputs("It is added: `crib sync` fetches it when there is a network.\n", stderr);
    if (!ok && err != NULL)
        *err = why;
    return flush_run(run, ok ? err : NULL) && ok;
}

/* What came from elsewhere is forgotten too, when it could not be installed yet. */
static bool remove_channel(struct run *run, const char *what, struct error *err)
{
    struct error why = {0};
    const char *id = what;
    struct library_channel *items;
    size_t count;
    bool removed;
    if (!library_channels(run->library, run->arena, &items, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (items[i].url[0] != '\0' && strcmp(items[i].url, what) == 0)
            id = items[i].id;
    if (!remote_remove(run->arena, run->places, run->library, what, &removed, err))
        return false;
    bool ok = library_remove(run->library, id, &why) || (removed && why.code == EX_NOINPUT);
    if (!ok && err != NULL)
        *err = why;
    return ok;
}

static bool add(struct run *run, const struct args *args, struct error *err)
{
    const char *dir = args->words[1], *url;
    if (!url_of_word(run->arena, dir, &url, err))
        return false;
    if (url != NULL)
        return add_remote(run, url, args_value(args, "key"), args_value(args, "credentials"), args_value(args, "ca"), err);
    if (!install(run, dir, dir, err))
        return false;
    if (run->json)
        output_end_json(&run->out);
    return flush_run(run, err);
}

bool channel_add(struct arena *a, const struct places *places, const char *url, const char *key, const char *ca, bool quiet,
                 struct error *err)
{
    struct run run;
    struct told told;
    bool ok = open_run_as(&run, a, places, false, quiet, LIBRARY_WRITE, &told, err) && add_remote(&run, url, key, NULL, ca, err);
    close_run(&run);
    told_write(a, places, &told, false);
    return ok;
}

bool channel_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    const char *what = args->words[0];
    if (strcmp(what, "key") == 0)
        return keyfile_command(a, places, args, err);
    bool adding = strcmp(what, "add") == 0, removing = strcmp(what, "remove") == 0, listing = strcmp(what, "list") == 0;
    if (!adding && !removing && !listing)
        return usage("it takes add DIR, add URL --key KEY, list, remove ID or key", err);
    if ((listing && args->count != 1) || (!listing && args->count != 2))
        return usage(listing  ? "list takes nothing more"
                     : adding ? "add takes a directory or a URL"
                              : "remove takes an id",
                     err);
    struct run run;
    struct told told;
    bool ok = open_run(&run, a, places, args, listing ? LIBRARY_READ : LIBRARY_WRITE, &told, err);
    if (ok && listing)
        ok = list(&run, err);
    else if (ok && adding)
        ok = add(&run, args, err);
    else if (ok)
        ok = remove_channel(&run, args->words[1], err);
    close_run(&run);
    if (!listing && remote_any(places))
        told_write(a, places, &told, false);
    return ok;
}

/* One channel that can't be read (a stick that was pulled out) must not keep the others from being refreshed. */
static bool sync_all(struct run *run, const struct library_channel *items, size_t count, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        struct error why;
        if (items[i].system || items[i].dir[0] == '\0' || install(run, items[i].dir, items[i].id, &why))
            continue;
        error_add(&why, items[i].id);
        if (ok)
            run->told->failed = why;
        if (!ok)
            error_print(&why, "crib", stderr);
        else if (err != NULL)
            *err = why;
        ok = false;
    }
    return ok;
}

/* The first failure is the command's, the others are said at once. */
static void fail(bool *ok, const struct error *why, struct error *err)
{
    if (!*ok)
        error_print(why, "crib", stderr);
    else if (err != NULL)
        *err = *why;
    *ok = false;
}

static bool sync_both(struct run *run, const struct args *args, const struct library_channel *items, size_t count,
                      struct error *err)
{
    long rate;
    bool dry = args_flag(args, "dry-run");
    struct error why = {0};
    if (!args_number(args, "limit-rate", 1, LONG_MAX / 1024, 0, &rate, err))
        return false;
    if (run->json)
        json_open_array(&run->j, NULL);
    bool ok = dry || sync_all(run, items, count, err), there = sync_remotes(run, NULL, dry, rate * 1024, &why);
    if (!there && run->told->results == NULL)
        run->told->failed = why;
    if (!there)
        fail(&ok, &why, err);
    if (run->told->site.err.code == EX_NOPERM)
        fail(&ok, &run->told->site.err, err);
    return ok;
}

bool sync_command(struct arena *a, const struct places *places, const struct args *args, struct told *told,
                  struct error *err)
{
    struct run run;
    struct library_channel *items;
    size_t count;
    struct error print = {0};
    bool ok =
        open_run(&run, a, places, args, LIBRARY_WRITE, told, err) && library_channels(run.library, a, &items, &count, err);
    if (ok) {
        if (count == 0 && !run.json && !run.quiet && !remote_any(places))
            fprintf(stderr, "%s\n", no_channel);
        ok = sync_both(&run, args, items, count, err);
        if (run.json) { /* the stores' part comes behind it */
            told->json = run.out;
            run.out = (struct buf){0};
        } else if (!flush_run(&run, &print) && ok) {
            *err = print;
            ok = false;
        }
    }
    close_run(&run);
    return ok;
}
