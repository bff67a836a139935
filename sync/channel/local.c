#include "sync/channel/local.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/library/library.h"
#include "sync/channel/progress.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* ---- one installation ---- */

static void result_json(struct json *j, const struct library_result *r, const struct diags *diags)
{
    json_open_object(j, NULL);
    json_string(j, "channel", r->channel);
    json_int(j, "added", (int64_t)r->added);
    json_int(j, "changed", (int64_t)r->changed);
    json_int(j, "removed", (int64_t)r->removed);
    json_int(j, "unchanged", (int64_t)r->unchanged);
    json_int(j, "refused", (int64_t)r->refused);
    json_int(j, "drafts", (int64_t)r->drafts);
    json_int(j, "modules", (int64_t)r->modules);
    json_int(j, "pages", (int64_t)r->pages);
    json_int(j, "errors", (int64_t)diags_errors(diags));
    json_int(j, "warnings", (int64_t)diags_warnings(diags));
    json_close_object(j);
}

/* "plant: 34 modules, 12 pages (2 added, 1 changed)" */
static void result_text(struct buf *out, const struct library_result *r, const char *dir, const struct diags *diags)
{
    buf_addf(out, "%s: %zu module%s, %zu page%s", r->channel, r->modules, r->modules == 1 ? "" : "s", r->pages,
             r->pages == 1 ? "" : "s");
    const struct {
        size_t count;
        const char *name;
    } parts[] = {{r->added, "added"},
                 {r->changed, "changed"},
                 {r->removed, "removed"},
                 {r->drafts, "left out as drafts"},
                 {r->refused, "refused"}};
    const char *before = " (";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count > 0) {
            buf_addf(out, "%s%zu %s", before, parts[i].count, parts[i].name);
            before = ", ";
        }
    buf_adds(out, before[0] == ',' ? ")\n" : ", nothing changed\n");
    if (diags_errors(diags) > 0) {
        buf_addf(out, "  %zu error%s in the content: `crib lint ", diags_errors(diags),
                 diags_errors(diags) == 1 ? "" : "s");
        text_safe(out, dir, strlen(dir), 0);
        buf_adds(out, "` says which\n");
    }
}

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
        if (run->json)
            result_json(&run->j, &r, diags);
        else if (!run->quiet)
            result_text(&run->out, &r, dir, diags);
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

static void channel_json(struct json *j, const struct library_channel *c)
{
    json_open_object(j, NULL);
    json_string(j, "id", c->id);
    json_string(j, "name", c->name);
    json_string(j, "dir", c->dir);
    json_string(j, "iri", c->iri);
    json_int(j, "modules", (int64_t)c->modules);
    json_int(j, "pages", (int64_t)c->pages);
    json_int(j, "installed", c->installed_ms);
    json_int(j, "synced", c->synced_ms);
    json_bool(j, "system", c->system);
    json_close_object(j);
}

static const char no_channel[] = "no channel is installed (`crib channel add DIR` does it)";

static bool channel_table(struct run *run, const struct library_channel *items, size_t count, struct error *err)
{
    static const struct table_column columns[] = {{"channel", false, false}, {"name", false, true},
                                                  {"modules", true, false},  {"pages", true, false},
                                                  {"changed", false, false}, {"directory", false, true}};
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
        table_add(t, day);
        table_add(t, items[i].dir);
    }
    bool ok = table_print(t, no_channel, err);
    table_close(t);
    return ok;
}

static bool list(struct run *run, struct error *err)
{
    struct library_channel *items;
    size_t count;
    if (!library_channels(run->library, run->arena, &items, &count, err))
        return false;
    if (!run->json)
        return channel_table(run, items, count, err);
    json_open_array(&run->j, NULL);
    for (size_t i = 0; i < count; i++)
        channel_json(&run->j, &items[i]);
    json_close_array(&run->j);
    output_end_json(&run->out);
    return flush_run(run, err);
}

/* ---- the commands ---- */

static bool open_run(struct run *run, struct arena *a, const struct places *places, const struct args *args,
                     unsigned flags, struct error *err)
{
    *run = (struct run){.arena = a, .json = args_flag(args, "json"), .quiet = args_flag(args, "quiet")};
    run->j.out = &run->out;
    progress_open(&run->progress, run->quiet || run->json);
    run->library = library_open(places, flags, "", err);
    return run->library != NULL;
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

static bool add(struct run *run, const char *dir, struct error *err)
{
    if (!install(run, dir, dir, err))
        return false;
    if (run->json)
        output_end_json(&run->out);
    return flush_run(run, err);
}

bool channel_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    const char *what = args->words[0];
    bool adding = strcmp(what, "add") == 0, removing = strcmp(what, "remove") == 0, listing = strcmp(what, "list") == 0;
    if (!adding && !removing && !listing)
        return usage("it takes add DIR, list or remove ID", err);
    if ((listing && args->count != 1) || (!listing && args->count != 2))
        return usage(listing  ? "list takes nothing more"
                     : adding ? "add takes a directory"
                              : "remove takes an id",
                     err);
    struct run run;
    bool ok = open_run(&run, a, places, args, listing ? LIBRARY_READ : LIBRARY_WRITE, err);
    if (ok && listing)
        ok = list(&run, err);
    else if (ok && adding)
        ok = add(&run, args->words[1], err);
    else if (ok)
        ok = library_remove(run.library, args->words[1], err);
    close_run(&run);
    return ok;
}

/* One channel that can't be read (a stick that was pulled out) must not keep the others from being refreshed. */
static bool sync_all(struct run *run, const struct library_channel *items, size_t count, struct error *err)
{
    bool ok = true;
    if (run->json)
        json_open_array(&run->j, NULL);
    for (size_t i = 0; i < count; i++) {
        struct error why;
        if (items[i].system || install(run, items[i].dir, items[i].id, &why))
            continue;
        error_add(&why, items[i].id);
        if (!ok)
            error_print(&why, "crib", stderr);
        else if (err != NULL)
            *err = why;
        ok = false;
    }
    if (run->json) {
        json_close_array(&run->j);
        output_end_json(&run->out);
    }
    return ok;
}

bool sync_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    struct run run;
    struct library_channel *items;
    size_t count;
    struct error print = {0};
    bool ok =
        open_run(&run, a, places, args, LIBRARY_WRITE, err) && library_channels(run.library, a, &items, &count, err);
    if (ok) {
        if (count == 0 && !run.json && !run.quiet)
            fprintf(stderr, "%s\n", no_channel);
        ok = sync_all(&run, items, count, err);
        if (!flush_run(&run, &print) && ok) {
            *err = print;
            ok = false;
        }
    }
    close_run(&run);
    return ok;
}
