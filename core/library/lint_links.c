#include "core/library/lint_private.h"

#include "core/base/hex.h"
#include "core/library/attached.h"
#include "core/library/linked.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void broken(struct lint *l, const struct lint_file *f, const struct section_link *link, const char *nearest,
                   const char *what, const char *name)
{
    char todo[300] = "correct the link, or take it out";
    if (nearest != NULL)
        snprintf(todo, sizeof todo, "did you mean `%s`?", nearest);
    diags_add(l->diags, SEVERITY_ERROR, f->label, link->line, link->column, todo, what, name);
}

static bool has_scheme(const char *target)
{
    size_t n = 0;
    while (isalnum((unsigned char)target[n]) || (n > 0 && strchr("+-.", target[n]) != NULL && target[n] != '\0'))
        n++;
    return n >= 2 && isalpha((unsigned char)target[0]) && target[n] == ':';
}

static int by_path(const void *key, const void *item)
{
    return strcmp(key, ((const struct lint_file *)item)->path);
}

/* The files stand in the order of their paths. */
static const struct lint_file *file_at(const struct lint *l, const char *path)
{
    return bsearch(path, l->files, l->count, sizeof *l->files, by_path);
}

static const struct lint_file *file_of_id(const struct lint *l, const char *id)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->files[i].module != NULL && strcmp(l->files[i].module->id, id) == 0)
            return &l->files[i];
    return NULL;
}

static void check_anchor(struct lint *l, const struct lint_file *f, const struct section_link *link,
                         const struct lint_file *to, const char *anchor)
{
    if (anchor[0] == '\0' || to->sections == NULL || sections_find(to->sections, anchor) != SIZE_MAX)
        return;
    const char **anchors = arena_array(l->arena, to->sections->count, sizeof *anchors);
    for (size_t i = 0; anchors != NULL && i < to->sections->count; i++)
        anchors[i] = to->sections->items[i].anchor;
    const char *nearest =
        anchors != NULL ? strings_nearest((struct strings){anchors, to->sections->count}, anchor) : NULL;
    diags_add(l->diags, SEVERITY_ERROR, f->label, link->line, link->column,
              nearest != NULL ? arena_printf(l->arena, "did you mean `#%s`?", nearest)
                              : "correct the link, or take it out",
              "no section `#%s` in %s", anchor, to == f ? "this file" : to->path);
}

/* What a link leads to, which is there. A draft isn't, for learners. */
static void check_target(struct lint *l, const struct lint_file *f, const struct section_link *link,
                         const struct lint_file *to, const char *anchor)
{
    if (to->module != NULL && to->module->status == STATUS_DRAFT && f->module->status != STATUS_DRAFT)
        diags_add(l->diags, SEVERITY_WARNING, f->label, link->line, link->column,
                  "finish that one first, or take the link out", "a link to %s, which is a draft and stays here", to->path);
    check_anchor(l, f, link, to, anchor);
}

/* crib://module#anchor, crib://channel/module#anchor; another channel's content can't be judged here. */
static void check_crib(struct lint *l, const struct lint_file *f, const struct section_link *link)
{
    char *id = arena_strdup(l->arena, link->target + strlen("crib://"));
    if (id == NULL)
        return;
    const char *anchor = strchr(id, '#');
    anchor = anchor != NULL ? anchor + 1 : "";
    id[strcspn(id, "?#")] = '\0';
    hex_unescape(id);
    size_t n = strlen(l->channel->id);
    bool ours = strncmp(id, l->channel->id, n) == 0 && id[n] == '/';
    const struct lint_file *to = file_of_id(l, ours ? id + n + 1 : id);
    if (to != NULL)
        check_target(l, f, link, to, anchor);
    else if (ours || strchr(id, '/') == NULL)
        broken(l, f, link, strings_nearest(l->ids, ours ? id + n + 1 : id), "no module or page `%s` in this channel",
               id);
}

static const char *nearest_path(const struct lint *l, const char *path)
{
    const char *nearest = strings_nearest(l->paths, path);
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    for (size_t i = 0; nearest == NULL && i < l->attached_count; i++)
        if (strcmp(strrchr(l->attached[i].file->path, '/') + 1, name) == 0)
            nearest = l->attached[i].file->path;
    for (size_t i = 0; nearest == NULL && i < l->paths.count; i++) {
        const char *other = strrchr(l->paths.items[i], '/');
        if (strcmp(other != NULL ? other + 1 : l->paths.items[i], name) == 0)
            nearest = l->paths.items[i];
    }
    return nearest;
}

/* Is real, a path without links, the directory or in it? */
static bool below(const char *dir, const char *real)
{
    char *root = realpath(dir, NULL); /* that of a single file is as its caller wrote it */
    size_t n = root != NULL ? strlen(root) : 0;
    bool yes = n == 1 || (n > 1 && strncmp(real, root, n) == 0 && (real[n] == '/' || real[n] == '\0'));
    free(root);
    return yes;
}

static int by_attached_path(const void *key, const void *item)
{
    return strcmp(key, ((const struct lint_attached *)item)->file->path);
}

/* A link to a file of files/: written from where the text stands, or `files/...` from the channel's directory. */
static bool links_attached(struct lint *l, const char *attached, const char *target, const char *path)
{
    struct lint_attached *to = attached == NULL || l->attached_count == 0
                                   ? NULL
                                   : bsearch(attached, l->attached, l->attached_count, sizeof *l->attached, by_attached_path);
    bool right = to != NULL && ((path != NULL && strcmp(path, attached) == 0) || strncmp(target, "files/", 6) == 0);
    if (right)
        to->linked = true;
    return right;
}

static void check_file(struct lint *l, const struct lint_file *f, const struct section_link *link)
{
    char *target = arena_strdup(l->arena, link->target);
    if (target == NULL)
        return;
    const char *anchor = strchr(target, '#');
    anchor = anchor != NULL ? anchor + 1 : "";
    target[strcspn(target, "?#")] = '\0';
    hex_unescape(target);
    if (target[0] == '\0') {
        check_anchor(l, f, link, f, anchor);
        return;
    }
    const char *path = target[0] == '/' ? NULL : linked_path(l->arena, f->path, target), *attached = attached_link(l->arena, link->target);
    if (links_attached(l, attached, target, path))
        return;
    if (path == NULL) {
        broken(l, f, link, NULL, "the link `%s` leads out of the channel's directory", target);
        return;
    }
    const struct lint_file *to = file_at(l, path);
    if (to == NULL && !link->image)
        to = file_of_id(l, target);
    if (to != NULL) {
        check_target(l, f, link, to, anchor);
        return;
    }
    const char *full = arena_printf(l->arena, "%s/%s", l->channel->dir, path);
    char *real = full != NULL ? realpath(full, NULL) : NULL;
    if (real == NULL)
        broken(l, f, link, nearest_path(l, path), "the link leads to `%s`, which isn't there",
               attached != NULL && strncmp(target, "files/", 6) == 0 ? attached : path);
    else if (!below(l->channel->dir, real))
        diags_add(l->diags, SEVERITY_ERROR, f->label, link->line, link->column, "put the file itself there",
                  "`%s` is linked to what lies out of the channel's directory", path);
    free(real);
}

/* What the reader would not follow either. */
static void check_scheme(struct lint *l, const struct lint_file *f, const struct section_link *link)
{
    static const char *const followed[] = {"https", "http", "mailto", "crib"};
    size_t n = strcspn(link->target, ":");
    for (size_t i = 0; i < sizeof followed / sizeof *followed; i++)
        if (strlen(followed[i]) == n && strncasecmp(link->target, followed[i], n) == 0)
            return;
    diags_add(l->diags, SEVERITY_WARNING, f->label, link->line, link->column, "link to https:, mailto: or crib:// instead",
              "links to `%.*s:` are not followed", n < 40 ? (int)n : 40, link->target);
}

/* A place in the source that goes forward, as links do. */
struct cursor {
    const char *at, *end;
    size_t line;
};

/* Columns count characters, as editors do; a link's counts bytes. In lines beyond all reading it stays so. */
static size_t column_of(struct cursor *c, const struct section_link *link)
{
    enum { READ_BY_PEOPLE = 10000 };
    for (; c->line < link->line && c->at < c->end; c->line++) {
        const char *lf = memchr(c->at, '\n', (size_t)(c->end - c->at));
        c->at = lf != NULL ? lf + 1 : c->end;
    }
    if (c->line != link->line || link->column == 0 || link->column > READ_BY_PEOPLE ||
        link->column > (size_t)(c->end - c->at))
        return link->column;
    size_t column = 1;
    for (size_t i = 0; i + 1 < link->column; i++)
        column += ((unsigned char)c->at[i + 1] & 0xC0) != 0x80;
    return column;
}

void lint_links(struct lint *l, const struct lint_file *f)
{
    const struct str source = f->module->source;
    struct cursor at = {source.p, source.p + source.n, 1};
    for (size_t i = 0; i < f->sections->link_count; i++) {
        struct section_link here = f->sections->links[i];
        const struct section_link *link = &here;
        here.column = column_of(&at, link);
        if (strncasecmp(link->target, "crib://", 7) == 0)
            check_crib(l, f, link);
        else if (link->target[0] == '\0')
            diags_add(l->diags, SEVERITY_WARNING, f->label, link->line, link->column, "write the target between the ( )",
                      "this link leads nowhere");
        else if (has_scheme(link->target))
            check_scheme(l, f, link);
        else if (strncmp(link->target, "//", 2) != 0)
            check_file(l, f, link);
    }
}

void lint_attached(struct lint *l)
{
    for (size_t i = 0; i < l->attached_count; i++) {
        const struct lint_attached *attached = &l->attached[i];
        const char *label = channel_label(l->arena, l->channel, attached->file->path);
        if (!attached->linked)
            diags_add(l->diags, SEVERITY_WARNING, label, 0, 0, "link to it, or take it away",
                      "no module or page links to it: it is not sent");
        if (attached->file->size > MODULE_MOST_BYTES)
            diags_add(l->diags, SEVERITY_ERROR, label, 0, 0, "split it, or save it smaller", "larger than 16 MiB");
    }
}
