#include "sync/channel/publish_report.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "sync/channel/pull.h"
#include "sync/channel/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

static void add_names(struct buf *out, const char *what, struct strings names)
{
    enum { NAMED = 10 };
    if (names.count == 0)
        return;
    buf_addf(out, "  %s: ", what);
    for (size_t i = 0; i < names.count && i < NAMED; i++) {
        buf_adds(out, i > 0 ? ", " : "");
        text_safe(out, names.items[i], strlen(names.items[i]), 0);
    }
    if (names.count > NAMED)
        buf_addf(out, ", and %zu more", names.count - NAMED);
    buf_addc(out, '\n');
}

/* What devices take from now on. */
static const struct pointer *stands(const struct publication *p)
{
    return p->outcome == PUBLISHED_NOTHING ? &p->out.editions[0].pointer : &p->now.pointer;
}

static void add_head(struct buf *out, const struct publication *p, bool dry)
{
    const char *would = dry ? " would be published" : "";
    const struct pointer *now = stands(p);
    char day[16];
    clock_format_day(now->expires_ms, day, sizeof day);
    buf_addf(out, "%s: ", now->id);
    switch (p->outcome) {
    case PUBLISHED_NOTHING:
        buf_addf(out, "nothing changed, version %lld holds until %s\n",
                 (long long)now->version, day);
        return;
    case PUBLISHED_KEYS:
        buf_addf(out, "version %lld%s, with other keys", (long long)now->version, would);
        break;
    case PUBLISHED_RENEWAL:
        buf_addf(out, "version %lld%s: nothing changed but the day until which it holds", (long long)now->version, would);
        break;
    case PUBLISHED:
        buf_addf(out, "version %lld%s, ", (long long)now->version, would);
        report_counts(out, p->gathered.modules, p->gathered.pages, p->gathered.programmes, p->gathered.attached);
    }
    buf_addf(out, ", holds until %s\n", day);
}

void publish_report_text(struct buf *out, const struct publication *p, const char *source, bool dry)
{
    add_head(out, p, dry);
    add_names(out, "left out as drafts", p->gathered.drafts);
    add_names(out, "reviewed by nobody", p->gathered.unreviewed);
    add_names(out, "keys that count now", p->keys);
    if (p->warnings > 0) {
        buf_addf(out, "  %zu warning%s: `crib lint ", p->warnings, p->warnings == 1 ? "" : "s");
        text_safe(out, source, strlen(source), 0);
        buf_adds(out, "` says which\n");
    }
    if (dry || p->outcome == PUBLISHED_NOTHING)
        return;
    if (p->out.count > 0) {
        buf_adds(out, "  from the version before: ");
        report_bytes(out, publication_cost(p, 0, (struct strings){0}));
        buf_adds(out, "; all of it: ");
    } else {
        buf_adds(out, "  all of it: ");
    }
    report_bytes(out, publication_cost(p, SIZE_MAX, (struct strings){0}));
    buf_addc(out, '\n');
    if (p->out.count == 0) {
        buf_addf(out, "  devices take it with `crib channel add URL --key %s`\n", p->key);
    }
}

/* ---- roles ---- */

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* All roles of all groups, sorted. */
static struct strings all_roles(const struct publication *p)
{
    size_t most = 0, n = 0, kept = 0;
    for (size_t i = 0; i < p->build.count; i++)
        most += p->build.groups[i].group.roles.count;
    const char **items = arena_array(p->out.arena, most, sizeof *items);
    for (size_t i = 0; items != NULL && i < p->build.count; i++)
        for (size_t k = 0; k < p->build.groups[i].group.roles.count; k++)
            items[n++] = p->build.groups[i].group.roles.items[k];
    if (n > 0)
        qsort(items, n, sizeof *items, by_text);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(items[kept - 1], items[i]) != 0)
            items[kept++] = items[i];
    return (struct strings){items, kept};
}

struct share {
    size_t modules, pages;
};

static struct share share_of(const struct publication *p, struct strings roles)
{
    struct share s = {0};
    for (size_t i = 0; i < p->build.count; i++)
        if (pull_takes(roles, &p->build.groups[i].group)) {
            s.modules += p->build.groups[i].gathered->modules;
            s.pages += p->build.groups[i].gathered->pages;
        }
    return s;
}

/* ---- tables ---- */

static const char *bytes_text(const struct publication *p, size_t bytes)
{
    struct buf out = {0};
    report_bytes(&out, bytes);
    const char *copy = arena_strdup(p->out.arena, buf_text(&out));
    buf_free(&out);
    return copy;
}

static void add_role(struct table *t, const struct publication *p, const char *name, struct strings roles)
{
    const struct share s = share_of(p, roles);
    table_add(t, name);
    table_add(t, arena_printf(p->out.arena, "%zu", s.modules));
    table_add(t, arena_printf(p->out.arena, "%zu", s.pages));
    table_add(t, bytes_text(p, publication_cost(p, SIZE_MAX, roles)));
    if (p->out.count > 0)
        table_add(t, bytes_text(p, publication_cost(p, 0, roles)));
}

static bool print_roles(const struct publication *p, struct error *err)
{
    static const struct table_column columns[] = {{"role", false, true}, {"modules", true, false}, {"pages", true, false},
                                                  {"all of it", true, false}, {"update", true, false}};
    struct table *t = table_open(columns, sizeof columns / sizeof *columns - (p->out.count == 0));
    const struct strings roles = all_roles(p);
    if (t == NULL)
        return error_memory(err);
    for (size_t i = 0; i < roles.count; i++)
        add_role(t, p, roles.items[i], (struct strings){&roles.items[i], 1});
    add_role(t, p, "(none told)", (struct strings){0});
    bool ok = table_print(t, "", err);
    table_close(t);
    return ok;
}

static bool print_versions(const struct publication *p, struct error *err)
{
    static const struct table_column columns[] = {{"from", true, false}, {"published", false, false}, {"fetches", true, false}};
    struct table *t = table_open(columns, sizeof columns / sizeof *columns);
    if (t == NULL)
        return error_memory(err);
    for (size_t i = 0; i < p->out.count; i++) {
        char day[16];
        clock_format_day(p->out.editions[i].pointer.published_ms, day, sizeof day);
        table_add(t, arena_printf(p->out.arena, "%lld", (long long)p->out.editions[i].pointer.version));
        table_add(t, day);
        table_add(t, bytes_text(p, publication_cost(p, i, (struct strings){0})));
    }
    bool ok = table_print(t, "no version was published before", err);
    table_close(t);
    return ok;
}

bool publish_report_tables(const struct publication *p, struct error *err)
{
    struct buf line = {0};
    if (!print_roles(p, err))
        return false;
    if (p->out.count == 0)
        return true;
    buf_addc(&line, '\n');
    return output_buf(&line, false, err) && print_versions(p, err);
}

/* ---- JSON ---- */

static void role_json(struct json *j, const struct publication *p, const char *name, struct strings roles)
{
    const struct share s = share_of(p, roles);
    json_open_object(j, NULL);
    json_string(j, "role", name);
    json_int(j, "modules", (int64_t)s.modules);
    json_int(j, "pages", (int64_t)s.pages);
    json_int(j, "first", (int64_t)publication_cost(p, SIZE_MAX, roles));
    json_open_array(j, "from");
    for (size_t i = 0; i < p->out.count; i++) {
        json_open_object(j, NULL);
        json_int(j, "version", p->out.editions[i].pointer.version);
        json_int(j, "bytes", (int64_t)publication_cost(p, i, roles));
        json_close_object(j);
    }
    json_close_array(j);
    json_close_object(j);
}

static void groups_json(struct json *j, const struct publication *p)
{
    json_open_array(j, "groups");
    for (size_t i = 0; i < p->build.count; i++) {
        const struct built_group *g = &p->build.groups[i];
        json_open_object(j, NULL);
        json_string(j, "name", g->group.name);
        json_strings(j, "roles", g->group.roles);
        json_int(j, "modules", (int64_t)g->gathered->modules);
        json_int(j, "size", (int64_t)g->group.size);
        json_int(j, "packed", (int64_t)g->packed);
        json_bool(j, "changed", g->changed);
        json_close_object(j);
    }
    json_close_array(j);
}

static void body_json(struct json *j, const struct publication *p, bool dry)
{
    static const char *const outcomes[] = {"published", "keys", "renewed", "nothing"};
    const struct pointer *now = stands(p);
    json_string(j, "channel", now->id);
    json_string(j, "outcome", outcomes[p->outcome]);
    json_bool(j, "dry_run", dry);
    json_int(j, "version", now->version);
    json_int(j, "published", now->published_ms);
    json_int(j, "expires", now->expires_ms);
    json_int(j, "key_set", now->key_set);
    if (p->keys.count > 0)
        json_strings(j, "keys", p->keys);
    json_string(j, "key", p->key[0] != '\0' ? p->key : NULL);
    json_int(j, "modules", (int64_t)p->gathered.modules);
    json_int(j, "pages", (int64_t)p->gathered.pages);
    json_int(j, "programmes", (int64_t)p->gathered.programmes);
    json_int(j, "files", (int64_t)p->gathered.attached);
    json_strings(j, "drafts", p->gathered.drafts);
    json_strings(j, "unreviewed", p->gathered.unreviewed);
    json_int(j, "files_written", (int64_t)p->build.written);
    groups_json(j, p);
    if (p->outcome == PUBLISHED_NOTHING && !dry)
        return;
    json_open_array(j, "roles");
    const struct strings roles = all_roles(p);
    for (size_t i = 0; i < roles.count; i++)
        role_json(j, p, roles.items[i], (struct strings){&roles.items[i], 1});
    role_json(j, p, NULL, (struct strings){0});
    json_close_array(j);
}

void publish_report_json(struct buf *out, const struct publication *p, bool dry, const struct error *refused)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    if (refused == NULL) {
        body_json(&j, p, dry);
    } else {
        json_string(&j, "error", refused->why[0] != '\0' ? refused->why : refused->what);
        json_string(&j, "what", refused->what);
        json_string(&j, "where", refused->where);
        json_string(&j, "todo", refused->todo);
    }
    json_int(&j, "errors", (int64_t)p->errors);
    json_int(&j, "warnings", (int64_t)p->warnings);
    if (p->diags != NULL)
        diags_json(p->diags, &j, "problems");
    json_close_object(&j);
    output_end_json(out);
}
