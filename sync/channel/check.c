#include "sync/channel/check.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/hex.h"
#include "core/library/attached.h"
#include "core/library/channel.h"
#include "core/library/library.h"
#include "core/library/module.h"
#include "core/library/programme.h"
#include "sync/channel/outdir.h"
#include "sync/channel/pack.h"
#include "sync/channel/publish.h"
#include "sync/channel/vouch.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <zstd.h>

/* A file of some pack, and its group. */
struct found {
    const char *path;
    struct str bytes;
    const struct pointer_group *group;
};

struct checking {
    struct arena *arena;
    struct outdir out;
    const struct edition *now;
    const struct public_key *key;
    struct diags *diags;
    struct checked *result;
    struct found *files; /* of all packs but the catalogue's, sorted by path */
    size_t count;
    struct pack_files catalogue;
};

static const char again[] = "publish again";

static void problem(struct checking *c, const char *file, const char *todo, const char *text)
{
    diags_add(c->diags, SEVERITY_ERROR, file, 0, 0, todo, "%s", text);
}

static void problem_of(struct checking *c, const char *file, const struct error *why)
{
    diags_add(c->diags, SEVERITY_ERROR, file, 0, 0, why->todo, "%s%s%s", why->what, why->why[0] != '\0' ? ": " : "", why->why);
}

static bool read_file(struct checking *c, const char *path, size_t most, struct str *bytes)
{
    struct buf text = {0};
    struct error why = {0};
    bool ok = outdir_read(&c->out, path, most, &text, &why);
    const char *copy = ok ? arena_copy(c->arena, buf_text(&text), text.len) : NULL;
    *bytes = (struct str){copy, text.len};
    buf_free(&text);
    if (!ok)
        problem_of(c, path, &why);
    return ok && copy != NULL;
}

/* ---- signatures ---- */

static bool walk_sets(struct checking *c, struct vouch *v)
{
    for (int64_t n = 1; n <= c->now->pointer.key_set; n++) {
        const char *path = key_set_path(c->arena, n);
        struct str set, signature;
        struct error why = {0};
        if (path == NULL || !read_file(c, path, KEY_SET_MOST, &set) ||
            !read_file(c, arena_printf(c->arena, "%s.minisig", path), SIGNATURE_MOST, &signature))
            return false;
        if (!vouch_set(v, c->arena, n, c->now->pointer.key_set, set, signature, path, &why)) {
            problem_of(c, path, &why);
            return false;
        }
    }
    return true;
}

static bool check_signature(struct checking *c, const struct vouch *v, const char *path)
{
    struct str signature;
    struct error why = {0};
    if (!read_file(c, path, SIGNATURE_MOST, &signature))
        return false;
    if (vouch_bytes(v, c->now->bytes, signature, path, &why))
        return true;
    problem_of(c, path, &why);
    return false;
}

/* Without a key the first set is believed, and a channel without sets is signed by somebody. */
static void check_signatures(struct checking *c)
{
    struct vouch v;
    if (!vouch_from(&v, c->arena, c->key))
        return;
    if (!walk_sets(c, &v) || (c->key == NULL && v.number == 0))
        return;
    bool ok = check_signature(c, &v, signature_path(c->arena, c->now->bytes.p, c->now->bytes.n));
    ok = check_signature(c, &v, OUTDIR_SIGNATURE) && ok;
    c->result->trusted = ok && c->key != NULL;
}

/* ---- packs ---- */

static bool load_pack(struct checking *c, const struct pointer_group *group, struct pack_files *files)
{
    const char *path = pack_path(c->arena, group->name, group->hash);
    struct buf tar = {0};
    struct str packed;
    struct error why = {0};
    if (path == NULL || !read_file(c, path, ZSTD_COMPRESSBOUND(PACK_MOST), &packed))
        return false;
    bool ok = pack_expand(packed, (struct str){NULL, 0}, group->size, group->hash, path, &tar, &why) &&
              pack_read(c->arena, (struct str){buf_text(&tar), tar.len}, path, files, &why);
    buf_free(&tar);
    if (!ok)
        problem(c, path, again, why.why);
    return ok;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct found *)left)->path, ((const struct found *)right)->path);
}

static bool add_files(struct checking *c, const struct pointer_group *group, const struct pack_files *files)
{
    struct found *grown = realloc(c->files, (c->count + files->count + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    c->files = grown;
    for (size_t i = 0; i < files->count; i++)
        c->files[c->count++] = (struct found){files->items[i].path, files->items[i].bytes, group};
    return true;
}

static bool load_packs(struct checking *c)
{
    bool whole = true;
    for (size_t i = 0; i < c->now->pointer.count; i++) {
        const struct pointer_group *group = &c->now->pointer.groups[i];
        struct pack_files files;
        if (!load_pack(c, group, &files))
            whole = false;
        else if (strcmp(group->name, GROUP_CATALOGUE) == 0)
            c->catalogue = files;
        else if (!add_files(c, group, &files))
            return false;
    }
    if (c->count > 0)
        qsort(c->files, c->count, sizeof *c->files, by_path);
    return whole;
}

/* ---- what is in them ---- */

static void check_roles(struct checking *c, const struct found *f, struct strings roles)
{
    const char *pack = pack_path(c->arena, f->group->name, f->group->hash);
    for (size_t i = 0; i < roles.count; i++)
        if (!strings_has(f->group->roles, roles.items[i]))
            diags_add(c->diags, SEVERITY_ERROR, pack, 0, 0, again, "%s is not for the roles of this pack", f->path);
}

static void check_programme(struct checking *c, const struct found *f, const char *name)
{
    const char *id = programme_id(c->arena, name);
    const struct programme *p = NULL;
    if (id == NULL || !programme_parse(c->arena, f->bytes.p, f->bytes.n, id, f->path, NULL, &p, NULL) || p == NULL)
        return;
    c->result->programmes++;
    check_roles(c, f, p->roles);
}

static void check_module(struct checking *c, const struct found *f)
{
    static const char dir[] = "modules/", programmes[] = "programmes/";
    size_t n = sizeof dir - 1, length = strlen(f->path);
    if (strncmp(f->path, programmes, sizeof programmes - 1) == 0) {
        check_programme(c, f, f->path + sizeof programmes - 1);
        return;
    }
    bool markdown = length > 3 && strcmp(f->path + length - 3, ".md") == 0;
    if (strncmp(f->path, dir, n) != 0 || !markdown) {
        c->result->pages += markdown;
        return;
    }
    c->result->modules++;
    const char *pack = pack_path(c->arena, f->group->name, f->group->hash);
    if (pack_find(&c->catalogue, f->path) == NULL)
        diags_add(c->diags, SEVERITY_ERROR, pack, 0, 0, again, "%s is not in the catalogue", f->path);
    const struct module *m = module_parse(c->arena, f->bytes.p, f->bytes.n, f->path + n, KIND_MODULE, f->path, NULL, NULL);
    if (m != NULL && m->language[0] == '\0')
        check_roles(c, f, m->roles);
}

static void check_catalogue(struct checking *c)
{
    for (size_t i = 0; i < c->catalogue.count; i++) {
        const struct found wanted = {.path = c->catalogue.items[i].path};
        if (c->count == 0 || bsearch(&wanted, c->files, c->count, sizeof *c->files, by_path) == NULL)
            diags_add(c->diags, SEVERITY_ERROR, "pack/", 0, 0, again, "%s is in the catalogue and in no pack", wanted.path);
    }
}

static void check_channel(struct checking *c)
{
    struct channel_entry *items = arena_array(c->arena, c->count, sizeof *items);
    struct channel channel;
    struct error why = {0};
    for (size_t i = 0; items != NULL && i < c->count; i++) {
        items[i] = (struct channel_entry){.path = c->files[i].path, .bytes = c->files[i].bytes};
        bool twice = i > 0 && strcmp(c->files[i - 1].path, c->files[i].path) == 0,
             attached = attached_path_valid(c->files[i].path);
        c->result->attached += attached && !twice;
        if (twice && (!attached || !str_eq(c->files[i - 1].bytes, c->files[i].bytes)))
            diags_add(c->diags, SEVERITY_ERROR, "pack/", 0, 0, again, "%s is in two packs", c->files[i].path);
    }
    const struct channel_archive archive = {items, c->count};
    if (items == NULL || !channel_of_archive(c->arena, &archive, "", &channel, NULL, &why))
        problem(c, "pack/", again, items == NULL ? "out of memory" : why.why);
    else if (strcmp(channel.id, c->now->pointer.id) != 0)
        problem(c, OUTDIR_POINTER, again, "its id is not that of channel.yaml");
}

static void check_content(struct checking *c)
{
    check_channel(c);
    check_catalogue(c);
    for (size_t i = 0; i < c->count; i++)
        check_module(c, &c->files[i]);
}

/* ---- differences ---- */

enum { TAG = 16, TAG_BYTES = TAG / 2 };

/* The group of some edition with that name, whose hash begins so. */
static const struct pointer_group *group_tagged(const struct checking *c, struct str name, const char *digits)
{
    char text[TAG + 1];
    unsigned char bytes[TAG_BYTES];
    memcpy(text, digits, TAG);
    text[TAG] = '\0';
    if (!hex_read(text, bytes, TAG_BYTES))
        return NULL;
    for (size_t i = 0; i < c->out.count; i++)
        for (size_t k = 0; k < c->out.editions[i].pointer.count; k++) {
            const struct pointer_group *g = &c->out.editions[i].pointer.groups[k];
            if (str_eq(str_of(g->name), name) && memcmp(g->hash, bytes, TAG_BYTES) == 0)
                return g;
        }
    return NULL;
}

static void check_delta(struct checking *c, const char *name)
{
    enum { TAIL = 2 * TAG + 2 + 4 /* -from-to.zst */ };
    size_t n = strlen(name);
    const char *path = arena_printf(c->arena, "delta/%s", name);
    if (path == NULL || n <= TAIL || strcmp(name + n - 4, ".zst") != 0)
        return; /* half-written, or nobody's */
    const struct str group = {name, n - TAIL};
    const struct pointer_group *from = group_tagged(c, group, name + n - TAIL + 1),
                               *to = group_tagged(c, group, name + n - TAG - 4);
    struct buf base = {0}, tar = {0};
    struct str packed;
    struct error why = {0};
    c->result->deltas++;
    if (from == NULL || to == NULL)
        diags_add(c->diags, SEVERITY_WARNING, path, 0, 0, "it does no harm; publishing takes it away",
                  "no version that is known needs it");
    else if (!outdir_tar(&c->out, from, &base))
        diags_add(c->diags, SEVERITY_WARNING, pack_path(c->arena, from->name, from->hash), 0, 0,
                  "devices can't tell: nothing has to be done", "an earlier version's pack is missing or damaged");
    else if (read_file(c, path, ZSTD_COMPRESSBOUND(PACK_MOST), &packed) &&
             !pack_expand(packed, (struct str){buf_text(&base), base.len}, to->size, to->hash, path, &tar, &why))
        problem(c, path, "delete it, and publish again; until then devices take the pack", "it is damaged");
    buf_free(&base);
    buf_free(&tar);
}

static void check_deltas(struct checking *c)
{
    const char *path = file_join(c->arena, c->out.dir, "delta");
    DIR *dir = path != NULL ? opendir(path) : NULL;
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        check_delta(c, entry->d_name);
    if (dir != NULL)
        closedir(dir);
}

/* ---- all ---- */

static void check_expiry(struct checking *c)
{
    const struct pointer *p = &c->now->pointer;
    int64_t now = clock_wall_ms();
    char day[16];
    clock_format_day(p->expires_ms, day, sizeof day);
    if (library_stale(p->published_ms, p->expires_ms, now))
        diags_add(c->diags, SEVERITY_ERROR, OUTDIR_POINTER, 0, 0, again, "out of date since %s", day);
    else if (library_clock_wrong(p->published_ms, now))
        problem(c, OUTDIR_POINTER, "set this machine's clock", "it was published after now");
}

bool check_published(struct arena *a, const char *dir, const struct public_key *key, struct diags *diags,
                     struct checked *result, struct error *err)
{
    struct checking c = {.arena = a, .key = key, .diags = diags, .result = result};
    *result = (struct checked){0};
    if (!outdir_open(&c.out, a, dir, PUBLISH_VERSIONS_MOST, false, err))
        return false;
    if (c.out.count == 0)
        return error_set(err, EX_NOINPUT, "no published channel here", dir, "there is no channel.json", "name the directory that `crib publish SRC OUT` wrote");
    c.now = &c.out.editions[0];
    result->pointer = c.now->pointer;
    check_signatures(&c);
    if (load_packs(&c))
        check_content(&c);
    check_deltas(&c);
    check_expiry(&c);
    free(c.files);
    diags_sort(diags);
    return true;
}
