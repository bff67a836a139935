#include "core/library/trigger_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const size_t element[TRIG_ARRAYS] = {
    [TRIG_CHANNELS] = sizeof(uint32_t),       [TRIG_MODULES] = sizeof(struct trig_module),
    [TRIG_EXACT_FIRSTS] = sizeof(uint32_t),   [TRIG_EXACT] = sizeof(struct trig_entry),
    [TRIG_WILD_FIRSTS] = sizeof(uint32_t),    [TRIG_WILD] = sizeof(struct trig_entry),
    [TRIG_COMMAND_FIRSTS] = sizeof(uint32_t), [TRIG_COMMANDS] = sizeof(struct trig_entry),
    [TRIG_OUTPUTS] = sizeof(struct trig_output), [TRIG_LITERALS] = sizeof(uint32_t),
    [TRIG_STRINGS] = 1,
};

static bool damaged(const char *path, struct error *err)
{
    return error_set(err, EX_DATAERR, "the compiled triggers are damaged", path, NULL, "`crib sync` makes them anew");
}

bool trig_path(const char *dir, char *out, size_t size)
{
    int n = snprintf(out, size, "%s/triggers", dir);
    return n > 0 && (size_t)n < size;
}

static const struct trig_header *header_of(const unsigned char *bytes)
{
    return (const struct trig_header *)(const void *)bytes;
}

/* BLAKE2b-256 of the header, or of all n bytes, with both hashes taken as zeros. */
static void hash_of(const unsigned char *bytes, size_t n, unsigned char hash[TRIG_HASH])
{
    struct trig_header h;
    crypto_generichash_state state;
    memcpy(&h, bytes, sizeof h);
    memset(h.whole, 0, sizeof h.whole);
    memset(h.head, 0, sizeof h.head);
    crypto_generichash_init(&state, NULL, 0, TRIG_HASH);
    crypto_generichash_update(&state, (const unsigned char *)&h, sizeof h);
    crypto_generichash_update(&state, bytes + sizeof h, n - sizeof h);
    crypto_generichash_final(&state, hash, TRIG_HASH);
}

void trig_seal(unsigned char *bytes, size_t n)
{
    struct trig_header *h = (struct trig_header *)(void *)bytes;
    hash_of(bytes, n, h->whole);
    hash_of(bytes, sizeof *h, h->head);
}

bool trig_whole(const struct trig_file *f)
{
    unsigned char hash[TRIG_HASH];
    if (f->map == NULL)
        return true;
    hash_of(f->map, f->size, hash);
    return memcmp(hash, header_of(f->map)->whole, sizeof hash) == 0;
}

/* ---- taking it ---- */

static const void *array_at(const struct trig_header *h, const unsigned char *bytes, enum trig_array which)
{
    return bytes + h->arrays[which].at;
}

/* A power of two of buckets, or none where there is no entry. */
static bool take_table(const struct trig_header *h, const unsigned char *bytes, enum trig_array firsts,
                       struct trig_table *t)
{
    size_t count = (size_t)h->arrays[firsts].count;
    t->firsts = array_at(h, bytes, firsts);
    t->entries = array_at(h, bytes, firsts + 1);
    t->count = (size_t)h->arrays[firsts + 1].count;
    t->buckets = count > 0 ? count - 1 : 0;
    return (t->buckets & (t->buckets - 1)) == 0;
}

static bool bounds_hold(const struct trig_header *h, const unsigned char *bytes, size_t n)
{
    if (memcmp(h->magic, TRIG_MAGIC, sizeof h->magic) != 0 || h->order != 0x01020304U || h->size != n)
        return false;
    for (size_t i = 0; i < TRIG_ARRAYS; i++) {
        uint64_t at = h->arrays[i].at, count = h->arrays[i].count;
        if (at % 8 != 0 || at < sizeof *h || at > n || count > (n - at) / element[i])
            return false;
    }
    uint64_t strings = h->arrays[TRIG_STRINGS].count;
    return strings > 0 && bytes[h->arrays[TRIG_STRINGS].at + strings - 1] == '\0';
}

bool trig_take(const unsigned char *bytes, size_t n, struct trig_file *f)
{
    unsigned char hash[TRIG_HASH];
    memset(f, 0, sizeof *f);
    if (n < sizeof(struct trig_header))
        return false;
    const struct trig_header *h = header_of(bytes);
    hash_of(bytes, sizeof *h, hash);
    if (memcmp(hash, h->head, sizeof hash) != 0 || !bounds_hold(h, bytes, n) ||
        !take_table(h, bytes, TRIG_EXACT_FIRSTS, &f->exact) || !take_table(h, bytes, TRIG_WILD_FIRSTS, &f->wild) ||
        !take_table(h, bytes, TRIG_COMMAND_FIRSTS, &f->commands))
        return false;
    f->map = bytes;
    f->size = n;
    f->generation = h->generation;
    f->made_bytes = h->made_bytes;
    f->channels = array_at(h, bytes, TRIG_CHANNELS);
    f->channel_count = (size_t)h->arrays[TRIG_CHANNELS].count;
    f->modules = array_at(h, bytes, TRIG_MODULES);
    f->module_count = (size_t)h->arrays[TRIG_MODULES].count;
    f->outputs = array_at(h, bytes, TRIG_OUTPUTS);
    f->output_count = (size_t)h->arrays[TRIG_OUTPUTS].count;
    f->literals = array_at(h, bytes, TRIG_LITERALS);
    f->literal_count = (size_t)h->arrays[TRIG_LITERALS].count;
    f->strings = array_at(h, bytes, TRIG_STRINGS);
    f->string_bytes = (size_t)h->arrays[TRIG_STRINGS].count;
    return true;
}

/* ---- opening ---- */

static bool map_and_take(int fd, const char *path, struct trig_file *f, struct error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct trig_header))
        return damaged(path, err);
    void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return error_errno(err, errno, "cannot open the compiled triggers", path, NULL);
    if (trig_take(map, (size_t)st.st_size, f))
        return true;
    munmap(map, (size_t)st.st_size);
    memset(f, 0, sizeof *f);
    return damaged(path, err);
}

bool trig_open(const char *dir, struct trig_file *f, struct error *err)
{
    char path[4096];
    memset(f, 0, sizeof *f);
    if (!trig_path(dir, path, sizeof path))
        return damaged(dir, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ||
               error_errno(err, errno, "cannot open the compiled triggers", path, NULL);
    bool ok = map_and_take(fd, path, f, err);
    close(fd);
    return ok;
}

void trig_close(struct trig_file *f)
{
    if (f->map != NULL)
        munmap((void *)(uintptr_t)f->map, f->size);
    memset(f, 0, sizeof *f);
}
