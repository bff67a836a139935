#include "sync/channel/build.h"

#include "sync/channel/pack.h"
#include "sync/channel/pull.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const struct str nothing = {NULL, 0};

static struct str str_of_buf(const struct buf *b)
{
    return (struct str){buf_text(b), b->len};
}

static bool write_tar(const struct gathered_group *g, struct buf *tar, struct error *err)
{
    return pack_write(&g->files, tar, err) || error_add(err, g->name);
}

/* ---- planning ---- */

static bool same_hash(const unsigned char *a, const unsigned char *b)
{
    return memcmp(a, b, POINTER_HASH) == 0;
}

static bool has_delta(const struct built_group *g, const unsigned char *from)
{
    for (size_t i = 0; i < g->count; i++)
        if (same_hash(g->deltas[i].from, from))
            return true;
    return false;
}

/* From each tar that an edition had instead. */
static bool plan_deltas(const struct outdir *o, struct built_group *g, struct error *err)
{
    g->deltas = arena_array(o->arena, o->count, sizeof *g->deltas);
    if (g->deltas == NULL)
        return error_memory(err);
    g->changed = true;
    for (size_t i = 0; i < o->count; i++) {
        const struct pointer_group *before = pointer_group(&o->editions[i].pointer, g->group.name);
        bool same = before != NULL && same_hash(before->hash, g->group.hash);
        if (i == 0 && same)
            g->changed = false;
        if (before != NULL && !same && !has_delta(g, before->hash))
            g->deltas[g->count++] = (struct built_delta){.from = before->hash, .newest = i == 0};
    }
    return true;
}

static bool plan_group(struct build *b, const struct gathered_group *from, struct built_group *g, struct error *err)
{
    struct buf tar = {0};
    bool ok = write_tar(from, &tar, err);
    if (ok) {
        *g = (struct built_group){.gathered = from, .group = {.name = from->name, .roles = from->roles, .size = tar.len}};
        pack_hash(str_of_buf(&tar), g->group.hash);
        ok = plan_deltas(b->out, g, err);
    }
    buf_free(&tar);
    return ok;
}

bool build_plan(struct build *b, const struct outdir *o, const struct gathered *gathered, struct error *err)
{
    *b = (struct build){.out = o, .gathered = gathered, .count = gathered->count};
    b->groups = arena_array(o->arena, b->count, sizeof *b->groups);
    if (b->groups == NULL)
        return error_memory(err);
    b->changed = o->count == 0 || o->editions[0].pointer.count != b->count;
    for (size_t i = 0; i < b->count; i++) {
        if (!plan_group(b, &gathered->groups[i], &b->groups[i], err))
            return false;
        b->changed = b->changed || b->groups[i].changed;
    }
    return true;
}

struct pointer_group *build_groups(const struct build *b)
{
    struct pointer_group *groups = arena_array(b->out->arena, b->count, sizeof *groups);
    for (size_t i = 0; groups != NULL && i < b->count; i++)
        groups[i] = b->groups[i].group;
    return groups;
}

/* ---- making ---- */

struct making {
    struct build *build;
    struct progress *progress;
    bool dry;
    size_t done, total;
    struct error *err;
};

static void step(struct making *m, const char *what, const char *group)
{
    char text[100];
    snprintf(text, sizeof text, "%s%s", what, group);
    progress_bar(m->progress, m->done++, m->total, text);
}

/* Packs the tar, proves it and writes it: to that path, or nowhere. */
static bool make(struct making *m, struct str tar, struct str base, enum pack_effort effort, const struct built_group *g,
                 const char *path, size_t *size)
{
    struct buf packed = {0}, again = {0};
    bool ok = pack_compress(tar, base, effort, &packed, m->err);
    if (ok && !pack_expand(str_of_buf(&packed), base, g->group.size, g->group.hash, path, &again, NULL))
        ok = error_set(m->err, EX_SOFTWARE, "cannot publish", path, "what was packed does not unpack to the same", NULL);
    *size = packed.len;
    if (ok && !m->dry) {
        ok = outdir_write(m->build->out, path, str_of_buf(&packed), m->err);
        m->build->written++;
    }
    buf_free(&packed);
    buf_free(&again);
    return ok;
}

static bool make_pack(struct making *m, struct built_group *g, struct str tar)
{
    const struct outdir *o = m->build->out;
    const char *path = pack_path(o->arena, g->group.name, g->group.hash);
    struct buf there = {0};
    step(m, "pack for ", g->group.name);
    bool good = outdir_tar(o, &g->group, &there);
    buf_free(&there);
    if (good)
        g->packed = outdir_size(o, path);
    return good || make(m, tar, nothing, PACK_BEST, g, path, &g->packed);
}

/* The tar that an edition had. */
static const struct pointer_group *edition_group(const struct outdir *o, const char *name, const unsigned char *hash)
{
    for (size_t i = 0; i < o->count; i++) {
        const struct pointer_group *group = pointer_group(&o->editions[i].pointer, name);
        if (group != NULL && same_hash(group->hash, hash))
            return group;
    }
    return NULL;
}

static bool make_delta(struct making *m, const struct built_group *g, struct built_delta *d, struct str tar)
{
    const struct outdir *o = m->build->out;
    const char *path = delta_path(o->arena, g->group.name, d->from, g->group.hash);
    const struct pointer_group *from = edition_group(o, g->group.name, d->from);
    struct buf base = {0};
    step(m, "difference for ", g->group.name);
    d->size = outdir_size(o, path);
    bool ok = true;
    if (d->size == 0 && from != NULL && outdir_tar(o, from, &base)) {
        ok = make(m, tar, str_of_buf(&base), d->newest ? PACK_BEST : PACK_QUICK, g, path, &d->size);
        m->build->deltas++;
    }
    buf_free(&base);
    return ok;
}

static bool make_group(struct making *m, struct built_group *g)
{
    struct buf tar = {0};
    bool ok = write_tar(g->gathered, &tar, m->err) && make_pack(m, g, str_of_buf(&tar));
    for (size_t i = 0; ok && i < g->count; i++)
        ok = make_delta(m, g, &g->deltas[i], str_of_buf(&tar));
    buf_free(&tar);
    return ok;
}

bool build_run(struct build *b, bool dry, struct progress *progress, struct error *err)
{
    struct making m = {.build = b, .progress = progress, .dry = dry, .err = err};
    bool ok = true;
    for (size_t i = 0; i < b->count; i++)
        m.total += 1 + b->groups[i].count;
    for (size_t i = 0; ok && i < b->count; i++)
        ok = make_group(&m, &b->groups[i]);
    progress_end(progress);
    return ok;
}

/* ---- what it costs a device ---- */

static size_t group_cost(const struct built_group *g, const struct edition *from)
{
    const struct pointer_group *before = from != NULL ? pointer_group(&from->pointer, g->group.name) : NULL;
    if (before == NULL)
        return g->packed;
    if (same_hash(before->hash, g->group.hash))
        return 0;
    for (size_t i = 0; i < g->count; i++)
        if (same_hash(g->deltas[i].from, before->hash) && g->deltas[i].size > 0)
            return g->deltas[i].size;
    return g->packed;
}

size_t build_cost(const struct build *b, const struct edition *from, struct strings roles)
{
    size_t total = 0;
    for (size_t i = 0; i < b->count; i++)
        if (pull_takes(roles, &b->groups[i].group))
            total += group_cost(&b->groups[i], from);
    return total;
}
