#include "sync/channel/pull.h"

#include "core/base/clock.h"
#include "core/library/channel.h"
#include "core/library/module.h"
#include "core/record/accepted.h"
#include "sync/channel/accept.h"
#include "sync/channel/held.h"
#include "sync/channel/minisign.h"
#include "sync/channel/vouch.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
    SETS_A_SYNC = 1000, /* more rotations than anybody makes */
    PACKED_MORE = 4096, /* what zstd may add to bytes that can't be compressed, beside 1/128 */
};

static void fail(struct pull *p)
{
    p->failed = true;
}

static void fail_as(struct pull *p, int code, const char *why, const char *todo)
{
    error_set(&p->err, code, "refused the channel", p->channel->url, why, todo);
    fail(p);
}

static void fail_fetch(struct pull *p, const struct fetch_result *result)
{
    p->err = *result->error;
    fail(p);
}

static void fail_memory(struct pull *p)
{
    error_memory(&p->err);
    fail(p);
}

static void ask(struct pull *p, const char *path, const char *etag, size_t most, const char *part,
                void (*done)(void *context, const struct fetch_result *result), void *context)
{
    const struct fetch_file request = {&p->source, path, etag, most, part, done, context};
    if (path == NULL || !fetch_add(p->fetch, &request, &p->err))
        fail(p);
}

/* ---- groups ---- */

bool pull_takes(struct strings roles, const struct pointer_group *group)
{
    if (roles.count == 0 || group->roles.count == 0)
        return true;
    for (size_t i = 0; i < group->roles.count; i++)
        if (strings_has(roles, group->roles.items[i]))
            return true;
    return false;
}

/* What is installed of a group, or NULL. */
static const unsigned char *installed(const struct pull *p, const char *name)
{
    for (size_t i = 0; i < p->installed_count; i++)
        if (strcmp(p->installed[i].name, name) == 0)
            return p->installed[i].hash;
    return NULL;
}

static bool taken(const struct pull *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->groups[i].group->name, name) == 0)
            return true;
    return false;
}

static void take_wishes(struct pull *p, const struct pack_files *catalogue);
static void fetch_rest(struct pull *p);

/* The tar is whole, and is what was announced: what is in it? */
static void take_tar(struct pulled_group *g)
{
    struct pull *p = g->pull;
    const char *where = arena_printf(p->arena, "%s, group %s", p->channel->url, g->group->name);
    if (!pack_read(p->arena, (struct str){buf_text(&g->tar), g->tar.len}, where != NULL ? where : "", &g->files,
                   &p->err)) {
        fail(p);
        return;
    }
    g->here = true;
    if (p->waiting && strcmp(g->group->name, GROUP_CATALOGUE) == 0) {
        p->waiting = false;
        take_wishes(p, &g->files);
        fetch_rest(p);
    }
}

static bool expand(struct pulled_group *g, const struct fetch_result *result, struct str base, const char *path)
{
    struct pull *p = g->pull;
    p->received += result->bytes.n;
    return pack_expand(result->bytes, base, g->group->size, g->group->hash, path, &g->tar, &p->err);
}

static void pack_came(void *context, const struct fetch_result *result)
{
    struct pulled_group *g = context;
    struct pull *p = g->pull;
    if (p->failed)
        return;
    if (result->outcome != FETCH_WHOLE)
        fail_fetch(p, result);
    else if (!expand(g, result, (struct str){NULL, 0}, pack_path(p->arena, g->group->name, g->group->hash)))
        fail(p);
    else
        take_tar(g);
}

static size_t most_packed(const struct pulled_group *g)
{
    return g->group->size + g->group->size / 128 + PACKED_MORE;
}

static const char *part_for(struct pull *p, const char *path)
{
    /* What is on a stick needs no second try. */
    return path == NULL || strncmp(p->source.url, "file:", 5) == 0 ? NULL : held_part(p->arena, p->dir, path, NULL);
}

static void ask_pack(struct pulled_group *g)
{
    struct pull *p = g->pull;
    const char *path = pack_path(p->arena, g->group->name, g->group->hash);
    buf_free(&g->base);
    ask(p, path, NULL, most_packed(g), part_for(p, path), pack_came, g);
}

/* A difference that is missing or doesn't fit is no failure: the pack has all of it. */
static void delta_came(void *context, const struct fetch_result *result)
{
    struct pulled_group *g = context;
    struct pull *p = g->pull;
    struct str base = {buf_text(&g->base), g->base.len};
    if (p->failed)
        return;
    if (result->outcome == FETCH_WHOLE && expand(g, result, base, g->group->name))
        take_tar(g);
    else if (result->outcome == FETCH_FAILED && result->error->code == EX_TEMPFAIL)
        fail_fetch(p, result);
    else
        ask_pack(g);
}

/* The tar before: of what is installed, else of what was accepted last. */
static const unsigned char *load_base(struct pulled_group *g)
{
    struct pull *p = g->pull;
    const unsigned char *from = installed(p, g->group->name);
    if (from != NULL && held_load(p->arena, p->dir, from, &g->base))
        return from;
    struct pointer before;
    struct str bytes = p->channel->seen.pointer;
    if (bytes.n == 0 || !pointer_read(p->arena, bytes.p, bytes.n, "", &before, NULL))
        return NULL;
    const struct pointer_group *group = pointer_group(&before, g->group->name);
    return group != NULL && held_load(p->arena, p->dir, group->hash, &g->base) ? group->hash : NULL;
}

static void ask_group(struct pulled_group *g)
{
    struct pull *p = g->pull;
    const unsigned char *from = load_base(g);
    if (from == NULL) {
        ask_pack(g);
        return;
    }
    const char *path = delta_path(p->arena, g->group->name, from, g->group->hash);
    ask(p, path, NULL, most_packed(g), part_for(p, path), delta_came, g);
}

static void add_group(struct pull *p, const struct pointer_group *group)
{
    if (taken(p, group->name) || p->count == p->cap)
        return;
    p->groups[p->count++] = (struct pulled_group){.pull = p, .group = group};
}

static void fetch_group(struct pulled_group *g)
{
    struct pull *p = g->pull;
    if (held_load(p->arena, p->dir, g->group->hash, &g->tar))
        take_tar(g);
    else
        ask_group(g);
}

/* Are the groups that are taken those that are installed? */
static bool differs(const struct pull *p)
{
    if (p->count != p->installed_count)
        return true;
    for (size_t i = 0; i < p->count; i++) {
        const unsigned char *here = installed(p, p->groups[i].group->name);
        if (here == NULL || memcmp(here, p->groups[i].group->hash, POINTER_HASH) != 0)
            return true;
    }
    return false;
}

/* All groups are known now. Where something is new all of them are read: the library is told the whole. */
static void fetch_rest(struct pull *p)
{
    p->changed = differs(p);
    for (size_t i = 0; p->changed && !p->dry && i < p->count && !p->failed; i++)
        if (!p->groups[i].here)
            fetch_group(&p->groups[i]);
}

static int compare_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The group of the modules with these roles, in whatever order; NULL where there is none. */
static const struct pointer_group *group_of(struct pull *p, struct strings roles)
{
    const char **items = arena_array(p->arena, roles.count, sizeof *items);
    if (items == NULL)
        return NULL;
    for (size_t i = 0; i < roles.count; i++)
        items[i] = roles.items[i];
    qsort(items, roles.count, sizeof *items, compare_text);
    size_t n = 0;
    for (size_t i = 0; i < roles.count; i++)
        if (n == 0 || strcmp(items[n - 1], items[i]) != 0)
            items[n++] = items[i];
    const char *name = group_name(p->arena, (struct strings){items, n});
    return name != NULL ? pointer_group(&p->pointer, name) : NULL;
}

/* The groups that hold the modules that are wanted whatever their roles. */
static void take_wishes(struct pull *p, const struct pack_files *catalogue)
{
    for (size_t i = 0; i < p->wishes.count; i++) {
        const char *path = arena_printf(p->arena, "modules/%s.md", p->wishes.items[i]);
        const struct pack_file *file = path != NULL ? pack_find(catalogue, path) : NULL;
        if (file == NULL)
            continue; /* the channel has it no longer */
        const struct module *m = module_parse(p->arena, file->bytes.p, file->bytes.n, path + strlen("modules/"),
                                              KIND_MODULE, path, NULL, NULL);
        const struct pointer_group *group = m != NULL ? group_of(p, m->roles) : NULL;
        if (group != NULL)
            add_group(p, group);
    }
}

static bool names_role(const struct pointer *pointer, const char *role)
{
    for (size_t i = 0; i < pointer->count; i++)
        if (strings_has(pointer->groups[i].roles, role))
            return true;
    return false;
}

/* A group of the operating system that is called as one of the channel's roles is that role. */
static bool take_roles(struct pull *p)
{
    const char **items = arena_array(p->arena, p->roles.count + p->unix_groups.count, sizeof *items);
    size_t n = 0;
    for (size_t i = 0; items != NULL && i < p->roles.count; i++)
        items[n++] = p->roles.items[i];
    for (size_t i = 0; items != NULL && i < p->unix_groups.count; i++)
        if (names_role(&p->pointer, p->unix_groups.items[i]))
            items[n++] = p->unix_groups.items[i];
    p->roles = (struct strings){items, n};
    return items != NULL;
}

static void take_groups(struct pull *p)
{
    p->cap = p->pointer.count;
    p->groups = calloc(p->cap, sizeof *p->groups);
    if (p->groups == NULL) {
        fail_memory(p);
        return;
    }
    if (!take_roles(p)) {
        fail_memory(p);
        return;
    }
    add_group(p, pointer_group(&p->pointer, GROUP_CATALOGUE));
    for (size_t i = 0; i < p->pointer.count; i++)
        if (pull_takes(p->roles, &p->pointer.groups[i]))
            add_group(p, &p->pointer.groups[i]);
    p->waiting = p->wishes.count > 0 && (!p->dry || held_there(p->arena, p->dir, p->groups[0].group->hash));
    if (p->waiting)
        fetch_group(&p->groups[0]);
    else
        fetch_rest(p);
}

/* ---- the pointer ---- */

/* What was accepted before stands: only what the roles take may differ from what is installed. */
static void take_old(struct pull *p)
{
    struct str bytes = p->channel->seen.pointer;
    if (!pointer_read(p->arena, bytes.p, bytes.n, p->channel->url, &p->pointer, &p->err)) {
        fail(p);
        return;
    }
    p->seen = p->channel->seen;
    take_groups(p);
}

static struct vouch vouch_of(const struct pull *p)
{
    return (struct vouch){.number = p->seen.key_set, .keys = p->seen.keys};
}

static void signature_came(void *context, const struct fetch_result *result)
{
    struct pull *p = context;
    const struct vouch v = vouch_of(p);
    if (result->outcome == FETCH_MISSING)
        fail_as(p, EX_DATAERR, "its signature is missing",
                "the channel is not published whole, or something in between changed it: try again later");
    else if (result->outcome != FETCH_WHOLE)
        fail_fetch(p, result);
    else if (!vouch_bytes(&v, p->seen.pointer, result->bytes, p->channel->url, &p->err) ||
             !accept_pointer(&p->channel->seen, &p->pointer, p->seen.pointer, &p->err))
        fail(p);
    if (p->failed)
        return;
    p->received += result->bytes.n;
    p->seen.id = p->pointer.id;
    p->seen.version = p->pointer.version;
    p->seen.published_ms = p->pointer.published_ms;
    p->seen.expires_ms = p->pointer.expires_ms;
    p->fresh = true;
    take_groups(p);
}

static void next_set(struct pull *p);

static void set_signature_came(void *context, const struct fetch_result *result)
{
    struct pull *p = context;
    struct vouch v = vouch_of(p);
    const char *path = key_set_path(p->arena, p->next_set);
    if (path == NULL)
        fail_memory(p);
    else if (result->outcome != FETCH_WHOLE)
        fail_fetch(p, result);
    else if (!vouch_set(&v, p->arena, p->next_set, p->pointer.key_set, p->next_bytes, result->bytes, path, &p->err))
        fail(p);
    if (p->failed)
        return;
    p->received += result->bytes.n;
    p->seen.key_set = v.number;
    p->seen.keys = v.keys;
    p->next_set++;
    next_set(p);
}

static void set_came(void *context, const struct fetch_result *result)
{
    struct pull *p = context;
    if (result->outcome != FETCH_WHOLE) {
        fail_fetch(p, result);
        return;
    }
    const char *copy = arena_copy(p->arena, result->bytes.p, result->bytes.n);
    const char *path = key_set_path(p->arena, p->next_set);
    p->next_bytes = (struct str){copy, result->bytes.n};
    p->received += result->bytes.n;
    if (copy == NULL || path == NULL)
        fail_memory(p);
    else
        ask(p, arena_printf(p->arena, "%s.minisig", path), NULL, SIGNATURE_MOST, NULL, set_signature_came, p);
}

/* The sets since the one that is here, each signed by a key of the one before. */
static void next_set(struct pull *p)
{
    if (p->next_set > p->pointer.key_set)
        ask(p, signature_path(p->arena, p->seen.pointer.p, p->seen.pointer.n), NULL, SIGNATURE_MOST, NULL,
            signature_came, p);
    else
        ask(p, key_set_path(p->arena, p->next_set), NULL, KEY_SET_MOST, NULL, set_came, p);
}

static void take_new(struct pull *p, struct str bytes)
{
    const char *copy = arena_copy(p->arena, bytes.p, bytes.n);
    if (copy == NULL) {
        fail_memory(p);
        return;
    }
    p->received += bytes.n;
    p->seen = p->channel->seen;
    p->seen.pointer = (struct str){copy, bytes.n};
    p->next_set = p->seen.key_set + 1;
    if (!pointer_read(p->arena, copy, bytes.n, p->channel->url, &p->pointer, &p->err))
        fail(p);
    else if (p->pointer.key_set < p->seen.key_set)
        fail_as(p, EX_NOPERM, "it goes back to an older set of keys",
                "an old copy, or an attack: what is installed stays; tell the publisher");
    else if (p->pointer.key_set - p->seen.key_set > SETS_A_SYNC)
        fail_as(p, EX_DATAERR, "it names a set of keys that can't be", "tell its publisher");
    else
        next_set(p);
}

static void pointer_came(void *context, const struct fetch_result *result)
{
    struct pull *p = context;
    struct str before = p->channel->seen.pointer;
    if (result->date_ms != 0)
        p->ahead_s = (result->date_ms - clock_wall_ms()) / 1000;
    p->etag = result->outcome == FETCH_WHOLE ? arena_strdup(p->arena, result->etag) : p->channel->etag;
    if (p->etag == NULL)
        fail_memory(p);
    else if (result->outcome == FETCH_SAME || (result->outcome == FETCH_WHOLE && before.n > 0 && str_eq(before, result->bytes)))
        take_old(p);
    else if (result->outcome == FETCH_WHOLE)
        take_new(p, result->bytes);
    else if (result->outcome == FETCH_MISSING)
        fail_as(p, EX_NOINPUT, "there is no channel.json", "check the URL; what is installed stays");
    else
        fail_fetch(p, result);
}

void pull_start(struct pull *p)
{
    const struct lrs where = {"", p->channel->url, p->channel->credentials, ""};
    p->source = (struct fetch_source){.url = p->channel->url, .ca = p->channel->ca};
    if (p->channel->credentials[0] != '\0' && !accepted_authorization(p->arena, &where, &p->source.authorization, &p->err)) {
        fail(p);
        return;
    }
    ask(p, "channel.json", p->channel->seen.pointer.n > 0 ? p->channel->etag : NULL, POINTER_MOST, NULL, pointer_came,
        p);
}

void pull_close(struct pull *p)
{
    for (size_t i = 0; i < p->count; i++) {
        buf_free(&p->groups[i].tar);
        buf_free(&p->groups[i].base);
    }
    free(p->groups);
}
