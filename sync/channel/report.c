#include "sync/channel/report.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <string.h>

static void counts_json(struct json *j, const struct library_result *r, const struct diags *diags)
{
    json_string(j, "channel", r->channel);
    json_int(j, "added", (int64_t)r->added);
    json_int(j, "changed", (int64_t)r->changed);
    json_int(j, "removed", (int64_t)r->removed);
    json_int(j, "unchanged", (int64_t)r->unchanged);
    json_int(j, "refused", (int64_t)r->refused);
    json_int(j, "drafts", (int64_t)r->drafts);
    json_int(j, "modules", (int64_t)r->modules);
    json_int(j, "pages", (int64_t)r->pages);
    json_int(j, "programmes", (int64_t)r->programmes);
    json_int(j, "files", (int64_t)r->files);
    json_int(j, "errors", (int64_t)diags_errors(diags));
    json_int(j, "warnings", (int64_t)diags_warnings(diags));
}

void report_json(struct json *j, const struct library_result *r, const struct diags *diags)
{
    json_open_object(j, NULL);
    counts_json(j, r, diags);
    json_close_object(j);
}

static void add_count(struct buf *out, const char *before, size_t count, const char *name)
{
    buf_addf(out, "%s%zu %s%s", before, count, name, count == 1 ? "" : "s");
}

void report_counts(struct buf *out, size_t modules, size_t pages, size_t programmes, size_t files)
{
    add_count(out, "", modules, "module");
    add_count(out, ", ", pages, "page");
    if (programmes > 0)
        add_count(out, ", ", programmes, "programme");
    if (files > 0)
        add_count(out, ", ", files, "file");
}

void report_text(struct buf *out, const struct library_result *r, const char *dir, const struct diags *diags)
{
    buf_addf(out, "%s: ", r->channel);
    report_counts(out, r->modules, r->pages, r->programmes, r->files);
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
    if (diags != NULL && diags_errors(diags) > 0) {
        buf_addf(out, "  %zu error%s in the content: `crib lint ", diags_errors(diags),
                 diags_errors(diags) == 1 ? "" : "s");
        text_safe(out, dir, strlen(dir), 0);
        buf_adds(out, "` says which\n");
    }
}

/* ---- published channels ---- */

static void say_name(struct buf *out, const struct remote_result *r)
{
    const char *name = r->id[0] != '\0' ? r->id : r->channel->url;
    text_safe(out, name, strlen(name), 0);
}

void report_bytes(struct buf *out, size_t bytes)
{
    if (bytes < 10 * 1024)
        buf_addf(out, "%zu bytes", bytes);
    else
        buf_addf(out, "%zu KiB", bytes / 1024);
}

void report_remote_text(struct buf *out, const struct remote_result *r, bool dry)
{
    if (!r->changed || dry) {
        say_name(out, r);
        buf_addf(out, ": version %lld, %s\n", (long long)r->version,
                 !r->changed ? "nothing changed" : "there is something new: `crib sync` brings it");
        return;
    }
    struct buf counts = {0};
    report_text(&counts, &r->library, "", NULL);
    size_t n = counts.len > 0 ? counts.len - 1 : 0; /* without its LF */
    buf_add(out, buf_text(&counts), n);
    buf_addf(out, ", version %lld", (long long)r->version);
    buf_adds(out, ", ");
    report_bytes(out, r->received);
    buf_adds(out, " fetched\n");
    buf_free(&counts);
}

void report_remote_json(struct json *j, const struct remote_result *r, bool dry)
{
    json_open_object(j, NULL);
    if (r->err.code != 0) {
        json_string(j, "channel", r->id[0] != '\0' ? r->id : NULL);
        json_string(j, "url", r->channel->url);
        json_string(j, "error", r->err.why[0] != '\0' ? r->err.why : r->err.what);
        json_string(j, "what", r->err.what);
        json_string(j, "where", r->err.where);
        json_string(j, "todo", r->err.todo);
        json_close_object(j);
        return;
    }
    if (dry || !r->changed)
        json_string(j, "channel", r->id);
    else
        counts_json(j, &r->library, r->diags);
    json_string(j, "url", r->channel->url);
    json_int(j, "version", r->version);
    json_int(j, "published", r->published_ms);
    json_int(j, "expires", r->expires_ms);
    json_bool(j, "stale", r->stale);
    json_bool(j, "clock_wrong", r->clock_wrong);
    json_bool(j, dry ? "would_change" : "new", r->changed);
    json_int(j, "fetched", (int64_t)r->received);
    json_close_object(j);
}

void report_remote_warnings(struct buf *out, const struct remote_result *r)
{
    char day[16];
    if (r->clock_wrong) {
        say_name(out, r);
        clock_format_day(r->published_ms, day, sizeof day);
        buf_addf(out, ": it was published on %s, and this machine's clock is before that: set the clock\n", day);
    }
    if (r->stale) {
        say_name(out, r);
        clock_format_day(r->expires_ms, day, sizeof day);
        buf_addf(out, ": out of date since %s: what is installed stays usable; ask its publisher for a newer one\n", day);
    }
}
