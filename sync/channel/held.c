#include "sync/channel/held.h"

#include "core/base/file.h"
#include "core/base/hex.h"
#include "sync/channel/pack.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum {
    LEVEL = 3, /* written on slow machines with every update, read seldom */
    PART_SECONDS = 7 * 24 * 60 * 60,
    NAME = 2 * POINTER_HASH,
};

static const char *path_of(struct arena *a, const char *dir, const unsigned char *hash)
{
    const char *digits = hex_text(a, hash, POINTER_HASH);
    return digits != NULL ? arena_printf(a, "%s/packs/%s.zst", dir, digits) : NULL;
}

bool held_there(struct arena *a, const char *dir, const unsigned char hash[POINTER_HASH])
{
    const char *path = path_of(a, dir, hash);
    return path != NULL && access(path, R_OK) == 0;
}

bool held_load(struct arena *a, const char *dir, const unsigned char hash[POINTER_HASH], struct buf *tar)
{
    const char *path = path_of(a, dir, hash);
    struct buf packed = {0};
    if (path == NULL || !file_read(path, ZSTD_COMPRESSBOUND(PACK_MOST), &packed, NULL)) {
        buf_free(&packed);
        return false;
    }
    unsigned long long size = ZSTD_getFrameContentSize(buf_text(&packed), packed.len);
    bool ok = size <= PACK_MOST && pack_expand((struct str){buf_text(&packed), packed.len}, (struct str){NULL, 0},
                                               (size_t)size, hash, path, tar, NULL);
    buf_free(&packed);
    if (!ok)
        (void)unlink(path);
    return ok;
}

static bool make_packs(struct arena *a, const char *dir, struct error *err)
{
    const char *packs = file_join(a, dir, "packs");
    return packs != NULL ? file_make_dirs(packs, err) : error_memory(err);
}

bool held_save(struct arena *a, const char *dir, const unsigned char hash[POINTER_HASH], struct str tar,
               struct error *err)
{
    const char *path = path_of(a, dir, hash);
    if (path == NULL)
        return error_memory(err);
    if (access(path, R_OK) == 0)
        return true;
    struct buf packed = {0};
    if (!buf_reserve(&packed, ZSTD_compressBound(tar.n)))
        return error_memory(err);
    size_t n = ZSTD_compress(packed.data, packed.cap - 1, tar.p, tar.n, LEVEL);
    bool ok = ZSTD_isError(n) ? error_memory(err)
                              : make_packs(a, dir, err) && file_write(path, packed.data, n, 0600, err);
    buf_free(&packed);
    return ok;
}

const char *held_part(struct arena *a, const char *dir, const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    if (!make_packs(a, dir, err))
        return NULL;
    const char *part = arena_printf(a, "%s/packs/%s.part", dir, slash != NULL ? slash + 1 : path);
    if (part == NULL)
        error_memory(err);
    return part;
}

static bool is_kept(const char *name, const unsigned char (*hashes)[POINTER_HASH], size_t count)
{
    unsigned char hash[POINTER_HASH];
    char digits[NAME + 1];
    if (strlen(name) != NAME + 4 || strcmp(name + NAME, ".zst") != 0)
        return false;
    memcpy(digits, name, NAME);
    digits[NAME] = '\0';
    if (!hex_read(digits, hash, POINTER_HASH))
        return false;
    for (size_t i = 0; i < count; i++)
        if (memcmp(hashes[i], hash, POINTER_HASH) == 0)
            return true;
    return false;
}

static bool is_young_part(int fd, const char *name)
{
    struct stat st;
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".part") == 0 && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           st.st_mtime + PART_SECONDS > time(NULL);
}

void held_keep(const char *dir, const unsigned char (*hashes)[POINTER_HASH], size_t count, bool parts)
{
    struct buf path = {0};
    buf_addf(&path, "%s/packs", dir);
    DIR *packs = buf_ok(&path) ? opendir(buf_text(&path)) : NULL;
    buf_free(&path);
    if (packs == NULL)
        return;
    const struct dirent *entry;
    while ((entry = readdir(packs)) != NULL)
        if (entry->d_name[0] != '.' && !is_kept(entry->d_name, hashes, count) &&
            !(parts && is_young_part(dirfd(packs), entry->d_name)))
            (void)unlinkat(dirfd(packs), entry->d_name, 0);
    closedir(packs);
}
