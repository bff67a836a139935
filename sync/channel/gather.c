#include "sync/channel/gather.h"

#include "core/library/attached.h"
#include "core/library/document.h"
#include "core/library/module.h"
#include "core/library/programme.h"
#include "core/library/section.h"
#include "sync/channel/catalogue.h"
#include "sync/channel/pointer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* A file, and where it goes. */
struct member {
    const struct pack_file *file;
    const struct module *module; /* NULL of what is no Markdown */
    bool is_module;              /* and no page */
    struct strings roles;        /* of the group */
    const char *group;
    bool draft;
    const struct programme *programme; /* NULL of what is none */
};

struct gathering {
    struct arena *arena;
    struct member *members;
    size_t count;
    const struct pack_files *source;
    struct member *carried; /* files of files/, once for each group that has a link to them */
    size_t carried_count, carried_cap;
    bool *linked;           /* of each file of the source: is it carried? */
    size_t linked_count;
    struct error *err;
};

static const char modules_dir[] = "modules/", programmes_dir[] = "programmes/";

static bool refuse(const struct gathering *g, const char *where, const char *why, const char *todo)
{
    return error_set(g->err, EX_DATAERR, "cannot publish", where, why, todo);
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorted, none twice. */
static bool group_roles(const struct gathering *g, const char *path, struct strings given, struct strings *roles)
{
    const char **items = arena_array(g->arena, given.count, sizeof *items);
    size_t n = 0;
    if (items == NULL)
        return error_memory(g->err);
    for (size_t i = 0; i < given.count; i++) {
        const char *role = given.items[i];
        size_t length = strlen(role);
        if (length == 0 || length > POINTER_ROLE_MOST || text_control(role, length) != length)
            return refuse(g, path, "a role has no name that can be sent", "use letters, digits and dashes, 256 at most");
        items[i] = role;
    }
    if (given.count > 0)
        qsort(items, given.count, sizeof *items, by_text);
    for (size_t i = 0; i < given.count; i++)
        if (n == 0 || strcmp(items[n - 1], items[i]) != 0)
            items[n++] = items[i];
    if (n > POINTER_ROLES_MOST)
        return refuse(g, path, "it names more than 64 roles", "leave `roles` out: then it is for everybody");
    *roles = (struct strings){items, n};
    return true;
}

static bool is_markdown(const char *path)
{
    size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".md") == 0;
}

/* A programme goes to the devices of its roles; one that can't be read is lint's business. */
static bool load_programme(struct gathering *g, struct member *m)
{
    const char *id = programme_id(g->arena, m->file->path + sizeof programmes_dir - 1);
    const struct programme *p = NULL;
    if (id != NULL && !programme_parse(g->arena, m->file->bytes.p, m->file->bytes.n, id, m->file->path, NULL, &p, g->err))
        return false;
    m->programme = p;
    return p == NULL || group_roles(g, m->file->path, p->roles, &m->roles);
}

static bool load_member(struct gathering *g, const struct pack_file *file)
{
    struct member *m = &g->members[g->count++];
    size_t k = sizeof modules_dir - 1;
    *m = (struct member){.file = file};
    m->is_module = strncmp(file->path, modules_dir, k) == 0 && is_markdown(file->path);
    if (strncmp(file->path, programmes_dir, sizeof programmes_dir - 1) == 0)
        return load_programme(g, m);
    if (!is_markdown(file->path))
        return true;
    m->module = module_parse(g->arena, file->bytes.p, file->bytes.n, file->path + (m->is_module ? k : 0),
                             m->is_module ? KIND_MODULE : KIND_PAGE, file->path, NULL, g->err);
    if (m->module == NULL)
        return false;
    m->draft = m->module->status == STATUS_DRAFT;
    return !m->is_module || group_roles(g, file->path, m->module->roles, &m->roles);
}

static int by_path(const void *key, const void *item)
{
    return strcmp(key, ((const struct member *)item)->file->path);
}

/* The module that a translation is of; NULL where there is none. */
static const struct member *original(const struct gathering *g, const struct member *m)
{
    if (!m->is_module || m->module->language[0] == '\0')
        return NULL;
    const char *path = arena_printf(g->arena, "%s%s.md", modules_dir, m->module->id);
    return path != NULL ? bsearch(path, g->members, g->count, sizeof *g->members, by_path) : NULL;
}

static bool place_members(struct gathering *g)
{
    for (size_t i = 0; i < g->count; i++) {
        struct member *m = &g->members[i];
        const struct member *of = original(g, m);
        if (of != NULL) {
            m->roles = of->roles;
            m->draft = m->draft || of->draft;
        }
        m->group = group_name(g->arena, m->roles);
        if (m->group == NULL)
            return error_memory(g->err);
    }
    return true;
}

/* ---- files/ ---- */

/* Nearly all modules link to none: they need not be parsed. A reference may hide the slash. */
static bool may_link(struct str text)
{
    static const char dir[] = "files/";
    for (const char *at = text.p, *end = text.p + text.n; (at = memchr(at, 'f', (size_t)(end - at))) != NULL; at++)
        if ((size_t)(end - at) >= sizeof dir - 1 && memcmp(at, dir, sizeof dir - 1) == 0)
            return true;
    return memchr(text.p, '&', text.n) != NULL;
}

static bool carry(struct gathering *g, const struct member *by, const struct pack_file *file)
{
    if (g->carried_count == g->carried_cap) {
        size_t cap = g->carried_cap == 0 ? 64 : g->carried_cap * 2;
        struct member *grown = realloc(g->carried, cap * sizeof *grown);
        if (grown == NULL)
            return error_memory(g->err);
        g->carried = grown;
        g->carried_cap = cap;
    }
    bool *linked = &g->linked[file - g->source->items];
    g->linked_count += !*linked;
    *linked = true;
    g->carried[g->carried_count++] = (struct member){.file = file, .roles = by->roles, .group = by->group};
    return true;
}

/* What a module or page links to goes where it goes. */
static bool carry_links(struct gathering *g, const struct member *m)
{
    struct str body = m->module->body;
    struct document *d = document_parse(body.p, body.n, m->module->body_line, g->err);
    const struct sections *sections = d != NULL ? sections_of(d, g->arena, m->file->path, NULL, g->err) : NULL;
    bool ok = sections != NULL;
    for (size_t i = 0; ok && i < sections->link_count; i++) {
        const char *path = attached_link(g->arena, sections->links[i].target);
        const struct pack_file *file = path != NULL ? pack_find(g->source, path) : NULL;
        ok = file == NULL || carry(g, m, file);
    }
    document_close(d);
    return ok;
}

/* By group, then by path. */
static int by_group(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = strcmp(a->group, b->group);
    return order != 0 ? order : strcmp(a->file->path, b->file->path);
}

/* Puts each linked file beside what links to it, once in a group; what nobody links to is left out. */
static bool place_files(struct gathering *g)
{
    size_t kept = 0, once = 0;
    for (size_t i = 0; i < g->count; i++)
        if (!attached_path_valid(g->members[i].file->path))
            g->members[kept++] = g->members[i];
    if (kept == g->count)
        return true;
    g->count = kept;
    g->linked = arena_array(g->arena, g->source->count, sizeof *g->linked);
    if (g->linked == NULL)
        return error_memory(g->err);
    for (size_t i = 0; i < kept; i++) {
        const struct member *m = &g->members[i];
        if (m->module != NULL && !m->draft && may_link(m->module->body) && !carry_links(g, m))
            return false;
    }
    if (g->carried_count > 0)
        qsort(g->carried, g->carried_count, sizeof *g->carried, by_group);
    for (size_t i = 0; i < g->carried_count; i++)
        if (once == 0 || by_group(&g->carried[once - 1], &g->carried[i]) != 0)
            g->carried[once++] = g->carried[i];
    struct member *all = arena_array(g->arena, kept + once, sizeof *all);
    if (all == NULL)
        return error_memory(g->err);
    if (kept > 0)
        memcpy(all, g->members, kept * sizeof *all);
    if (once > 0)
        memcpy(all + kept, g->carried, once * sizeof *all);
    g->members = all;
    g->count = kept + once;
    return true;
}

/* ---- groups ---- */

static bool list_paths(const struct gathering *g, bool (*wanted)(const struct member *m), struct strings *paths)
{
    const char **items = arena_array(g->arena, g->count, sizeof *items);
    size_t n = 0;
    if (items == NULL)
        return error_memory(g->err);
    for (size_t i = 0; i < g->count; i++)
        if (wanted(&g->members[i]))
            items[n++] = g->members[i].file->path;
    *paths = (struct strings){items, n};
    return true;
}

static bool is_draft(const struct member *m)
{
    return m->draft;
}

static bool is_unreviewed(const struct member *m)
{
    return m->is_module && !m->draft && (m->module->reviewed_by[0] == '\0' || m->module->status == STATUS_REVIEW);
}

static bool take_catalogue(const struct gathering *g, struct gathered_group *group)
{
    struct pack_file *files = arena_array(g->arena, g->count, sizeof *files);
    size_t n = 0;
    if (files == NULL)
        return error_memory(g->err);
    for (size_t i = 0; i < g->count; i++) {
        const struct member *m = &g->members[i];
        struct str *entry = &files[n].bytes;
        if (m->draft || (!m->is_module && m->programme == NULL))
            continue;
        files[n++].path = m->file->path;
        if (!(m->is_module ? catalogue_entry(g->arena, m->module, m->roles, entry)
                           : catalogue_programme(g->arena, m->programme, m->roles, entry)))
            return error_memory(g->err);
    }
    *group = (struct gathered_group){.name = GROUP_CATALOGUE, .files = {files, n}};
    return true;
}

/* The members from..to are one group. */
static bool take_group(const struct gathering *g, size_t from, size_t to, struct gathered_group *group)
{
    struct pack_file *files = arena_array(g->arena, to - from, sizeof *files);
    size_t total = 0;
    if (files == NULL)
        return error_memory(g->err);
    *group = (struct gathered_group){.name = g->members[from].group, .roles = g->members[from].roles};
    for (size_t i = from; i < to; i++) {
        const struct member *m = &g->members[i];
        files[i - from] = *m->file;
        total += m->file->bytes.n;
        if (total > PACK_MOST) {
            char why[200];
            snprintf(why, sizeof why, "what goes to the same devices as this (group %.80s) is over 64 MiB", group->name);
            return refuse(g, m->file->path, why, "split the channel, or take large files out");
        }
        group->modules += m->is_module;
        group->pages += m->module != NULL && !m->is_module;
        group->programmes += m->programme != NULL;
    }
    group->files = (struct pack_files){files, to - from};
    return true;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct gathered_group *)left)->name, ((const struct gathered_group *)right)->name);
}

static bool same_roles(struct strings a, struct strings b)
{
    for (size_t i = 0; a.count == b.count && i < a.count; i++)
        if (strcmp(a.items[i], b.items[i]) != 0)
            return false;
    return a.count == b.count;
}

static bool take_groups(struct gathering *g, struct gathered *out)
{
    size_t kept = 0;
    if (!take_catalogue(g, &out->groups[out->count++]))
        return false;
    for (size_t i = 0; i < g->count; i++)
        if (!g->members[i].draft)
            g->members[kept++] = g->members[i];
    if (kept > 0)
        qsort(g->members, kept, sizeof *g->members, by_group);
    for (size_t from = 0, to; from < kept; from = to) {
        for (to = from + 1; to < kept && strcmp(g->members[to].group, g->members[from].group) == 0; to++)
            if (!same_roles(g->members[to].roles, g->members[from].roles))
                return refuse(g, g->members[to].file->path, "its roles get the same name as other roles",
                              "call one of the roles otherwise");
        if (out->count == POINTER_GROUPS_MOST)
            return refuse(g, g->members[from].file->path, "there are more than 510 different sets of roles",
                          "give more modules the same roles, or split the channel");
        struct gathered_group *group = &out->groups[out->count++];
        if (!take_group(g, from, to, group))
            return false;
        out->modules += group->modules;
        out->pages += group->pages;
        out->programmes += group->programmes;
    }
    qsort(out->groups, out->count, sizeof *out->groups, by_name);
    return true;
}

bool gather_files(struct arena *a, const char *id, const struct pack_files *source, struct gathered *out,
                  struct error *err)
{
    struct gathering g = {.arena = a, .members = arena_array(a, source->count, sizeof *g.members), .source = source, .err = err};
    *out = (struct gathered){.id = id, .groups = arena_array(a, POINTER_GROUPS_MOST, sizeof *out->groups)};
    if (g.members == NULL || out->groups == NULL)
        return error_memory(err);
    for (size_t i = 0; i < source->count; i++)
        if (!load_member(&g, &source->items[i]))
            return false;
    bool ok = place_members(&g) && place_files(&g) && list_paths(&g, is_draft, &out->drafts) &&
              list_paths(&g, is_unreviewed, &out->unreviewed) && take_groups(&g, out);
    free(g.carried);
    out->attached = g.linked_count;
    return ok;
}

/* ---- reading ---- */

static int compare_file(const void *left, const void *right)
{
    return strcmp(((const struct pack_file *)left)->path, ((const struct pack_file *)right)->path);
}

static bool read_one(struct arena *a, struct channel_reader *reader, const struct channel_file *from,
                     struct pack_file *to, struct error *err)
{
    struct buf bytes = {0};
    bool ok = channel_reader_read(reader, from, &bytes, err);
    const char *copy = ok ? arena_copy(a, buf_text(&bytes), bytes.len) : NULL;
    *to = (struct pack_file){from->path, {copy, bytes.len}};
    if (ok && copy == NULL)
        ok = error_memory(err);
    if (ok && !pack_path_valid(from->path))
        ok = error_set(err, EX_DATAERR, "cannot publish", from->path, "a file that is sent can't be called so", "rename it");
    buf_free(&bytes);
    return ok;
}

bool gather_read(struct arena *a, const struct channel *channel, struct pack_files *files, struct error *err)
{
    static const struct channel_file head = {.path = "channel.yaml", .real = "channel.yaml"};
    struct channel_files listed;
    if (!channel_list(a, channel, &listed, NULL, err))
        return false;
    struct pack_file *items = arena_array(a, listed.count + 1, sizeof *items);
    struct channel_reader *reader = items != NULL ? channel_reader_open(channel, err) : NULL;
    bool ok = items != NULL ? reader != NULL : error_memory(err);
    for (size_t i = 0; ok && i <= listed.count; i++)
        ok = read_one(a, reader, i == 0 ? &head : &listed.items[i - 1], &items[i], err);
    channel_reader_close(reader);
    if (ok)
        qsort(items, listed.count + 1, sizeof *items, compare_file);
    *files = (struct pack_files){items, ok ? listed.count + 1 : 0};
    return ok;
}
