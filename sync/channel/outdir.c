#include "sync/channel/outdir.h"

#include "core/base/file.h"
#include "sync/channel/minisign.h"
#include "sync/channel/pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>
#include <zstd.h>

enum {
    FILE_MODE = 0644,
    DIRECTORY_MODE = 0755,
    LOCK_WAIT_MS = 1000,
    TEMPORARY = 6, /* letters behind the dot of a file that is being written */
};

static const char own_dir[] = ".publish", lock_name[] = ".publish/lock";

/* ---- files ---- */

static const char *full_path(const struct outdir *o, const char *path)
{
    return path != NULL ? arena_printf(o->arena, "%s/%s", o->dir, path) : NULL;
}

bool outdir_read(const struct outdir *o, const char *path, size_t most, struct buf *out, struct error *err)
{
    const char *full = full_path(o, path);
    return full != NULL ? file_read(full, most, out, err) : error_memory(err);
}

/* The remedy is that of another place, one's own. */
static bool make_dirs(const char *path, struct error *err)
{
    bool ok = file_make_dirs_mode(path, DIRECTORY_MODE, err);
    if (!ok && err != NULL)
        err->todo[0] = '\0';
    return ok;
}

bool outdir_write(const struct outdir *o, const char *path, struct str bytes, struct error *err)
{
    char *full = path != NULL ? arena_printf(o->arena, "%s/%s", o->dir, path) : NULL;
    char *slash = full != NULL ? strrchr(full, '/') : NULL;
    if (slash == NULL)
        return error_memory(err);
    *slash = '\0';
    bool ok = make_dirs(full, err);
    *slash = '/';
    return ok && file_write(full, bytes.p, bytes.n, FILE_MODE, err);
}

size_t outdir_size(const struct outdir *o, const char *path)
{
    struct stat st;
    const char *full = full_path(o, path);
    return full != NULL && stat(full, &st) == 0 && S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
}

bool outdir_tar(const struct outdir *o, const struct pointer_group *group, struct buf *tar)
{
    struct buf packed = {0};
    const char *path = pack_path(o->arena, group->name, group->hash);
    bool ok = outdir_read(o, path, ZSTD_COMPRESSBOUND(PACK_MOST), &packed, NULL) &&
              pack_expand((struct str){buf_text(&packed), packed.len}, (struct str){NULL, 0}, group->size, group->hash,
                          path, tar, NULL);
    buf_free(&packed);
    return ok;
}

/* ---- opening ---- */

static bool read_edition(const struct outdir *o, const char *path, struct edition *e, struct error *err)
{
    struct buf text = {0};
    bool ok = outdir_read(o, path, POINTER_MOST, &text, err) &&
              pointer_read(o->arena, buf_text(&text), text.len, full_path(o, path), &e->pointer, err);
    const char *copy = ok ? arena_copy(o->arena, buf_text(&text), text.len) : NULL;
    e->bytes = (struct str){copy, text.len};
    buf_free(&text);
    return ok && (copy != NULL || error_memory(err));
}

/* The version in "12.json"; 0 of another name. */
static int64_t version_of(const char *name)
{
    char *end;
    long long version = name[0] >= '1' && name[0] <= '9' ? strtoll(name, &end, 10) : 0;
    return version > 0 && strcmp(end, ".json") == 0 ? version : 0;
}

static int newest_first(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a < b) - (a > b);
}

/* The numbers of the versions that are kept, newest first. */
static size_t list_versions(const struct outdir *o, int64_t *versions, size_t most)
{
    const char *path = full_path(o, own_dir);
    DIR *dir = path != NULL ? opendir(path) : NULL;
    const struct dirent *entry;
    size_t n = 0;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        int64_t version = version_of(entry->d_name);
        if (version > 0 && n < most)
            versions[n++] = version;
    }
    if (dir != NULL)
        closedir(dir);
    if (n > 0)
        qsort(versions, n, sizeof *versions, newest_first);
    return n;
}

/* Whatever is no earlier version of this channel doesn't count. */
static bool read_earlier(struct outdir *o, size_t most, struct error *err)
{
    enum { KEPT_MOST = 4096 };
    int64_t *versions = arena_array(o->arena, KEPT_MOST, sizeof *versions);
    if (versions == NULL)
        return error_memory(err);
    size_t n = list_versions(o, versions, KEPT_MOST);
    const struct edition *now = &o->editions[0];
    for (size_t i = 0; i < n && o->count < most; i++) {
        struct edition *e = &o->editions[o->count];
        const char *path = arena_printf(o->arena, "%s/%lld.json", own_dir, (long long)versions[i]);
        if (versions[i] < now->pointer.version && read_edition(o, path, e, NULL) &&
            e->pointer.version == versions[i] && strcmp(e->pointer.id, now->pointer.id) == 0)
            o->count++;
    }
    return true;
}

static bool read_editions(struct outdir *o, size_t versions, struct error *err)
{
    o->editions = arena_array(o->arena, versions > 0 ? versions : 1, sizeof *o->editions);
    if (o->editions == NULL)
        return error_memory(err);
    if (access(full_path(o, OUTDIR_POINTER), F_OK) != 0 && errno == ENOENT)
        return true;
    if (!read_edition(o, OUTDIR_POINTER, &o->editions[0], err))
        return false;
    o->count = 1;
    return read_earlier(o, versions, err);
}

/* Is there nothing that could be somebody else's? */
static bool is_ours(const struct outdir *o, bool *ours, struct error *err)
{
    DIR *dir = opendir(o->dir);
    const struct dirent *entry;
    bool own = false, pointer = false, others = false, source = false;
    *ours = true;
    if (dir == NULL)
        return errno == ENOENT || error_errno(err, errno, "cannot publish into", o->dir, NULL);
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        own = own || strcmp(name, own_dir) == 0;
        pointer = pointer || strcmp(name, OUTDIR_POINTER) == 0;
        source = source || strcmp(name, "channel.yaml") == 0;
        others = others || (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, "lost+found") != 0);
    }
    closedir(dir);
    *ours = !source && (own || pointer || !others);
    return true;
}

static bool take_lock(struct outdir *o, struct error *err)
{
    const char *own = full_path(o, own_dir), *path = full_path(o, lock_name);
    if (own == NULL || path == NULL)
        return error_memory(err);
    if (!make_dirs(own, err))
        return false;
    o->lock = file_lock(path, LOCK_WAIT_MS, "another crib is publishing there", err);
    return o->lock >= 0;
}

bool outdir_open(struct outdir *o, struct arena *a, const char *dir, size_t versions, bool write, struct error *err)
{
    bool ours;
    *o = (struct outdir){.arena = a, .dir = dir, .lock = -1};
    if (!is_ours(o, &ours, err))
        return false;
    if (!ours)
        return write ? error_set(err, EX_USAGE, "will not publish into", dir, "it holds other things than a published channel",
                                 "name an empty directory, or one that does not exist yet")
                     : error_set(err, EX_NOINPUT, "no published channel", dir, "it holds other things",
                                 "name the directory that `crib publish` wrote");
    return (!write || take_lock(o, err)) && read_editions(o, versions, err);
}

void outdir_close(struct outdir *o)
{
    if (o->lock >= 0)
        close(o->lock);
    o->lock = -1;
}

/* ---- the pointer ---- */

/* Web servers tell two pointers apart by second and size: each gets a second of its own, that of its publication. */
static void stamp(const struct outdir *o, const struct edition *e)
{
    const struct timespec at = {.tv_sec = (time_t)(e->pointer.published_ms / 1000)};
    const struct timespec times[2] = {at, at};
    const char *path = full_path(o, OUTDIR_POINTER);
    if (path != NULL)
        (void)utimensat(AT_FDCWD, path, times, 0);
}

bool outdir_point(const struct outdir *o, const struct edition *next, struct str signature, struct error *err)
{
    if (o->count > 0) {
        const struct edition *now = &o->editions[0];
        const char *path = arena_printf(o->arena, "%s/%lld.json", own_dir, (long long)now->pointer.version);
        if (!outdir_write(o, path, now->bytes, err))
            return false;
    }
    bool ok = outdir_write(o, signature_path(o->arena, next->bytes.p, next->bytes.n), signature, err) &&
              outdir_write(o, OUTDIR_SIGNATURE, signature, err) && outdir_write(o, OUTDIR_POINTER, next->bytes, err);
    if (ok)
        stamp(o, next);
    return ok;
}

bool outdir_mend(const struct outdir *o, struct error *err)
{
    struct buf right = {0}, there = {0};
    const struct str bytes = o->editions[0].bytes;
    bool ok = outdir_read(o, signature_path(o->arena, bytes.p, bytes.n), SIGNATURE_MOST, &right, err);
    if (ok && (!outdir_read(o, OUTDIR_SIGNATURE, SIGNATURE_MOST, &there, NULL) || there.len != right.len ||
               memcmp(buf_text(&there), buf_text(&right), right.len) != 0))
        ok = outdir_write(o, OUTDIR_SIGNATURE, (struct str){buf_text(&right), right.len}, err);
    buf_free(&right);
    buf_free(&there);
    return ok;
}

/* ---- what is needed no longer ---- */

/* The paths that stay. */
struct kept {
    struct arena *arena;
    const char **paths;
    size_t count, cap;
    bool failed;
};

static void keep(struct kept *k, const char *path)
{
    if (k->count == k->cap) {
        size_t cap = k->cap == 0 ? 256 : k->cap * 2;
        const char **grown = realloc(k->paths, cap * sizeof *grown);
        if (grown == NULL) {
            k->failed = true;
            return;
        }
        k->paths = grown;
        k->cap = cap;
    }
    k->failed = k->failed || path == NULL;
    k->paths[k->count++] = path;
}

static void keep_edition(struct kept *k, const struct edition *e)
{
    keep(k, signature_path(k->arena, e->bytes.p, e->bytes.n));
    keep(k, arena_printf(k->arena, "%s/%lld.json", own_dir, (long long)e->pointer.version));
    for (size_t i = 0; i < e->pointer.count; i++)
        keep(k, pack_path(k->arena, e->pointer.groups[i].name, e->pointer.groups[i].hash));
}

/* The differences from any edition to this one. */
static void keep_deltas(struct kept *k, const struct outdir *o, const struct edition *to)
{
    for (size_t i = 0; i < o->count; i++)
        for (size_t n = 0; n < to->pointer.count; n++) {
            const struct pointer_group *group = &to->pointer.groups[n];
            const struct pointer_group *from = pointer_group(&o->editions[i].pointer, group->name);
            if (from != NULL && memcmp(from->hash, group->hash, POINTER_HASH) != 0)
                keep(k, delta_path(k->arena, group->name, from->hash, group->hash));
        }
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Is it such a file, or what was left of writing one? */
static bool is_such(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);
    if (n > k && strcmp(name + n - k, ending) == 0)
        return true;
    return n > k + 1 + TEMPORARY && name[n - TEMPORARY - 1] == '.' &&
           memcmp(name + n - TEMPORARY - 1 - k, ending, k) == 0;
}

static void tidy_directory(const struct outdir *o, const char *name, const char *ending, const struct kept *k)
{
    const char *path = full_path(o, name);
    DIR *dir = path != NULL ? opendir(path) : NULL;
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *whole = arena_printf(o->arena, "%s%s%s", name, name[0] != '\0' ? "/" : "", entry->d_name);
        if (whole != NULL && is_such(entry->d_name, ending) &&
            bsearch(&whole, k->paths, k->count, sizeof *k->paths, by_text) == NULL)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir != NULL)
        closedir(dir);
}

/* Of the pointer and of sets of keys, what was half-written alone goes. */
static void tidy_halves(const struct outdir *o, const char *name)
{
    static const char *const endings[] = {".json.", ".minisig."};
    const char *path = full_path(o, name);
    DIR *dir = path != NULL ? opendir(path) : NULL;
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
            size_t n = strlen(entry->d_name), k = strlen(endings[i]);
            const char *tail = n > k + TEMPORARY ? entry->d_name + n - TEMPORARY - k : "";
            if (strncmp(tail, endings[i], k) == 0 && strchr(tail + k, '.') == NULL)
                (void)unlinkat(dirfd(dir), entry->d_name, 0);
        }
    if (dir != NULL)
        closedir(dir);
}

void outdir_tidy(const struct outdir *o, const struct edition *now)
{
    struct kept k = {.arena = o->arena};
    keep_edition(&k, now);
    keep_deltas(&k, o, now);
    for (size_t i = 0; i < o->count; i++)
        keep_edition(&k, &o->editions[i]);
    if (o->count > 0) /* a device may be on its way there */
        keep_deltas(&k, o, &o->editions[0]);
    if (!k.failed) {
        qsort(k.paths, k.count, sizeof *k.paths, by_text);
        tidy_directory(o, "pack", ".tar.zst", &k);
        tidy_directory(o, "delta", ".zst", &k);
        tidy_directory(o, "sig", ".minisig", &k);
        tidy_directory(o, own_dir, ".json", &k);
        tidy_halves(o, ".");
        tidy_halves(o, "keys");
    }
    free(k.paths);
}
