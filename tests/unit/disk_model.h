/* What of one directory is on the disk when the power goes: for files, their bytes at the last flush or those that are there by
 * now; for names, those that stood there when the directory was flushed last, or any later moment's. Over power_vfs.h, which
 * tells of what SQLite does; link, rename, unlink and fsync come by here themselves (the Makefile wraps them). For tests of one
 * thread. */
#ifndef CRIB_TESTS_DISK_MODEL_H
#define CRIB_TESTS_DISK_MODEL_H

#include "power_vfs.h"

#include "core/base/buf.h"
#include "core/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DISK_NAMES = 24, DISK_MOMENTS = 400, DISK_FILES = 200 };

struct disk_names {
    size_t count;
    struct disk_name {
        char name[80];
        ino_t file;
    } list[DISK_NAMES];
};

struct disk_file {
    ino_t file;
    int held; /* so that its number is nobody else's meanwhile */
    struct buf bytes;
};

static struct {
    bool on;
    const char *dir;   /* NULL: nothing is watched at this moment */
    const char *image; /* where a cut's files go */
    void (*look)(void); /* at an image */
    size_t every, moments, cuts;
    struct disk_names names[DISK_MOMENTS]; /* since the last flush of the directory, which is the first */
    size_t names_count;
    struct disk_file files[DISK_FILES]; /* as they were flushed last */
    size_t file_count;
} disk;

int __real_rename(const char *from, const char *to);
int __real_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_fsync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_fsync(int fd);

/* ---- what is there ---- */

static inline void disk_read_names(struct disk_names *n)
{
    DIR *d = opendir(disk.dir);
    const struct dirent *entry;
    ck_assert_ptr_nonnull(d);
    n->count = 0;
    while ((entry = readdir(d)) != NULL) {
        char path[600];
        struct stat st;
        snprintf(path, sizeof path, "%s/%.255s", disk.dir, entry->d_name);
        size_t len = strlen(entry->d_name);
        if (len > 4 && strcmp(entry->d_name + len - 4, "-shm") == 0) /* nothing of it outlives the machine */
            continue;
        if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        ck_assert_uint_lt(n->count, DISK_NAMES);
        ck_assert_uint_lt(len, sizeof n->list[0].name);
        snprintf(n->list[n->count].name, sizeof n->list[0].name, "%.79s", entry->d_name);
        n->list[n->count++].file = st.st_ino;
    }
    closedir(d);
}

static inline bool disk_same_names(const struct disk_names *a, const struct disk_names *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = a->list[i].file == b->list[i].file && strcmp(a->list[i].name, b->list[i].name) == 0;
    return same;
}

static inline void disk_note_names(void)
{
    struct disk_names *last = &disk.names[disk.names_count - 1];
    ck_assert_uint_lt(disk.names_count, DISK_MOMENTS);
    disk_read_names(last + 1);
    disk.names_count += !disk_same_names(last, last + 1);
}

static inline struct disk_file *disk_flushed(ino_t file)
{
    for (size_t i = 0; i < disk.file_count; i++)
        if (disk.files[i].file == file)
            return &disk.files[i];
    return NULL;
}

static inline void disk_flush_file(const char *path)
{
    struct error err = {0};
    struct stat st;
    if (stat(path, &st) != 0)
        return;
    struct disk_file *f = disk_flushed(st.st_ino);
    if (f == NULL) {
        ck_assert_uint_lt(disk.file_count, DISK_FILES);
        f = &disk.files[disk.file_count++];
        *f = (struct disk_file){.file = st.st_ino, .held = open(path, O_RDONLY | O_CLOEXEC)};
    }
    buf_clear(&f->bytes);
    ck_assert(file_read(path, 1 << 28, &f->bytes, &err));
}

static inline void disk_flush_names(void)
{
    disk_read_names(&disk.names[0]);
    disk.names_count = 1;
}

/* ---- the power goes ---- */

/* The file as it is by now, by whichever name it has; false where it has none any more. */
static inline bool disk_bytes_now(ino_t file, struct buf *bytes)
{
    const struct disk_names *now = &disk.names[disk.names_count - 1];
    struct error err = {0};
    for (size_t i = 0; i < now->count; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", disk.dir, now->list[i].name);
        if (now->list[i].file == file)
            return file_read(path, 1 << 28, bytes, &err);
    }
    return false;
}

/* most: 0 what was flushed alone, 1 all that was written, 2 something between. */
static inline void disk_cut(int most)
{
    size_t last = disk.names_count - 1;
    const struct disk_names *n = &disk.names[most == 0 ? 0 : most == 1 ? last : (size_t)rand() % (last + 1)];
    ino_t linked[DISK_NAMES];
    for (size_t i = 0; i < n->count; i++) {
        char path[600], other[600];
        size_t twin = 0;
        struct buf bytes = {0};
        const struct disk_file *f = disk_flushed(n->list[i].file);
        snprintf(path, sizeof path, "%s/%s", disk.image, n->list[i].name);
        linked[i] = n->list[i].file;
        while (linked[twin] != linked[i])
            twin++;
        snprintf(other, sizeof other, "%s/%s", disk.image, n->list[twin].name);
        if (twin < i) {
            ck_assert_int_eq(__real_link(other, path), 0);
            continue;
        }
        bool now = (most == 1 || (most == 2 && rand() % 2 == 0)) && disk_bytes_now(n->list[i].file, &bytes);
        if (!now && f != NULL)
            buf_add(&bytes, buf_text(&f->bytes), f->bytes.len);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, buf_text(&bytes), bytes.len), (ssize_t)bytes.len);
        close(fd);
        buf_free(&bytes);
    }
}

static inline void disk_empty_image(void)
{
    DIR *d = opendir(disk.image);
    const struct dirent *entry;
    while (d != NULL && (entry = readdir(d)) != NULL) {
        char path[600];
        snprintf(path, sizeof path, "%s/%.255s", disk.image, entry->d_name);
        __real_unlink(path);
    }
    closedir(d);
}

/* Somebody looks at what a cut at this moment leaves. */
static inline void disk_look(int most)
{
    const char *dir = disk.dir;
    void (*hook)(void) = power.before_write;
    disk_cut(most);
    disk.dir = NULL;
    power.before_write = NULL;
    disk.look();
    power.before_write = hook;
    disk.dir = dir;
    disk_empty_image();
    disk.cuts++;
}

/* Before anything changes. */
static inline void disk_moment(void)
{
    if (disk.dir == NULL)
        return;
    disk_note_names();
    if (disk.moments++ % disk.every == 0)
        disk_look((int)(disk.moments / disk.every % 3));
}

static inline void disk_synced(const char *name, bool names)
{
    char path[600];
    if (disk.dir == NULL)
        return;
    if (name != NULL) {
        snprintf(path, sizeof path, "%s/%s", disk.dir, name);
        disk_flush_file(path);
    }
    if (names)
        disk_flush_names();
}

/* All that stands in dir is on the disk. every: one in so many moments is looked at. */
static inline void disk_on(const char *dir, const char *image, size_t every, void (*look)(void))
{
    power_on();
    disk.on = true;
    disk.dir = dir;
    disk.image = image;
    disk.every = every;
    disk.look = look;
    disk.moments = disk.cuts = 0;
    disk_flush_names();
    for (size_t i = 0; i < disk.names[0].count; i++)
        disk_synced(disk.names[0].list[i].name, false);
    power.before_write = disk_moment;
    power.synced = disk_synced;
}

static inline void disk_off(void)
{
    if (!disk.on)
        return;
    disk.on = false;
    disk.dir = NULL;
    for (size_t i = 0; i < disk.file_count; i++) {
        buf_free(&disk.files[i].bytes);
        close(disk.files[i].held);
    }
    disk.file_count = disk.names_count = 0;
    power_off();
}

/* ---- what comes by here ---- */

int __wrap_rename(const char *from, const char *to)
{
    disk_moment();
    return __real_rename(from, to);
}

int __wrap_link(const char *from, const char *to)
{
    disk_moment();
    return __real_link(from, to);
}

int __wrap_unlink(const char *path)
{
    disk_moment();
    return __real_unlink(path);
}

int __wrap_fsync(int fd)
{
    struct stat st, own;
    if (!disk.on)
        return __real_fsync(fd);
    disk_moment();
    if (disk.dir == NULL) /* while somebody looks at an image the power stays on */
        return 0;
    ck_assert(fstat(fd, &st) == 0 && stat(disk.dir, &own) == 0);
    if (st.st_ino == own.st_ino)
        disk_flush_names();
    const struct disk_names *now = &disk.names[disk.names_count - 1];
    for (size_t i = 0; i < now->count; i++)
        if (now->list[i].file == st.st_ino) {
            disk_synced(now->list[i].name, false);
            break;
        }
    return 0;
}

#endif
