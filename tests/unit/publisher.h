/* A publisher for the tests of those who take channels: writes what a device may meet, and nothing more. */
#ifndef CRIB_TESTS_PUBLISHER_H
#define CRIB_TESTS_PUBLISHER_H

#include "core/base/file.h"
#include "core/base/hex.h"
#include "core/library/channel.h"
#include "core/library/module.h"
#include "sync/channel/minisign.h"
#include "sync/channel/pack.h"
#include "sync/channel/pointer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct publishing {
    const char *out;
    const struct secret_key *key; /* signs channel.json */
    int64_t version, published_ms, expires_ms, key_set;
};

static void published(bool ok, const char *what, const struct error *err)
{
    if (ok)
        return;
    fprintf(stderr, "publisher: %s: %s: %s: %s\n", what, err->what, err->where, err->why);
    exit(1);
}

static void publish_file(struct arena *a, const char *out, const char *path, const char *bytes, size_t n)
{
    struct error err = {0};
    char *whole = arena_printf(a, "%s/%s", out, path), *slash = strrchr(whole, '/');
    *slash = '\0';
    published(file_make_dirs_mode(whole, 0755, &err), path, &err);
    *slash = '/';
    published(file_write(whole, bytes, n, 0644, &err), path, &err);
}

static void publish_signature(struct arena *a, const struct publishing *p, const char *path, const char *bytes, size_t n)
{
    struct error err = {0};
    struct buf signature = {0};
    published(sign(p->key, bytes, n, "test", &signature, &err), path, &err);
    publish_file(a, p->out, path, buf_text(&signature), signature.len);
    buf_free(&signature);
}

static int publish_text_order(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The roles of a module, sorted; none of anything else. */
static struct strings publish_roles(struct arena *a, const struct pack_file *file)
{
    struct error err = {0};
    if (strncmp(file->path, "modules/", 8) != 0)
        return (struct strings){0};
    const struct module *m = module_parse(a, file->bytes.p, file->bytes.n, file->path + 8, KIND_MODULE, file->path, NULL, &err);
    published(m != NULL, file->path, &err);
    const char **roles = arena_array(a, m->roles.count, sizeof *roles);
    for (size_t i = 0; i < m->roles.count; i++)
        roles[i] = m->roles.items[i];
    if (m->roles.count > 0)
        qsort(roles, m->roles.count, sizeof *roles, publish_text_order);
    return (struct strings){roles, m->roles.count};
}

static struct pack_file publish_stub(struct arena *a, const struct pack_file *file)
{
    struct error err = {0};
    const struct module *m = module_parse(a, file->bytes.p, file->bytes.n, file->path + 8, KIND_MODULE, file->path, NULL, &err);
    published(m != NULL, file->path, &err);
    struct buf text = {0};
    buf_addf(&text, "---\ntitle: %s\nproblem: %s\noutcome: %s\nminutes: %d\nroles: [", m->title, m->problem, m->outcome,
             m->minutes);
    for (size_t i = 0; i < m->roles.count; i++)
        buf_addf(&text, "%s%s", i > 0 ? ", " : "", m->roles.items[i]);
    buf_adds(&text, "]\n---\n");
    const struct pack_file stub = {file->path, {arena_copy(a, buf_text(&text), text.len), text.len}};
    buf_free(&text);
    return stub;
}

static const char *publish_tar_path(struct arena *a, const unsigned char *hash)
{
    return arena_printf(a, ".tars/%s", hex_text(a, hash, POINTER_HASH));
}

/* Writes a group's pack, and the difference to the tar that channel.json names now. */
static void publish_group(struct arena *a, const struct publishing *p, const struct pointer *before, const char *name,
                          struct strings roles, const struct pack_files *files, struct pointer_group *group)
{
    struct error err = {0};
    struct buf tar = {0}, packed = {0}, base = {0}, delta = {0};
    published(pack_write(files, &tar, &err), name, &err);
    const struct str bytes = {buf_text(&tar), tar.len};
    *group = (struct pointer_group){.name = name, .roles = roles, .size = tar.len};
    pack_hash(bytes, group->hash);
    published(pack_compress(bytes, (struct str){NULL, 0}, &packed, &err), name, &err);
    publish_file(a, p->out, pack_path(a, name, group->hash), buf_text(&packed), packed.len);
    publish_file(a, p->out, publish_tar_path(a, group->hash), bytes.p, bytes.n);
    const struct pointer_group *old = before != NULL ? pointer_group(before, name) : NULL;
    if (old != NULL && memcmp(old->hash, group->hash, POINTER_HASH) != 0 &&
        file_read(arena_printf(a, "%s/%s", p->out, publish_tar_path(a, old->hash)), PACK_MOST, &base, NULL)) {
        published(pack_compress(bytes, (struct str){buf_text(&base), base.len}, &delta, &err), name, &err);
        publish_file(a, p->out, delta_path(a, name, old->hash, group->hash), buf_text(&delta), delta.len);
    }
    buf_free(&tar);
    buf_free(&packed);
    buf_free(&base);
    buf_free(&delta);
}

static void publish_pointer(struct arena *a, const struct publishing *p, const struct pointer *pointer)
{
    struct buf text = {0};
    pointer_write(pointer, &text);
    publish_signature(a, p, signature_path(a, buf_text(&text), text.len), buf_text(&text), text.len);
    publish_signature(a, p, "channel.json.minisig", buf_text(&text), text.len);
    publish_file(a, p->out, "channel.json", buf_text(&text), text.len);
    buf_free(&text);
}

static int publish_group_order(const void *left, const void *right)
{
    return strcmp(((const struct pointer_group *)left)->name, ((const struct pointer_group *)right)->name);
}

/* Publishes the files (sorted by path) as the channel of that id. */
static void publish(struct arena *a, const char *id, const struct pack_files *source, const struct publishing *p)
{
    struct buf old = {0};
    struct pointer before, *known = NULL;
    if (file_read(arena_printf(a, "%s/channel.json", p->out), POINTER_MOST, &old, NULL) &&
        pointer_read(a, buf_text(&old), old.len, "old", &before, NULL))
        known = &before;
    struct pointer_group *groups = arena_array(a, source->count + 2, sizeof *groups);
    struct pack_file *files = arena_array(a, source->count, sizeof *files);
    const char **names = arena_array(a, source->count, sizeof *names);
    size_t count = 0, stubs = 0;
    for (size_t i = 0; i < source->count; i++)
        names[i] = group_name(a, publish_roles(a, &source->items[i]));
    for (size_t i = 0; i < source->count; i++) {
        size_t n = 0;
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen = seen || strcmp(names[k], names[i]) == 0;
        if (seen)
            continue;
        for (size_t k = i; k < source->count; k++)
            if (strcmp(names[k], names[i]) == 0)
                files[n++] = source->items[k];
        publish_group(a, p, known, names[i], publish_roles(a, &source->items[i]), &(struct pack_files){files, n},
                      &groups[count++]);
    }
    for (size_t i = 0; i < source->count; i++)
        if (strncmp(source->items[i].path, "modules/", 8) == 0)
            files[stubs++] = publish_stub(a, &source->items[i]);
    publish_group(a, p, known, GROUP_CATALOGUE, (struct strings){0}, &(struct pack_files){files, stubs}, &groups[count++]);
    qsort(groups, count, sizeof *groups, publish_group_order);
    publish_pointer(a, p, &(struct pointer){id, p->version, p->published_ms, p->expires_ms, p->key_set, groups, count});
    buf_free(&old);
}

#endif
