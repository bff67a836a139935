#include "sync/channel/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <zstd.h>

enum {
    PATH_BYTES_MOST = 1024,
    BEST_LEVEL = 19, /* 1.5 s a MiB */
    LARGE_LEVEL = 12, /* seven times as fast, and a tenth larger */
    QUICK_LEVEL = 6,  /* twenty times as fast; a small difference is a seventh larger by it, 60 bytes */
    BEST_MOST = 16 * 1024 * 1024,
};

_Static_assert((size_t)1 << PACK_WINDOW_LOG == PACK_MOST, "the window holds a whole tar");

bool pack_path_valid(const char *path)
{
    size_t n = strlen(path);
    if (n == 0 || n > PATH_BYTES_MOST || text_control(path, n) != n || strchr(path, '\\') != NULL)
        return false;
    for (const char *part = path;; part++) {
        size_t k = strcspn(part, "/");
        if (k == 0 || (k == 1 && part[0] == '.') || (k == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        part += k;
        if (*part == '\0')
            return true;
    }
}

/* ---- writing ---- */

static la_ssize_t append(struct archive *archive, void *context, const void *bytes, size_t n)
{
    (void)archive;
    struct buf *out = context;
    buf_add(out, bytes, n);
    return buf_ok(out) && n <= INT_MAX ? (la_ssize_t)n : -1;
}

static bool write_file(struct archive *archive, const struct pack_file *file)
{
    struct archive_entry *entry = archive_entry_new();
    if (entry == NULL)
        return false;
    archive_entry_copy_pathname(entry, file->path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)file->bytes.n);
    archive_entry_set_mtime(entry, 0, 0);
    bool ok = archive_write_header(archive, entry) == ARCHIVE_OK &&
              archive_write_data(archive, file->bytes.p, file->bytes.n) == (la_ssize_t)file->bytes.n;
    archive_entry_free(entry);
    return ok;
}

static bool check_files(const struct pack_files *files, struct error *err)
{
    size_t total = 0;
    for (size_t i = 0; i < files->count; i++) {
        const struct pack_file *file = &files->items[i];
        if (!pack_path_valid(file->path))
            return error_set(err, EX_DATAERR, "cannot pack", file->path, "a file can't be called so", "rename it");
        if (i > 0 && strcmp(files->items[i - 1].path, file->path) >= 0)
            return error_set(err, EX_SOFTWARE, "cannot pack", file->path, "it is out of order", NULL);
        if (file->bytes.n > PACK_MOST || (total += file->bytes.n + 512) > PACK_MOST)
            return error_set(err, EX_DATAERR, "cannot pack", file->path, "the modules of these roles are over 64 MiB",
                             "split the channel, or take large files out");
    }
    return true;
}

bool pack_write(const struct pack_files *files, struct buf *tar, struct error *err)
{
    if (!check_files(files, err))
        return false;
    struct archive *archive = archive_write_new();
    size_t start = tar->len;
    /* GNU's form writes names as the bytes that they are; pax would ask the locale. No padding to tape blocks. */
    bool ok = archive != NULL && archive_write_set_format_gnutar(archive) == ARCHIVE_OK &&
              archive_write_add_filter_none(archive) == ARCHIVE_OK &&
              archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK &&
              archive_write_open(archive, tar, NULL, append, NULL) == ARCHIVE_OK;
    for (size_t i = 0; ok && i < files->count; i++)
        ok = write_file(archive, &files->items[i]);
    ok = ok && archive_write_close(archive) == ARCHIVE_OK;
    if (!ok && archive != NULL && buf_ok(tar))
        error_set(err, EX_SOFTWARE, "cannot pack", NULL, archive_error_string(archive), NULL);
    else if (!ok)
        error_memory(err);
    archive_write_free(archive);
    if (ok && tar->len - start > PACK_MOST)
        return error_set(err, EX_DATAERR, "cannot pack", NULL, "the modules of these roles are over 64 MiB",
                         "split the channel");
    return ok;
}

/* ---- reading ---- */

struct reading {
    struct arena *arena;
    struct archive *archive;
    const char *where;
    struct pack_file *items;
    size_t count, cap;
    struct error *err;
};

static bool refuse(struct reading *r, const char *why)
{
    return error_set(r->err, EX_DATAERR, "refused the pack", r->where, why, "tell the channel's publisher");
}

static bool keep(struct reading *r, const char *path, struct str bytes)
{
    if (r->count == r->cap) {
        size_t cap = r->cap == 0 ? 64 : r->cap * 2;
        struct pack_file *grown = realloc(r->items, cap * sizeof *grown);
        if (grown == NULL)
            return error_memory(r->err);
        r->items = grown;
        r->cap = cap;
    }
    r->items[r->count++] = (struct pack_file){path, bytes};
    return true;
}

static bool read_bytes(struct reading *r, const char *path, la_int64_t size)
{
    if (size < 0 || size > PACK_MOST)
        return refuse(r, "a file in it is too large");
    char *bytes = arena_alloc(r->arena, (size_t)size + 1);
    if (bytes == NULL)
        return error_memory(r->err);
    size_t n = 0;
    while (n < (size_t)size) {
        la_ssize_t got = archive_read_data(r->archive, bytes + n, (size_t)size - n);
        if (got <= 0)
            return refuse(r, "it ends in the middle of a file");
        n += (size_t)got;
    }
    return keep(r, path, (struct str){bytes, n});
}

static bool read_entry(struct reading *r, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    char *path = name != NULL ? arena_strdup(r->arena, name) : NULL;
    if (name != NULL && path == NULL)
        return error_memory(r->err);
    if (path == NULL || !pack_path_valid(path))
        return refuse(r, "it holds a path that leads out of it");
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL ||
        archive_entry_symlink(entry) != NULL || archive_entry_sparse_count(entry) > 0 ||
        !archive_entry_size_is_set(entry))
        return refuse(r, "it holds something that is no plain file");
    if (r->count >= PACK_FILES_MOST)
        return refuse(r, "it holds more than 1,000,000 files");
    if (r->count > 0 && strcmp(r->items[r->count - 1].path, path) >= 0)
        return refuse(r, "its files are out of order");
    return read_bytes(r, path, archive_entry_size(entry));
}

static bool read_entries(struct reading *r)
{
    for (;;) {
        struct archive_entry *entry;
        int result = archive_read_next_header(r->archive, &entry);
        if (result == ARCHIVE_EOF)
            return true;
        if (result != ARCHIVE_OK)
            return refuse(r, "it is no tar");
        if (!read_entry(r, entry))
            return false;
    }
}

bool pack_read(struct arena *a, struct str tar, const char *where, struct pack_files *files, struct error *err)
{
    struct reading r = {.arena = a, .archive = archive_read_new(), .where = where, .err = err};
    bool ok = r.archive != NULL && archive_read_support_format_tar(r.archive) == ARCHIVE_OK;
    if (!ok)
        error_memory(err);
    else if (tar.n > PACK_MOST || archive_read_open_memory(r.archive, tar.p, tar.n) != ARCHIVE_OK)
        ok = refuse(&r, "it is no tar");
    ok = ok && read_entries(&r);
    struct pack_file *items = ok ? arena_array(a, r.count, sizeof *items) : NULL;
    if (ok && items == NULL)
        ok = error_memory(err);
    if (ok && r.count > 0)
        memcpy(items, r.items, r.count * sizeof *items);
    if (ok)
        *files = (struct pack_files){items, r.count};
    free(r.items);
    archive_read_free(r.archive);
    return ok;
}

static int compare_path(const void *key, const void *item)
{
    return strcmp(key, ((const struct pack_file *)item)->path);
}

const struct pack_file *pack_find(const struct pack_files *files, const char *path)
{
    return files->count == 0 ? NULL : bsearch(path, files->items, files->count, sizeof *files->items, compare_path);
}

/* ---- the forms in which it travels ---- */

void pack_hash(struct str tar, unsigned char hash[PACK_HASH])
{
    crypto_hash_sha256(hash, (const unsigned char *)tar.p, tar.n);
}

/* The smallest window that reaches from the end of the tar to the start of its base. */
static int window_log(size_t span)
{
    int log = 10;
    while (log < PACK_WINDOW_LOG && ((size_t)1 << log) < span)
        log++;
    return log;
}

static bool set_up(ZSTD_CCtx *z, struct str tar, struct str base, enum pack_effort effort)
{
    int level = effort == PACK_QUICK ? QUICK_LEVEL : tar.n <= BEST_MOST ? BEST_LEVEL : LARGE_LEVEL;
    return !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, level)) &&
           !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 0)) &&
           (base.n == 0 ||
            (!ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, window_log(tar.n + base.n))) &&
             !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_enableLongDistanceMatching, 1)) &&
             !ZSTD_isError(ZSTD_CCtx_refPrefix(z, base.p, base.n))));
}

bool pack_compress(struct str tar, struct str base, enum pack_effort effort, struct buf *out, struct error *err)
{
    ZSTD_CCtx *z = ZSTD_createCCtx();
    bool ok = z != NULL && set_up(z, tar, base, effort) && buf_reserve(out, ZSTD_compressBound(tar.n));
    if (ok) {
        size_t n = ZSTD_compress2(z, out->data + out->len, out->cap - out->len - 1, tar.p, tar.n);
        ok = !ZSTD_isError(n);
        if (ok) {
            out->len += n;
            out->data[out->len] = '\0';
        }
    }
    ZSTD_freeCCtx(z);
    return ok || error_memory(err);
}

static bool expand(ZSTD_DCtx *z, struct str packed, struct str base, size_t size, struct buf *out)
{
    if (base.n > 0 && ZSTD_isError(ZSTD_DCtx_refPrefix(z, base.p, base.n)))
        return false;
    size_t n = ZSTD_decompressDCtx(z, out->data + out->len, size, packed.p, packed.n);
    return !ZSTD_isError(n) && n == size;
}

bool pack_expand(struct str packed, struct str base, size_t size, const unsigned char hash[PACK_HASH],
                 const char *where, struct buf *out, struct error *err)
{
    if (size > PACK_MOST)
        return error_set(err, EX_DATAERR, "refused the pack", where, "it is announced with more than 64 MiB",
                         "tell the channel's publisher");
    ZSTD_DCtx *z = ZSTD_createDCtx();
    if (z == NULL || !buf_reserve(out, size)) {
        ZSTD_freeDCtx(z);
        return error_memory(err);
    }
    bool ok = expand(z, packed, base, size, out);
    ZSTD_freeDCtx(z);
    unsigned char got[PACK_HASH];
    if (ok)
        pack_hash((struct str){out->data + out->len, size}, got);
    if (!ok || memcmp(got, hash, PACK_HASH) != 0)
        return error_set(err, EX_DATAERR, "refused the pack", where, "it is not what the channel announced",
                         "it was damaged on its way: `crib sync` fetches it again");
    out->len += size;
    out->data[out->len] = '\0';
    return true;
}
